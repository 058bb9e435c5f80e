"""What a policy does not say of its zones and machines, for whoever reviews the plant as a whole."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from segc.checks.common import listed
from segc.checks.floor import grouped
from segc.checks.registry import check
from segc.diagnostics import finding
from segc.model.flows import zone_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.checks.registry import Moment
    from segc.diagnostics import Diagnostic
    from segc.model.plant import Asset, Plant

SOON = timedelta(days=365)
_MADE = frozenset({"plc", "rtu", "safety-controller", "hmi", "scada-server", "drive", "robot", "sensor-gateway"})


@check("ipv6-not-stated")
def ipv6_not_stated(plant: Plant) -> Iterator[Diagnostic]:
    """Plants with firewalls of which no zone, machine or interface has an IPv6 address.

    Windows and Linux hosts speak IPv6 on their own; its packets are then of no zone, and only modes decide on them.
    """
    if not plant.firewalls or any(plant.ownership.own(zone).v6 for zone in plant.zones):
        return
    interfaces = [i for firewall in plant.firewalls.values() for i in firewall.interfaces]
    if not any(own.family == 6 for interface in interfaces for own in interface.addresses):
        first = plant.site or next(iter(plant.firewalls.values()))
        yield finding(
            "ipv6-not-stated",
            "nothing in this policy has an IPv6 address, so all IPv6 packets are of no zone",
            first.span,
            f"unzoned packets: {plant.default_mode}",
            help="give zones their IPv6 prefixes; or state it: # segc: allow ipv6-not-stated until DATE -- switched off",
        )


@check("unused-zone")
def unused_zone(plant: Plant) -> Iterator[Diagnostic]:
    """Zones that no conduit, grant, workflow, playbook, assertion, interface or link names, and in which none lies."""
    used = {zone.parent for zone in plant.zones.values()}
    used.update(end for link in plant.links for end in (link.a, link.b))
    used.update(z for f in plant.firewalls.values() for i in f.interfaces for z in i.zones)
    for conduit in plant.conduits.values():
        used.update((conduit.source.name, conduit.target.name))
    flows = [flow for grant in plant.grants.values() for flow in grant.flows]
    flows += [need for workflow in plant.workflows.values() for need in workflow.needs]
    used.update(zone_name(end) for flow in flows for end in (*flow.sources, *flow.targets))
    used.update(zone_name(end) for one in plant.assertions for end in (*one.sources, *one.targets))
    used.update(name for playbook in plant.playbooks.values() for name in playbook.isolate)
    for zone in plant.zones.values():
        if zone.name not in used and not zone.outside:
            yield finding(
                "unused-zone",
                f"zone `{zone.name}` is declared and never used",
                zone.span,
                "on no interface, in no conduit",
                help="put it behind a firewall's interface, or delete it",
            )


@check("end-of-support-soon")
def end_of_support_soon(plant: Plant, moment: Moment) -> Iterator[Diagnostic]:
    """Machines whose maker stops supporting them within a year; those past that day are `unpatchable-exposed`."""
    for asset in _assets(plant):
        if asset.end_of_support is not None and moment.today <= asset.end_of_support <= moment.today + SOON:
            yield finding(
                "end-of-support-soon",
                f"support for `{asset.path}` ends on {asset.end_of_support}",
                asset.span,
                f"in {(asset.end_of_support - moment.today).days} days",
                help="order its successor, or plan what protects it from then on: control",
            )


@check("asset-without-kind")
def asset_without_kind(plant: Plant) -> Iterator[Diagnostic]:
    """Machines of no or of an `other` kind and without a `vendor`; one finding a zone."""
    for zone in plant.zones.values():
        vague = [asset for asset in zone.assets if asset.kind == "other" and "vendor" not in dict(asset.texts)]
        if vague and not zone.outside:
            yield grouped(
                "asset-without-kind",
                f"nobody can tell what {listed(asset.name for asset in vague)} in zone `{zone.name}` is",
                [(asset.span, "neither `kind` nor `vendor`") for asset in vague],
                help="give each its `kind`: many checks judge a machine by what it is",
            )


@check("asset-without-vendor")
def asset_without_vendor(plant: Plant) -> Iterator[Diagnostic]:
    """Controllers, panels and field devices without a `vendor`; one finding a zone."""
    for zone in plant.zones.values():
        vague = [asset for asset in zone.assets if asset.kind in _MADE and "vendor" not in dict(asset.texts)]
        if vague:
            yield grouped(
                "asset-without-vendor",
                f"zone `{zone.name}` does not say who made {listed(asset.name for asset in vague)}",
                [(asset.span, "`vendor` is missing") for asset in vague],
                help="add `vendor` and `model`: an advisory names those, and nothing else",
            )


@check("zone-without-sl-t")
def zone_without_sl_t(plant: Plant) -> Iterator[Diagnostic]:
    """Zones with machines in them that have no target security level: checks of trust leave them out."""
    for zone in plant.zones.values():
        if zone.sl_t is None and zone.assets:
            yield finding(
                "zone-without-sl-t",
                f"zone `{zone.name}` has no target security level",
                zone.span,
                "`sl-t` is missing",
                help="decide it in the risk assessment, then write `sl-t N` here or in a zone around it",
            )


def _assets(plant: Plant) -> Iterator[Asset]:
    return (asset for zone in plant.zones.values() for asset in zone.assets)
