"""Calico's selectors: which labels they choose (GlobalNetworkPolicy reference, "Selectors")."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from segc.packets.machine import Refused

Chooses = Callable[[Mapping[str, str]], bool]
_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'[^']*'|"[^"]*")|(?P<mark>==|!=|&&|\|\||[!(){},])
    |(?P<word>(?:all|global)\(\s*\)|[A-Za-z0-9_./-]+))""",
    re.VERBOSE,
)
_PARTS: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda value, part: part in value,
    "starts": lambda value, part: value.startswith(part),
    "ends": lambda value, part: value.endswith(part),
}


def chooses(text: str, line: int) -> Chooses:
    """A selector as a test of labels. Without text it chooses everything."""
    if not text.strip():
        return lambda _: True
    reader = _Reader(text, line)
    found = reader.either()
    if reader.tokens:
        raise reader.no()
    return found


class _Reader:
    def __init__(self, text: str, line: int) -> None:
        self.text, self.line = text, line
        self.tokens: list[tuple[str, str]] = []
        at, body = 0, text.rstrip()
        while at < len(body):
            found = _TOKEN.match(body, at)
            if found is None or found.lastgroup is None:
                raise self.no()
            self.tokens.append((found.lastgroup, found[found.lastgroup]))
            at = found.end()

    def no(self) -> Refused:
        """What to raise."""
        return Refused(f"`{self.text}` is no selector that this reader knows", self.line)

    def either(self) -> Chooses:
        """One side of `||` or another."""
        sides = [self._both()]
        while self._next("mark", "||"):
            sides.append(self._both())
        return lambda labels: any(side(labels) for side in sides)

    def _both(self) -> Chooses:
        sides = [self._one()]
        while self._next("mark", "&&"):
            sides.append(self._one())
        return lambda labels: all(side(labels) for side in sides)

    def _one(self) -> Chooses:
        if self._next("mark", "!"):
            other = self._one()
            return lambda labels: not other(labels)
        if self._next("mark", "("):
            found = self.either()
            self._must("mark", ")")
            return found
        word = self._must("word")
        if word.startswith("all("):
            return lambda _: True
        if word.startswith("global("):
            return lambda labels: "projectcalico.org/namespace" not in labels
        if word == "has" and self._next("mark", "("):
            label = self._must("word")
            self._must("mark", ")")
            return lambda labels: label in labels
        return self._compared(word)

    def _compared(self, label: str) -> Chooses:
        """A label without a value is not equal to anything, and in no set: `!=` and `not in` hold for it."""
        if self._next("mark", "=="):
            value = self._text()
            return lambda labels: labels.get(label) == value
        if self._next("mark", "!="):
            value = self._text()
            return lambda labels: labels.get(label) != value
        word = self._must("word")
        if word == "in":
            values = self._values()
            return lambda labels: labels.get(label) in values
        if word == "not":
            self._must("word", "in")
            values = self._values()
            return lambda labels: labels.get(label) not in values
        if word in _PARTS:
            if word != "contains":
                self._must("word", "with")
            part, test = self._text(), _PARTS[word]
            return lambda labels: label in labels and test(labels[label], part)
        raise self.no()

    def _values(self) -> frozenset[str | None]:
        self._must("mark", "{")
        found: set[str | None] = set()
        while not self._next("mark", "}"):
            if found:
                self._must("mark", ",")
            found.add(self._text())
        return frozenset(found)

    def _text(self) -> str:
        return self._must("text")[1:-1]

    def _next(self, kind: str, token: str) -> bool:
        if self.tokens[:1] == [(kind, token)]:
            self.tokens.pop(0)
            return True
        return False

    def _must(self, kind: str, token: str = "") -> str:
        if not self.tokens or self.tokens[0][0] != kind or token not in ("", self.tokens[0][1]):
            raise self.no()
        return self.tokens.pop(0)[1]
