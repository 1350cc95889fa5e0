"""Asks the network for pages: guarded, with manners, within bounds, and remembered between runs."""
