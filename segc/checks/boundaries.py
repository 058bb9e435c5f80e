"""Ways over a boundary that is there for a reason: into safety, out of the air, to the firewall itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.checks.common import listed
from segc.checks.levels import CONTROL, LINE, SHOWN, below, office, outside, per_place, standing
from segc.checks.registry import check
from segc.diagnostics import finding
from segc.model.flows import zone_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.checks.levels import Hop
    from segc.diagnostics import Diagnostic
    from segc.model.plant import Endpoint, Firewall, Plant, Zone


@check("safety-from-several-zones")
def safety_from_several_zones(plant: Plant) -> Iterator[Diagnostic]:
    """Safety zones into which more than one zone, other safety zones apart, has standing flows."""
    reached: dict[Zone, dict[str, Hop]] = {}
    for hop in standing(plant):
        if hop.target.kind == "safety" and hop.source.kind != "safety":
            reached.setdefault(hop.target, {}).setdefault(hop.source.name, hop)
    for zone, each in reached.items():
        if len(each) > 1:
            yield finding(
                "safety-from-several-zones",
                f"{listed(each)} all have a standing way into safety zone `{zone.name}`",
                zone.span,
                "one way in is to be watched; several are not",
                also=tuple((hop.flow.span, f"from `{name}`") for name, hop in list(each.items())[:SHOWN]),
                help="let the safety controller send what others must know; leave one zone that may read from it",
            )


@check("wireless-reaches-control")
def wireless_reaches_control(plant: Plant) -> Iterator[Diagnostic]:
    """Standing flows from a wireless zone into a control or safety zone."""
    yield from per_place(
        "wireless-reaches-control",
        (hop for hop in standing(plant) if hop.source.kind == "wireless" and hop.target.kind in CONTROL),
        lambda hop: (
            f"`{hop.flow.text}` lets radio zone `{hop.source.name}` into {hop.target.kind} zone `{hop.target.name}`"
        ),
        "whoever is in range may open this session",
        "let the wired side open it, or end it at a gateway in the DMZ",
    )


@check("managed-from-what-it-separates")
def managed_from_what_it_separates(plant: Plant) -> Iterator[Diagnostic]:
    """Firewalls with a `manage` source in a zone at one of their interfaces that is no place for administrators.

    Such are whole zones, and machines of level 4 and up, of level 2 and down, of
    radio and of networks outside. Management zones, and single machines at
    level 3 or in a DMZ, are left alone.
    """
    for firewall in plant.firewalls.values():
        if len(firewall.interfaces) > 1:
            yield from _managed(plant, firewall)


def _managed(plant: Plant, firewall: Firewall) -> Iterator[Diagnostic]:
    behind = {name: interface for interface in firewall.interfaces for name in interface.zones}
    for manage in firewall.manage:
        wrong = (end for end in manage.sources if zone_name(end) in behind and _no_place(plant, end))
        near = list(dict.fromkeys(zone_name(end) for end in wrong))
        if near:
            yield finding(
                "managed-from-what-it-separates",
                f"`{firewall.name}` is managed from {listed(near)}, which it is there to separate",
                manage.span,
                "who is in there can try the firewall's own door",
                also=tuple((behind[name].span, f"`{name}` is behind this interface") for name in near[:SHOWN]),
                help="manage it from a zone of `kind management` that only administrators are in",
            )


def _no_place(plant: Plant, end: Endpoint) -> bool:
    zone = plant.zones[zone_name(end)]
    if zone.kind == "management":
        return False
    elsewhere = outside(zone) or zone.kind in ("wireless", "temporary") or office(zone) or below(zone, LINE)
    return end is zone or elsewhere
