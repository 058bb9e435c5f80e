r"""The ways on which machines reach one another, each with what opens it.

    a ---flow---> b        a flow of a conduit, or of a grant that is open: any of its sources to any of its targets
    a <--zone---> c        inside a zone: everybody to everybody
    a ---open---> d        two zones between which nothing stops a packet yet (state `today` only)

Two states. *declared*: as if every pair of zones were enforced. *today*: as the
policy is deployed: between zones whose pair is in monitor, that a link joins,
or of which the policy does not say how they are connected, everything passes.

Two kinds. *sessions*: who can open a session to whom. *commands*: who can make
whom do something. The initiator of a service that only reads cannot; the
responder of one such as MQTT can, so there the way leads against the session.
A service about which nothing is known is taken to command.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.graph.machines import Machine, machines
from segc.graph.openness import Openness
from segc.model.addresses import FAMILIES, meet
from segc.model.plant import Zone
from segc.model.verdict import flows_at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from segc.graph.topology import Topology
    from segc.model.plant import Asset, Endpoint, Flow, Plant, Service

DECLARED, TODAY = "declared", "today"
SESSIONS, COMMANDS = "sessions", "commands"
STATES, KINDS = (DECLARED, TODAY), (SESSIONS, COMMANDS)


class Way(NamedTuple):
    """A flow in one family: machines by number. `against`: the responder commands, so it leads against the session."""

    flow: Flow
    sources: tuple[int, ...]
    targets: tuple[int, ...]
    against: bool = False


class Ways:
    """All ways of a plant at one moment, in one state, of one kind.

    `without` leaves flows out, for questions of the form "and if this were gone".
    `also` adds flows, such as those of a grant that is not open. `shut` zones count as enforced against all others.
    """

    def __init__(
        self,
        plant: Plant,
        topology: Topology,
        at: datetime,
        state: str = DECLARED,
        kind: str = SESSIONS,
        *,
        also: tuple[Flow, ...] = (),
        without: frozenset[Flow] = frozenset(),
        shut: frozenset[str] = frozenset(),
    ) -> None:
        self.plant = plant
        self.state = state
        self.kind = kind
        self.machines = machines(plant)
        self.openness = Openness(plant, topology, shut)
        self.by_zone: dict[str, list[Machine]] = {}
        for machine in self.machines:
            self.by_zone.setdefault(machine.zone.name, []).append(machine)
        self._members: dict[int, tuple[int, ...]] = {}
        self._wide = _wide(self.by_zone)
        self._number = {id(machine.asset): machine.number for machine in self.machines if machine.asset is not None}
        flows = dict.fromkeys([*flows_at(plant, at), *also])
        self.ways = [way for flow in flows if flow not in without for way in self._of_flow(flow)]

    def open_to(self, zone: str) -> frozenset[str]:
        """The zones that a zone's packets reach in this state whatever they are; itself is one of them."""
        return self.openness.towards(zone) if self.state == TODAY else frozenset((zone,))

    def members(self, end: Endpoint) -> tuple[int, ...]:
        """The machines that an endpoint can be: a zone's all; an asset, and what shares an address with it."""
        found = self._members.get(id(end))
        if found is None:
            found = self._members[id(end)] = tuple(self._find(end))
        return found

    def _find(self, end: Endpoint) -> Iterator[int]:
        if isinstance(end, Zone):
            yield from (machine.number for machine in self.by_zone.get(end.name, ()))
            return
        near = self.by_zone[end.zone] if end in self._wide.get(end.zone, ()) else ()
        others = [machine.asset for machine in near if machine.asset is not None] or self._wide.get(end.zone, ())
        for other in others:
            if other is not end and meet(other.addresses, end.addresses):
                yield self._number[id(other)]
        yield self._number[id(end)]

    def _of_flow(self, flow: Flow) -> Iterator[Way]:
        """A flow's ways. Machines without an address family in common reach nothing of one another."""
        sources = dict.fromkeys(one for end in flow.sources for one in self.members(end))
        targets = dict.fromkeys(one for end in flow.targets for one in self.members(end))
        for family in FAMILIES:
            services = [s for s in flow.services if any(m.family in (0, family) for m in s.matches)]
            ahead, back = self._leads(services)
            here = tuple(one for one in sources if family in self.machines[one].families)
            there = tuple(one for one in targets if family in self.machines[one].families)
            if ahead and here and there:
                yield Way(flow, here, there)
            if back and here and there:
                yield Way(flow, there, here, against=True)

    def _leads(self, services: list[Service]) -> tuple[bool, bool]:
        """Does a flow by these services lead ahead, and does it lead back?"""
        if self.kind == SESSIONS:
            return bool(services), False
        return (
            any(commanding(one) and one.commands in ("initiator", "both") for one in services),
            any(commanding(one) and one.commands in ("responder", "both") for one in services),
        )


def commanding(service: Service) -> bool:
    """Can anybody make somebody do something by it? What is not known to only read, can."""
    return service.commands != "none" and tuple(service.access) != ("read",)


def _wide(by_zone: dict[str, list[Machine]]) -> dict[str, tuple[Asset, ...]]:
    """The assets of each zone that are more than one address, and so may share some with others."""
    found: dict[str, tuple[Asset, ...]] = {}
    for zone, members in by_zone.items():
        wide = tuple(one.asset for one in members if one.asset is not None and one.asset.addresses.size() > 1)
        if wide:
            found[zone] = wide
    return found
