"""Who can command controllers: programs from the wrong desk, and commands that come back on a session out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.checks.common import flows_by
from segc.checks.floor import CONTROLLERS, UNTRUSTED, answers_back, fact, grouped, is_control, kinds, programs, writes
from segc.checks.registry import check
from segc.model.flows import zone_name
from segc.model.plant import Zone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.diagnostics import Diagnostic
    from segc.model.plant import Endpoint, Flow, Plant, Service

_TOOLS = ("engineering", "safety", "debug")
# Whatever speaks to controllers may have to use a protocol that can also program them. These have no business with it.
_DESKS = frozenset({"workstation", "domain-controller"})
# And these none with what is for engineering only. A `server` may be the one that keeps program versions.
_NO_TOOLS = _DESKS | frozenset(
    {"historian", "mes", "hmi", "scada-server", "drive", "robot", "sensor-gateway", "switch"}
)


@check("programming-from-elsewhere")
def programming_from_elsewhere(plant: Plant) -> Iterator[Diagnostic]:
    """Standing flows by which something that is no engineering station could program a controller.

    By a service that is for engineering only, whoever is known to be something else; by one that can do both, a
    workstation, a domain controller, or a whole zone that is untrusted or holds such machines. One finding a conduit;
    machines of kind `other` are not judged.
    """
    able = {service for service in plant.services.values() if programs(service)}
    found: dict[str, list[tuple[Flow, Service, Endpoint]]] = {}
    for flow, service in flows_by(plant, able):
        if flow.within in plant.conduits and any(map(_is_controller, flow.targets)):
            strange = (end for end in flow.sources if _strange(end, service))
            found.setdefault(flow.within, []).extend((flow, service, end) for end in strange)
    for name, places in found.items():
        if places:
            yield grouped(
                "programming-from-elsewhere",
                f"conduit `{name}` lets `{places[0][2].path}`, which is no engineering station, program controllers",
                [(flow.span, f"from `{end.path}` by `{service.name}`") for flow, service, end in places],
                help="let an engineering station do it; what only reads should ask a historian or an OPC UA server",
            )


def _is_controller(end: Endpoint) -> bool:
    return bool(CONTROLLERS & kinds(end))


def _strange(end: Endpoint, service: Service) -> bool:
    if isinstance(end, Zone) and end.kind in UNTRUSTED:
        return True
    tools = service.family in _TOOLS and "HMI" not in fact(service, "initiator")
    return bool(kinds(end) & (_NO_TOOLS if tools else _DESKS))


@check("commands-come-back")
def commands_come_back(plant: Plant) -> Iterator[Diagnostic]:
    """Standing flows out of a control zone, to one that is trusted less, by message brokers whose far end commands.

    Less trusted is a business or external zone, or one of a lower SL-T. Of the services that can answer with
    commands, those of the family `iiot` are meant; BACnet and the like command both ways among equals.
    """
    able = {s for s in plant.services.values() if answers_back(s) and s.family == "iiot" and writes(s)}
    found: dict[str, list[tuple[Flow, Service, Zone]]] = {}
    for flow, service in flows_by(plant, able):
        if flow.within in plant.conduits:
            source, target = (plant.zones[zone_name(ends[0])] for ends in (flow.sources, flow.targets))
            if is_control(source) and _less_trusted(target, source):
                found.setdefault(flow.within, []).append((flow, service, target))
    for name, places in found.items():
        target = places[0][2]
        yield grouped(
            "commands-come-back",
            f"conduit `{name}` leads outwards, but `{target.name}` can send commands back on it",
            [(flow.span, f"`{service.name}` carries messages both ways") for flow, service, _ in places],
            help="publish through a broker in the DMZ that takes no subscriptions from the plant, or by a read-only service",
        )


def _less_trusted(target: Zone, source: Zone) -> bool:
    if target.kind in ("business", "external"):
        return True
    return target.sl_t is not None and source.sl_t is not None and target.sl_t < source.sl_t
