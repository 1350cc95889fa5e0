"""The original URL: parse it, decide whether it may be reached, fetch it."""
