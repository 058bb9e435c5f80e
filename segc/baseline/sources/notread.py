"""What a source says of a line that it does not understand."""

from __future__ import annotations


class NotRead(ValueError):
    """A line or value that is not understood; the text says why."""


class Aside(NotRead):
    """A line that tells of no traffic, so that nothing is unknown because of it."""
