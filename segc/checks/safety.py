"""Safety functions: who else could change them, and what stands too close to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.checks.common import listed
from segc.checks.floor import CONTROLLERS, SHOWN, answers_back, grouped, named, programs, standing, writes
from segc.checks.registry import check
from segc.diagnostics import Severity, finding
from segc.model.flows import zone_name
from segc.model.plant import Zone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.diagnostics import Diagnostic
    from segc.model.plant import Asset, Conduit, Endpoint, Flow, Plant, Service

_TOOLS = ("engineering", "safety", "debug")  # families of services that are for nothing but engineering


@check("safety-writable")
def safety_writable(plant: Plant) -> Iterator[Diagnostic]:
    """Standing flows by which something that is no safety function could write to one; one finding a conduit.

    A flow counts that leads to a safety function by a service that can write or program, or that does not say what it
    can do; and one that leads away from it by a service whose responder commands. Grants do not count: they end.
    """
    for conduit in plant.conduits.values():
        ways = [(flow, service) for flow in conduit.flows for service in _ways(plant, flow)]
        if ways:
            yield _writable(conduit, ways)


def _ways(plant: Plant, flow: Flow) -> Iterator[Service]:
    sources, targets = ([_safe(plant, end) for end in ends] for ends in (flow.sources, flow.targets))
    for service in flow.services:
        if (any(targets) and not all(sources) and writes(service)) or (
            any(sources) and not all(targets) and answers_back(service)
        ):
            yield service


def _safe(plant: Plant, end: Endpoint) -> bool:
    """Is it, or is in it, part of a safety function?"""
    if isinstance(end, Zone):
        return end.kind == "safety" or any(map(_serves_safety, end.assets))
    return plant.zones[end.zone].kind == "safety" or _serves_safety(end)


def _serves_safety(asset: Asset) -> bool:
    return asset.kind == "safety-controller" or asset.safety


def _writable(conduit: Conduit, ways: list[tuple[Flow, Service]]) -> Diagnostic:
    tools = any(service.family in _TOOLS and programs(service) for _, service in ways)
    one = grouped(
        "safety-writable",
        f"conduit `{conduit.name}` leaves a safety function open to changes from another zone, at any time",
        [(flow.span, f"`{service.name}` {_could(service)}") for flow, service in ways],
        help="let the safety controller send what others must know; write engineering access as a grant, with `until`",
        notes=("a port filter cannot tell reading from writing",),
    )
    return one.at(Severity.ERROR) if tools else one


def _could(service: Service) -> str:
    if not service.access:
        return "does not say what it can do: give it an `access`"
    if answers_back(service):
        return "lets both sides command"
    return "can program" if programs(service) else "can write"


@check("safety-not-apart")
def safety_not_apart(plant: Plant) -> Iterator[Diagnostic]:
    """Zones of another kind in which a safety controller stands beside what is no part of a safety function."""
    for zone in plant.zones.values():
        mine = [asset for asset in zone.assets if asset.kind == "safety-controller"]
        others = [asset for asset in zone.assets if not _serves_safety(asset)]
        if mine and others and zone.kind != "safety":
            yield finding(
                "safety-not-apart",
                f"{listed(asset.name for asset in mine)} in zone `{zone.name}` can be reached by "
                f"{len(others)} other machines past any firewall",
                mine[0].span,
                "a safety controller",
                also=((zone.span, f"a {zone.kind} zone"), *((a.span, "another one") for a in mine[1 : SHOWN - 1])),
                help="move safety controllers, with their engineering station, to a zone of `kind safety`",
            )


@check("safety-engineering-shared")
def safety_engineering_shared(plant: Plant) -> Iterator[Diagnostic]:
    """Engineering stations whose standing flows program both safety functions and ordinary controllers."""
    safe: dict[Asset, list[Flow]] = {}
    plain: dict[Asset, list[Flow]] = {}
    for _, flow in standing(plant):
        stations = [end for end in flow.sources if not isinstance(end, Zone) and end.kind == "engineering-station"]
        if stations and any(map(programs, flow.services)):
            for station in stations:
                if any(_safe(plant, end) and zone_name(end) != station.zone for end in flow.targets):
                    safe.setdefault(station, []).append(flow)
                if any(_ordinary(plant, end) for end in flow.targets):
                    plain.setdefault(station, []).append(flow)
    for station in safe:
        if station in plain:
            yield _shared(station, safe[station][0], plain[station][0])


def _ordinary(plant: Plant, end: Endpoint) -> bool:
    assets = end.assets if isinstance(end, Zone) else (end,)
    return any(a.kind in CONTROLLERS and not _safe(plant, a) for a in assets)


def _shared(station: Asset, safe: Flow, plain: Flow) -> Diagnostic:
    return finding(
        "safety-engineering-shared",
        f"`{station.path}` programs safety functions and ordinary controllers alike",
        station.span,
        "who has this station has both layers of protection",
        also=(
            (safe.span, f"a safety function, by {named(safe.services)}"),
            (plain.span, f"ordinary control, by {named(plain.services)}"),
        ),
        help="give the safety system an engineering station of its own, inside the safety zone",
    )
