"""Names that a vendor takes: short enough, of letters that it knows, one for each text, and the same next year."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from segc.model.flows import short_id

if TYPE_CHECKING:
    from collections.abc import Collection

MARK = 6  # letters that make a changed name unique


class Words:
    """Hands out names for texts.

    `odd` is a pattern for letters that the vendor does not know; each becomes `filler`. A text that is a name already
    stays as it is; any other gets a mark made from the whole text, so that no name depends on which others there are.
    `reserved` are words that mean something else to the vendor, and `fold` says that it does not tell capitals apart.
    """

    def __init__(
        self,
        longest: int,
        odd: str = r"[^A-Za-z0-9_-]",
        filler: str = "-",
        reserved: Collection[str] = (),
        *,
        fold: bool = False,
    ) -> None:
        self.longest = longest
        self._odd = re.compile(odd)
        self._filler = filler
        self._reserved = {word.lower() for word in reserved}
        self._fold = fold
        self._taken: dict[str, str] = {}

    def __call__(self, text: str) -> str:
        """The name for a text, always the same one."""
        plain = self._odd.sub(self._filler, text)
        length = MARK
        name = plain
        if plain != text or len(plain) > self.longest or plain.lower() in self._reserved:
            name = self._marked(plain, text, length)
        while self._taken.setdefault(name.lower() if self._fold else name, text) != text:
            length += 1
            name = self._marked(plain, text, length)
        return name

    def _marked(self, plain: str, text: str, length: int) -> str:
        room = self.longest - length - 1
        return f"{plain[:room].rstrip(self._filler)}{self._filler}{short_id(text, length)}"


def sentence(text: str, longest: int, odd: str = r"[^\x20-\x7e]") -> str:
    """A remark of at most so many letters of those that the vendor knows. What is cut off stands in the manifest."""
    plain = re.sub(r"\s+", " ", re.sub(odd, "?", text)).strip()
    return plain if len(plain) <= longest else plain[: longest - 4].rstrip() + " ..."
