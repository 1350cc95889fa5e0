"""Which articles of a run print the same text: clusters of copies, where they probably come from, and how they differ."""
