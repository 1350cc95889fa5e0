"""How batches are driven. Every engine has them judged by `copydesk.engines.judging.Judge`."""
