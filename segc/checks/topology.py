"""Where the network does not do what the policy says: conduits that nothing enforces, routes that lead past."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from segc.checks.registry import check
from segc.diagnostics import Diagnostic, finding
from segc.graph.topology import Topology
from segc.model.flows import zone_name
from segc.model.plant import ENFORCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.model.plant import Conduit, Firewall, Flow, Interface, Manage, Plant

topology_of = lru_cache(maxsize=1)(Topology)  # the same plant is asked about three times in a row


@check("conduit-unenforced")
def conduit_unenforced(plant: Plant) -> Iterator[Diagnostic]:
    """A conduit whose zones are joined past every firewall, by links."""
    topology = topology_of(plant)
    for conduit in plant.conduits.values():
        a, b = conduit.source.name, conduit.target.name
        if topology.unfiltered(a, b):
            also = tuple((link.span, "this link filters nothing") for link in plant.links if {a, b} == {link.a, link.b})
            yield finding(
                "conduit-unenforced",
                f"nothing enforces conduit `{conduit.name}`: `{a}` and `{b}` are linked past every firewall",
                conduit.span,
                "declared here",
                also=also,
                notes=("analyses count this pair of zones as open",),
                help="put a firewall between the two zones in place of the link",
            )


@check("shared-interface")
def shared_interface(plant: Plant) -> Iterator[Diagnostic]:
    """Zones behind one interface that a conduit or an enforced mode claims to keep apart."""
    opened = [pair for conduit in plant.conduits.values() for pair in conduit.pairs()]
    topology = topology_of(plant)
    for firewall in plant.firewalls.values():
        for door in firewall.interfaces:
            if len(door.zones) > 1:
                pairs = (pair for pair in _kept_apart(plant, door, opened) if not topology.unfiltered(*pair))
                for a, b in islice(pairs, 1):
                    yield _together(firewall, door, a, b)


def _kept_apart(plant: Plant, door: Interface, opened: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The pairs behind an interface of which the policy says that something stands between."""
    here = set(door.zones)
    yield from (pair for pair in opened if here.issuperset(pair))
    for b in door.zones:
        if (plant.zones[b].mode or plant.default_mode) == ENFORCE:
            yield from ((a, b) for a in door.zones if a != b and plant.mode(a, b) == ENFORCE)


def _together(firewall: Firewall, door: Interface, a: str, b: str) -> Diagnostic:
    return finding(
        "shared-interface",
        f"nothing surely filters between `{a}` and `{b}`: both lie behind `{door.name}` of `{firewall.name}`",
        door.span,
        "they may meet here without reaching the firewall",
        notes=("figures and assertions of `today` count this pair of zones as open",),
        help="give each zone an interface (a VLAN) of its own, or write down what joins them: another firewall, or a link",
    )


@check("no-path")
def no_path(plant: Plant) -> Iterator[Diagnostic]:
    """A conduit between zones that no network joins; one finding where there is no topology at all."""
    if not plant.firewalls and not plant.links:
        first = next(iter(plant.conduits.values()), None)
        if first is not None:
            help_text = "declare firewalls with their interfaces, and links where nothing filters"
            message = "no firewall or link joins any zones: nothing can be rendered"
            yield finding("no-path", message, first.span, "the first of the conduits", help=help_text)
        return
    topology = topology_of(plant)
    for conduit in plant.conduits.values():
        if not topology.joined(conduit.source.name, conduit.target.name):
            yield _apart(conduit, plant)
    for grant in plant.grants.values():
        for flow in grant.flows:
            yield from _granted(flow, topology)
    for firewall in plant.firewalls.values():
        for line in firewall.manage:
            yield from _managed(firewall, line, topology)


def _granted(flow: Flow, topology: Topology) -> Iterator[Diagnostic]:
    """A grant's flow for which no firewall opens anything."""
    pairs = {(zone_name(a), zone_name(b)) for a in flow.sources for b in flow.targets}
    for a, b in sorted(pairs):
        if a == b:
            why, help_text = f"both ends lie in `{a}`", "traffic inside a zone needs no grant; no firewall sees it"
        elif not topology.joined(a, b):
            why, help_text = f"no network path joins `{a}` and `{b}`", "name the zones behind firewalls' interfaces"
        elif not topology.crossed(a, b):
            why, help_text = f"`{a}` and `{b}` are linked past every firewall", "nothing stops this, granted or not"
        else:
            continue
        message = f"grant `{flow.within}` opens nothing by this flow: {why}"
        yield finding("no-path", message, flow.span, "on no firewall", help=help_text)


def _managed(firewall: Firewall, line: Manage, topology: Topology) -> Iterator[Diagnostic]:
    """A `manage` line whose source lies behind none of the firewall's interfaces."""
    for zone in sorted({zone_name(end) for end in line.sources}):
        if not topology.behind(firewall, zone):
            message = f"`{zone}` lies behind no interface of `{firewall.name}` and cannot manage it"
            help_text = "name a zone that a path joins with the firewall"
            yield finding("no-path", message, line.span, "reaches nothing", help=help_text)


def _apart(conduit: Conduit, plant: Plant) -> Diagnostic:
    zones = (conduit.source, conduit.target)
    attached = {zone for f in plant.firewalls.values() for i in f.interfaces for zone in i.zones}
    attached |= {end for link in plant.links for end in (link.a, link.b)}
    lost = [zone for zone in zones if zone.name not in attached]
    also = tuple((zone.span, "no interface or link leads here") for zone in lost)
    message = (
        f"no network path joins `{zones[0].name}` and `{zones[1].name}`: conduit `{conduit.name}` is on no firewall"
    )
    help_text = "name the zone behind a firewall's interface, or link it to one that is"
    return finding("no-path", message, conduit.span, "declared here", also=also, help=help_text)


@check("route-off-path")
def route_off_path(plant: Plant) -> Iterator[Diagnostic]:
    """A route by a firewall that lies on no path between its zones."""
    topology = topology_of(plant)
    for route in plant.routes:
        possible = topology.possible(route.source, route.target)
        for name, span in zip(route.via, route.via_spans, strict=True):
            if name not in possible:
                known = ", ".join(sorted(possible)) or "none"
                yield finding(
                    "route-off-path",
                    f"`{name}` lies on no path from `{route.source}` to `{route.target}`",
                    span,
                    "not on the way",
                    also=((plant.firewalls[name].span, "declared here"),),
                    help=f"firewalls on the way: {known}",
                )
