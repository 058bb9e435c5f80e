"""Where the keys and values of a TOML file stand: a finder by lines, since the parser keeps no positions.

A key that it does not find is one that is written in an unusual manner; its
finding then points at the table, or at the first line. The tables of a list
(`[[expected-deny]]`) are told apart by their number, from 1.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from segc.source import Span

if TYPE_CHECKING:
    from segc.source import Source

Path = tuple[str, ...]
_PART = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_DOTTED = rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*"
_HEADER = re.compile(rf"[ \t]*\[(?P<listed>\[?)[ \t]*(?P<key>{_DOTTED})[ \t]*\]")
_PAIR = re.compile(rf"[ \t]*(?P<key>{_DOTTED})[ \t]*=[ \t]*(?P<value>[^\r\n]*)")
_INSIDE = re.compile(rf"[{{,][ \t]*(?P<key>{_DOTTED})[ \t]*=[ \t]*(?P<value>\"[^\"\n]*\"|'[^'\n]*'|[^,}}\r\n]*)")
_VALUE = re.compile(r"""(?:"[^"\n]*"|'[^'\n]*'|[^#"'\r\n])*""")
_LONG = re.compile('"""|' + "'''")


class Place(NamedTuple):
    """Where a key stands, and its value (of a table: its name)."""

    key: Span
    value: Span


class Places:
    """The places of one file's keys."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._found: dict[Path, Place] = {}
        self._listed: Counter[Path] = Counter()
        table: Path = ()
        inside = False
        for start in source.starts():
            end = source.text.find("\n", start)
            line = source.text[start : end if end >= 0 else len(source.text)]
            if not inside:
                table = self._line(line, start, table)
            inside ^= len(_LONG.findall(line)) % 2 == 1

    def _line(self, line: str, start: int, table: Path) -> Path:
        """Note what a line holds; the table that the next line stands in."""
        header = _HEADER.match(line)
        if header:
            table = _path(header["key"])
            span = self._span(start, header.span("key"))
            self._found.setdefault(table, Place(span, span))
            if header["listed"]:
                self._listed[table] += 1
                table = (*table, str(self._listed[table]))
                self._found[table] = Place(span, span)
            return table
        pair = _PAIR.match(line)
        if pair:
            path = self._pair(pair, start, table)
            for inner in _INSIDE.finditer(line, pair.start("value")):
                self._pair(inner, start, path)
        return table

    def _pair(self, match: re.Match[str], start: int, table: Path) -> Path:
        path = table + _path(match["key"])
        value = _VALUE.match(match["value"])
        length = len(value[0].rstrip()) if value else 0
        first = match.start("value")
        place = Place(self._span(start, match.span("key")), self._span(start, (first, first + max(length, 1))))
        for depth in range(1, len(path) + 1):
            self._found.setdefault(path[:depth], place)
        return path

    def _span(self, start: int, part: tuple[int, int]) -> Span:
        return Span(self.source, start + part[0], start + part[1])

    def at(self, path: Path) -> Place:
        """The place of a key, or of the nearest table around it."""
        while path and path not in self._found:
            path = path[:-1]
        top = Span(self.source, 0, min(1, len(self.source.text)))
        return self._found.get(path, Place(top, top))


def _path(dotted: str) -> Path:
    """`a."b.c"` as its parts."""
    return tuple(part.strip("\"'") for part in re.findall(_PART, dotted))
