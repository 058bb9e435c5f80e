"""What a plant's own logs show: observed flows, the daily ledger, and what the policy says of them."""
