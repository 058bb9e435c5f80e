"""Aliases: a network alias for each endpoint and each set of them, a port alias where a rule has several ports."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.lang.literals import BITS, address_text
from segc.model.addresses import FAMILIES, prefixes
from segc.rules.words import sentence

from .pf_names import LINK, Names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from segc.model.addresses import Addresses
    from segc.rules.table import End, Ends, Line

REMARK = 200
LINK_ONLY = ("224.0.0.0/24", "255.255.255.255/32", "ff02::/16")  # no router forwards these (RFC 5771, 919, 4291)


class Alias(NamedTuple):
    """One alias. Values are networks, names of other aliases, or ports."""

    name: str
    kind: str
    values: tuple[str, ...]
    descr: str


class Aliases:
    """Hands out names for what rules speak of, and remembers the aliases that are used."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._names = Names(lines)
        self._used: dict[str, Alias] = {}

    def __iter__(self) -> Iterator[Alias]:
        """All that are used, by name: those within others first, as their pages have them."""
        return iter(sorted(self._used.values(), key=lambda alias: alias.name))

    def side(self, side: Ends) -> str:
        """The alias of a side of a line."""
        if len(side.ends) == 1:
            return self._end(side.ends[0])
        members = tuple(sorted({self._end(end) for end in side.ends}))
        return self._add(self._names.several(side), "network", members, ", ".join(end.name for end in side.ends))

    def link(self) -> str:
        """What is sent to everybody on a link, the firewall included."""
        return self._add(LINK, "network", LINK_ONLY, "multicast and broadcast that no router forwards")

    def ports(self, text: str, ranges: Iterable[tuple[int, int]]) -> str:
        """The alias of several ports."""
        values = tuple(str(low) if low == high else f"{low}:{high}" for low, high in ranges)
        return self._add(self._names.ports(text), "port", values, text)

    def _end(self, end: End) -> str:
        name = self._names.end(end.name, end.addresses)
        return self._add(name, "network", tuple(_networks(end.addresses)), end.name)

    def _add(self, name: str, kind: str, values: tuple[str, ...], descr: str) -> str:
        self._used[name] = Alias(name, kind, values, sentence(descr, REMARK))
        return name


def _networks(addresses: Addresses) -> Iterator[str]:
    """Prefixes with their lengths; never one of length 0, which a table of pf's does not hold for both families."""
    for family in FAMILIES:
        for low, high in addresses.of(family):
            for start, length in prefixes(family, low, high):
                halves = [(start, length)] if length else [(0, 1), (1 << (BITS[family] - 1), 1)]
                yield from (f"{address_text(family, at)}/{bits}" for at, bits in halves)
