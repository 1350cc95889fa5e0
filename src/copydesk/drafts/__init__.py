"""`copydesk init --from`: a contract and a suite drafted from a sample of a user's own records."""
