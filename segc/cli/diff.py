"""`segc diff`: see segc.cli.plan."""

from __future__ import annotations

from segc.cli.plan import diff as command

__all__ = ["command"]
