"""Modes of pairs of zones that change, by addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.plan.cells import cells
from segc.plan.spoken import Spoken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.model.plant import Conduit
    from segc.plan.cells import Cell
    from segc.plan.side import Side
    from segc.source import Span

Pair = tuple[str, str]


class ModeChange(NamedTuple):
    """What no flow covers is treated otherwise. No `sources`: all those of which nothing else speaks."""

    was: str
    now: str
    sources: tuple[Cell, ...]
    targets: tuple[Cell, ...]
    before: Span | None
    after: Span | None


def mode_changes(before: Side, after: Side) -> list[ModeChange]:
    """Pairs with a mode before and after that differ; pairs that only one of the plants has are no matter of modes."""
    return [*_of_pairs(before, after), *_towards(before, after)]


def _of_pairs(before: Side, after: Side) -> Iterator[ModeChange]:
    every = cells(before.plant.ownership, after.plant.ownership)
    spoken = Spoken(before, after, every)
    conduits = conduits_of(before), conduits_of(after)
    found: dict[tuple[object, ...], list[tuple[Cell, Cell]]] = {}
    for target in every:
        for source in spoken.of(target):
            old, new = (source.before, target.before), (source.after, target.after)
            if old[0] == old[1] or new[0] == new[1] or None in (*old, *new):
                continue
            modes = before.policy.mode(*old), after.policy.mode(*new)
            if modes[0] != modes[1]:
                said = _conduit(conduits[0], old), _conduit(conduits[1], new)
                key = (*modes, *said, source.after if said[1] is not None else source.before)
                found.setdefault(key, []).append((source, target))
    for (was, now, one, other, _), pairs in found.items():
        yield ModeChange(
            str(was),
            str(now),
            tuple(dict.fromkeys(source for source, _ in pairs)),
            tuple(dict.fromkeys(target for _, target in pairs)),
            getattr(one, "span", None),
            getattr(other, "span", None),
        )


def conduits_of(side: Side) -> dict[Pair, Conduit]:
    """The first conduit of each ordered pair of zones."""
    found: dict[Pair, Conduit] = {}
    for conduit in side.plant.conduits.values():
        for pair in conduit.pairs():
            found.setdefault(pair, conduit)
    return found


def _conduit(conduits: dict[Pair, Conduit], pair: tuple[str | None, str | None]) -> Conduit | None:
    a, b = pair
    return conduits.get((a, b)) if a is not None and b is not None else None


def _towards(before: Side, after: Side) -> Iterator[ModeChange]:
    """Targets whose mode for everybody else changes."""
    found: dict[tuple[str, str], list[Cell]] = {}
    for target in cells(before.plant.ownership, after.plant.ownership):
        modes = before.policy.mode(None, target.before), after.policy.mode(None, target.after)
        if modes[0] != modes[1]:
            found.setdefault(modes, []).append(target)
    for (was, now), targets in found.items():
        spans = _spans(before, [one.before for one in targets]), _spans(after, [one.after for one in targets])
        yield ModeChange(was, now, (), tuple(targets), *spans)


def _spans(side: Side, zones: list[str | None]) -> Span | None:
    """Where a mode of all these zones is said: in the one zone, or at the site."""
    named = [side.plant.zones[zone] for zone in zones if zone is not None]
    if len(zones) == 1 and named and named[0].mode is not None:
        return named[0].span
    return side.plant.site.span if side.plant.site is not None else None
