"""Services that a router or a port filter cannot treat as their names suggest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.checks.common import crosses, flows_by, ports_text, uses
from segc.checks.coverage import Coverage
from segc.checks.floor import unequal
from segc.checks.registry import check
from segc.diagnostics import Severity, finding
from segc.model.flows import zone_name
from segc.model.plant import Match

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.diagnostics import Diagnostic
    from segc.model.plant import Endpoint, Flow, Plant, Service

# Enough of a conduit's flows to show the pattern; the search ends there.
SHOWN = 5
_PIN = "pin the range on the server, then allow those ports too, as a service of your own"


@check("service-without-ports")
def service_without_ports(plant: Plant) -> Iterator[Diagnostic]:
    """Lines by services that name no packet at all. Never read as "any port"."""
    silent = {s for s in plant.services.values() if not s.matches and not s.layer2}
    if not silent:
        return
    for services, text, span in uses(plant):
        for service in services:
            if service in silent:
                yield finding(
                    "service-without-ports",
                    f"service `{service.name}` names no port, so `{text}` covers nothing",
                    span,
                    f"by `{service.name}`",
                    notes=(service.doc,) if service.doc else (),
                    help="declare a service of your own with the ports in use: service NAME { tcp PORT }",
                )


@check("layer-2-flow")
def layer_2_flow(plant: Plant) -> Iterator[Diagnostic]:
    """Flows between zones by services whose frames no router passes on."""
    for flow, service in flows_by(plant, {s for s in plant.services.values() if s.layer2}):
        if crosses(flow):
            yield finding(
                "layer-2-flow",
                f"`{service.name}` cannot cross a router, so `{flow.text}` opens nothing",
                flow.span,
                "leads from one zone to another",
                help="put both ends into one zone, or use a routed service between the zones",
            )


@check("unfilterable-service")
def unfilterable_service(plant: Plant) -> Iterator[Diagnostic]:
    """Services of which a rule does less than it says; those filtered in part get one hint for all flows."""
    limited = {s for s in plant.services.values() if s.filterable != "yes" and s.matches and not s.layer2}
    seen: set[Service] = set()
    for flow, service in flows_by(plant, limited):
        why = f": {service.why_filterable}" if service.why_filterable else ""
        if service.filterable == "no":
            message = f"a firewall cannot filter `{service.name}`{why}"
            help_text = "use a service that is routed by unicast, or keep both ends in one zone"
            yield finding("unfilterable-service", message, flow.span, f"by `{service.name}`", help=help_text)
        elif service not in seen and not service.dynamic:  # a dynamic one has a finding of its own
            seen.add(service)
            message = f"a firewall can filter `{service.name}` only in part{why}"
            yield finding("unfilterable-service", message, flow.span, "first used here").at(Severity.HINT)


@check("dynamic-ports")
def dynamic_ports(plant: Plant) -> Iterator[Diagnostic]:
    """Flows by services that go on to negotiated ports, unless a service of the plant's own pins them."""
    for flow, service in _unpinned_flows(plant, across=False):
        yield finding("dynamic-ports", _goes_on(flow, service), flow.span, _first(service), help=_PIN)


@check("dynamic-ports-across-boundary")
def dynamic_ports_across_boundary(plant: Plant) -> Iterator[Diagnostic]:
    """Such flows between zones of different SL-T. Nothing good can be meant: either it fails, or all ports are open."""
    for flow, service in _unpinned_flows(plant, across=True):
        ends = (plant.zones[zone_name(side[0])] for side in (flow.sources, flow.targets))
        levels = " to ".join(f"SL-T {zone.sl_t}" for zone in ends)
        message = f"{_goes_on(flow, service)}, from {levels}"
        yield finding("dynamic-ports-across-boundary", message, flow.span, _first(service), help=_PIN)


