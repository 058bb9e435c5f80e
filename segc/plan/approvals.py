"""Whose approval a change needs: the owners of both ends and of the way between, and whoever may stop or cut off a zone."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.model.plant import ENFORCE
from segc.plan.effects import INTERRUPTS, effect
from segc.plan.modes import conduits_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from segc.plan.cells import Cell
    from segc.plan.difference import Change
    from segc.plan.grants import GrantChange
    from segc.plan.modes import ModeChange
    from segc.plan.side import Side

TEAM, ROLE, NOBODY = "team", "role", "nobody"


class Approval(NamedTuple):
    """One of `names` has to agree, for these zones. `kind` is team, role, or nobody: then there is nobody to ask."""

    kind: str
    names: tuple[str, ...]
    zones: tuple[str, ...]
    because: str


class Touched(NamedTuple):
    """An ordered pair of cells that a change touches, and whether traffic stops, or may be stopped, there from now on."""

    source: Cell | None
    target: Cell
    stops: bool


def approvals(
    before: Side,
    after: Side,
    changes: Sequence[Change],
    modes: Sequence[ModeChange],
    grants: Sequence[GrantChange],
) -> list[Approval]:
    """Teams first, in the order of the plant; then the roles with authority where something stops; then who is missing."""
    touched = list(_touched(changes, modes))
    owners = dict.fromkeys(_owners(before, after, touched))
    owners |= dict.fromkeys(_of_grants(grants))
    teams: dict[str | None, dict[str, None]] = {}
    for team, zone in owners:
        teams.setdefault(team, {}).setdefault(zone)
    order = [*after.plant.teams, *before.plant.teams]
    named = sorted((team for team in teams if team is not None), key=order.index)
    found = [Approval(TEAM, (team,), tuple(teams[team]), "owns") for team in named]
    found += _authority(before, after, touched)
    if None in teams:
        found.append(Approval(NOBODY, (), tuple(teams[None]), "no owner is named"))
    return found


def _touched(changes: Sequence[Change], modes: Sequence[ModeChange]) -> Iterator[Touched]:
    for change in changes:
        stops = effect(change) == INTERRUPTS
        yield from (Touched(source, change.target, stops) for source in change.sources)
    for mode in modes:
        for target in mode.targets:
            for source in mode.sources or (None,):
                yield Touched(source, target, mode.now == ENFORCE)


def _owners(before: Side, after: Side, touched: Sequence[Touched]) -> Iterator[tuple[str | None, str]]:
    """(team, zone or conduit) of all ends, as they are after the change; of a zone that goes, as before."""
    conduits = conduits_of(before), conduits_of(after)
    for one in touched:
        for cell in (one.source, one.target):
            if cell is not None:
                yield from _owner(before, after, cell)
        if one.source is not None:
            pairs = (one.source.before, one.target.before), (one.source.after, one.target.after)
            for known, (a, b) in zip(conduits, pairs, strict=True):
                conduit = known.get((a, b)) if a is not None and b is not None else None
                if conduit is not None and conduit.owner is not None:
                    yield conduit.owner, conduit.name


def _owner(before: Side, after: Side, cell: Cell) -> Iterator[tuple[str | None, str]]:
    for side, name in ((after, cell.after), (before, cell.before)):
        if name is not None:
            yield side.plant.zones[name].owner, name
            return


def _of_grants(grants: Sequence[GrantChange]) -> Iterator[tuple[str | None, str]]:
    for one in grants:
        grant = one.after or one.before
        if grant is not None and grant.owner is not None:
            yield grant.owner, grant.name


def _authority(before: Side, after: Side, touched: Sequence[Touched]) -> list[Approval]:
    """To stop traffic of a zone is to cut it off in part: that is for those who may isolate it, else shut it down."""
    found: dict[tuple[str, ...], dict[str, None]] = {}
    for one in touched:
        for cell in (one.source, one.target) if one.stops else ():
            if cell is None:
                continue
            side, name = (after, cell.after) if cell.after is not None else (before, cell.before)
            zone = side.plant.zones.get(name or "")
            roles = (zone.authority.get("isolate") or zone.authority.get("shutdown") or ()) if zone else ()
            if roles and zone is not None:
                found.setdefault(roles, {}).setdefault(zone.name)
    return [Approval(ROLE, roles, tuple(zones), "traffic stops, or may from now on") for roles, zones in found.items()]
