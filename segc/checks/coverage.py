"""What the flows of conduits cover, by exact set arithmetic: several flows together may cover one need.

A `Box` is sources x targets x (protocol, ports, source ports) of one address
family. Taking a flow out of a box leaves boxes; a need is covered when nothing
is left of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.checks.common import addresses
from segc.model.addresses import FAMILIES, NOTHING, Addresses, join, meet, minus
from segc.model.flows import zone_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from segc.lang.literals import Range
    from segc.model.plant import Endpoint, Flow, Match, Plant

    Ends = Sequence[Endpoint]


class Box(NamedTuple):
    """Packets from any of `sources` to any of `targets` by one match; addresses of one family."""

    sources: Addresses
    targets: Addresses
    match: Match


def boxes(sources: Addresses, targets: Addresses, matches: Iterable[Match]) -> Iterator[Box]:
    """A need or a flow as boxes. There are none where the ends have no family in common."""
    for family in FAMILIES:
        a, b = _only(sources, family), _only(targets, family)
        if a and b:
            yield from (Box(a, b, match) for match in matches if match.family in (0, family))


def _only(both: Addresses, family: int) -> Addresses:
    return Addresses(both.v4, ()) if family == 4 else Addresses((), both.v6)


def subtract(box: Box, cut: Box) -> list[Box]:
    """What is left of a box without another one."""
    m, c = box.match, cut.match
    if m.proto != c.proto or c.high < m.low or m.high < c.low:
        return [box]
    if c.source_high < m.source_low or m.source_high < c.source_low:
        return [box]
    a, b = meet(box.sources, cut.sources), meet(box.targets, cut.targets)
    if not a or not b:
        return [box]
    left = []
    if rest := minus(box.sources, a):
        left.append(Box(rest, box.targets, m))
    if rest := minus(box.targets, b):
        left.append(Box(a, rest, m))
    return left + [Box(a, b, match) for match in _less(m, c)]


def _less(m: Match, c: Match) -> Iterator[Match]:
    """A match without another one that it overlaps: below, above, and between by other source ports."""
    if m.low < c.low:
        yield m._replace(high=c.low - 1)
    if c.high < m.high:
        yield m._replace(low=c.high + 1)
    between = m._replace(low=max(m.low, c.low), high=min(m.high, c.high))
    if m.source_low < c.source_low:
        yield between._replace(source_high=c.source_low - 1)
    if c.source_high < m.source_high:
        yield between._replace(source_low=c.source_high + 1)


class Coverage:
    """The flows of all conduits, found by the endpoints that they name. Grants end, so they do not count."""

    def __init__(self, plant: Plant, needs: Iterable[Flow]) -> None:
        """Look only at conduits between zones that the needs join, in either direction."""
        self.plant = plant
        self.by_source: dict[Endpoint, list[Flow]] = {}
        self.by_target: dict[Endpoint, list[Flow]] = {}
        joined = {frozenset((zone_name(a), zone_name(b))) for need in needs for a in need.sources for b in need.targets}
        for conduit in plant.conduits.values():
            wanted = frozenset((conduit.source.name, conduit.target.name)) in joined
            for flow in conduit.flows if wanted else ():
                for end in flow.sources:
                    self.by_source.setdefault(end, []).append(flow)
                for end in flow.targets:
                    self.by_target.setdefault(end, []).append(flow)
        self.neighbours = _Neighbours(plant, {*self.by_source, *self.by_target})

    def rest(self, sources: Ends, targets: Ends, matches: Iterable[Match]) -> list[Box]:
        """What no flow covers of all packets from `sources` to `targets` by `matches`."""
        left = self.packets(sources, targets, matches)
        for flow in self.near(sources, targets):
            if not left:
                break
            served = [match for service in flow.services for match in service.matches]
            for cut in boxes(self._addresses(flow.sources), self._addresses(flow.targets), served):
                left = [piece for box in left for piece in subtract(box, cut)]
        return left

    def packets(self, sources: Ends, targets: Ends, matches: Iterable[Match]) -> list[Box]:
        """All packets from `sources` to `targets` by `matches`."""
        return list(boxes(self._addresses(sources), self._addresses(targets), matches))

    def near(self, sources: Ends, targets: Ends) -> list[Flow]:
        """Flows that may have a packet in common with these ends: by the end that fewer of them name."""
        near_sources = {near for end in sources for near in self.neighbours.of(end)}
        near_targets = {near for end in targets for near in self.neighbours.of(end)}
        by_source = [self.by_source[end] for end in near_sources if end in self.by_source]
        by_target = [self.by_target[end] for end in near_targets if end in self.by_target]
        fewer = min(by_source, by_target, key=lambda lists: sum(map(len, lists)))
        return [
            flow
            for flow in {flow: None for flows in fewer for flow in flows}
            if not near_sources.isdisjoint(flow.sources) and not near_targets.isdisjoint(flow.targets)
        ]

    def _addresses(self, ends: Ends) -> Addresses:
        if len(ends) == 1:
            return addresses(self.plant, ends[0])
        return join(addresses(self.plant, end) for end in ends) if ends else NOTHING


class _Neighbours:
    """Which endpoints share addresses with another: itself, its zone, and ranges around or inside it."""

    def __init__(self, plant: Plant, ends: set[Endpoint]) -> None:
        self.plant = plant
        self.known: dict[Endpoint, set[Endpoint]] = {}
        self.members: dict[str, list[Endpoint]] = {}
        self.wide: dict[str, list[Endpoint]] = {}
        self.single: dict[Range, list[Endpoint]] = {}
        for end in ends:
            self.members.setdefault(zone_name(end), []).append(end)
            parts = list(addresses(plant, end).ranges())
            for part in parts:
                self.single.setdefault(part, []).append(end)
            if any(part.low != part.high for part in parts):
                self.wide.setdefault(zone_name(end), []).append(end)

    def of(self, end: Endpoint) -> set[Endpoint]:
        """Endpoints of flows that have an address in common with `end`."""
        if end not in self.known:
            self.known[end] = set(self._find(end))
        return self.known[end]

    def _find(self, end: Endpoint) -> Iterator[Endpoint]:
        own = addresses(self.plant, end)
        others = self.wide
        for part in own.ranges():
            yield from self.single.get(part, [])
            if part.low != part.high:
                others = self.members
        yield from (other for other in others.get(zone_name(end), []) if meet(own, addresses(self.plant, other)))
