"""What production rests on: services from upstream, time, logs, and flows that nobody has seen for a year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.checks.common import flows_by, listed, opened
from segc.checks.floor import grouped, is_control
from segc.checks.registry import check
from segc.diagnostics import finding
from segc.model.clock import tried
from segc.model.flows import zone_name
from segc.model.plant import PLAIN, Zone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.checks.registry import Moment
    from segc.diagnostics import Diagnostic
    from segc.model.plant import Endpoint, Flow, Plant, Service

_NEEDED = ("infra-it", "ad", "time", "licence", "aaa")  # families: names and addresses, directory, clock, licences
_UPSTREAM = ("business", "external", "dmz")
_SELDOM = ("emergency", "failover", "rare")
_SERVERS = frozenset({"server", "domain-controller", "jump-host", "workstation", "engineering-station"})
_TALKATIVE = _SERVERS | {"hmi", "scada-server", "historian", "mes", "switch"}


@check("essential-depends-upstream")
def essential_depends_upstream(plant: Plant) -> Iterator[Diagnostic]:
    """Zones with an end of an essential flow that take names, sign-in, time or licences from above the DMZ's lower edge.

    Upstream is a business, external or DMZ zone. A dependency counts if its source is such an end, or its whole zone.
    """
    ends = _essential_ends(plant)
    able = {service for service in plant.services.values() if service.family in _NEEDED}
    places: dict[str, list[tuple[Flow, Service, Zone]]] = {}
    for flow, service in flows_by(plant, able) if ends else ():
        upstream = plant.zones[zone_name(flow.targets[0])]
        if flow.within in plant.conduits and upstream.kind in _UPSTREAM:
            for name in dict.fromkeys(zone_name(end) for end in flow.sources if end in ends):
                places.setdefault(name, []).append((flow, service, upstream))
    for name, found in places.items():
        needed = listed(dict.fromkeys(service.name for _, service, _ in found))
        yield grouped(
            "essential-depends-upstream",
            f"essential flows of `{name}` rest on {needed} from `{found[0][2].name}`, which an isolation cuts off",
            [(flow.span, f"`{service.name}` from `{zone.name}`, a {zone.kind} zone") for flow, service, zone in found],
            help="serve it from a control zone, such as a time server or domain controller of the plant's own",
        )


def _essential_ends(plant: Plant) -> set[Endpoint]:
    """The ends of essential flows in control zones, and those zones themselves."""
    found: set[Endpoint] = set()
    for conduit in plant.conduits.values():
        for flow in conduit.flows:
            if conduit.essential or flow.facts.essential:
                found.update((*flow.sources, *flow.targets))
    mine = {end for end in found if is_control(plant.zones[zone_name(end)])}
    return mine | {plant.zones[zone_name(end)] for end in mine}


@check("untested-emergency-flow")
def untested_emergency_flow(plant: Plant, moment: Moment) -> Iterator[Diagnostic]:
    """Flows that are expected rarely, in an emergency or on failover, and were not tried in the last year."""
    for flow in opened(plant):
        facts = flow.facts
        if facts is PLAIN or facts.expect not in _SELDOM:
            continue
        if not tried(facts.tested, moment.today):
            when = f"was last tried on {facts.tested}" if facts.tested else "was never tried"
            if facts.tested and facts.tested > moment.today:
                when = f"is to be tried on {facts.tested} only"
            yield finding(
                "untested-emergency-flow",
                f"`{flow.text}` is for {_occasion(facts.expect)} and {when}",
                flow.span,
                f"expect {facts.expect}",
                help="try it, and write the day down: tested DATE; no baseline will ever show that it works",
            )


def _occasion(expect: str | None) -> str:
    return {"emergency": "emergencies", "failover": "a failover"}.get(expect or "", "rare occasions")


@check("no-time-source")
def no_time_source(plant: Plant) -> Iterator[Diagnostic]:
    """Control and safety zones with machines in them that fetch the time nowhere and give it to nobody."""
    served = _joined(plant, "time")
    for zone in plant.zones.values():
        if is_control(zone) and zone.assets and zone.name not in served:
            yield finding(
                "no-time-source",
                f"no machine in zone `{zone.name}` may ask for the time",
                zone.span,
                "no flow by `ntp` or `ptp` from here",
                help="allow `ntp` to a time server of the plant's own; events of unequal clocks cannot be put in order",
            )


@check("no-log-destination")
def no_log_destination(plant: Plant) -> Iterator[Diagnostic]:
    """Control, safety and DMZ zones with computers or switches in them that may send logs nowhere."""
    served = _joined(plant, "log")
    for zone in plant.zones.values():
        speaking = [asset for asset in zone.assets if asset.kind in _TALKATIVE]
        if (is_control(zone) or zone.kind == "dmz") and speaking and zone.name not in served:
            yield finding(
                "no-log-destination",
                f"the logs of {listed(asset.name for asset in speaking)} in zone `{zone.name}` stay there",
                zone.span,
                "no flow by `syslog` from here",
                help="allow `syslog` or `syslog-tls` to a log server; whoever breaks into a machine clears its log",
            )


def _joined(plant: Plant, family: str) -> set[str]:
    """The zones at either end of a standing flow by a family of services."""
    found: set[str] = set()
    for flow, _ in flows_by(plant, {s for s in plant.services.values() if s.family == family}):
        if flow.within in plant.conduits:
            found.update(zone_name(end) for end in (*flow.sources, *flow.targets))
    return found
