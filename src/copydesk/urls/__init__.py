"""Addresses on the web: in normal form, what they say of what stands there, and which lead into private networks."""
