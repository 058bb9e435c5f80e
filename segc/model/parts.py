"""A flow by ordered pair of zones: the addresses that it joins, as far as its zones really own them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from segc.model.addresses import FAMILIES, Addresses, join, meet
from segc.model.flows import zone_name
from segc.model.plant import Zone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from segc.model.plant import Endpoint, Flow, Match

Pair = tuple[str, str]


def flow_pairs(flow: Flow) -> Iterator[Pair]:
    """The ordered pairs of zones that a flow joins; traffic inside a zone is none of its business."""
    for a in dict.fromkeys(map(zone_name, flow.sources)):
        for b in dict.fromkeys(map(zone_name, flow.targets)):
            if a != b:
                yield a, b


def cut(flow: Flow, own: Callable[[str], Addresses]) -> Iterator[tuple[Pair, Addresses, Addresses]]:
    """A flow's sources and targets by pair; `own` says what a zone owns. A part without addresses is left out."""
    targets = by_zone(flow.targets, own)
    for a, sources in by_zone(flow.sources, own):
        for b, there in targets:
            if a != b and sources and there:
                yield (a, b), sources, there


def shared(a: Flow, b: Flow, own: Callable[[str], Addresses]) -> Iterator[Pair]:
    """The pairs of zones in which one packet can be of both flows, however they are written; `own` as for `cut`."""
    there = list(cut(b, own))
    for pair, sources, targets in cut(a, own):
        if any(pair == at and _share(meet(sources, mine), meet(targets, its), a, b) for at, mine, its in there):
            yield pair


def _share(sources: Addresses, targets: Addresses, a: Flow, b: Flow) -> bool:
    families = [family for family in FAMILIES if sources.of(family) and targets.of(family)]
    mine, its = ({match for service in flow.services for match in service.matches} for flow in (a, b))
    return any(_meet(m, n, families) for m in mine for n in its)


def _meet(a: Match, b: Match, families: Iterable[int]) -> bool:
    return (
        a.proto == b.proto
        and a.low <= b.high
        and b.low <= a.high
        and a.source_low <= b.source_high
        and b.source_low <= a.source_high
        and any(a.family in (0, family) and b.family in (0, family) for family in families)
    )


def by_zone(ends: Iterable[Endpoint], own: Callable[[str], Addresses]) -> list[tuple[str, Addresses]]:
    """Endpoints as addresses, by the zone that they are in."""
    zones: dict[str, list[Addresses]] = defaultdict(list)
    for end in ends:
        name = zone_name(end)
        zones[name].append(own(name) if isinstance(end, Zone) else _owned(end.addresses, own(name)))
    return [(zone, join(parts) if len(parts) > 1 else parts[0]) for zone, parts in zones.items()]


def _owned(addresses: Addresses, own: Addresses) -> Addresses:
    """An asset's addresses, cut to its zone. Its single addresses are its zone's by definition."""
    if all(low == high for part in (addresses.v4, addresses.v6) for low, high in part):
        return addresses
    return meet(addresses, own)
