"""The plant as a graph: who can reach whom past which enforcement points."""
