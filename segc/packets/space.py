"""Rank compression: every field is cut at the values in use, so that IPv6 costs what IPv4 costs.

A class is a range of values that nothing tells apart; classes are known by their
rank in the order of values.
"""

from __future__ import annotations

from bisect import bisect_right
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
        self.unknown: dict[str, None] = {}  # in order of use: what one rule asks together must lie together

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
            self.names[field == OIF].add(_class(name))

    def space(self) -> Space:
        """The space of packets that these cuts make."""
        return Space(self)


class Space:
    """The classes of each field. Things `unknown`, which hold or do not, have levels below those of the fields."""

    def __init__(self, cuts: Cuts) -> None:
        self.family = cuts.family
        self.starts: list[list[int]] = [sorted(starts) for starts in cuts.starts]
        self.names: dict[int, list[str]] = {}
        for field, names in zip((IIF, OIF), cuts.names, strict=True):
            self.names[field] = [*sorted(names - {OTHER}, key=lambda name: (OTHER in name, name)), OTHER]
            self.starts[field] = list(range(len(self.names[field])))
        self._rank = [{start: rank for rank, start in enumerate(starts)} for starts in self.starts]
        self._interfaces: dict[tuple[int, tuple[str, ...]], list[tuple[int, int]]] = {}
        self.unknown = {text: len(FIELDS) + index for index, text in enumerate(cuts.unknown)}

    def ranks(self, field: int, spans: Spans) -> list[tuple[int, int]]:
        """The classes of ranges, which must have been cut; ranges beyond the field vanish."""
        rank, last = self._rank[field], top(field, self.family)
        count = len(rank)
        found = []
        for low, high in spans:
            if low <= last:
                found.append((rank[low], (rank[high + 1] if high < last else count) - 1))
        return found

    def rank(self, field: int, value: int) -> int:
        """The class to which one value belongs, cut or not."""
        return bisect_right(self.starts[field], value) - 1

    def interface_ranks(self, field: int, names: Iterable[str]) -> list[tuple[int, int]]:
        """The classes of interfaces that have one of these names, which must have been cut."""
        wanted, told = tuple(names), self.names[field]
        found = self._interfaces.get((field, wanted))
        if found is None:
            for name in wanted:
                told.index(_class(name))
            found = [(i, i) for i, name in enumerate(told) if any(fits(name, one) for one in wanted)]
            self._interfaces[field, wanted] = found
        return found

    def interface_rank(self, field: int, name: str) -> int:
        """The class to which one interface belongs: its own, or that of the longest prefix."""
        told = self.names[field]
        if name in told:
            return told.index(name)
        return max((len(one), i) for i, one in enumerate(told) if one[-1:] == OTHER and name.startswith(one[:-1]))[1]

    def interface(self, field: int, rank: int) -> str:
        """An interface of a class: the one, or one of which nobody speaks."""
        name = self.names[field][rank]
        if name.endswith(OTHER):
            name = name[:-1] + "other"
            while self.interface_rank(field, name) != rank:
                name += "x"
        return name

    def values(self, field: int, rank: int) -> tuple[int, int]:
        """The range of values that a class stands for."""
        starts = self.starts[field]
        return starts[rank], (starts[rank + 1] - 1 if rank + 1 < len(starts) else top(field, self.family))


def _class(pattern: str) -> str:
    return pattern[:-1] + OTHER if pattern.endswith("*") else pattern


def fits(name: str, pattern: str) -> bool:
    """Has an interface, or a class of interfaces, a name that the pattern takes?"""
    if pattern.endswith("*"):
        return name.startswith(pattern[:-1])
    return name == pattern
