"""Answers of the web as they were kept: the capture itself, WARC files read and written."""
