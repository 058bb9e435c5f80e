"""Logs and captures, each read into observations. `registry` knows them all; `protocol` says what one is."""
