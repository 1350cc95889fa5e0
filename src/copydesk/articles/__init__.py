"""The canonical article frame, and one reader and one writer per input format."""
