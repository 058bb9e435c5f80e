"""What flows open between two zones, by exact algebra: by how many of them each packet is covered."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.model.addresses import Addresses, meet
from segc.model.clock import expired, zone_of
from segc.model.parts import cut
from segc.model.plant import ICMP, ICMP6, PORTED
from segc.packets.diagram import Diagrams
from segc.packets.fields import DPORT, PROTO, SOURCE, SPORT, TARGET
from segc.packets.meeting import Meeting
from segc.packets.space import Cuts
from segc.packets.unions import sweep

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from segc.model.parts import Pair
    from segc.model.plant import Flow, Match, Plant
    from segc.packets.fields import Spans


class Part(NamedTuple):
    """What a flow opens between two zones."""

    flow: Flow
    sources: Addresses
    targets: Addresses
    matches: tuple[Match, ...]


def of_conduits(plant: Plant) -> list[Flow]:
    """The flows that are open at any time."""
    return [flow for conduit in plant.conduits.values() for flow in conduit.flows]


def of_grants(plant: Plant, at: datetime) -> list[Flow]:
    """The flows of all grants that are not over."""
    zone = zone_of(plant)
    return [flow for grant in plant.grants.values() if not expired(grant, zone, at) for flow in grant.flows]


def by_pair(plant: Plant, flows: Sequence[Flow]) -> dict[Pair, list[Part]]:
    """What flows open in each pair of zones."""
    known: dict[str, Addresses] = {}

    def own(zone: str) -> Addresses:
        if zone not in known:
            known[zone] = plant.ownership.own(zone)
        return known[zone]

    found: dict[Pair, list[Part]] = {}
    for flow in flows:
        matches = tuple(match for service in flow.services for match in service.matches)
        for pair, sources, targets in cut(flow, own) if matches else ():
            found.setdefault(pair, []).append(Part(flow, sources, targets, matches))
    return found


def touch(a: Part, b: Part) -> bool:
    """Can one packet be of both?"""
    return (
        any(m.proto == n.proto and m.low <= n.high and n.low <= m.high for m in a.matches for n in b.matches)
        and bool(meet(a.targets, b.targets))
        and bool(meet(a.sources, b.sources))
    )


def contains(outer: Part, inner: Part) -> bool:
    """Does one part, match by match, hold all of another?"""
    return (
        outer.sources.covers(inner.sources)
        and outer.targets.covers(inner.targets)
        and all(any(_holds(m, n) for m in outer.matches) for n in inner.matches)
    )


def _holds(outer: Match, inner: Match) -> bool:
    return (
        outer.proto == inner.proto
        and outer.family in (0, inner.family)
        and outer.low <= inner.low
        and inner.high <= outer.high
        and outer.source_low <= inner.source_low
        and inner.source_high <= outer.source_high
    )


class Covered:
    """The packets between two zones in one family, and by how many of `others` each is covered, up to two.

    `needed` are enough.
    """

    def __init__(self, family: int, parts: Sequence[Part], others: Sequence[Part], needed: int) -> None:
        self.family = family
        cuts = Cuts(family)
        for part in [*parts, *(others if others is not parts else [])]:
            for field, ranges in self._ends(part).items():
                cuts.spans(field, ranges)
            for match in part.matches:
                for field, ranges in _kind(match).items():
                    cuts.spans(field, ranges)
        self.diagrams = Diagrams(cuts.space())
        self._kinds: dict[tuple[Match, ...], int] = {}
        leaf = self.diagrams.leaf
        self._enough = self.diagrams.relabel(self._counted(others), "enough", lambda n: leaf(n >= needed))
        self._lacking = self.diagrams.negated(self._enough)
        self._meeting = Meeting(self.diagrams)

    def covered(self, part: Part) -> bool:
        """Is every packet of a part covered often enough?"""
        return not self._meeting.meet(self._box(part), self._lacking)

    def touched(self, part: Part) -> bool:
        """Is any packet of it?"""
        return self._meeting.meet(self._box(part), self._enough)

    def common(self, a: Part, b: Part) -> bool:
        """Have two parts a packet in common?"""
        return self._meeting.meet(self._box(a), self._box(b))

    def _box(self, part: Part) -> int:
        """Yes for the packets of a part."""
        ends, no = self._ends(part), self.diagrams.no
        return self._by(SOURCE, ends[SOURCE], self._by(TARGET, ends[TARGET], self._kind(part), no), no)

    def _counted(self, parts: Sequence[Part]) -> int:
        """How many of the flows cover each packet. Those of one source are joined before sources are."""
        none = self.diagrams.leaf(0)
        rows: dict[tuple[int, int], dict[tuple[int, int], list[int]]] = {}
        for part in parts:
            ends = self._ends(part)
            one = self.diagrams.relabel(self._kind(part), "one", lambda yes: self.diagrams.leaf(int(yes)))
            targets = self.diagrams.space.ranks(TARGET, ends[TARGET])
            for source in self.diagrams.space.ranks(SOURCE, ends[SOURCE]):
                row = rows.setdefault(source, {})
                for target in targets:
                    row.setdefault(target, []).append(one)
        made = []
        for source, row in rows.items():
            pieces = [(*target, self._sum(nodes)) for target, nodes in row.items()]
            made.append((*source, self.diagrams.case(TARGET, sweep(pieces, self._sum), none)))
        return self.diagrams.case(SOURCE, sweep(made, self._sum), none)

    def _sum(self, nodes: list[int]) -> int:
        """Counts, added up to two; halves first."""
        left, leaf = list(nodes), self.diagrams.leaf
        while len(left) > 1:
            pairs = zip(left[::2], left[1::2], strict=False)
            added = [self.diagrams.combine(a, b, lambda x, y: leaf(min(x + y, 2))) for a, b in pairs]
            left = [*added, *left[len(left) & ~1 :]]
        return left[0]

    def _ends(self, part: Part) -> dict[int, Spans]:
        return {SOURCE: part.sources.of(self.family), TARGET: part.targets.of(self.family)}

    def _kind(self, part: Part) -> int:
        """Yes for the protocols and ports of a part."""
        found = self._kinds.get(part.matches)
        if found is None:
            mine = [_kind(match) for match in part.matches if match.family in (0, self.family)]
            found = self._kinds[part.matches] = self.diagrams.any(map(self._cube, mine))
        return found

    def _cube(self, spans: dict[int, Spans]) -> int:
        node = self.diagrams.yes
        for field in sorted(spans, reverse=True):
            node = self._by(field, spans[field], node, self.diagrams.no)
        return node

    def _by(self, field: int, spans: Spans, yes: int, no: int) -> int:
        ranks = self.diagrams.space.ranks(field, spans)
        return self.diagrams.case(field, [(low, high, yes) for low, high in ranks], no)


def _kind(match: Match) -> dict[int, Spans]:
    spans: dict[int, Spans] = {PROTO: ((match.proto, match.proto),)}
    if match.proto in PORTED:
        spans |= {DPORT: ((match.low, match.high),), SPORT: ((match.source_low, match.source_high),)}
    elif match.proto in (ICMP, ICMP6):
        spans[DPORT] = ((match.low, match.high),)
    return spans
