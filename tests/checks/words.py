"""What the tests of checks share: the types of their fixtures, and a conduit in one line."""

from __future__ import annotations

from collections.abc import Callable

from segc.diagnostics import Diagnostic

Names = Callable[..., list[str]]
Checked = Callable[..., list[Diagnostic]]


def conduit(*flows: str, arrow: str = "->") -> str:
    """A conduit from mes to cell with these flows."""
    return "\n".join([f"conduit c mes {arrow} cell {{", *(f"  allow {flow}" for flow in flows), "}\n"])
