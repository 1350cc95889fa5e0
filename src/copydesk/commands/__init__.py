"""The commands that have more to say than a few lines, one module each: its options, and what it does with them."""
