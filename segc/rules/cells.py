"""What one interface lets in, as few lines: for boxes that cannot tell pairs apart in their records, and hold little.

Every packet lies in one cell: the zone of its source by the zone of its target.
Cells come in the order of their zones' sizes, so that a zone with holes (all of
10.0.0.0/8 but the cells in it; or the whole internet but the plant) can be
written as the one prefix that covers it, once its holes have been decided:

    from, to          cell    hall    any other
    cell               1       2       3
    hall               4       5       6          hall is 10.0.0.0/8, here
    any other          7       8       9          any

The rest of a cell needs a line only if it is decided otherwise than the last
line decides, or if a covering line behind would take its packets.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from segc.model.addresses import NOTHING, Addresses, join, minus, normal, prefixes
from segc.rules.table import ASTRAY, FLOW, INSIDE, PAIR, REPLY, End, Ends, Line, may_meet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from segc.rules.table import Table


# No zone can be called so:
LOOSE = "?"  # firewalls' own addresses that no zone owns
GAPS = "-"  # what lies amid the zones, and is none's that the firewall knows


@dataclass(slots=True)
class Part:
    """A zone (None for any other source or target) in one family: its addresses, and the set that may be written instead."""

    zone: str | None
    own: Addresses
    cover: Addresses | None  # None for any

    @property
    def covers_more(self) -> bool:
        """Is more written than is meant?"""
        return self.cover is None or self.cover != self.own


class Cells:
    """The lines of one interface and family. Lines' sides have addresses of this family only.

    `answers`: lines for answers as well, for boxes without sessions.
    """

    def __init__(self, table: Table, interface: str, family: int, *, answers: bool = True) -> None:
        self.table = table
        self.interface = interface
        self.family = family
        self.last = table.lines[-1]
        here = [line for line in table.at(interface) if line.speaks(family)]
        self._flows: dict[tuple[str | None, str | None], list[Line]] = {}
        self._rests: dict[tuple[str | None, str | None], Line] = {}
        for line in here:
            self._sort(line)
        for line in table.replies() if answers else ():
            if line.speaks(family) and (line.ingress is None or interface in line.ingress) and line.pair is not None:
                self._flows.setdefault((line.pair.target, line.pair.source), []).append(line)
        zones = dict(self._zones())
        loose = [table.rules.towards(pair) for pair in table.rules.pairs if pair.target is None]
        # answers come from zones that open no sessions, too, and from addresses that no zone owns
        self.parts = self._parts([*zones.items(), *([(LOOSE, join(loose))] if loose else [])])

    def lines(self) -> list[Line]:
        """All lines, the last one for whatever is left."""
        found: list[Line] = []
        over: list[Line] = []  # of sources behind, and written with more than is meant
        for source in reversed(self.parts):
            row = self._row(source, over)
            over += [line for line in row if source.covers_more and self._differs(line)]
            found = row + found
        return found

    def _row(self, source: Part, over: list[Line]) -> list[Line]:
        """The lines of one source; what is left of its packets goes on to the last line, past any that cover it."""
        last = self.last if source.zone is None else replace(self.last, source=self._ends(source))
        row = [last] if source.zone is None or _any_meet(last, over) else []
        wide: list[Line] = []  # of this source, and written with a target of more than is meant
        for target in reversed(self.parts):
            for line, covering in reversed(list(self._cell(source, target))):
                if self._differs(line) or _any_meet(line, wide):
                    row.append(line)
                    wide += [line] if covering and self._differs(line) else []
        return row[::-1]

    def _differs(self, line: Line) -> bool:
        """Does a line do otherwise than the last one, with some packets?"""
        return line.kind in (FLOW, INSIDE, REPLY) or line.permit != self.last.permit

    # -- zones ------------------------------------------------------------

    def _zones(self) -> Iterator[tuple[str, Addresses]]:
        """The zones of which something is said."""
        rules = self.table.rules
        yield from ((other.zone, other.own) for other in rules.others if other.zone is not None)
        yield from rules.targets.items()
        yield from ((side.zone, side.own) for side in rules.sides)

    def _parts(self, zones: Iterable[tuple[str, Addresses]]) -> list[Part]:
        """Small ones first; each may be written with what has come before it. The last is any."""
        own = [(zone, self._mine(addresses)) for zone, addresses in zones if addresses.of(self.family)]
        gaps = self._gaps([addresses for _, addresses in own])
        found = [Part(GAPS, gaps, gaps)] if gaps else []
        done = gaps
        for zone, addresses in sorted(own, key=lambda entry: (entry[1].size(), entry[0])):
            done = join((done, addresses))
            found.append(Part(zone, addresses, self._cover(addresses, done)))
        return [*found, Part(None, NOTHING, None)]

    def _gaps(self, owned: list[Addresses]) -> Addresses:
        """What lies amid the zones and belongs to none of which this firewall knows."""
        spans = [span for addresses in owned for span in addresses.of(self.family)]
        if not spans:
            return NOTHING
        hull = ((min(low for low, _ in spans), max(high for _, high in spans)),)
        return minus(self._mine(Addresses(hull, hull)), join(owned))

    def _mine(self, addresses: Addresses) -> Addresses:
        spans = addresses.of(self.family)
        return Addresses(spans, ()) if self.family == 4 else Addresses((), spans)

    def _cover(self, own: Addresses, done: Addresses) -> Addresses:
        """The addresses, or all in their place of which cells before speak, whatever takes fewer prefixes."""
        spans = own.of(self.family)
        low, high = spans[0][0], spans[-1][1]
        inside = normal([(max(low, a), min(high, b)) for a, b in done.of(self.family) if a <= high and low <= b])
        wider = self._mine(Addresses(inside, inside))
        return wider if self._count(wider) < self._count(own) else own

    def _count(self, addresses: Addresses) -> int:
        return sum(1 for low, high in addresses.of(self.family) for _ in prefixes(self.family, low, high))

    # -- cells ------------------------------------------------------------

    def _sort(self, line: Line) -> None:
        pair = line.pair
        if line.kind == FLOW and pair is not None:
            self._flows.setdefault((pair.source, pair.target), []).append(line)
        elif line.kind == INSIDE:
            self._flows.setdefault((line.id, line.id), []).append(line)
        elif line.kind in (PAIR, ASTRAY) and pair is not None:
            self._rests.setdefault((pair.source, pair.target), line)
        elif line.target is not None:
            self._rests.setdefault((None, line.target.ends[0].name), line)

    def _cell(self, source: Part, target: Part) -> Iterator[tuple[Line, bool]]:
        """What is permitted, then the rest, each with whether its target is more than is meant."""
        if source.zone is not None and target.zone is not None:
            found = self._flows.get((_owner(source), _owner(target)), ())
            for line in sorted(
                found, key=lambda line: not line.permit
            ):  # answers are permitted before anything is shut
                yield self._covered(line, source, target)
        elif target.zone is None:
            return  # the last line of the row
        sides = [None if part.cover is None else self._ends(part) for part in (source, target)]
        yield replace(self._rest(source, target), source=sides[0], target=sides[1]), target.covers_more

    def _rest(self, source: Part, target: Part) -> Line:
        pair = self._rests.get((source.zone, _owner(target))) if source.zone and target.zone else None
        return pair or self._rests.get((None, target.zone)) or self.last

    def _covered(self, line: Line, source: Part, target: Part) -> tuple[Line, bool]:
        """A flow between whole zones is written with their covers, any other one as it is."""
        covering = False
        for word, part in (("source", source), ("target", target)):
            side: Ends | None = getattr(line, word)
            if side is not None and part.covers_more and self._mine(side.addresses) == part.own:
                line = replace(line, **{word: self._ends(part)})  # type: ignore[arg-type]
                covering = covering or part is target
        return line, covering

    @staticmethod
    def _ends(part: Part) -> Ends:
        cover = part.cover if part.cover is not None else part.own
        return Ends((End(part.zone or "", cover),), cover)


def _owner(part: Part) -> str | None:
    """The zone by which pairs know a part."""
    return None if part.zone == LOOSE else part.zone


def _any_meet(line: Line, others: Iterable[Line]) -> bool:
    return any(may_meet(line, other) for other in others)
