"""JSON with indents, as `json.dumps(value, indent=2, ensure_ascii=False)` writes it, several times as fast.

A manifest has a line for every rule and three more; `json` leaves its C code
behind as soon as it is asked for indents.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from json.encoder import encode_basestring as quoted
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLAIN = frozenset({str, int, float, bool, type(None)})  # asked first, since most values are one of these


def json_text(value: Any, start: str = "\n") -> str:
    """The text of a value whose keys are strings. `start` is the line end and indent of what is around it."""
    if type(value) is str:
        return quoted(value)
    if type(value) in _PLAIN:
        return str(value) if type(value) is int else json.dumps(value)
    inner = start + "  "
    if isinstance(value, dict):
        parts = [
            f"{inner}{quoted(key)}: {quoted(one) if type(one) is str else json_text(one, inner)}"
            for key, one in value.items()
        ]
        return "{" + ",".join(parts) + start + "}" if parts else "{}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        parts = [inner + json_text(one, inner) for one in value]
        return "[" + ",".join(parts) + start + "]" if parts else "[]"
    return json.dumps(value, ensure_ascii=False)


def json_pieces(value: Any, start: str = "\n") -> Iterator[str]:
    """The same text piece by piece, each object of a list by itself, so that a large one need not be held. Any sequence is
    a list, also one that makes its elements only now.
    """
    inner = start + "  "
    if isinstance(value, dict) and any(map(_is_table, value.values())):
        yield "{"
        for number, (key, one) in enumerate(value.items()):
            yield f"{',' if number else ''}{inner}{quoted(key)}: "
            yield from json_pieces(one, inner)
        yield start + "}"
    elif _is_table(value):
        yield "["
        for number, one in enumerate(value):
            yield f"{',' if number else ''}{inner}"
            yield from json_pieces(one, inner)
        yield start + "]"
    else:
        yield json_text(value, start)


def _is_table(value: object) -> bool:
    """Is it a list of objects?"""
    return type(value) not in _PLAIN and isinstance(value, Sequence) and bool(value) and isinstance(value[0], dict)
