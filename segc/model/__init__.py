"""What the text means: the plant, its addresses, its names, its verdict."""
