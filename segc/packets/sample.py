"""One packet out of a set: always the same one, and one that a person can place if there is any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.packets.fields import DPORT, FIELDS, IIF, OIF, PROTO, SOURCE, SPORT, TARGET, TIME, Packet, top

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from segc.packets.decide import Slice
    from segc.packets.diagram import Diagrams

USUAL = {PROTO: (6, 17, 1, 58, 132), DPORT: (502, 102, 44818, 4840, 443, 22), SPORT: (49152, 40000, 1024)}


class Sampler:
    """Picks packets. `preferred` are values to be tried first, by field: addresses of named assets, say."""

    def __init__(self, diagrams: Diagrams, preferred: Mapping[int, Sequence[int]]) -> None:
        self.diagrams = diagrams
        self.preferred = {field: (*preferred.get(field, ()), *USUAL.get(field, ())) for field in range(len(FIELDS))}

    def packet(self, where: int, of: Slice) -> tuple[Packet, list[int]]:
        """A packet for which `where` says yes, which some packet must, and its classes."""
        diagrams = self.diagrams
        values: list[int] = []
        ranks: list[int] = []
        for field in range(len(FIELDS)):
            value, rank = self._value(where, field)
            where = self._within(where, field, rank)
            values.append(value)
            ranks.append(rank)
        names = {field: diagrams.space.interface(field, ranks[field]) for field in (IIF, OIF)}
        return Packet(
            of.family,
            values[SOURCE],
            values[TARGET],
            values[PROTO],
            values[DPORT],
            values[SPORT],
            names[IIF],
            names[OIF],
            values[TIME],
            of.state,
            of.reply,
        ), ranks

    def _value(self, where: int, field: int) -> tuple[int, int]:
        space = self.diagrams.space
        for value in self.preferred[field]:
            rank = space.rank(field, value)
            if value <= top(field, space.family) and self._within(where, field, rank) != self.diagrams.no:
                return value, rank
        rank = self._lowest(where, field)
        return space.values(field, rank)[0], rank

    def _within(self, node: int, field: int, rank: int) -> int:
        """What is left of a diagram when a field's class is known; the fields before it are known already."""
        return node if self.diagrams.level[node] > field else self.diagrams.within(node, rank)

    def _lowest(self, node: int, field: int) -> int:
        """The lowest class of a field for which some packet is left."""
        if self.diagrams.level[node] > field:
            return 0
        kids = zip(self.diagrams.starts[node], self.diagrams.kids[node], strict=True)
        return next(start for start, kid in kids if kid != self.diagrams.no)
