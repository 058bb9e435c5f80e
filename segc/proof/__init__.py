"""Proof that a rendered file does with every packet what the policy says."""
