"""Flows between Purdue levels: past the DMZ, past a level, from cell to cell, out to the Internet.

Judged are standing flows; what a grant opens is in vendors. Sources: NIST SP
800-82r3 5.2 and 5.4, IEC 62443-3-2 ZCR 3.2, ANSSI's measures R122 and R123.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.checks.levels import (
    CONTROL,
    LINE,
    SITE,
    below,
    is_dmz,
    level_text,
    machines,
    of_kind,
    office,
    outside,
    per_place,
    standing,
)
from segc.checks.registry import check
from segc.diagnostics import finding
from segc.model.plant import PORTED, Zone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.checks.levels import Hop
    from segc.diagnostics import Diagnostic
    from segc.model.plant import Asset, Plant, Service

# Names, mail and web by TCP or UDP port; 853 is DNS over TLS.
OFFICE_PORTS = (25, 53, 80, 110, 143, 443, 465, 587, 853, 993, 995, 3128, 8080)
CONTROLLERS = ("plc", "rtu", "safety-controller")


@check("bypasses-dmz")
def bypasses_dmz(plant: Plant) -> Iterator[Diagnostic]:
    """Flows between level 4 and up and level 3 and down, either way. What a narrower check says is left to it."""
    found = (
        hop
        for hop in standing(plant)
        if _past_dmz(hop) and not _from_outside(hop) and not _to_internet(hop) and not engineering_out(hop)
    )
    yield from per_place(
        "bypasses-dmz",
        found,
        lambda hop: (
            f"`{hop.flow.text}` leads from {level_text(hop.source)} to {level_text(hop.target)} without ending in a DMZ"
        ),
        "one session joins the office side and the plant",
        "end it at a host in a zone of level 3.5, and let a second session, by another service, go on from there",
    )


def _past_dmz(hop: Hop) -> bool:
    return (office(hop.source) and below(hop.target, SITE)) or (below(hop.source, SITE) and office(hop.target))


def _from_outside(hop: Hop) -> bool:
    """What `standing-flow-from-outside` finds."""
    return (outside(hop.source) or hop.source.kind == "temporary") and hop.target.kind in CONTROL


@check("control-reaches-internet")
def control_reaches_internet(plant: Plant) -> Iterator[Diagnostic]:
    """Flows from level 2 and down to an outside zone, or to level 4 and up by a port of names, mail or web."""
    yield from per_place(
        "control-reaches-internet",
        (hop for hop in standing(plant) if _to_internet(hop)),
        lambda hop: (
            f"`{hop.flow.text}` lets {level_text(hop.source)} out to "
            + (f"the outside zone `{hop.target.name}`" if outside(hop.target) else level_text(hop.target))
        ),
        "what a machine fetches, it can be sent",
        "offer what it needs at level 3: names and time there, files through a host in the DMZ",
    )


def _to_internet(hop: Hop) -> bool:
    if not below(hop.source, LINE):
        return False
    return outside(hop.target) or (office(hop.target) and any(map(_office_service, hop.flow.services)))


def _office_service(service: Service) -> bool:
    """Has the service one of the ports itself? A range around one counts, if it is not the whole space."""
    return any(
        match.proto in PORTED and match.low <= port <= match.high for match in service.matches for port in OFFICE_PORTS
    )


@check("engineering-reaches-internet")
def engineering_reaches_internet(plant: Plant) -> Iterator[Diagnostic]:
    """Flows from engineering stations to an outside zone; those at level 2 and down are `control-reaches-internet`."""
    yield from per_place(
        "engineering-reaches-internet",
        filter(engineering_out, standing(plant)),
        lambda hop: (
            f"engineering station `{of_kind(hop.sources, ['engineering-station'])[0].path}` "
            f"has a standing way to the outside zone `{hop.target.name}`"
        ),
        "it can change every controller's program",
        "fetch updates and licences by a host in the DMZ; a vendor's session is a grant, through a jump host",
    )


def engineering_out(hop: Hop) -> bool:
    """From an engineering station above level 2 (or of no level) to a network outside?"""
    return (
        outside(hop.target)
        and not outside(hop.source)
        and not below(hop.source, LINE)
        and bool(of_kind(hop.sources, ["engineering-station"]))
    )


@check("level-skipped")
def level_skipped(plant: Plant) -> Iterator[Diagnostic]:
    """Flows from level 2 and down straight to a DMZ. The other way is `dmz-reaches-control`."""
    yield from per_place(
        "level-skipped",
        (hop for hop in standing(plant) if below(hop.source, LINE) and is_dmz(hop.target)),
        lambda hop: f"`{hop.flow.text}` leads from {level_text(hop.source)} to DMZ `{hop.target.name}` past level 3",
        "no host of level 3 is in between",
        "collect at level 3, and send on from there",
    )


@check("plc-across-cells")
def plc_across_cells(plant: Plant) -> Iterator[Diagnostic]:
    """Flows from a controller to one in another zone, both named by themselves, without `because`."""
    found = (
        hop
        for hop in standing(plant)
        if not hop.flow.facts.because and _named(hop.sources) and _named(hop.targets) and not outside(hop.source)
    )
    yield from per_place(
        "plc-across-cells",
        found,
        lambda hop: (
            f"`{_named(hop.sources)[0].path}` opens sessions to `{_named(hop.targets)[0].path}` in another cell, "
            "and nobody says why"
        ),
        "gives no reason",
        'name the interlock or hand-shake: because "packer full"; if there is none, delete the flow',
    )


def _named(ends: tuple[Zone | Asset, ...]) -> list[Asset]:
    return [end for end in ends if not isinstance(end, Zone) and end.kind in CONTROLLERS]


@check("bridge-asset")
def bridge_asset(plant: Plant) -> Iterator[Diagnostic]:
    """Machines of level 3 or a DMZ with standing flows to or from both level 4 and up and level 2 and down."""
    upper: dict[Asset, list[Hop]] = {}
    lower: dict[Asset, list[Hop]] = {}
    for hop in standing(plant):
        for zone, peer, ends in ((hop.source, hop.target, hop.sources), (hop.target, hop.source, hop.targets)):
            if is_dmz(zone) or (below(zone, SITE) and not below(zone, LINE)):
                side = upper if office(peer) else lower if below(peer, LINE) else None
                for asset in machines(ends) if side is not None else ():
                    side.setdefault(asset, []).append(hop)  # type: ignore[union-attr]
    both = [asset for asset in upper if asset in lower]
    reach = {asset: _zones([*upper[asset], *lower[asset]], asset) for asset in both}
    ranked = sorted(both, key=lambda asset: (-len(reach[asset]), asset.path))
    for rank, asset in enumerate(ranked, 1):
        yield _bridge(asset, upper[asset][0], lower[asset][0], len(reach[asset]), (rank, len(ranked)))


def _zones(found: list[Hop], asset: Asset) -> set[str]:
    return {name for hop in found for name in (hop.source.name, hop.target.name)} - {asset.zone}


def _bridge(asset: Asset, up: Hop, down: Hop, zones: int, rank: tuple[int, int]) -> Diagnostic:
    place, count = rank
    notes = (f"number {place} of {count} such machines, by the zones that they join",) if count > 1 else ()
    return finding(
        "bridge-asset",
        f"`{asset.path}` joins the office side and the line: {zones} zones in one step",
        asset.span,
        "whoever holds it is at every level",
        also=((up.flow.span, "with level 4 or above"), (down.flow.span, "with level 2 or below")),
        notes=notes,
        help="give each side a host of its own, with one flow between the two",
    )
