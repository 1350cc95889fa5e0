"""How batches are driven. Every engine calls the same `copydesk.engines.checking.check_batch`."""
