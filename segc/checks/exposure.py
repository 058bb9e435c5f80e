"""Assets that cannot defend themselves, and who can reach them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.checks.common import addresses, listed
from segc.checks.floor import grouped, programs, standing
from segc.checks.registry import check
from segc.diagnostics import finding
from segc.model.addresses import meet
from segc.model.flows import zone_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.checks.registry import Moment
    from segc.diagnostics import Diagnostic
    from segc.model.plant import Asset, Endpoint, Flow, Plant, Zone
    from segc.source import Span

SHOWN = 3


@check("unpatchable-exposed")
def unpatchable_exposed(plant: Plant, moment: Moment) -> Iterator[Diagnostic]:
    """Unpatchable or unsupported assets, without a `control`, that a less trusted zone may always reach."""
    weak = _weak(plant, moment)
    for asset, flows in _exposed(plant, weak).items() if weak else ():
        yield _report(plant, asset, weak[asset], flows)


@check("unpatchable-programmable")
def unpatchable_programmable(plant: Plant, moment: Moment) -> Iterator[Diagnostic]:
    """Such assets that a standing flow from another zone of no lower SL-T could program: one finding an asset.

    What a zone of a lower SL-T can reach is `unpatchable-exposed` already.
    """
    weak = _weak(plant, moment)
    exposed = _exposed(plant, weak) if weak else {}
    reached_by = _reached_by(plant, {asset: why for asset, why in weak.items() if asset not in exposed})
    found: dict[Asset, list[tuple[Span, str]]] = {}
    for conduit, flow in standing(plant) if reached_by else ():
        tools = [service.name for service in flow.services if programs(service)]
        for asset in dict.fromkeys(a for end in flow.targets for a in reached_by.get(end, ()) if tools):
            found.setdefault(asset, []).append((flow.span, f"`{tools[0]}` in `{conduit.name}` can program it"))
    for asset, places in found.items():
        yield grouped(
            "unpatchable-programmable",
            f"`{asset.path}` {weak[asset]}, and another zone could program it at any time",
            [(asset.span, "no `control` makes up for it"), *places],
            help='say what protects it, on the asset or its zone: control "..."; a key switch in RUN is one',
        )


def _weak(plant: Plant, moment: Moment) -> dict[Asset, str]:
    """Assets that get no patches, and for which nothing makes up, with the reason."""
    return {
        asset: why
        for zone in plant.zones.values()
        for asset in zone.assets
        if not zone.controls and not asset.controls and (why := _weakness(asset, moment))
    }


def _weakness(asset: Asset, moment: Moment) -> str:
    if asset.unpatchable is not None:
        return f"cannot be patched ({asset.unpatchable})"
    if asset.end_of_support is not None and asset.end_of_support < moment.today:
        return f"has had no support since {asset.end_of_support}"
    return ""


def _exposed(plant: Plant, weak: dict[Asset, str]) -> dict[Asset, list[tuple[Flow, Zone]]]:
    """The weak assets that flows from zones of a lower SL-T reach, with those flows."""
    reached_by = _reached_by(plant, weak)
    found: dict[Asset, list[tuple[Flow, Zone]]] = {}
    for conduit in plant.conduits.values():
        for flow in conduit.flows:
            for target in flow.targets:
                for asset in reached_by.get(target, ()):
                    lower = _lower(plant, flow, plant.zones[asset.zone])
                    if lower is not None:
                        found.setdefault(asset, []).append((flow, lower))
    return found


def _reached_by(plant: Plant, weak: dict[Asset, str]) -> dict[Endpoint, list[Asset]]:
    """The endpoints by which a weak asset can be meant: itself, its zone, a range around it."""
    found: dict[Endpoint, list[Asset]] = {}
    wide: dict[str, list[Endpoint]] = {}
    for name in {asset.zone for asset in weak}:
        zone = plant.zones[name]
        wide[name] = [zone, *(asset for asset in zone.assets if asset.addresses.size() > 1)]
    for asset in weak:
        around = (end for end in wide[asset.zone] if meet(addresses(plant, end), asset.addresses))
        for end in {asset, *around}:
            found.setdefault(end, []).append(asset)
    return found


def _lower(plant: Plant, flow: Flow, target: Zone) -> Zone | None:
    """The first source zone that is trusted less than the target; unknown levels are not compared."""
    for end in flow.sources:
        zone = plant.zones[zone_name(end)]
        level = 0 if zone.sl_t is None and zone.outside else zone.sl_t
        if zone is not target and level is not None and target.sl_t is not None and level < target.sl_t:
            return zone
    return None


def _report(plant: Plant, asset: Asset, why: str, flows: list[tuple[Flow, Zone]]) -> Diagnostic:
    zones = listed(dict.fromkeys(zone.name for _, zone in flows))
    own = plant.zones[asset.zone].sl_t
    return finding(
        "unpatchable-exposed",
        f"`{asset.path}` {why}, and {zones} of a lower SL-T can reach it",
        asset.span,
        f"in a zone of SL-T {own}",
        also=tuple((flow.span, f"from `{zone.name}`, SL-T {zone.sl_t or 0}") for flow, zone in flows[:SHOWN]),
        help='say what protects it, on the asset or its zone: control "..."',
    )
