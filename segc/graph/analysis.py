"""The analyses of one plant at one moment: each computed once, when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.graph.classes import Quotient
from segc.graph.closure import Closure
from segc.graph.flatness import flatness
from segc.graph.search import Search
from segc.graph.topology import Topology
from segc.graph.ways import DECLARED, SESSIONS, Ways

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from segc.graph.flatness import Flatness
    from segc.graph.machines import Machine
    from segc.model.plant import Endpoint, Flow, Plant

# What can be left out of, or added to, the flows of a plant.
Flows = tuple["Flow", ...]


class Analysis:
    """Ways, closures and searches of a plant, by state and kind (segc.graph.ways)."""

    def __init__(self, plant: Plant, at: datetime, topology: Topology | None = None) -> None:
        self.plant = plant
        self.at = at
        self.topology = topology or Topology(plant)
        self._ways: dict[tuple[str, str, Flows], Ways] = {}
        self._closures: dict[tuple[str, str], Closure] = {}

    def ways(self, state: str = DECLARED, kind: str = SESSIONS, *, also: Flows = ()) -> Ways:
        """All ways; `also` with flows that are not open at this moment."""
        key = (state, kind, also)
        if key not in self._ways:
            self._ways[key] = Ways(self.plant, self.topology, self.at, state, kind, also=also)
        return self._ways[key]

    def closure(self, state: str = DECLARED, kind: str = SESSIONS) -> Closure:
        """How far every machine reaches."""
        if (state, kind) not in self._closures:
            self._closures[state, kind] = Closure(Quotient(self.ways(state, kind)))
        return self._closures[state, kind]

    def flatness(self, state: str = DECLARED) -> Flatness:
        """The flatness of the plant."""
        return flatness(self.closure(state))

    def machines_of(self, ends: Iterable[Endpoint]) -> list[Machine]:
        """The machines that endpoints can be, in declared order."""
        ways = self.ways()
        return [ways.machines[at] for at in sorted({one for end in ends for one in ways.members(end)})]

    def search(
        self, starts: Iterable[Machine], state: str = DECLARED, kind: str = SESSIONS, *, also: Flows = ()
    ) -> Search:
        """Shortest chains from some machines."""
        return Search(self.ways(state, kind, also=also), starts)
