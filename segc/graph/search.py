"""Shortest chains from some machines: how many hops to each other machine, and by what each hop is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from segc.graph.machines import Machine
    from segc.graph.ways import Way, Ways
    from segc.model.plant import Flow

FLOW, ZONE, OPEN = "flow", "zone", "open"


class Hop(NamedTuple):
    """One step of a chain. `by` is flow, zone (both ends are in it) or open (nothing stops anything between the zones)."""

    source: Machine
    target: Machine
    by: str
    way: Way | None


class Search:
    """Machines by their distance from the starts, breadth first; no way is walked twice.

    `starts` are at distance 0. `first` narrows the first hop to some of the ways, as for one who may use a grant and
    nothing else. What `closed` says of a flow is left out. Flows come before open pairs: of two shortest chains the
    one that a line of the policy opens is told.
    """

    def __init__(
        self,
        ways: Ways,
        starts: Iterable[Machine],
        *,
        first: Iterable[Way] | None = None,
        closed: Callable[[Flow], bool] | None = None,
    ) -> None:
        self.ways = ways
        self.distance: dict[int, int] = {one.number: 0 for one in starts}
        self._came: dict[int, tuple[int, str, Way | None]] = {}
        self._from: dict[int, list[Way]] = {}
        self._inside: set[str] = set()
        self._towards: set[tuple[int, int]] = set()
        self._met: dict[int, set[str]] = {}
        for way in ways.ways:
            if closed is None or not closed(way.flow):
                for one in way.sources:
                    self._from.setdefault(one, []).append(way)
        self._walk(list(self.distance) if first is None else list(self._begin(first)))

    def _begin(self, first: Iterable[Way]) -> Iterator[int]:
        for way in first:
            for one in way.sources:
                if one in self.distance:
                    yield from self._reach(one, way.targets, FLOW, way)

    def _walk(self, front: list[int]) -> None:
        walked: set[int] = set()
        while front:
            ahead: list[int] = []
            for one in front:
                for way in self._from.get(one, ()):
                    if id(way) not in walked:
                        walked.add(id(way))
                        ahead += self._reach(one, way.targets, FLOW, way)
            for one in front:
                ahead += self._reach(one, self._beside(one), ZONE, None)
                ahead += self._reach(one, self._opened(one), OPEN, None)
            front = ahead

    def _beside(self, one: int) -> Iterator[int]:
        """Everybody in its zone, unless another one of the zone has been here."""
        zone = self.ways.machines[one].zone.name
        if zone not in self._inside:
            self._inside.add(zone)
            yield from (m.number for m in self.ways.by_zone[zone])

    def _opened(self, one: int) -> Iterator[int]:
        """Who is in a zone that is open to its own and has a family in common, unless somebody else reached it so."""
        machine = self.ways.machines[one]
        towards = self.ways.open_to(machine.zone.name)
        if len(towards) < 2:
            return
        for family in sorted(machine.families):
            if (family, id(towards)) in self._towards:  # equal sets are one object
                continue
            self._towards.add((family, id(towards)))
            met = self._met.setdefault(family, set())
            for other in sorted(towards - met):
                met.add(other)
                yield from (m.number for m in self.ways.by_zone.get(other, ()) if family in m.families)

    def _reach(self, one: int, targets: Iterable[int], by: str, way: Way | None) -> Iterator[int]:
        for target in targets:
            if target not in self.distance:
                self.distance[target] = self.distance[one] + 1
                self._came[target] = (one, by, way)
                yield target

    def reached(self) -> list[Machine]:
        """The machines at one hop or more, the nearest first."""
        found = [index for index, hops in self.distance.items() if hops]
        machines = self.ways.machines
        return [machines[index] for index in sorted(found, key=lambda index: (self.distance[index], index))]

    def hops(self, machine: Machine) -> int | None:
        """The length of the shortest chain; None where there is none."""
        return self.distance.get(machine.number)

    def chain(self, machine: Machine) -> tuple[Hop, ...]:
        """A shortest chain to a machine, from a start on; empty for a start itself."""
        found: list[Hop] = []
        at = machine.number
        while at in self._came:
            before, by, way = self._came[at]
            found.append(Hop(self.ways.machines[before], self.ways.machines[at], by, way))
            at = before
        return tuple(reversed(found))
