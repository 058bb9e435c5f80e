"""Logs to observations, one module a format."""
