"""The plant picture: one document (segc/graph/1), and what is drawn from it."""
