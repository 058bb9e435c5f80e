"""The site, and what zones own and hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from segc.checks.common import listed
from segc.checks.registry import check
from segc.diagnostics import finding
from segc.lang.literals import address_text
from segc.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.diagnostics import Diagnostic
    from segc.lang.literals import InterfaceAddress
    from segc.model.plant import Asset, Firewall, Interface, Plant

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


@check("interface-in-wrong-zone")
def interface_in_wrong_zone(plant: Plant) -> Iterator[Diagnostic]:
    """Interfaces with an address out of a zone that is not behind them. Networks of no zone are for transit."""
    joined = _joined(plant)
    order = {name: index for index, name in enumerate(plant.zones)}
    for firewall in plant.firewalls.values():
        for interface in firewall.interfaces:
            behind = {zone for name in interface.zones for zone in joined.get(name, {name})}
            for own in interface.addresses:
                network = own.network()
                pieces = {owner for owner, _, _ in plant.ownership.split(network) if owner is not None}
                met = sorted(pieces, key=order.__getitem__)
                owners = [name for name in met if not plant.zones[name].outside]  # that one owns whatever is left
                if behind and owners and not behind.intersection(met):
                    yield _elsewhere(plant, firewall, interface, own, owners)


def _joined(plant: Plant) -> dict[str, set[str]]:
    """The zones that links join with each zone, itself among them."""
    joined: dict[str, set[str]] = {}
    for link in plant.links:
        whole = joined.get(link.a, {link.a}) | joined.get(link.b, {link.b})
        joined.update(dict.fromkeys(whole, whole))
    return joined


def _elsewhere(
    plant: Plant, firewall: Firewall, interface: Interface, own: InterfaceAddress, met: list[str]
) -> Diagnostic:
    address = f"{address_text(own.family, own.address)}/{own.length}"
    return finding(
        "interface-in-wrong-zone",
        f"interface `{interface.name}` of `{firewall.name}` has {address}, which belongs to {listed(met)}",
        interface.span,
        f"leads to {listed(interface.zones)}",
        also=tuple((plant.zones[name].span, "owns that network") for name in met[:3]),
        notes=("packets that come in there would be judged as if they had crossed the firewall",),
        help="correct the address, or name the zones that are behind this interface",
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