def _unpinned_flows(plant: Plant, *, across: bool) -> Iterator[tuple[Flow, Service]]:
    """Flows with negotiated ports that nothing pins: those between unequal zones, or the others."""
    concerned = list(flows_by(plant, {service for service in plant.services.values() if service.dynamic}))
    coverage = Coverage(plant, [flow for flow, _ in concerned])
    for flow, service in concerned:
        ends = [plant.zones[zone_name(side[0])] for side in (flow.sources, flow.targets)]
        if unequal(*ends) == across and not _pinned(coverage, flow.sources, flow.targets, service):
            yield flow, service


def _goes_on(flow: Flow, service: Service) -> str:
    range_text = ports_text(service.dynamic_ports) or "ports that nobody has named"
    return f"`{service.name}` goes on to negotiated ports ({range_text}), which `{flow.text}` does not open"


def _first(service: Service) -> str:
    return f"opens {ports_text(service.matches) or 'no port'} only"


def _pinned(coverage: Coverage, sources: tuple[Endpoint, ...], targets: tuple[Endpoint, ...], service: Service) -> bool:
    """Does a service of the plant's own, with ports in the dynamic range, join the same ends?"""
    ranges = service.dynamic_ports or (Match(6, 1024), Match(17, 1024))

    def pins(other: Service) -> bool:
        if other is service or other.span.source.builtin:
            return False
        return any(m.proto == r.proto and r.low <= m.low and m.high <= r.high for m in other.matches for r in ranges)

    return any(
        any(map(pins, flow.services)) and set(sources) <= set(flow.sources) and set(targets) <= set(flow.targets)
        for flow in coverage.near(sources, targets)
    )


@check("follow-on-not-covered")
def follow_on_not_covered(plant: Plant) -> Iterator[Diagnostic]:
    """Services that open further connections which no flow covers; one finding a container and service."""
    leading = {service for service in plant.services.values() if service.follow_on}
    concerned = list(flows_by(plant, leading))
    coverage = Coverage(plant, [flow for flow, _ in concerned])
    open_ends: dict[tuple[str, Service], list[tuple[Flow, str]]] = {}
    for flow, service in concerned:
        entry = open_ends.setdefault((flow.within, service), [])
        if len(entry) < SHOWN:
            missing = list(dict.fromkeys(_missing(coverage, flow, service)))
            if missing:
                entry.append((flow, " and ".join(missing)))
    for (_, service), flows in open_ends.items():
        if flows:
            yield _uncovered(service, flows)


def _missing(coverage: Coverage, flow: Flow, service: Service) -> Iterator[str]:
    """The connections that a flow's service goes on to open, and that no flow covers."""
    for follow in service.follow_on:
        if follow.direction == "reverse" and follow.matches == service.matches:
            continue  # both sides open the same: cip-one-way
        for way in ("forward", "reverse") if follow.direction == "both" else (follow.direction,):
            ends = (flow.sources, flow.targets) if way == "forward" else (flow.targets, flow.sources)
            words = "the same way" if way == "forward" else "back"
            if follow.matches and coverage.rest(*ends, follow.matches):
                yield f"{ports_text(follow.matches)} {words}"
            if follow.dynamic and _unpinned(coverage, ends, service, way):
                yield f"negotiated ports {words}"


def _unpinned(
    coverage: Coverage, ends: tuple[tuple[Endpoint, ...], tuple[Endpoint, ...]], service: Service, way: str
) -> bool:
    if way == "forward" and service.dynamic:
        return False  # dynamic-ports says so already
    return not _pinned(coverage, *ends, service)


def _uncovered(service: Service, flows: list[tuple[Flow, str]]) -> Diagnostic:
    (first, missing), *others = flows
    docs = [follow.doc for follow in service.follow_on if follow.doc]
    return finding(
        "follow-on-not-covered",
        f"`{service.name}` may go on to {missing}, and no flow covers it",
        first.span,
        f"after this, {missing}",
        also=tuple((flow.span, f"here too: {words}") for flow, words in others),
        notes=tuple(dict.fromkeys(docs)),
        help="allow it between the same ends if the plant uses it; until then monitor would report it",
    )
