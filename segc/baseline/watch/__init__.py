"""A log as it grows: what the policy does not explain, told at once and not too often."""
