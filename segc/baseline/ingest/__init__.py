"""From logs to the ledger: each is looked through once for what it is, and read once for what it tells."""
