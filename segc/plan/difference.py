"""The packets whose verdict changes between two plants: all of them, each with what decided and what will decide.

The verdict is that of segc/model/verdict.py. A packet's verdict hangs on the zones of its ends, and on nothing else but
flows and the mode of that pair. So pairs of cells (segc/plan/cells.py) are compared one by one where flows or a mode of
their own speak, and all the rest of the sources of a target at once, since for them only the target's mode counts.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from segc.model.addresses import FAMILIES, join, meet
from segc.model.plant import MONITOR
from segc.model.verdict import ALERT, ALLOW, BLOCK, PASS
from segc.packets.decide import Slice
from segc.packets.fields import DPORT, PROTO, SOURCE, SPORT, TARGET
from segc.packets.partition import partition, values
from segc.packets.sample import Sampler
from segc.packets.wellformed import well_formed
from segc.plan.cells import cells
from segc.plan.spoken import Spoken
from segc.proof.sessions import cube, ends_of, open_at, sessions, space_of, touches

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from segc.model.addresses import Addresses
    from segc.packets.diagram import Diagrams
    from segc.packets.fields import Packet, Spans
    from segc.packets.partition import Box
    from segc.plan.cells import Cell
    from segc.plan.side import Side
    from segc.proof.duties import Part

ASKED = (SOURCE, TARGET, PROTO, DPORT, SPORT)
Boxes = tuple[dict[int, list[tuple[int, int]]], ...]


class Fate(NamedTuple):
    """What becomes of packets: pass (inside a zone), allow (by `part`), alert (let through and recorded) or block."""

    verdict: str
    part: Part | None = None

    @property
    def kind(self) -> tuple[str, bool]:
        """The verdict, and whether an allowed packet is recorded."""
        return self.verdict, self.part is not None and self.part.recorded is not None


class Change(NamedTuple):
    """Packets from some cells to one, all with the same fate before and the same one after, and those differ.

    `whole`: they are all that the flow (of after, else of before) permits between these cells.
    """

    was: Fate
    now: Fate
    sources: tuple[Cell, ...]
    target: Cell
    family: int
    boxes: Boxes
    whole: bool
    sample: Packet


def difference(before: Side, after: Side) -> list[Change]:
    """All packets whose verdict, or whose record as an allowed one, changes. Empty where two plants mean the same."""
    return list(_Difference(before, after).changes())


class _Difference:
    def __init__(self, before: Side, after: Side) -> None:
        self.before = before
        self.after = after
        self.cells = cells(before.plant.ownership, after.plant.ownership)
        self._spoken = Spoken(before, after, self.cells)
        self._likely = _likely(before, after)

    def changes(self) -> Iterator[Change]:
        for target in self.cells:
            apart = self._spoken.of(target)
            for source in apart:
                yield from self._pair(source, target)
            yield from self._others(apart, target)

    # -- pairs of which something speaks ----------------------------------

    def _pair(self, source: Cell, target: Cell) -> Iterator[Change]:
        rests = (
            self._rest(self.before, source.before, target.before),
            self._rest(self.after, source.after, target.after),
        )
        parts = (
            self._parts(self.before, source.before, target.before, (source, target)),
            self._parts(self.after, source.after, target.after, (source, target)),
        )
        if rests[0] == rests[1] and _said(parts[0]) == _said(parts[1]):
            return
        for family in FAMILIES:
            if source.addresses.of(family) and target.addresses.of(family):
                yield from self._compared((source,), target, family, rests, parts)

    def _rest(self, side: Side, a: str | None, b: str | None) -> Fate:
        """The fate of what no flow covers."""
        if a is not None and a == b:
            return Fate(PASS)
        return Fate(ALERT if side.policy.mode(a, b) == MONITOR else BLOCK)

    def _parts(self, side: Side, a: str | None, b: str | None, ends: tuple[Cell, Cell]) -> list[Part]:
        """What flows permit now between two cells; those that ask for a record first, since one of them is enough."""
        if a is None or b is None or a == b:
            return []
        moment = int(side.at.timestamp())
        found = []
        for _, part in side.policy.parts((a, b)):
            if open_at(part.times, moment):
                sources = _cut(part.sources, ends[0], side.policy.own(a))
                targets = _cut(part.targets, ends[1], side.policy.own(b))
                if sources and targets:
                    found.append(part._replace(sources=sources, targets=targets))
        return sorted(found, key=lambda part: part.recorded is None)

    def _compared(
        self,
        sources: tuple[Cell, ...],
        target: Cell,
        family: int,
        rests: tuple[Fate, Fate],
        parts: tuple[Sequence[Part], Sequence[Part]] = ((), ()),
    ) -> Iterator[Change]:
        if len(sources) == 1:
            ends = {SOURCE: sources[0].addresses.of(family), TARGET: target.addresses.of(family)}
        else:
            ends = {SOURCE: join(one.addresses for one in sources).of(family), TARGET: target.addresses.of(family)}
        mine = [[p for p in each if _lies(p, ends, family)] for each in parts]
        diagrams = space_of(family, [*mine[0], *mine[1]], ends)
        was, now = (self._fates(diagrams, rest, each, family) for rest, each in zip(rests, mine, strict=True))
        node = diagrams.combine(was, now, lambda a, b: diagrams.leaf((a, b) if a.kind != b.kind else None))
        node = diagrams.select(cube(diagrams, ends, diagrams.yes), node, diagrams.leaf(None))
        groups: dict[tuple[Fate, Fate], list[Box]] = {}
        for box in partition(diagrams, node):
            if box.value is not None:
                groups.setdefault(box.value, []).append(box)
        if not groups:
            return
        real = well_formed(diagrams)
        sampler = Sampler(diagrams, {field: self._near(family, ends[field]) for field in (SOURCE, TARGET)})
        for key, boxes in groups.items():
            these = diagrams.both(diagrams.relabel(node, ("only", key), partial(_only, diagrams, key)), real)
            if these == diagrams.no:  # headers that no packet has
                continue
            told = tuple({f: values(diagrams, f, box.ranks[f]) for f in ASKED if box.ranks[f]} for box in boxes)
            sample, _ = sampler.packet(these, Slice(family))
            yield Change(*key, sources, target, family, told, _whole(diagrams, key, family, these, real), sample)

    def _fates(self, diagrams: Diagrams, rest: Fate, parts: Sequence[Part], family: int) -> int:
        node = diagrams.leaf(rest)
        for part in reversed(parts):
            opened = sessions(diagrams, ends_of(part, family), part.matches)
            node = diagrams.select(opened, diagrams.leaf(Fate(ALLOW, part)), node)
        return node

    def _near(self, family: int, spans: Spans) -> list[int]:
        """Addresses of machines among these: an example that people can place."""
        return [one for one in self._likely[family] if any(low <= one <= high for low, high in spans)][:20]

    # -- all others -------------------------------------------------------

    def _others(self, apart: Sequence[Cell], target: Cell) -> Iterator[Change]:
        """The sources of which nothing speaks, by whether they are in the target's zone before and after."""
        excepted = {(cell.before, cell.after) for cell in apart}
        far = self._rest(self.before, None, target.before), self._rest(self.after, None, target.after)
        groups: dict[tuple[Fate, Fate], list[Cell]] = {}
        for source in self.cells if far[0] != far[1] else self._spoken.beside(target):
            if source[:2] in excepted:
                continue
            rests = (
                Fate(PASS) if source.before is not None and source.before == target.before else far[0],
                Fate(PASS) if source.after is not None and source.after == target.after else far[1],
            )
            if rests[0] != rests[1]:
                groups.setdefault(rests, []).append(source)
        for rests, sources in groups.items():
            for family in FAMILIES:
                speaking = tuple(one for one in sources if one.addresses.of(family))
                if speaking and target.addresses.of(family):
                    yield from self._compared(speaking, target, family, rests)


