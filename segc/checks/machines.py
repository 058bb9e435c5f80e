"""Services that do not suit the machines at their ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.checks.common import crosses, flows_by
from segc.checks.floor import CONTROLLERS, grouped, is_control, kinds, writes
from segc.checks.registry import check
from segc.model.flows import zone_name
from segc.model.plant import TCP, UDP, Zone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.diagnostics import Diagnostic
    from segc.model.plant import Asset, Endpoint, Flow, Plant, Service

    Places = dict[str, list[tuple[Flow, Service, Asset]]]
    Callers = dict[str, list[tuple[Flow, Service, Endpoint]]]

_DESKS = frozenset({"hmi", "workstation", "domain-controller", "jump-host", "historian", "mes", "engineering-station"})
_FIELD = CONTROLLERS | {"sensor-gateway"}
_SCREENS = ((TCP, 3389), (TCP, 5900))  # RDP, VNC
_AGENT = ((UDP, 161),)
CELL = 2  # the highest Purdue level at the machines
_ROOM = 16  # ports; a service with a wider range is not about one of them


@check("odd-target")
def odd_target(plant: Plant) -> Iterator[Diagnostic]:
    """Flows by a controller's protocol to an HMI, a desk or an office server: the arrow may be the wrong way round."""
    able = {service for service in plant.services.values() if service.family == "controller"}
    places: Places = {}
    for flow, service in flows_by(plant, able):
        for end in flow.targets if crosses(flow) else ():
            if not isinstance(end, Zone) and end.kind in _DESKS:
                places.setdefault(flow.within, []).append((flow, service, end))
    for name, found in places.items():
        flow, service, end = found[0]
        yield grouped(
            "odd-target",
            f"`{flow.text}` in `{name}` calls `{end.path}` by `{service.name}`, which controllers answer",
            [(f.span, f"`{e.path}` is of kind {e.kind}") for f, _, e in found],
            help="turn the arrow round if the controller is what is asked; else correct the machine's `kind`",
        )


@check("controller-as-client")
def controller_as_client(plant: Plant) -> Iterator[Diagnostic]:
    """Flows by which a controller or sensor opens a session of administrators: SMB, RDP, SSH, Telnet, RPC."""
    able = {s for s in plant.services.values() if s.family in ("admin", "ad") or s.name == "smb"}
    places: Places = {}
    for flow, service in flows_by(plant, able):
        for end in flow.sources if crosses(flow) else ():
            if not isinstance(end, Zone) and end.kind in _FIELD:
                places.setdefault(flow.within, []).append((flow, service, end))
    for name, found in places.items():
        flow, service, end = found[0]
        yield grouped(
            "controller-as-client",
            f"`{flow.text}` in `{name}` lets `{end.path}`, a {end.kind}, open `{service.name}`",
            [(f.span, f"opened by `{e.path}`") for f, _, e in found],
            help="let a server fetch what it needs; a controller that does this is in somebody else's hands",
        )


@check("remote-desktop-to-cell")
def remote_desktop_to_cell(plant: Plant) -> Iterator[Diagnostic]:
    """Standing flows by RDP or VNC to a control or safety zone of level 2 and below. A jump host may; grants end."""
    able = {service for service in plant.services.values() if _about(service, _SCREENS)}
    places: Callers = {}
    for flow, service in flows_by(plant, able):
        zone = plant.zones[zone_name(flow.targets[0])]
        if flow.within in plant.conduits and is_control(zone) and zone.level is not None and zone.level <= CELL:
            callers = [end for end in flow.sources if kinds(end) != {"jump-host"}]
            places.setdefault(flow.within, []).extend((flow, service, end) for end in callers)
    for name, found in places.items():
        if found:
            yield grouped(
                "remote-desktop-to-cell",
                f"conduit `{name}` leaves a screen at the machines open to others, at any time",
                [(f.span, f"`{s.name}` from `{e.path}`") for f, s, e in found],
                help="write it as a grant with `until`, through a jump host; or show what is needed on the SCADA server",
            )


def _about(service: Service, ports: tuple[tuple[int, int], ...]) -> bool:
    return any(
        match.proto == proto and match.low <= port <= match.high and match.high - match.low < _ROOM
        for match in service.matches
        for proto, port in ports
    )


@check("debug-service")
def debug_service(plant: Plant) -> Iterator[Diagnostic]:
    """Flows between zones by a debugger's or installer's port (VxWorks WDB, Smart Install): never part of production."""
    for flow, service in flows_by(plant, {s for s in plant.services.values() if s.family == "debug"}):
        if crosses(flow):
            yield grouped(
                "debug-service",
                f"`{flow.text}` opens `{service.name}`, by which memory or settings are rewritten without a password",
                [(flow.span, f"in `{flow.within}`")],
                help="switch the service off on the device, and delete the flow",
            )


@check("snmp-from-elsewhere")
def snmp_from_elsewhere(plant: Plant) -> Iterator[Diagnostic]:
    """Flows by SNMP, which also writes, from a zone that is not for management, in a plant that has one that is."""
    if not any(zone.kind == "management" for zone in plant.zones.values()):
        return
    able = {s for s in plant.services.values() if _about(s, _AGENT) and writes(s)}
    for flow, service in flows_by(plant, able):
        zones = {zone_name(end): plant.zones[zone_name(end)] for end in flow.sources}
        elsewhere = [zone for zone in zones.values() if zone.kind != "management"]
        if elsewhere and crosses(flow):
            yield grouped(
                "snmp-from-elsewhere",
                f"`{flow.text}` lets `{elsewhere[0].name}`, which is no management zone, set devices by `{service.name}`",
                [(flow.span, f"in `{flow.within}`"), (elsewhere[0].span, f"a {elsewhere[0].kind} zone")],
                help="let the network management station ask, and others ask it; or allow SNMP version 3, read only",
            )
