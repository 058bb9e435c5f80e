"""What a baseline shows, for people and for programs."""
