"""Expectations of whole batches, by Great Expectations, over the outcomes of the row rules."""
