"""Remote access: never standing, by a jump host, to named machines, for a time that somebody can overlook.

Sources: NIST SP 800-82r3 5.2.3, NERC CIP-005-7 R2, Commission Regulation (EU)
2024/2690 6.7.2 and 11.2.2, ANSSI R129.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from segc.checks.levels import CONTROL, hops, is_dmz, level_text, of_kind, office, outside, per_place, standing
from segc.checks.registry import check
from segc.diagnostics import finding
from segc.model.plant import Asset, Zone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.checks.levels import Hop
    from segc.diagnostics import Diagnostic
    from segc.model.plant import Plant

# Families of services by which a machine is administered or its files are taken.
ADMINISTRATION = {"admin", "file", "db", "debug"}


@check("standing-vendor-access")
def standing_vendor_access(plant: Plant) -> Iterator[Diagnostic]:
    """Conduits' flows by remote-access services, and tunnels that a control zone opens to a network outside.

    People of the plant who sign in at a jump host of the DMZ are not meant.
    """
    yield from per_place(
        "standing-vendor-access",
        filter(_for_vendors, standing(plant)),
        lambda hop: f"`{hop.flow.text}` is remote access, and stands for good",
        "has no end",
        "write it as a grant, with `until`, through a jump host in the DMZ",
    )


def _for_vendors(hop: Hop) -> bool:
    if "vendor-access" in hop.families:
        signs_in = is_dmz(hop.target) and all(isinstance(e, Asset) and e.kind == "jump-host" for e in hop.targets)
        return not (signs_in and not outside(hop.source))
    return "vpn" in hop.families and hop.source.kind in CONTROL and outside(hop.target)


@check("vendor-skips-jump")
def vendor_skips_jump(plant: Plant) -> Iterator[Diagnostic]:
    """Grants from a network outside, or from level 4 and up, straight into a control or safety zone."""
    found = chain.from_iterable(hops(plant, grant) for grant in plant.grants.values())
    yield from per_place(
        "vendor-skips-jump",
        (hop for hop in found if (outside(hop.source) or office(hop.source)) and hop.target.kind in CONTROL),
        lambda hop: (
            f"grant `{hop.flow.within}` leads from {level_text(hop.source)} to {level_text(hop.target)} "
            "past any jump host"
        ),
        "the far machine itself opens the session",
        "end the tunnel in the DMZ, and grant the way on from a jump host there",
    )


@check("admin-from-outside")
def admin_from_outside(plant: Plant) -> Iterator[Diagnostic]:
    """Standing flows from a network outside by services of administration, files or data bases."""
    found = (
        hop
        for hop in standing(plant)
        if outside(hop.source)
        and not outside(hop.target)
        and hop.families & ADMINISTRATION
        and hop.target.kind not in CONTROL  # that is `standing-flow-from-outside`
    )
    yield from per_place(
        "admin-from-outside",
        found,
        lambda hop: f"`{hop.flow.text}` offers an administration service to the outside zone `{hop.source.name}`",
        "found by every scan, tried by every bot",
        "put a tunnel in front of it (`ipsec`, `wireguard`), and the service behind",
    )


@check("jump-host-reaches-internet")
def jump_host_reaches_internet(plant: Plant) -> Iterator[Diagnostic]:
    """Standing flows from jump hosts, named or with their zone, to a network outside."""
    found = (
        hop
        for hop in standing(plant)
        if outside(hop.target) and not outside(hop.source) and of_kind(hop.sources, ["jump-host"])
    )
    yield from per_place(
        "jump-host-reaches-internet",
        found,
        lambda hop: (
            f"jump host `{of_kind(hop.sources, ['jump-host'])[0].path}` has a standing way to `{hop.target.name}`"
        ),
        "malware on it can call home",
        "close it; bring patches by a host of their own, and sessions in by the tunnel",
    )


@check("grant-to-whole-zone")
def grant_to_whole_zone(plant: Plant) -> Iterator[Diagnostic]:
    """Grants that name a control or safety zone with more than one asset as a target, from another zone."""
    found = (
        hop
        for grant in plant.grants.values()
        for hop in hops(plant, grant)
        if hop.target.kind in CONTROL
        and any(isinstance(end, Zone) for end in hop.targets)
        and len(hop.target.assets) > 1
    )
    yield from per_place(
        "grant-to-whole-zone",
        found,
        lambda hop: (
            f"grant `{hop.flow.within}` opens all of `{hop.target.name}`: {len(hop.target.assets)} assets and the rest"
        ),
        "names no machine",
        "name the machines that the work is on",
    )


@check("grant-not-approved")
def grant_not_approved(plant: Plant) -> Iterator[Diagnostic]:
    """Grants for which nobody's approval, or no ticket, is on record."""
    for grant in plant.grants.values():
        missing = [word for word, value in (("approved-by", grant.approved_by), ("ticket", grant.ticket)) if not value]
        if missing:
            yield finding(
                "grant-not-approved",
                f"grant `{grant.name}` does not say {' or '.join(missing)}",
                grant.span,
                f"{' and '.join(missing)} missing",
                help="add who approved it (`approved-by ROLE`) and where that is on record (`ticket`)",
            )
