"""What one firewall must do with a packet, from the language's words and networkx, sharing no code with rules/.

The language defines the verdict of a packet; a firewall judges the pairs of
zones that may cross it, and by the target zone's mode what has no way past it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import networkx as nx

from segc.model.flows import zone_name
from segc.model.verdict import ALERT, ALLOW, BLOCK, PASS, Packet, covers, flows_at, matches

if TYPE_CHECKING:
    from datetime import datetime

    from segc.model.plant import Firewall, Flow, Plant


class Expected(NamedTuple):
    """The verdict, the pair that a record must name, and whether an allowed packet is recorded."""

    verdict: str
    source: str | None
    target: str | None
    logged: bool
    astray: bool = False


class Oracle:
    """Slow answers about one plant at one moment; `override` is the mode that a build asked for."""

    def __init__(self, plant: Plant, at: datetime, override: str | None = None) -> None:
        self.plant = plant
        self.at = at
        self.override = override
        self.flows = flows_at(plant, at)
        self.flows_ever = self.flows + [flow for grant in plant.grants.values() for flow in grant.flows]
        self.graph: nx.Graph[object] = nx.Graph()
        self.graph.add_nodes_from(plant.zones)
        for firewall in plant.firewalls.values():
            for interface in firewall.interfaces:
                for zone in interface.zones:
                    self.graph.add_edge(("fw", firewall.name), zone)
        for link in plant.links:
            self.graph.add_edge(link.a, link.b)
        self._paths: dict[tuple[object, object], frozenset[object]] = {}
        self._lies: dict[tuple[str, str, str], bool] = {}

    def crossed(self, a: object, b: object) -> frozenset[object]:
        """Everything on any loop-free path between two nodes, found by walking all of them."""
        key = (a, b)
        if key not in self._paths:
            walks = nx.all_simple_paths(self.graph, a, b)
            self._paths[key] = frozenset(node for walk in walks for node in walk)
        return self._paths[key]

    def lies_behind(self, firewall: Firewall, interface: str, zone: str) -> bool:
        """Can the zone be reached through this interface without the firewall?"""
        key = (firewall.name, interface, zone)
        if key not in self._lies:
            rest = self.graph.copy()
            rest.remove_node(("fw", firewall.name))
            near = [z for i in firewall.interfaces if i.name == interface for z in i.zones]
            self._lies[key] = any(nx.has_path(rest, z, zone) for z in near)
        return self._lies[key]

    def on_way(self, firewall: Firewall, a: str, b: str) -> bool:
        """Must this firewall carry flows of the pair?"""
        routes = [r for r in self.plant.routes if (r.source, r.target) == (a, b)]
        if routes:
            return any(firewall.name in r.via for r in routes)
        return ("fw", firewall.name) in self.crossed(a, b)

    def expect(self, firewall: Firewall, interface: str, packet: Packet) -> Expected:
        """The verdict of this firewall on a packet that arrives on an interface."""
        a = self.plant.ownership.zone_of(packet.family, packet.source)
        b = self.plant.ownership.zone_of(packet.family, packet.target)
        astray = a is None or not self.lies_behind(firewall, interface, a)
        if a is not None and not astray:
            if a == b and any(a in i.zones for i in firewall.interfaces):
                return Expected(PASS, a, b, logged=False)
            found = self._covering(firewall, packet, a, b)
            if found is not None:
                return Expected(ALLOW, a, b, logged=found)
        if a is None or not self._known(firewall, a, b, packet):
            mode = self.override or self.plant.mode(None, b)
            return Expected(ALERT if mode == "monitor" else BLOCK, None, b, logged=True)
        mode = self.override or self.plant.mode(a, b)
        return Expected(ALERT if mode == "monitor" else BLOCK, a, b, logged=True, astray=astray)

    def _covering(self, firewall: Firewall, packet: Packet, a: str, b: str | None) -> bool | None:
        """None where nothing permits the packet; else whether anything that does asks for a record."""
        found: list[Flow] = []
        if b is not None and a != b and self.on_way(firewall, a, b):
            found = [flow for flow in self.flows if covers(self.plant, flow, packet)]
        if found:
            return any(flow.facts.log for flow in found)
        return False if self._manages(firewall, packet, a) else None

    def _manages(self, firewall: Firewall, packet: Packet, a: str) -> bool:
        """Is it management of another firewall, on its way through this one?"""
        for other in self.plant.firewalls.values():
            if other is firewall or not any(
                (o.family, o.address) == (packet.family, packet.target) for i in other.interfaces for o in i.addresses
            ):
                continue
            if ("fw", firewall.name) not in self.crossed(a, ("fw", other.name)):
                continue
            for line in other.manage:
                if any(zone_name(end) == a and self._from(end, packet) for end in line.sources) and any(
                    matches(m, packet) for s in line.services for m in s.matches
                ):
                    return True
        return False

    def _from(self, end: object, packet: Packet) -> bool:
        addresses = getattr(end, "addresses", None)
        return addresses is None or addresses.holds(packet.family, packet.source)

    def _known(self, firewall: Firewall, a: str, b: str | None, packet: Packet) -> bool:
        """Does this firewall carry anything from `a` to `b`, so that it records the pair by name?"""
        pairs = {pair for conduit in self.plant.conduits.values() for pair in conduit.pairs()}
        granted = {(zone_name(s), zone_name(t)) for f in self.flows_ever for s in f.sources for t in f.targets}
        if b is not None and a != b and self.on_way(firewall, a, b) and (a, b) in pairs | granted:
            return True
        if a == b and any(a in i.zones for i in firewall.interfaces):
            return False  # traffic inside a zone that is right here has no pair
        return self._leads_to_managed(firewall, a, b, packet)

    def _leads_to_managed(self, firewall: Firewall, a: str, b: str | None, packet: Packet) -> bool:
        for other in self.plant.firewalls.values():
            own = {(o.family, o.address) for i in other.interfaces for o in i.addresses}
            zones = {self.plant.ownership.zone_of(*address) for address in own}
            known = b in zones if b is not None else (packet.family, packet.target) in own
            sources = {zone_name(end) for line in other.manage for end in line.sources}
            leads = other is not firewall and known and a in sources
            if leads and ("fw", firewall.name) in self.crossed(a, ("fw", other.name)):
                return True
        return False
