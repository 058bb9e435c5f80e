"""A configuration as its commands, each with the lines that stand indented below it, and a command as its words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from segc.packets.machine import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(slots=True)
class Command:
    """A command of the top level. `line` counts from 1."""

    line: int
    text: str
    below: list[tuple[int, str]] = field(default_factory=list)


def commands(text: str) -> Iterator[Command]:
    """The commands in their order. `!` and `:` begin comments, which end no block."""
    found: Command | None = None
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.rstrip()
        if not line.strip() or line.lstrip()[0] == "!" or line[0] == ":":
            continue
        if line[0] in " \t":
            if found is None:
                raise Refused("stands below no command", number, text=line.strip())
            found.below.append((number, line.strip()))
            continue
        if found is not None:
            yield found
        found = Command(number, line)
    if found is not None:
        yield found


class Words:
    """The words of a command, taken from the left."""

    def __init__(self, text: str) -> None:
        self._words = text.split()
        self._at = 0

    def peek(self) -> str:
        """The next word; empty at the end."""
        return self._words[self._at] if self._at < len(self._words) else ""

    def after(self) -> str:
        """The word behind the next one."""
        return self._words[self._at + 1] if self._at + 1 < len(self._words) else ""

    def take(self, what: str = "a word") -> str:
        """The next word, which must be there."""
        word = self.peek()
        if not word:
            raise Refused(f"ends where {what} should stand")
        self._at += 1
        return word

    def takes(self, *words: str) -> bool:
        """Take the next word if it is one of these."""
        if self.peek() not in words:
            return False
        self._at += 1
        return True

    def rest(self) -> str:
        """All that is left, taken."""
        left = " ".join(self._words[self._at :])
        self._at = len(self._words)
        return left

    def done(self) -> None:
        """Nothing may be left."""
        if self.peek():
            raise Refused(f"does not end before `{self.rest()}`")
