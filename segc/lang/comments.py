"""Comments of a file: what stands behind a `#` that is not inside a string."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from segc.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.source import Source

SPACE = " \t\r\f"
# In a file with faults too, a quote without its partner takes the rest of the line, as the grammar has it.
_PIECES = re.compile(r'"[^"\n\x00-\x1f]*"|"[^"\n]*|(?P<comment>#[^\n]*)')


class Comment(NamedTuple):
    """A comment from its `#` on, without white space at its end, and the offset at which it begins."""

    text: str
    start: int

    @property
    def words(self) -> str:
        """What it says: the text without `#` and the space around it."""
        return self.text[1:].strip(SPACE)

    def span(self, source: Source) -> Span:
        """Where it stands."""
        return Span(source, self.start, self.start + len(self.text))


def comments(text: str) -> Iterator[Comment]:
    """All comments of a text, in order, whether or not the rest of it parses."""
    for match in _PIECES.finditer(text):
        if match["comment"] is not None:
            yield Comment(match["comment"].rstrip(SPACE), match.start())
