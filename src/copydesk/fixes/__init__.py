"""Applies the repairs that rules offer, and writes the records again with nothing else changed."""
