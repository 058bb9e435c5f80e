"""What services need of the network, or leave open on it: a second direction, a multicast, a cipher."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.checks.common import crosses, flows_by
from segc.checks.coverage import Coverage
from segc.checks.floor import fact, grouped, unequal
from segc.checks.registry import check
from segc.diagnostics import finding
from segc.model.flows import zone_name
from segc.model.plant import TCP, Match

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.diagnostics import Diagnostic
    from segc.model.plant import Flow, Plant, Service, Zone

_EXPLICIT = Match(TCP, 44818, 44818)  # EtherNet/IP explicit messaging: where an I/O connection is asked for
_STATED = ("bbmd", "relay", "helper", "igmp", "pim", "unicast", "foreign device", "boundary clock")

# What speaks plainly, by the service of the library that does not. Named are those that write: a log or a time that
# is read on the way harms less than a password or a command.
SAFER = {
    "telnet": "ssh",
    "ftp": "ssh (SFTP)",
    "tftp": "ssh (SFTP)",
    "http-api": "https",
    "vnc": "rdp, or VNC inside a tunnel",
    "mqtt": "mqtt-tls",
    "amqp": "amqps",
    "niagara-fox": "niagara-foxs",
}
SAFER_CONTROL = {
    "modbus-tcp": "modbus-tls",
    "modbus": "modbus-tls",
    "enip-tcp": "enip-tls",
    "enip": "enip-tls",
    "ads": "ads-secure",
    "dnp3": "dnp3-tls",
    "iec104": "iec104-tls",
    "iec-104": "iec104-tls",
    "opcua": "opcua with SignAndEncrypt",
    "opcua-tcp": "opcua with SignAndEncrypt",
}


def _peer(service: Service) -> bool:
    """Must the other side open the same ports in turn, as with cyclic I/O of CIP?"""
    return any(f.direction == "reverse" and f.matches and f.matches == service.matches for f in service.follow_on)


@check("cip-one-way")
def cip_one_way(plant: Plant) -> Iterator[Diagnostic]:
    """Cyclic I/O (CIP class 1, UDP 2222) that can flow one way only, or that no explicit message can ask for.

    Each of the two directions is a UDP flow of its own to port 2222, and a connection is opened through TCP 44818, in
    whichever direction. Only conduits count, since the machine runs at any time.
    """
    concerned = list(flows_by(plant, {service for service in plant.services.values() if _peer(service)}))
    coverage = Coverage(plant, [flow for flow, _ in concerned])
    for flow, service in concerned:
        missing = _missing(coverage, flow, service)
        if missing and flow.within in plant.conduits:
            yield finding(
                "cip-one-way",
                f"cyclic I/O of `{flow.text}` cannot run: {missing} is not allowed",
                flow.span,
                f"`{service.name}` needs both ways, and a session that asks for it",
                help="allow `cip-io` back as well, and `enip` from the side that opens the connection",
            )


def _missing(coverage: Coverage, flow: Flow, service: Service) -> str:
    if coverage.rest(flow.targets, flow.sources, service.matches):
        return f"`{service.name}` back"
    forth = coverage.rest(flow.sources, flow.targets, (_EXPLICIT,))
    back = coverage.rest(flow.targets, flow.sources, (_EXPLICIT,))
    return "tcp 44818 either way" if forth and back else ""


@check("multicast-across-router")
def multicast_across_router(plant: Plant) -> Iterator[Diagnostic]:
    """Flows between zones by services that rest on multicast or broadcast, with no word of who passes it on.

    A `because` that names a relay, a BBMD, IGMP or PIM, or that says unicast, is such a word. Services that a router
    cannot pass or filter at all are `unfilterable-service`.
    """
    able = {s for s in plant.services.values() if fact(s, "multicast") and s.filterable == "yes" and not s.layer2}
    places: dict[tuple[str, Service], list[Flow]] = {}
    for flow, service in flows_by(plant, able):
        if crosses(flow) and not any(word in flow.facts.because.lower() for word in _STATED):
            places.setdefault((flow.within, service), []).append(flow)
    for (name, service), flows in places.items():
        yield grouped(
            "multicast-across-router",
            f"`{service.name}` in `{name}` rests on what no router passes on by itself: {fact(service, 'multicast')}",
            [(flow.span, "leads from one zone to another") for flow in flows],
            help="say in `because` who passes it on (a BBMD, a relay, PIM with IGMP), or that the peers use unicast",
        )


@check("plaintext-service")
def plaintext_service(plant: Plant) -> Iterator[Diagnostic]:
    """Flows between zones of unequal SL-T by everyday services that send passwords or commands in clear text."""
    for service, flows in _plain(plant, SAFER).items():
        for flow in flows:
            yield finding(
                "plaintext-service",
                f"`{flow.text}` in `{flow.within}` is clear text between {_between(plant, flow)}",
                flow.span,
                f"by `{service.name}`",
                help=f"use {SAFER[service.name]}, where both ends can",
            )


@check("plaintext-control")
def plaintext_control(plant: Plant) -> Iterator[Diagnostic]:
    """Flows between zones of unequal SL-T by a controller's protocol of which there is a secured form."""
    for service, flows in _plain(plant, SAFER_CONTROL).items():
        yield grouped(
            "plaintext-control",
            f"`{service.name}` crosses from one security level to another in clear text",
            [(flow.span, f"between {_between(plant, flow)}") for flow in flows],
            help=f"ask for {SAFER_CONTROL[service.name]} when either end is renewed",
        )


def _plain(plant: Plant, safer: dict[str, str]) -> dict[Service, list[Flow]]:
    """The library's services with a safer form, and the flows between unequal zones that use them."""
    able = {service for service in plant.services.values() if service.name in safer and service.span.source.builtin}
    places: dict[Service, list[Flow]] = {}
    for flow, service in flows_by(plant, able):
        if unequal(*_zones(plant, flow)):
            places.setdefault(service, []).append(flow)
    return places


def _zones(plant: Plant, flow: Flow) -> tuple[Zone, Zone]:
    return plant.zones[zone_name(flow.sources[0])], plant.zones[zone_name(flow.targets[0])]


def _between(plant: Plant, flow: Flow) -> str:
    source, target = _zones(plant, flow)
    return f"`{source.name}`, SL-T {source.sl_t}, and `{target.name}`, SL-T {target.sl_t}"
