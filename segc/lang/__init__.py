"""Text to tree and back: the .zone language, version 1."""
