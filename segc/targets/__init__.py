"""Targets: what a vendor's box can do, and how a RuleSet becomes its files."""
