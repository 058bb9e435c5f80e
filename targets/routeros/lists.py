"""Address lists: one for each endpoint, or set of endpoints, that a rule names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.lang.literals import BITS, address_text
from segc.model.addresses import prefix_text, prefixes
from segc.model.flows import short_id
from segc.rules.words import Words, sentence

from .text import command

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from segc.model.addresses import Addresses
    from segc.rules.table import Ends, Line

PREFIX = "segc-"
LONGEST = 48
REMARK = 200


class Lists:
    """Names the sides of lines, and remembers which of the lists are used."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._words = Words(LONGEST - len(PREFIX), r"[^A-Za-z0-9._-]")
        self._used: dict[int, dict[str, Ends]] = {4: {}, 6: {}}
        # the same endpoint may be cut to what several zones own of it: then a name alone would not tell which
        self._owned: dict[str, set[Addresses]] = {}
        for line in lines:
            for side in (line.source, line.target):
                if side is not None:
                    self._owned.setdefault(_called(side), set()).add(side.addresses)

    def name(self, side: Ends, family: int) -> str:
        """The list of a side."""
        text = _called(side)
        if len(self._owned.get(text, ())) > 1:
            text = f"{text}.{short_id(str(side.addresses), 4)}"
        name = PREFIX + self._words(text)
        self._used[family][name] = side
        return name

    def commands(self, family: int) -> Iterator[str]:
        """The entries of all lists that rules of a family name."""
        for name, side in sorted(self._used[family].items()):
            for text in _entries(side.addresses, family):
                remark = sentence(_called(side).replace("+", ", "), REMARK)
                yield command({"address": text, "comment": remark, "list": name})


def _called(side: Ends) -> str:
    return "+".join(end.name for end in side.ends)


def _entries(addresses: Addresses, family: int) -> Iterator[str]:
    """Prefixes; for IPv4 ranges as well, which lists of IPv6 do not take. Never a prefix of length 0."""
    for low, high in addresses.of(family):
        found = list(prefixes(family, low, high))
        if family == 4 and len(found) > 1:
            yield f"{address_text(4, low)}-{address_text(4, high)}"
        elif found[0][1] == 0:
            half = 1 << (BITS[family] - 1)
            yield from (prefix_text(family, start, 1) for start in (0, half))
        else:
            yield from (prefix_text(family, start, length) for start, length in found)
