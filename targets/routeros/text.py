"""Commands as RouterOS writes them in an export: properties by name, quotes where a value is no plain word."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_PLAIN = re.compile(r"!?[A-Za-z0-9:][A-Za-z0-9._:/,-]*")
_SPECIAL = re.compile(r'(["\\$?])')  # a bare $ would be a variable; ? asked for help before version 7


def command(values: Mapping[str, str]) -> str:
    """`add` with its properties in the order of an export: action and chain, then by name."""
    names = sorted(values, key=lambda name: ({"action": 0, "chain": 1}.get(name, 2), name))
    return " ".join(["add", *(f"{name}={quoted(values[name])}" for name in names)])


def quoted(value: str) -> str:
    """A value that the command line takes for just that text."""
    return value if _PLAIN.fullmatch(value) else '"' + _SPECIAL.sub(r"\\\1", value) + '"'
