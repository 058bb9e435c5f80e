"""What to change in a line, to see whether the proof notices: the same as in a list of IOS."""

from __future__ import annotations

from ..cisco_ios.mutants import CHANGES

__all__ = ["CHANGES"]
