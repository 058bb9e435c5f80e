"""Where zones and firewalls stand: which firewalls a pair crosses, and behind which interface a zone lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.graph.blocks import BlockTree

if TYPE_CHECKING:
    from collections.abc import Iterable

    from segc.model.plant import Firewall, Plant


class Topology:
    """The graph of zones and firewalls. Interfaces and links are its edges.

    A machine's own firewall stands on no way between zones: it has no edges, and filters its machine's traffic only.
    """

    def __init__(self, plant: Plant) -> None:
        self._plant = plant
        self._number: dict[tuple[str, str], int] = {}
        for name in plant.zones:
            self._number["zone", name] = len(self._number)
        for name in plant.firewalls:
            self._number["firewall", name] = len(self._number)
        self._firewall_of = {n: name for (kind, name), n in self._number.items() if kind == "firewall"}
        self._tree = BlockTree(len(self._number), self._edges())
        self._in_block = [
            frozenset(self._firewall_of[v] for v in members if v in self._firewall_of) for members in self._tree.members
        ]
        self._routes: dict[tuple[str, str], frozenset[str]] = {}
        for route in plant.routes:
            key = (route.source, route.target)
            self._routes[key] = self._routes.get(key, frozenset()) | frozenset(route.via)
        self.hosts: dict[str, tuple[Firewall, ...]] = {}  # machines' own firewalls, by the zone of the machine
        for firewall in plant.firewalls.values():
            if firewall.host is not None:
                zone = firewall.host.zone
                self.hosts[zone] = (*self.hosts.get(zone, ()), firewall)
        self._flat = _components(plant.zones, ((link.a, link.b) for link in plant.links))
        self._crossed: dict[tuple[int, int], frozenset[str]] = {}
        self._behind: dict[tuple[str, str], tuple[str, ...]] = {}
        self._doors: dict[str, dict[int, tuple[str, ...]]] = {}

    def _edges(self) -> list[tuple[int, int]]:
        edges = [
            (self._number["firewall", firewall.name], self._number["zone", zone])
            for firewall in self._plant.firewalls.values()
            for interface in firewall.interfaces
            for zone in interface.zones
        ]
        return edges + [(self._number["zone", link.a], self._number["zone", link.b]) for link in self._plant.links]

    def possible(self, source: str, target: str) -> frozenset[str]:
        """The firewalls on some loop-free path between two zones, whatever routes say."""
        return self._on_paths(self._number["zone", source], self._number["zone", target])

    def crossed(self, source: str, target: str) -> frozenset[str]:
        """The firewalls that must carry a flow between two zones: a `route` narrows what is possible."""
        return self._routes.get((source, target)) or self.possible(source, target)

    def at_ends(self, source: str, target: str | None) -> tuple[Firewall, ...]:
        """The machines' own firewalls in two zones: each sees what its machine sends to, or gets from, the other."""
        return (*self.hosts.get(source, ()), *self.hosts.get(target or "", ()))

    def towards(self, source: str, firewall: str) -> frozenset[str]:
        """The other firewalls on some loop-free path from a zone to a firewall itself."""
        ends = self._number["zone", source], self._number["firewall", firewall]
        return self._on_paths(*ends) - {firewall}

    def _on_paths(self, a: int, b: int) -> frozenset[str]:
        key = (a, b) if a < b else (b, a)
        found = self._crossed.get(key)
        if found is None:
            blocks = self._tree.between(a, b)
            found = self._crossed[key] = frozenset().union(*[self._in_block[block] for block in blocks])
        return found

    def joined(self, source: str, target: str) -> bool:
        """Does any path join two zones?"""
        return self._tree.joined(self._number["zone", source], self._number["zone", target])

    def unfiltered(self, source: str, target: str) -> bool:
        """Does a path join two zones on which nothing filters?"""
        return self._flat[source] == self._flat[target]

    def behind(self, firewall: Firewall, zone: str) -> tuple[str, ...]:
        """The interfaces of a firewall behind which a zone lies, loops included, in declared order."""
        key = (firewall.name, zone)
        found = self._behind.get(key)
        if found is None:
            found = self._behind[key] = self._interfaces(firewall, zone)
        return found

    def _interfaces(self, firewall: Firewall, zone: str) -> tuple[str, ...]:
        start = self._number["firewall", firewall.name]
        block = self._tree.first_block(start, self._number["zone", zone])
        if block is None:
            return ()
        if firewall.name not in self._doors:
            self._doors[firewall.name] = self._blocks_behind(firewall, start)
        return self._doors[firewall.name].get(block, ())

    def _blocks_behind(self, firewall: Firewall, start: int) -> dict[int, tuple[str, ...]]:
        """A firewall's interfaces by the blocks into which they lead, in declared order."""
        found: dict[int, dict[str, None]] = {}
        for interface in firewall.interfaces:
            for near in interface.zones:
                block = self._tree.block_of_edge[frozenset((start, self._number["zone", near]))]
                found.setdefault(block, {})[interface.name] = None
        return {block: tuple(names) for block, names in found.items()}

    def neighbours(self, firewall: Firewall) -> tuple[str, ...]:
        """The zones right behind a firewall's interfaces, in declared order; of a machine's own, the machine's zone."""
        if firewall.host is not None:
            return (firewall.host.zone,)
        return tuple(dict.fromkeys(zone for interface in firewall.interfaces for zone in interface.zones))


def _components(names: Iterable[str], edges: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Each name's representative, where an edge joins two names into one part."""
    leader = {name: name for name in names}

    def find(name: str) -> str:
        while leader[name] != name:
            leader[name] = leader[leader[name]]
            name = leader[name]
        return name

    for a, b in edges:
        leader[find(a)] = find(b)
    return {name: find(name) for name in leader}
