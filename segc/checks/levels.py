"""Purdue levels, and from where to where flows lead: what the checks of purdue, dmz and vendors share.

A zone without `level` is on no side, and an external zone is outside whatever
its level says: a modem in a cabinet is not a part of level 2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.diagnostics import finding
from segc.model.flows import zone_name
from segc.model.plant import Zone
from segc.words import count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from segc.diagnostics import Diagnostic
    from segc.model.plant import Asset, Conduit, Endpoint, Flow, Grant, Plant

OFFICE, SITE, LINE = 4, 3, 2
SHOWN = 3
CONTROL = ("control", "safety")


class Hop(NamedTuple):
    """What a flow opens from one zone to another: the ends of the flow that lie there."""

    flow: Flow
    source: Zone
    target: Zone
    sources: tuple[Endpoint, ...]
    targets: tuple[Endpoint, ...]

    @property
    def families(self) -> set[str]:
        """The families of the services that it speaks; one that the plant declares has none."""
        return {service.family for service in self.flow.services}


def hops(plant: Plant, within: Conduit | Grant) -> Iterator[Hop]:
    """Every flow of a conduit or grant, once for each pair of different zones that it joins."""
    for flow in within.flows:
        ends = _by_zone(flow.targets)
        for a, sources in _by_zone(flow.sources).items():
            for b, targets in ends.items():
                if a != b:
                    yield Hop(flow, plant.zones[a], plant.zones[b], sources, targets)


def _by_zone(ends: tuple[Endpoint, ...]) -> dict[str, tuple[Endpoint, ...]]:
    if len(ends) == 1:
        return {zone_name(ends[0]): ends}
    found: dict[str, list[Endpoint]] = {}
    for end in ends:
        found.setdefault(zone_name(end), []).append(end)
    return {name: tuple(of) for name, of in found.items()}


def standing(plant: Plant) -> Iterator[Hop]:
    """The hops of all conduits."""
    for conduit in plant.conduits.values():
        yield from hops(plant, conduit)


def outside(zone: Zone) -> bool:
    """Is it a network that the plant does not run?"""
    return zone.outside or zone.kind == "external"


def is_dmz(zone: Zone) -> bool:
    """Is it an industrial DMZ, by its kind?"""
    return zone.kind == "dmz" and not zone.outside


def office(zone: Zone) -> bool:
    """Level 4 or above, a network outside with such a level included."""
    return zone.level is not None and zone.level >= OFFICE and not is_dmz(zone)


def below(zone: Zone, level: float) -> bool:
    """A zone of the plant itself at `level` or lower."""
    return zone.level is not None and zone.level <= level and not outside(zone) and not is_dmz(zone)


def machines(ends: Iterable[Endpoint]) -> Iterator[Asset]:
    """The assets that endpoints stand for; a zone stands for all of its own."""
    for end in ends:
        if isinstance(end, Zone):
            yield from end.assets
        else:
            yield end


def of_kind(ends: Iterable[Endpoint], kinds: Iterable[str]) -> list[Asset]:
    """Those machines among the endpoints that are of one of the kinds."""
    wanted = set(kinds)
    return [asset for asset in machines(ends) if asset.kind in wanted]


def level_text(zone: Zone) -> str:
    """`mes` (level 3)."""
    return f"`{zone.name}`" if zone.level is None else f"`{zone.name}` (level {zone.level:g})"


def per_place(
    name: str, found: Iterable[Hop], message: Callable[[Hop], str], text: str, help_text: str
) -> Iterator[Diagnostic]:
    """One finding for each conduit and pair of zones, at its first flow, with the next ones as further places."""
    each: dict[tuple[str, str, str], list[Hop]] = {}
    for hop in found:
        each.setdefault((hop.flow.within, hop.source.name, hop.target.name), []).append(hop)
    for first, *others in each.values():
        more = len(others) - SHOWN
        notes = (f"and {count(more, 'more flow')} there",) if more > 0 else ()
        also = tuple((hop.flow.span, "and this one") for hop in others[:SHOWN])
        yield finding(name, message(first), first.flow.span, text, also=also, notes=notes, help=help_text)
