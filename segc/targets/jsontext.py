"""JSON with indents, as `json.dumps(value, indent=2, ensure_ascii=False)` writes it, several times as fast.

A manifest has a line for every rule and three more; `json` leaves its C code
behind as soon as it is asked for indents.
"""

from __future__ import annotations

import json
from json.encoder import encode_basestring as quoted
from typing import Any


def json_text(value: Any, start: str = "\n") -> str:
    """The text of a value whose keys are strings. `start` is the line end and indent of what is around it."""
    if type(value) is str:
        return quoted(value)
    inner = start + "  "
    if type(value) is dict and value:
        parts = [
            f"{inner}{quoted(key)}: {quoted(one) if type(one) is str else json_text(one, inner)}"
            for key, one in value.items()
        ]
        return "{" + ",".join(parts) + start + "}"
    if type(value) in (list, tuple) and value:
        return "[" + ",".join([inner + json_text(one, inner) for one in value]) + start + "]"
    return json.dumps(value)