def _cut(ends: Addresses, cell: Cell, own: Addresses) -> Addresses:
    return ends if cell.addresses == own else meet(ends, cell.addresses)


def _said(parts: Sequence[Part]) -> frozenset[object]:
    """What flows permit, whatever order and names they have."""
    return frozenset((p.sources, p.targets, frozenset(p.matches), p.recorded is not None) for p in parts)


def _lies(part: Part, ends: dict[int, Spans], family: int) -> bool:
    return all(touches(spans, ends[field]) for field, spans in ends_of(part, family).items())


def _only(diagrams: Diagrams, wanted: object, value: object) -> int:
    return diagrams.leaf(value == wanted)


def _whole(diagrams: Diagrams, fates: tuple[Fate, Fate], family: int, these: int, real: int) -> bool:
    part = fates[1].part or fates[0].part
    if part is None:
        return False
    return diagrams.both(sessions(diagrams, ends_of(part, family), part.matches), real) == these


def _likely(*sides: Side) -> dict[int, list[int]]:
    """First addresses of all assets, by family."""
    found: dict[int, dict[int, None]] = {4: {}, 6: {}}
    for side in sides:
        for zone in side.plant.zones.values():
            for asset in zone.assets:
                for part in asset.addresses.ranges():
                    found[part.family][part.low] = None
    return {family: list(addresses) for family, addresses in found.items()}
