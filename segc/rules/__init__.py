"""From the plant to what each firewall must do: one RuleSet per enforcement point."""
