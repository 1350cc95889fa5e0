"""What a web page says of itself: its character set, metadata, rights, and the lines that a reader sees."""
