"""What earlier runs were like: a database of their counts, and whether today's are unusual against a source's own past."""
