"""What is too wide: flows that open thousands of ports, zones in which too many machines command each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.checks.common import crosses, opened, ports_text
from segc.checks.floor import CONTROLLERS, grouped, is_control
from segc.checks.registry import check
from segc.diagnostics import finding
from segc.model.addresses import normal
from segc.model.flows import zone_name
from segc.model.plant import ICMP, ICMP6, PORTED, Match, Zone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.checks.registry import Moment
    from segc.diagnostics import Diagnostic
    from segc.model.plant import Flow, Plant, Service

MOST_PORTS = 1024
_COMMANDING = CONTROLLERS | {"hmi", "scada-server", "engineering-station"}
_REDIRECT = {ICMP: 5, ICMP6: 137}  # ICMP type 5 (RFC 792) and ICMPv6 type 137 (RFC 4861): "use another router"


@check("too-wide")
def too_wide(plant: Plant) -> Iterator[Diagnostic]:
    """Flows from or to a control or safety zone that open more than 1024 ports of a protocol, or all addresses."""
    wide = {service: text for service in plant.services.values() if (text := _ports(service))}
    for flow in opened(plant):
        ends = [*flow.sources, *flow.targets]
        if not crosses(flow) or not any(is_control(plant.zones[zone_name(end)]) for end in ends):
            continue
        words = [f"`{service.name}` opens {wide[service]}" for service in flow.services if service in wide]
        words += [
            f"`{e.name}` is every address that nobody owns" for e in flow.targets if isinstance(e, Zone) and e.outside
        ]
        if words:
            yield finding(
                "too-wide",
                f"`{flow.text}` in `{flow.within}` is hardly a restriction: {words[0]}",
                flow.span,
                "; ".join(words),
                help="name the ports and machines in use; in monitor the log shows which those are",
            )


def _ports(service: Service) -> str:
    """In words what is too wide about a service; empty where nothing is."""
    for proto in dict.fromkeys(match.proto for match in service.matches):
        mine = [match for match in service.matches if match.proto == proto]
        ports = normal((match.low, match.high) for match in mine)
        if proto in PORTED and (count := sum(high - low + 1 for low, high in ports)) > MOST_PORTS:
            return f"{count} ports ({ports_text(Match(proto, *each) for each in ports[:3])})"
    return ""


@check("icmp-redirect")
def icmp_redirect(plant: Plant) -> Iterator[Diagnostic]:
    """Flows between zones by ICMP redirects, most often within a wide range: they tell a host to use another router.

    Only services of the plant's own are judged: in the library's neighbour discovery they are part of the protocol.
    """
    own = (service for service in plant.services.values() if not service.span.source.builtin)
    able = {service for service in own if any(map(_redirects, service.matches))}
    places: dict[str, list[Flow]] = {}
    for flow in opened(plant) if able else ():
        if not able.isdisjoint(flow.services) and crosses(flow):
            places.setdefault(flow.within, []).append(flow)
    for name, flows in places.items():
        yield grouped(
            "icmp-redirect",
            f"`{flows[0].text}` in `{name}` lets another zone redirect packets of this one",
            [(flow.span, "holds the type for redirects") for flow in flows],
            help="allow what is used: `ping`, and `icmp-pmtu` for errors on the way",
        )


def _redirects(match: Match) -> bool:
    return match.proto in _REDIRECT and match.low <= _REDIRECT[match.proto] <= match.high


@check("zone-too-big")
def zone_too_big(plant: Plant, moment: Moment) -> Iterator[Diagnostic]:
    """Control and safety zones with more machines than `zone-machines` that command or are commanded: nothing filters among them.

    Counted are controllers, drives, robots, HMIs, SCADA servers and engineering stations; a range of addresses counts
    one machine an address.
    """
    most = moment.limits.zone_machines
    for zone in plant.zones.values():
        machines = sum(asset.addresses.size() for asset in zone.assets if asset.kind in _COMMANDING)
        if is_control(zone) and machines > most:
            controllers = sum(asset.addresses.size() for asset in zone.assets if asset.kind in CONTROLLERS)
            yield finding(
                "zone-too-big",
                f"{machines} machines in zone `{zone.name}` command or are commanded, and nothing filters among them",
                zone.span,
                f"{controllers} controllers and {machines - controllers} who command them; more than {most}",
                help="split it by cell or line: what stops together may stand together; `zone-machines` in segc.toml is the limit",
            )
