"""The verdict: the one definition that every target, check and report answers to.

Slow and obvious on purpose. Nothing that renders uses it; tests hold what was
rendered, and what a kernel does with it, against it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.model.clock import active, zone_of
from segc.model.plant import MONITOR, Zone

if TYPE_CHECKING:
    from datetime import datetime

    from segc.model.plant import Endpoint, Flow, Match, Plant

PASS, ALLOW, ALERT, BLOCK = "pass", "allow", "alert", "block"


class Packet(NamedTuple):
    """A packet that opens a session. `dport` is the type for ICMP, and 0 where there are no ports."""

    family: int
    source: int
    target: int
    proto: int
    sport: int = 0
    dport: int = 0


def verdict(plant: Plant, packet: Packet, at: datetime, *, spoofed: bool = False) -> str:
    """pass, allow, alert or block. `spoofed`: it came from where its source does not lie."""
    a = plant.ownership.zone_of(packet.family, packet.source)
    b = plant.ownership.zone_of(packet.family, packet.target)
    if a is not None and b is not None and not spoofed:
        if a == b:
            return PASS
        if any(covers(plant, flow, packet) for flow in flows_at(plant, at)):
            return ALLOW
        if any(covers(plant, flow, packet) for one in plant.grants.values() if one.killed for flow in one.flows):
            return BLOCK
    return ALERT if plant.mode(a, b) == MONITOR else BLOCK


def flows_at(plant: Plant, at: datetime) -> list[Flow]:
    """The flows of all conduits and of the grants that are open."""
    zone = zone_of(plant)
    standing = [flow for conduit in plant.conduits.values() for flow in conduit.flows]
    granted = [flow for grant in plant.grants.values() if active(grant, zone, at) for flow in grant.flows]
    return standing + granted


def covers(plant: Plant, flow: Flow, packet: Packet) -> bool:
    """Does the flow permit the packet?"""
    return (
        any(_holds(plant, end, packet.family, packet.source) for end in flow.sources)
        and any(_holds(plant, end, packet.family, packet.target) for end in flow.targets)
        and any(matches(match, packet) for service in flow.services for match in service.matches)
    )


def _holds(plant: Plant, endpoint: Endpoint, family: int, address: int) -> bool:
    owner = plant.ownership.zone_of(family, address)
    if isinstance(endpoint, Zone):
        return owner == endpoint.name
    return owner == endpoint.zone and endpoint.addresses.holds(family, address)


def matches(match: Match, packet: Packet) -> bool:
    """Is the packet one of the service's?"""
    return (
        match.proto == packet.proto
        and match.family in (0, packet.family)
        and match.low <= packet.dport <= match.high
        and match.source_low <= packet.sport <= match.source_high
    )
