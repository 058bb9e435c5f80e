"""Colours by ANSI escapes, and when to use them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_CODES = {
    "error": "1;31",
    "warning": "1;33",
    "hint": "1;36",
    "gutter": "1;34",
    "related": "1;34",
    "bold": "1",
}


class Paint:
    """Colours text by what it is, or leaves it."""

    def __init__(self, *, on: bool) -> None:
        self.on = on

    def __call__(self, what: str, text: str) -> str:
        """`text` in the colour of `what`."""
        return f"\x1b[{_CODES[what]}m{text}\x1b[0m" if self.on and text else text


def wanted(choice: str, environment: Mapping[str, str], *, terminal: bool) -> bool:
    """Colours or not, by `--color`, then NO_COLOR and FORCE_COLOR, then what stdout is.

    CI keeps its logs as text and people search them, so there colours must be asked for.
    """
    if choice != "auto":
        return choice == "always"
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    quiet = environment.get("TERM") == "dumb" or environment.get("CI", "") not in ("", "0", "false")
    return terminal and not quiet
