"""Whose approval a change needs: the owners of both ends and of the way between, and whoever may stop or cut off a zone.

Who is asked is who answers before the change, and who does after it. Otherwise a change could take the name out that it
would have to ask.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.model.plant import ENFORCE
from segc.plan.asked import NOBODY, ROLE, TEAM, Request, roles, team
from segc.plan.effects import INTERRUPTS, effect

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from segc.model.plant import Conduit
    from segc.plan.cells import Cell
    from segc.plan.difference import Change
    from segc.plan.modes import ModeChange
    from segc.plan.side import Side

__all__ = ["NOBODY", "ROLE", "TEAM", "Approval", "approvals"]
STOPS = "traffic stops, or may from now on"


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
    others: Iterable[Request] = (),
) -> list[Approval]:
    """Teams first, in the order of the plant; then roles; then who is missing. `others`: what is no matter of packets."""
    touched = list(_touched(changes, modes))
    found: dict[tuple[str, tuple[str, ...], str], dict[str, None]] = {}
    for one in (*_owners(before, after, touched), *_authority(before, after, touched), *others):
        found.setdefault((one.kind, one.names, one.because), {}).update(dict.fromkeys(one.things))
    order = [*after.plant.teams, *before.plant.teams]

    def place(one: Approval) -> tuple[int, int]:
        rank = (TEAM, ROLE, NOBODY).index(one.kind)
        return rank, order.index(one.names[0]) if one.kind == TEAM else 0

    every = (Approval(kind, names, tuple(things), because) for (kind, names, because), things in found.items())
    return sorted(every, key=place)


def _touched(changes: Sequence[Change], modes: Sequence[ModeChange]) -> Iterator[Touched]:
    for change in changes:
        stops = effect(change) == INTERRUPTS
        yield from (Touched(source, change.target, stops) for source in change.sources)
    for mode in modes:
        for target in mode.targets:
            for source in mode.sources or (None,):
                yield Touched(source, target, mode.now == ENFORCE)


def _owners(before: Side, after: Side, touched: Sequence[Touched]) -> Iterator[Request]:
    conduits = _conduits(before), _conduits(after)
    for one in touched:
        for cell in (one.source, one.target):
            for side, name in _known(before, after, cell):
                yield team(side.plant.zones[name].owner, cell.after or name if cell is not None else name)
        if one.source is not None:
            pairs = (one.source.before, one.target.before), (one.source.after, one.target.after)
            for known, pair in zip(conduits, pairs, strict=True):
                for conduit in known.get(pair, ()):
                    if conduit.owner is not None:
                        yield team(conduit.owner, conduit.name)


def _conduits(side: Side) -> dict[tuple[str | None, str | None], list[Conduit]]:
    found: dict[tuple[str | None, str | None], list[Conduit]] = {}
    for conduit in side.plant.conduits.values():
        for pair in conduit.pairs():
            found.setdefault(pair, []).append(conduit)
    return found


def _known(before: Side, after: Side, cell: Cell | None) -> Iterator[tuple[Side, str]]:
    """The zones that a cell is in, on both sides."""
    if cell is not None:
        for side, name in ((after, cell.after), (before, cell.before)):
            if name is not None:
                yield side, name


def _authority(before: Side, after: Side, touched: Sequence[Touched]) -> Iterator[Request]:
    """To stop traffic of a zone is to cut it off in part: that is for those who may isolate it, else shut it down."""
    for one in touched:
        for cell in (one.source, one.target) if one.stops else ():
            for side, name in _known(before, after, cell):
                zone = side.plant.zones[name]
                deciding = zone.authority.get("isolate") or zone.authority.get("shutdown") or ()
                yield from roles(deciding, (cell.after or name) if cell is not None else name, STOPS)
