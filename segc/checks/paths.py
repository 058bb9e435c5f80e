"""Ways between two zones that are not treated alike, and what conduits say of inspection and failure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.checks.common import listed
from segc.checks.floor import UNTRUSTED, is_control
from segc.checks.registry import check
from segc.checks.topology import topology_of
from segc.diagnostics import finding
from segc.model.plant import Zone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.diagnostics import Diagnostic
    from segc.model.plant import Asset, Conduit, Plant, Route


@check("unequal-parallel-paths")
def unequal_parallel_paths(plant: Plant) -> Iterator[Diagnostic]:
    """Ways between two zones that are not treated alike.

    Both zones may open sessions, and a route sends one direction by other firewalls than the other; or conduits
    between the two zones say different things of inspection or failure.
    """
    yield from _one_sided(plant)
    yield from _disagreeing(plant)


def _one_sided(plant: Plant) -> Iterator[Diagnostic]:
    opened = {pair for conduit in plant.conduits.values() for pair in conduit.pairs()}
    topology = topology_of(plant)
    seen: set[frozenset[str]] = set()
    for route in plant.routes:
        pair = (route.source, route.target)
        if pair not in opened or pair[::-1] not in opened or frozenset(pair) in seen:
            continue
        seen.add(frozenset(pair))
        forth, back = topology.crossed(*pair), topology.crossed(*pair[::-1])
        if forth != back:
            yield _sided(route, forth, back)


def _sided(route: Route, forth: frozenset[str], back: frozenset[str]) -> Diagnostic:
    return finding(
        "unequal-parallel-paths",
        f"sessions `{route.source} -> {route.target}` go by {listed(sorted(forth))}, "
        f"those of `{route.target} -> {route.source}` by {listed(sorted(back))}",
        route.span,
        "narrows one direction only",
        help=f"write the route back as well: route {route.target} -> {route.source} via {', '.join(route.via)}",
        notes=("a firewall that sees half of what two machines say cannot follow their sessions",),
    )


def _disagreeing(plant: Plant) -> Iterator[Diagnostic]:
    pairs: dict[frozenset[str], list[Conduit]] = {}
    for conduit in plant.conduits.values():
        pairs.setdefault(frozenset((conduit.source.name, conduit.target.name)), []).append(conduit)
    for conduits in pairs.values():
        for word in ("inspect", "fail") if len(conduits) > 1 else ():
            said = {value: c for c in reversed(conduits) if (value := getattr(c, word)) is not None}
            if len(said) > 1:
                yield _two_words(word, said)


def _two_words(word: str, said: dict[str, Conduit]) -> Diagnostic:
    first, second = sorted(said.values(), key=lambda conduit: (conduit.span.source.path, conduit.span.start))[:2]
    return finding(
        "unequal-parallel-paths",
        f"conduits `{first.name}` and `{second.name}` share their way and differ in `{word}`",
        second.span,
        f"{word} {getattr(second, word)}",
        also=((first.span, f"{word} {getattr(first, word)}"),),
        help="give both the same, or put them on ways of their own: a device treats what passes it in one manner",
    )


@check("inspected-though-forbidden")
def inspected_though_forbidden(plant: Plant) -> Iterator[Diagnostic]:
    """Conduits with `inspect inline` that have a `latency`, or a machine with a `latency` at an end of a flow."""
    for conduit in plant.conduits.values():
        if conduit.inspect != "inline":
            continue
        hurried = list(_hurried(conduit))
        if conduit.latency is None and not hurried:
            continue
        also = tuple((asset.span, f"`{asset.path}` has a `latency`") for asset in hurried[:3])
        yield finding(
            "inspected-though-forbidden",
            f"conduit `{conduit.name}` is inspected inline, though {_why(hurried)} a limit on latency",
            conduit.span,
            "inspect inline",
            also=also,
            help="use `inspect tap`: a copy of the traffic can be looked into without delay",
        )


def _hurried(conduit: Conduit) -> Iterator[Asset]:
    ends = dict.fromkeys(end for flow in conduit.flows for end in (*flow.sources, *flow.targets))
    return (end for end in ends if not isinstance(end, Zone) and end.latency is not None)


def _why(hurried: list[Asset]) -> str:
    return (
        f"{listed(asset.path for asset in hurried)} {'has' if len(hurried) == 1 else 'have'}" if hurried else "it has"
    )


@check("fail-open-outside")
def fail_open_outside(plant: Plant) -> Iterator[Diagnostic]:
    """Conduits with `fail open` between a control or safety zone and one that is untrusted."""
    for conduit in plant.conduits.values():
        ends = (conduit.source, conduit.target)
        strange = [zone for zone in ends if zone.kind in UNTRUSTED or zone.outside]
        if conduit.fail == "open" and len(strange) == 1 and any(map(is_control, ends)):
            yield finding(
                "fail-open-outside",
                f"a dead firewall on conduit `{conduit.name}` would leave the plant open to `{strange[0].name}`",
                conduit.span,
                "fail open",
                also=((strange[0].span, f"a zone of kind {strange[0].kind}"),),
                help="use `fail closed` here; fail open is for conduits among cells that must go on running",
            )


@check("fail-not-stated")
def fail_not_stated(plant: Plant) -> Iterator[Diagnostic]:
    """Essential conduits that do not say what a dead firewall on them should do."""
    for conduit in plant.conduits.values():
        if conduit.essential and conduit.fail is None:
            yield finding(
                "fail-not-stated",
                f"essential conduit `{conduit.name}` does not say what a dead firewall should do",
                conduit.span,
                "neither `fail open` nor `fail closed`",
                help="let its owner decide, and write it down: fail open, or fail closed",
            )
