"""Rank compression: every field is cut at the values in use, so that IPv6 costs what IPv4 costs.

A field with k classes of values that nothing tells apart takes ceil(log2 k)
Boolean variables, the most significant first. The last class takes what is left
of the 2^bits numbers, so that equal sets have equal diagrams.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from segc.packets.fields import FIELDS, IIF, OIF, Spans, top

if TYPE_CHECKING:
    from collections.abc import Iterable

OTHER = "\0"  # any interface of which nobody speaks; behind a prefix, any other that begins so


class Cuts:
    """Gathers the values at which the fields of one family must be cut."""

    def __init__(self, family: int) -> None:
        self.family = family
        self.starts: list[set[int]] = [{0} for _ in FIELDS]
        self.names: tuple[set[str], set[str]] = (set(), set())
        self.unknown: set[str] = set()

    def spans(self, field: int, spans: Spans) -> None:
        """Tell these ranges apart from the rest; what lies beyond the field is cut off."""
        starts, last = self.starts[field], top(field, self.family)
        for low, high in spans:
            if low <= last:
                starts.add(low)
            if high < last:
                starts.add(high + 1)

    def interfaces(self, field: int, names: Iterable[str]) -> None:
        """Tell these interfaces apart; `eth*` stands for all that begin so."""
        for name in names:
            self.names[field == OIF].add(name.removesuffix("*") + OTHER if name.endswith("*") else name)

    def space(self) -> Space:
        """The space of packets that these cuts make."""
        return Space(self)


class Space:
    """Fields as Boolean variables. Levels count from the top of every diagram."""

    def __init__(self, cuts: Cuts) -> None:
        self.family = cuts.family
        self.starts: list[list[int]] = [sorted(starts) for starts in cuts.starts]
        self.names: dict[int, list[str]] = {}
        for field, names in zip((IIF, OIF), cuts.names, strict=True):
            self.names[field] = [*sorted(names), OTHER]
            self.starts[field] = list(range(len(self.names[field])))
        self.bits = [(len(starts) - 1).bit_length() for starts in self.starts]
        self.first = [sum(self.bits[:field]) for field in range(len(FIELDS))]
        base = sum(self.bits)
        self.unknown = {text: base + index for index, text in enumerate(sorted(cuts.unknown))}

    def ranks(self, field: int, spans: Spans) -> list[tuple[int, int]]:
        """The classes of ranges, which must have been cut; ranges beyond the field vanish."""
        starts, last = self.starts[field], top(field, self.family)
        found = []
        for low, high in spans:
            if low <= last:
                found.append((bisect_left(starts, low), bisect_right(starts, min(high, last)) - 1))
        return found

    def interface_ranks(self, field: int, names: Iterable[str]) -> list[tuple[int, int]]:
        """The classes of interfaces that have one of these names."""
        wanted = tuple(names)
        return [(i, i) for i, name in enumerate(self.names[field]) if any(fits(name, one) for one in wanted)]

    def values(self, field: int, rank: int) -> tuple[int, int]:
        """The range of values that a class stands for."""
        starts = self.starts[field]
        rank = min(rank, len(starts) - 1)
        return starts[rank], (starts[rank + 1] - 1 if rank + 1 < len(starts) else top(field, self.family))


def fits(name: str, pattern: str) -> bool:
    """Has an interface, or a class of interfaces, a name that the pattern takes?"""
    if pattern.endswith("*"):
        return name.startswith(pattern[:-1])
    return name == pattern
