"""What a change of the policy does: two plants compared over all packets, and told so that people can decide."""
