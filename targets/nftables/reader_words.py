"""A rule's words from left to right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.packets.machine import Refused

from .reader_tokens import Group

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .reader_tokens import Word


class Words:
    """Words, and which of them comes next."""

    __slots__ = ("all", "at")

    def __init__(self, words: Sequence[Word]) -> None:
        self.all = words
        self.at = 0

    def left(self) -> bool:
        """Is there one more?"""
        return self.at < len(self.all)

    def peek(self, offset: int = 0) -> Word:
        """A word that stands before us; the empty one behind the end."""
        at = self.at + offset
        return self.all[at] if at < len(self.all) else ""

    def next(self) -> Word:
        """The next word, which is gone past."""
        at = self.at
        self.at = at + 1
        return self.all[at] if at < len(self.all) else ""

    def text(self) -> str:
        """The same, where it has to be a word and no brace."""
        word = self.next()
        if not isinstance(word, str) or not word:
            raise Refused("something is missing at the end, or a brace stands where a word is due")
        return word

    def skip(self, wanted: str) -> bool:
        """Is this the next word? Then go past it."""
        at = self.at
        if at < len(self.all) and self.all[at] == wanted:
            self.at = at + 1
            return True
        return False

    def since(self, begun: int) -> str:
        """The words from a place up to here, as text."""
        return shown(self.all[begun : self.at])


def shown(words: Sequence[Word]) -> str:
    """Words as nft prints them, more or less."""
    parts = []
    for word in words:
        if isinstance(word, Group):
            parts.append("{ " + ", ".join(shown(element) for element in word.elements()) + " }")
        else:
            parts.append(word)
    return " ".join(parts)
