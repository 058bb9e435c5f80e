"""Source text and the places in it. Everything that is reported points here."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import NamedTuple


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """One file's text. `path` is what a reader is shown; compare by identity."""

    path: str
    text: str
    builtin: bool = False
    _starts: list[int] = field(default_factory=list, repr=False)

    def starts(self) -> list[int]:
        """Offsets at which lines begin, computed once, on first use."""
        if not self._starts:
            self._starts.append(0)
            position = self.text.find("\n")
            while position >= 0:
                self._starts.append(position + 1)
                position = self.text.find("\n", position + 1)
        return self._starts

    def line_column(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1, in code points."""
        starts = self.starts()
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def line_text(self, line: int) -> str:
        """A line's text without its end; the empty string past the end."""
        starts = self.starts()
        if line > len(starts):
            return ""
        end = starts[line] - 1 if line < len(starts) else len(self.text)
        return self.text[starts[line - 1] : end].rstrip("\r\n")


class Span(NamedTuple):
    """A half-open range of code points in a source."""

    source: Source
    start: int
    end: int

    @property
    def line(self) -> int:
        """Line of the first character, from 1."""
        return self.source.line_column(self.start)[0]

    @property
    def text(self) -> str:
        """The text that the span covers."""
        return self.source.text[self.start : self.end]

    def place(self) -> str:
        """`path:line`, as rendered files and manifests name it."""
        return f"{self.source.path}:{self.line}"
