"""Who lets whom in: that the one who approves may, and is not the one who comes in; and ways that nobody approves at all.

Sources: IEC 62443-2-1 USER 2.2 and 2.3 (separation of duties, several approvals), IEC 62443-3-3 SR 1.13 RE 1
(explicit approval), NIST SP 800-82r3 5.2.3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.checks.common import listed
from segc.checks.levels import (
    CONTROL,
    LINE,
    below,
    hops,
    is_dmz,
    level_text,
    of_kind,
    office,
    outside,
    per_place,
    standing,
)
from segc.checks.registry import check
from segc.diagnostics import finding
from segc.model.flows import zone_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.checks.levels import Hop
    from segc.diagnostics import Diagnostic
    from segc.model.plant import Grant, Plant, Role, Zone


@check("approver-without-say")
def approver_without_say(plant: Plant) -> Iterator[Diagnostic]:
    """Grants into control and safety zones, approved by a role that neither their owners have nor they name."""
    for grant in plant.grants.values():
        role = plant.roles.get(grant.approved_by or "")
        zones = [zone for zone in _targets(plant, grant) if role is not None and not _has_say(zone, role)]
        if role is not None and zones:
            yield finding(
                "approver-without-say",
                f"grant `{grant.name}` is approved by `{role.name}`, who has no say in {listed(z.name for z in zones)}",
                grant.span,
                f"of team `{role.team}`" if role.team else "of no team",
                also=tuple((zone.span, f"owned by `{zone.owner or 'nobody'}`") for zone in zones[:3]),
                help="let a role of the owning team approve, or one that the zone's `authority` names",
            )


def _targets(plant: Plant, grant: Grant) -> Iterator[Zone]:
    names = dict.fromkeys(zone_name(end) for flow in grant.flows for end in flow.targets)
    yield from (plant.zones[name] for name in names if plant.zones[name].kind in CONTROL)


def _has_say(zone: Zone, role: Role) -> bool:
    """Is it a role of the zone's owner, or one that may stop or cut off the zone?"""
    owns = zone.owner is not None and role.team == zone.owner
    return owns or any(role.name in roles for roles in zone.authority.values())


@check("approver-is-vendor")
def approver_is_vendor(plant: Plant) -> Iterator[Diagnostic]:
    """Grants whose approver, or anybody who stands in for them, is of the vendor whom the grant lets in."""
    for grant in plant.grants.values():
        chain = list(_chain(plant, grant.approved_by)) if grant.vendor else []
        theirs = next((role for role in chain if _same(plant, role, grant.vendor)), None)
        if theirs is not None:
            stands_in = "" if theirs.name == grant.approved_by else f", who stands in for `{grant.approved_by}`,"
            yield finding(
                "approver-is-vendor",
                f"grant `{grant.name}` lets {grant.vendor} in, and `{theirs.name}`{stands_in} is of the same house",
                grant.span,
                "approves itself",
                also=((theirs.span, f"of team `{theirs.team}`" if theirs.team else "declared here"),),
                help="let somebody of the plant approve, and somebody of the plant stand in",
            )


def _chain(plant: Plant, name: str | None) -> Iterator[Role]:
    """A role and its deputies, each once."""
    seen: set[str] = set()
    while name in plant.roles and name not in seen:
        seen.add(name)
        yield plant.roles[name]
        name = plant.roles[name].deputy


def _same(plant: Plant, role: Role, vendor: str) -> bool:
    """Is a role's team, by name or title, the vendor, whatever its legal form?"""
    team = plant.teams.get(role.team or "")
    names = {_plain(team.name), _plain(team.title)} if team is not None else set()
    mine = _plain(vendor)
    return any(one and (one == mine or mine.startswith(f"{one} ")) for one in names)


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("-", " ").split())


@check("standing-flow-to-outside")
def standing_flow_to_outside(plant: Plant) -> Iterator[Diagnostic]:
    """Conduits' flows from control and safety zones above level 2 to a network outside.

    At level 2 and below that is `control-reaches-internet`; engineering stations have a finding of their own.
    """
    yield from per_place(
        "standing-flow-to-outside",
        (hop for hop in standing(plant) if _leaves(hop)),
        lambda hop: f"`{hop.flow.text}` lets {level_text(hop.source)} out to the outside zone `{hop.target.name}`",
        "has no end, and ends in no DMZ",
        "fetch it by a host in the DMZ; or write it as a grant, with `until`",
    )


def _leaves(hop: Hop) -> bool:
    inner = hop.source.kind in CONTROL and not outside(hop.source) and not below(hop.source, LINE)
    return inner and outside(hop.target) and not of_kind(hop.sources, ["engineering-station", "jump-host"])


@check("vendor-beside-jump")
def vendor_beside_jump(plant: Plant) -> Iterator[Diagnostic]:
    """Grants to a vendor that lead into a control or safety zone from neither a DMZ nor a zone for visitors.

    Straight from outside or from the office is `vendor-skips-jump`.
    """
    found = (
        hop
        for grant in plant.grants.values()
        if grant.vendor
        for hop in hops(plant, grant)
        if hop.target.kind in CONTROL
        and not (is_dmz(hop.source) or outside(hop.source) or office(hop.source))
        and hop.source.kind != "temporary"
        and not of_kind(hop.sources, ["jump-host"])
    )
    yield from per_place(
        "vendor-beside-jump",
        found,
        lambda hop: (
            f"grant `{hop.flow.within}` lets {plant.grants[hop.flow.within].vendor} into {level_text(hop.target)} "
            f"from {level_text(hop.source)}, where nobody overlooks them"
        ),
        "no jump host, no DMZ, no place for visitors",
        "let them in by a jump host of the DMZ, or from a zone of kind `temporary`",
    )
