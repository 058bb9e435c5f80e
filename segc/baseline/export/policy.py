"""What an export says, whatever the sensor: what is permitted now, and which pairs there are besides."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.model.addresses import EVERYTHING, FAMILIES, Addresses, join, meet, minus, prefixes
from segc.model.plant import ICMP, ICMP6, Zone
from segc.model.verdict import flows_at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from segc.model.plant import Endpoint, Flow, Match, Plant

# ICMP that asks for something; the rest are answers and errors, which belong to other conversations (RFC 792, RFC 4443).
FAMILY = {ICMP: 4, ICMP6: 6}
QUESTIONS = {ICMP: (5, 8, 13, 15, 17), ICMP6: (128,)}


class Permit(NamedTuple):
    """What a flow opens: addresses of one family on both sides, and packets."""

    flow: Flow
    family: int
    sources: Addresses
    targets: Addresses
    match: Match


class Rest(NamedTuple):
    """All between two zones, or from the rest of the world (None) to a zone or to what no zone owns (None)."""

    source: str | None
    target: str | None
    sources: Addresses
    targets: Addresses
    mode: str
    conduit: str
    owner: str


def permits(plant: Plant, at: datetime) -> Iterator[Permit]:
    """Everything that conduits, and grants that are open now, permit."""
    for flow in flows_at(plant, at):
        sources = join(_owned(plant, end) for end in flow.sources)
        targets = join(_owned(plant, end) for end in flow.targets)
        for match in dict.fromkeys(match for service in flow.services for match in service.matches):
            for family in FAMILIES:
                a, b = of_family(sources, family), of_family(targets, family)
                if a and b and match.family in (0, family):
                    yield Permit(flow, family, a, b, match)


def rests(plant: Plant) -> Iterator[Rest]:
    """Every ordered pair of zones, once: those that conduits open by themselves, all others by their target."""
    opened: dict[tuple[str, str], str] = {}
    for conduit in plant.conduits.values():
        for pair in conduit.pairs():
            opened.setdefault(pair, conduit.name)
    for zone in plant.zones.values():
        own = plant.ownership.own(zone.name)
        others = minus(EVERYTHING, own)
        for (source, to), name in opened.items():
            if to == zone.name:
                from_there = plant.ownership.own(source)
                others = minus(others, from_there)
                owner = plant.conduits[name].owner or zone.owner or ""
                yield Rest(source, to, from_there, own, plant.mode(source, to), name, owner)
        yield Rest(None, zone.name, others, own, plant.mode(None, zone.name), "", zone.owner or "")
    owner = (plant.site.owner if plant.site else None) or ""
    yield Rest(None, None, EVERYTHING, plant.ownership.unowned(), plant.mode(None, None), "", owner)


def cidr(addresses: Addresses) -> list[tuple[int, int, int]]:
    """A set as prefixes: (family, address, length)."""
    return [
        (part.family, low, length)
        for part in addresses.ranges()
        for low, length in prefixes(part.family, part.low, part.high)
    ]


def _owned(plant: Plant, end: Endpoint) -> Addresses:
    if isinstance(end, Zone):
        return plant.ownership.own(end.name)
    return meet(end.addresses, plant.ownership.own(end.zone))


def of_family(addresses: Addresses, family: int) -> Addresses:
    """The addresses of one family."""
    return Addresses(addresses.v4 if family == 4 else (), addresses.v6 if family == 6 else ())
