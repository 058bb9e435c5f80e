"""Packets worth trying: the edges of every flow, other protocols, wrong interfaces, and random ones."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, NamedTuple

from segc.lang.literals import BITS
from segc.model.plant import ICMP, ICMP6, PORTED, TCP, UDP, Zone
from segc.model.verdict import Packet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.model.plant import Endpoint, Firewall, Flow, Plant

# What a kernel treats by rules of its own before any of ours sees it.
_NEVER = {
    4: ((0, 0x00FFFFFF), (0x7F000000, 0x7FFFFFFF), (0xA9FE0000, 0xA9FEFFFF), (0xE0000000, 0xFFFFFFFF)),
    6: ((0, 1 << 16), (0xFE80 << 112, (1 << 128) - 1)),
}


class Probe(NamedTuple):
    """A packet on an interface."""

    interface: str
    packet: Packet


def ordinary(family: int, address: int) -> bool:
    """Would a router forward it at all?"""
    return 0 < address < 1 << BITS[family] and not any(low <= address <= high for low, high in _NEVER[family])


def _edges(plant: Plant, end: Endpoint, family: int) -> Iterator[int]:
    own = plant.ownership.own(end.name) if isinstance(end, Zone) else end.addresses
    for low, high in own.of(family)[:3]:
        yield from (low, high, low - 1, high + 1)


def of_flow(plant: Plant, flow: Flow, rng: random.Random) -> Iterator[Packet]:
    """First and last address, one before and one after; port one below, at and above; other protocols."""
    for family in (4, 6):
        sources = [a for end in flow.sources for a in _edges(plant, end, family) if ordinary(family, a)]
        targets = [a for end in flow.targets for a in _edges(plant, end, family) if ordinary(family, a)]
        if not sources or not targets:
            continue
        for service in flow.services:
            for match in service.matches:
                top = 65535 if match.proto in PORTED else 255
                ports = {match.low, match.high, max(match.low - 1, 0), min(match.high + 1, top)}
                protos = {match.proto, TCP, UDP, 47}
                for proto in protos:
                    for port in ports if proto in PORTED or proto in (ICMP, ICMP6) else {0}:
                        packet = _packet(family, rng.choice(sources), rng.choice(targets), proto, port)
                        if packet is not None:
                            yield packet
                for source in sources:
                    packet = _packet(family, source, targets[0], match.proto, match.low)
                    if packet is not None:
                        yield packet
                for target in targets:
                    packet = _packet(family, sources[0], target, match.proto, match.high)
                    if packet is not None:
                        yield packet


def _packet(family: int, source: int, target: int, proto: int, port: int) -> Packet | None:
    if source == target:
        return None
    if proto in PORTED:
        return Packet(family, source, target, proto, 40000, port)
    if proto == (ICMP if family == 4 else ICMP6):
        # Echo requests only: conntrack knows replies and errors for what they are.
        return Packet(family, source, target, proto, 0, 8 if family == 4 else 128)
    if proto in (ICMP, ICMP6):
        return None
    return Packet(family, source, target, proto, 0, 0)


def probes(plant: Plant, firewall: Firewall, count: int, seed: int) -> list[Probe]:
    """At most `count` probes of one firewall, deterministic for a seed."""
    rng = random.Random(seed)
    names = [interface.name for interface in firewall.interfaces]
    flows = [f for c in plant.conduits.values() for f in c.flows] + [f for g in plant.grants.values() for f in g.flows]
    found = {Probe(name, packet) for flow in flows for packet in of_flow(plant, flow, rng) for name in names}
    chosen = sorted(found)
    rng.shuffle(chosen)
    return chosen[:count] + [Probe(rng.choice(names), p) for p in _random(plant, rng, count // 4)]


def _random(plant: Plant, rng: random.Random, count: int) -> Iterator[Packet]:
    """Packets between edges of any two zones, and addresses of nobody."""
    edges: dict[int, list[int]] = {4: [], 6: []}
    for zone in plant.zones.values():
        for end in (zone, *zone.assets):
            for family in (4, 6):
                edges[family] += [a for a in _edges(plant, end, family) if ordinary(family, a)]
    for firewall in plant.firewalls.values():
        for interface in firewall.interfaces:
            for own in interface.addresses:
                edges[own.family].append(own.address)
    for _ in range(count):
        family = rng.choice([f for f in (4, 6) if edges[f]])
        nobody = rng.choice((0xCB007101, 0x0B0B0B0B) if family == 4 else (0x20010DB8 << 96 | 77, 0x2A00 << 112 | 5))
        source, target = (rng.choice([*edges[family], nobody]) for _ in range(2))
        proto = rng.choice((TCP, UDP, 47, ICMP if family == 4 else ICMP6))
        packet = _packet(family, source, target, proto, rng.choice((22, 102, 443, 502, 4840, 44818)))
        if packet is not None:
            yield packet
