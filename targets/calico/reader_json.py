"""JSON with line numbers, which the standard library does not give. Strict: a key that stands twice is refused."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from segc.packets.machine import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(
    r"""[ \t\r]*(?:(?P<end>\n)|(?P<text>"(?:[^"\\\n]|\\.)*")|(?P<mark>[][{}:,])
    |(?P<word>true|false|null|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?))""",
    re.VERBOSE,
)


class Fields(dict[str, Any]):
    """An object. `lines` are those on which its values begin."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}


class Listed(list[Any]):
    """A list. `lines` are those on which its entries begin."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: list[int] = []


def parse(text: str) -> Any:
    """A whole text. Raises `Refused` with the line."""
    reader = _Reader(text)
    try:
        value = reader.value(*reader.take())
    except RecursionError:
        raise Refused("nests deeper than any resource", reader.line) from None
    if reader.ahead is not None:
        raise Refused("stands behind the end of the JSON", reader.ahead[2])
    return value


class _Reader:
    def __init__(self, text: str) -> None:
        self.line = 1
        self._tokens = self._cut(text)
        self.ahead = next(self._tokens, None)

    def _cut(self, text: str) -> Iterator[tuple[str, str, int]]:
        at, line = 0, 1
        body = text.rstrip(" \t\r\n")
        while at < len(body):
            found = _TOKEN.match(body, at)
            if found is None or found.lastgroup is None:
                raise Refused("is no JSON", line)
            if found.lastgroup == "end":
                line += 1
            else:
                yield found.lastgroup, found[found.lastgroup], line
            at = found.end()

    def take(self, mark: str = "") -> tuple[str, str]:
        """The next token; it must be this mark, where one is given."""
        if self.ahead is None:
            raise Refused("ends in the middle", self.line)
        kind, token, self.line = self.ahead
        if mark and (kind, token) != ("mark", mark):
            raise Refused(f"should be `{mark}`", self.line)
        self.ahead = next(self._tokens, None)
        return kind, token

    def value(self, kind: str, token: str) -> Any:
        """The value that begins with a token."""
        if kind in ("word", "text"):
            try:
                return json.loads(token)
            except ValueError:
                raise Refused("is no JSON", self.line) from None
        if token == "{":
            return self._fields()
        if token == "[":
            return self._listed()
        raise Refused("should be a value", self.line)

    def _fields(self) -> Fields:
        found = Fields(self.line)
        while not self._closed("}", first=not found):
            key = self.value(*self.take())
            if not isinstance(key, str):
                raise Refused("should be a name in quotes", self.line)
            if key in found:
                raise Refused(f"`{key}` stands twice", self.line)
            self.take(":")
            start = self.take()
            found.lines[key] = self.line
            found[key] = self.value(*start)
        return found

    def _listed(self) -> Listed:
        found = Listed(self.line)
        while not self._closed("]", first=not found):
            start = self.take()
            found.lines.append(self.line)
            found.append(self.value(*start))
        return found

    def _closed(self, mark: str, *, first: bool) -> bool:
        """Is this the end? Else a comma leads to the next one."""
        if self.ahead is not None and self.ahead[:2] == ("mark", mark):
            self.take()
            return True
        if not first:
            self.take(",")
        return False
