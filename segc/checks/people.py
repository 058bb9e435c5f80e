"""Whether somebody can decide and be reached, and whether the isolations were ever practised."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from segc.checks.floor import grouped
from segc.checks.ownership import ORDERS
from segc.checks.registry import check
from segc.diagnostics import finding
from segc.model.plant import ENFORCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.checks.registry import Moment
    from segc.diagnostics import Diagnostic
    from segc.model.plant import Plant, Zone
    from segc.source import Span

YEAR = timedelta(days=366)
_CONTROL = ("control", "safety")


@check("role-without-phone")
def role_without_phone(plant: Plant) -> Iterator[Diagnostic]:
    """Roles that may order a zone stopped or cut off, or approve access, and have no `phone`."""
    deciding = {role for zone in plant.zones.values() for roles in zone.authority.values() for role in roles}
    deciding |= {role for playbook in plant.playbooks.values() for role in playbook.authority}
    deciding |= {grant.approved_by for grant in plant.grants.values() if grant.approved_by}
    for role in plant.roles.values():
        if role.name in deciding and not role.phone:
            yield finding(
                "role-without-phone",
                f"role `{role.name}` decides, and nobody can tell how to reach it",
                role.span,
                "`phone` is missing",
                help="add the number that is answered day and night, as it stands on the card at the panel",
            )


@check("one-person-decides")
def one_person_decides(plant: Plant) -> Iterator[Diagnostic]:
    """Control and safety zones that one role alone may order stopped or cut off, and that role has no deputy."""
    places: dict[str, list[tuple[Span, str]]] = {}
    for zone in plant.zones.values():
        for order in ORDERS if zone.kind in _CONTROL else ():
            roles = zone.authority.get(order, ())
            if len(roles) == 1 and plant.roles[roles[0]].deputy is None:
                places.setdefault(roles[0], []).append((zone.span, f"{order}: `{roles[0]}` alone"))
    for name, found in places.items():
        role = plant.roles[name]
        yield grouped(
            "one-person-decides",
            f"when `{name}` cannot be reached, nobody may stop or cut off what it alone decides on",
            [(role.span, "has no `deputy`"), *found],
            help="name a `deputy`, or a second role in the zone's `authority`",
        )


@check("playbook-not-drilled")
def playbook_not_drilled(plant: Plant, moment: Moment) -> Iterator[Diagnostic]:
    """Playbooks that were not practised within a year."""
    for playbook in plant.playbooks.values():
        last = playbook.drilled
        if last is None or not moment.today - YEAR <= last <= moment.today:
            yield finding(
                "playbook-not-drilled",
                f"playbook `{playbook.name}` was {f'last practised on {last}' if last else 'never practised'}",
                playbook.span,
                "`drilled` is missing" if last is None else f"drilled {last}",
                help="practise it in a planned stop, with the people who would do it, and write the day down: drilled",
            )


@check("zone-without-playbook")
def zone_without_playbook(plant: Plant) -> Iterator[Diagnostic]:
    """Control zones with controllers in them that no playbook isolates, in a plant that has playbooks."""
    isolated = {name for playbook in plant.playbooks.values() for name in playbook.isolate}
    for zone in plant.zones.values() if isolated else ():
        if zone.kind == "control" and not _covered(plant, zone, isolated) and any(a.kind == "plc" for a in zone.assets):
            yield finding(
                "zone-without-playbook",
                f"no playbook cuts zone `{zone.name}` off",
                zone.span,
                "has controllers",
                help="write one while there is time: playbook NAME { isolate ZONE; keep WHAT-MUST-GO-ON }",
            )


@check("playbook-without-outside-zone")
def playbook_without_outside_zone(plant: Plant) -> Iterator[Diagnostic]:
    """Playbooks of a plant in monitor in which no zone has `net any`.

    A mode is said of zones, so none can be said for the way from a zone to addresses that no zone owns: there the
    site's stands, and in monitor it lets everything pass.
    """
    closed = plant.default_mode == ENFORCE or not plant.ownership.unowned()
    for playbook in () if closed else plant.playbooks.values():
        yield finding(
            "playbook-without-outside-zone",
            f"playbook `{playbook.name}` cannot cut off the way to addresses that no zone owns",
            playbook.span,
            "the site is in monitor, where whatever goes there passes",
            also=((plant.site.span, "has no `mode enforce`"),) if plant.site is not None else (),
            help="declare `zone internet { net any }`, and name it at the interface that leads there",
        )


def _covered(plant: Plant, zone: Zone, isolated: set[str]) -> bool:
    at: Zone | None = zone
    while at is not None:
        if at.name in isolated:
            return True
        at = plant.zones.get(at.parent) if at.parent else None
    return False


@check("team-without-contact")
def team_without_contact(plant: Plant) -> Iterator[Diagnostic]:
    """Teams without a `contact`."""
    for team in plant.teams.values():
        if not team.contact:
            yield finding(
                "team-without-contact",
                f"team `{team.name}` owns things, and nobody can tell how to reach it",
                team.span,
                "`contact` is missing",
                help="add an address that is read by several people",
            )
