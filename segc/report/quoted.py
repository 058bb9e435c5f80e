"""Our sentences put names and flows between backticks, which a terminal shows as they are. Formats with a look for code take
them apart here, and escape each piece for themselves.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from segc.report.cells import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

_CODE = re.compile(r"`([^`]+)`")


class Said(NamedTuple):
    """A piece of a sentence: words, or what stands between backticks."""

    text: str
    code: bool


def pieces(text: str) -> Iterator[Said]:
    """A sentence on one line, in pieces. A backtick without another one stays."""
    for index, piece in enumerate(_CODE.split(visible(text))):
        if piece:
            yield Said(piece, bool(index % 2))
