"""What happens on the plant floor around the rules: temporary access, who answers for what, cutting a zone off."""
