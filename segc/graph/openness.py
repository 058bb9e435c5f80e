"""Between which zones everything passes today: pairs in monitor, links, shared interfaces, and what no topology is known of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.model.plant import MONITOR

if TYPE_CHECKING:
    from segc.graph.topology import Topology
    from segc.model.plant import Plant

MONITORED, LINKED, SHARED, UNKNOWN = "monitor", "link", "interface", "unknown"


class Openness:
    """Which zones a zone's packets reach whatever they are, and why.

    A firewall that only records stops nothing, and a link filters nothing. Zones
    behind one interface may meet there without ever reaching the firewall. A zone
    that hangs on no firewall and no link may hang on anything: it counts as open.
    Zones that the topology shows to be apart are not open to one another. `shut` are zones that are taken to be
    enforced against all others, for questions of the form "and if this were".
    """

    def __init__(self, plant: Plant, topology: Topology, shut: frozenset[str] = frozenset()) -> None:
        self._plant = plant
        self._shut = shut
        self._topology = topology
        self._placed = _placed(plant)
        self._listening = [name for name, zone in plant.zones.items() if (zone.mode or plant.default_mode) == MONITOR]
        self._decided: dict[str, list[tuple[str, str]]] = {}
        for (source, target), mode in plant.modes.items():
            self._decided.setdefault(source, []).append((target, mode))
        self._beside = _beside(plant)
        self._linked = tuple(dict.fromkeys(end for link in plant.links for end in (link.a, link.b)))
        self._sets: dict[frozenset[str], frozenset[str]] = {}
        self._found: dict[str, frozenset[str]] = {}

    def towards(self, zone: str) -> frozenset[str]:
        """The zones that everything from `zone` reaches; itself is one of them. Equal sets are one object."""
        found = self._found.get(zone)
        if found is None:
            whole = frozenset(self._all_towards(zone))
            found = self._found[zone] = self._sets.setdefault(whole, whole)
        return found

    def _all_towards(self, zone: str) -> set[str]:
        if zone not in self._placed:
            return set(self._plant.zones)
        found = {other for other in self._listening if self._reaches(zone, other)}
        for other, mode in self._decided.get(zone, ()):
            if mode != MONITOR:
                found.discard(other)
            elif self._reaches(zone, other):
                found.add(other)
        found -= self._shut
        found |= self._beside.get(zone, set())
        found.update(other for other in self._linked if self._topology.unfiltered(zone, other))
        found.update(other for other in self._plant.zones if other not in self._placed)
        return found | {zone}

    def _reaches(self, zone: str, other: str) -> bool:
        return other not in self._placed or self._topology.joined(zone, other)

    def why(self, source: str, target: str) -> str:
        """Why a pair is open: `unknown`, `link`, `interface` or `monitor`; empty where it is not."""
        if target not in self.towards(source):
            return ""
        if source not in self._placed or target not in self._placed:
            return UNKNOWN
        if self._topology.unfiltered(source, target):
            return LINKED
        return SHARED if target in self._beside.get(source, ()) else MONITORED


def _beside(plant: Plant) -> dict[str, set[str]]:
    """The zones that share an interface of a firewall with a zone."""
    found: dict[str, set[str]] = {}
    for firewall in plant.firewalls.values():
        for door in firewall.interfaces:
            for zone in door.zones if len(door.zones) > 1 else ():
                found.setdefault(zone, set()).update(door.zones)
    return found


def _placed(plant: Plant) -> frozenset[str]:
    """The zones of which the policy says where they hang."""
    behind = {zone for one in plant.firewalls.values() for interface in one.interfaces for zone in interface.zones}
    return frozenset(behind | {end for link in plant.links for end in (link.a, link.b)})
