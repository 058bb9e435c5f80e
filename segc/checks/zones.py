"""The site, and what zones own and hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from segc.checks.registry import check
from segc.diagnostics import finding
from segc.lang.literals import address_text
from segc.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.diagnostics import Diagnostic
    from segc.model.plant import Asset, Interface, Plant

_VERSION = re.compile(r"^[ \t]*segc\b.*$", re.MULTILINE)


@check("no-site")
def no_site(plant: Plant) -> Iterator[Diagnostic]:
    """Without a site there is no time zone, no default mode and no owner of last resort."""
    if plant.site is not None or not plant.sources:
        return
    root = plant.sources[-1]  # a file comes after those that it uses
    line = _VERSION.search(root.text)
    span = Span(root, *line.span()) if line else Span(root, 0, 1)
    message = "this plant has no site: windows are read in UTC, and the default mode is monitor"
    help_text = 'add: site NAME { timezone "Europe/Vienna"; mode monitor; owner TEAM }'
    yield finding("no-site", message, span, "no file declares a `site`", help=help_text)


@check("empty-zone")
def empty_zone(plant: Plant) -> Iterator[Diagnostic]:
    """Zones without an address. One that only lends its settings to zones inside it needs none."""
    around = {zone.parent for zone in plant.zones.values()}
    for zone in plant.zones.values():
        if zone.name in around or plant.ownership.own(zone.name):
            continue
        if zone.declared:
            message = f"zone `{zone.name}` owns no address: other zones own all of its networks"
        else:
            message = f"zone `{zone.name}` owns no address"
        help_text = "add a `net` line or an asset; traffic of unzoned addresses is covered by no flow"
        yield finding("empty-zone", message, zone.span, "no packet belongs to it", help=help_text)


@check("address-on-asset-and-firewall")
def address_on_asset_and_firewall(plant: Plant) -> Iterator[Diagnostic]:
    """An address that an asset and a firewall's interface both claim."""
    interfaces: dict[tuple[int, int], tuple[str, Interface]] = {
        (address.family, address.address): (firewall.name, interface)
        for firewall in plant.firewalls.values()
        for interface in firewall.interfaces
        for address in interface.addresses
    }
    if not interfaces:
        return
    for zone in plant.zones.values():
        for asset in zone.assets:
            for family, low, high in asset.addresses.ranges():
                held = interfaces.get((family, low)) if low == high else None  # ranges are for whole subnets
                if held is not None:
                    yield _claimed_twice(asset, address_text(family, low), *held)


def _claimed_twice(asset: Asset, address: str, firewall: str, interface: Interface) -> Diagnostic:
    message = f"`{asset.path}` and interface `{interface.name}` of `{firewall}` both claim {address}"
    return finding(
        "address-on-asset-and-firewall",
        message,
        asset.span,
        "claimed by this asset",
        also=((interface.span, "and by this interface"),),
        notes=("rules for the asset would open the firewall itself",),
        help="correct one of them; a firewall needs no asset of its own",
    )


@check("mixed-safety-zone")
def mixed_safety_zone(plant: Plant) -> Iterator[Diagnostic]:
    """Safety zones hold safety controllers, and what is marked as part of a safety function."""
    for zone in plant.zones.values():
        if zone.kind != "safety":
            continue
        for asset in zone.assets:
            if asset.kind != "safety-controller" and not asset.safety:
                yield finding(
                    "mixed-safety-zone",
                    f"`{asset.path}` ({asset.kind}) is no safety asset, but in safety zone `{zone.name}`",
                    asset.span,
                    "not part of a safety function",
                    also=((zone.span, "a safety zone"),),
                    help="move it to a zone of its own; if it does serve the safety function, add `safety`",
                )
