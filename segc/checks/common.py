"""What several checks need: walks over a plant, the addresses of endpoints, words for messages."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from segc.model.flows import zone_name
from segc.model.plant import ICMP, ICMP6, SCTP, TCP, UDP, Match, Zone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from segc.model.addresses import Addresses
    from segc.model.plant import Conduit, Endpoint, Flow, Grant, Plant, Service
    from segc.source import Span

_PROTOCOLS = {TCP: "tcp", UDP: "udp", SCTP: "sctp", ICMP: "icmp", ICMP6: "icmp6"}
_PORTLESS = (ICMP, ICMP6)


def opened(plant: Plant) -> Iterator[Flow]:
    """All flows of conduits and grants: what the policy lets through."""
    containers: Iterable[Conduit | Grant] = chain(plant.conduits.values(), plant.grants.values())
    for container in containers:
        yield from container.flows


def every_flow(plant: Plant) -> Iterator[Flow]:
    """The flows of conduits and grants, and what workflows need."""
    yield from opened(plant)
    for workflow in plant.workflows.values():
        yield from workflow.needs


def uses(plant: Plant) -> Iterator[tuple[tuple[Service, ...], str, Span]]:
    """Wherever services are named: the services, the line's text and its place."""
    for flow in every_flow(plant):
        yield flow.services, flow.text, flow.span
    for firewall in plant.firewalls.values():
        for manage in firewall.manage:
            yield manage.services, manage.text, manage.span
    for assertion in plant.assertions:
        yield assertion.services, assertion.text, assertion.span


def flows_by(plant: Plant, services: set[Service]) -> Iterator[tuple[Flow, Service]]:
    """Flows of conduits and grants that use one of a few services, with the service."""
    if not services:
        return
    for flow in opened(plant):
        for service in flow.services:
            if service in services:
                yield flow, service


def addresses(plant: Plant, endpoint: Endpoint) -> Addresses:
    """The addresses that an endpoint stands for; a zone's are those that no inner zone takes."""
    return plant.ownership.own(endpoint.name) if isinstance(endpoint, Zone) else endpoint.addresses


def crosses(flow: Flow) -> bool:
    """Does the flow lead from one zone to another? (A grant may stay within one.)"""
    return any(zone_name(a) != zone_name(b) for a in flow.sources for b in flow.targets)


def ports_text(matches: Iterable[Match]) -> str:
    """Matches as a policy writes them: `tcp 135, 49152-65535; udp 1434`."""
    each: dict[str, list[str]] = {}
    for match in matches:
        each.setdefault(_PROTOCOLS.get(match.proto, f"proto {match.proto}"), []).append(_range_text(match))
    return "; ".join(f"{proto} {', '.join(ranges)}".strip() for proto, ranges in each.items())


def _range_text(match: Match) -> str:
    whole = (match.low, match.high) == (0, 255 if match.proto in _PORTLESS else 65535)
    if whole:
        return "" if match.proto not in _PROTOCOLS else "any"
    return str(match.low) if match.low == match.high else f"{match.low}-{match.high}"


def listed(names: Iterable[str], most: int = 3) -> str:
    """Names in backticks, the first few of them."""
    each = [f"`{name}`" for name in names]
    return ", ".join(each[:most]) + (f" and {len(each) - most} more" if len(each) > most else "")
