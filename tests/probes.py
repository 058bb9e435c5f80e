"""Packets worth trying: the edges of every flow, other protocols, wrong interfaces, and random ones."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, NamedTuple

from segc.lang.literals import BITS
from segc.model.plant import ICMP, ICMP6, PORTED, TCP, UDP, Zone
from segc.model.verdict import Packet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.model.plant import Endpoint, Firewall, Flow, Match, Plant

# What a kernel treats by rules of its own before any of ours sees it.
_NEVER = {
    4: ((0, 0x00FFFFFF), (0x7F000000, 0x7FFFFFFF), (0xA9FE0000, 0xA9FEFFFF), (0xE0000000, 0xFFFFFFFF)),
    6: ((0, 1 << 16), (0xFE80 << 112, (1 << 128) - 1)),
}

_EXTENSIONS = (0, 43, 44, 60, 135, 139, 140)


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
        for match in (match for service in flow.services for match in service.matches):
            found = [_packet(family, rng.choice(sources), rng.choice(targets), *kind) for kind in _kinds(match)]
            found += [_packet(family, source, targets[0], *_one(match, match.low)) for source in sources]
            found += [_packet(family, sources[0], target, *_one(match, match.high)) for target in targets]
            yield from (packet for packet in found if packet is not None)


def _kinds(match: Match) -> Iterator[tuple[int, int, int]]:
    """Protocol, port and source port: what a service holds, what is just beside it, and other protocols."""
    top = 65535 if match.proto in PORTED else 255
    edges = {match.low, match.high, max(match.low - 1, 0), min(match.high + 1, top)}
    for proto in {match.proto, TCP, UDP, 47}:
        for port in edges if proto in PORTED else {0}:
            yield proto, port, _inside(match)
    if match.proto in (ICMP, ICMP6):
        yield from ((match.proto, kind, 0) for kind in {8, 128, *edges})
    outer = {match.source_low, match.source_high, match.source_low - 1, match.source_high + 1}
    if match.proto in PORTED:
        yield from ((match.proto, match.low, port) for port in outer if 0 < port < 65536)


def _one(match: Match, port: int) -> tuple[int, int, int]:
    return match.proto, port, _inside(match)


def _inside(match: Match) -> int:
    """A source port that the service takes."""
    return 40000 if match.source_low <= 40000 <= match.source_high else match.source_low


def _packet(family: int, source: int, target: int, proto: int, port: int, sport: int = 40000) -> Packet | None:
    if source == target:
        return None
    if proto in PORTED:
        return Packet(family, source, target, proto, sport, port)
    if proto in (ICMP, ICMP6):
        return Packet(family, source, target, proto, 0, port) if (proto == ICMP) == (family == 4) else None
    if family == 6 and proto in _EXTENSIONS:
        return None  # no packet of its own: another one comes behind it
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
        ends: list[Endpoint] = [zone, *zone.assets]
        for end in ends:
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
        kind = {ICMP: 8, ICMP6: 128}.get(proto) or rng.choice((22, 102, 443, 502, 4840, 44818))
        packet = _packet(family, source, target, proto, kind)
        if packet is not None:
            yield packet
