"""Addresses by the zone that owns them before and after a change.

Zones may be renamed, moved, split or joined, so plants are compared by
addresses and never by the names of zones:

    before   |----- plant-lan ------------------|-- mes --|
    after    |-- filling --|-- packaging --|-- (nobody) --|
    cells    |------1------|-------2-------|--3-|----4----|
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from segc.lang.literals import Range
from segc.model.addresses import EVERYTHING, FAMILIES, Addresses, union

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.model.ownership import Ownership


class Cell(NamedTuple):
    """Addresses that one zone owns before, and one after; None is nobody."""

    before: str | None
    after: str | None
    addresses: Addresses


def cells(before: Ownership, after: Ownership) -> list[Cell]:
    """All addresses there are, cut where an owner changes, in the order of the lowest address of each."""
    found: dict[tuple[str | None, str | None], list[Range]] = defaultdict(list)
    for family in FAMILIES:
        for owners, low, high in _both(before, after, family):
            found[owners].append(Range(family, low, high))
    return [Cell(*owners, union(parts)) for owners, parts in found.items()]


def _both(before: Ownership, after: Ownership, family: int) -> Iterator[tuple[tuple[str | None, str | None], int, int]]:
    """Both partitions of one family laid over one another."""
    whole = Range(family, *EVERYTHING.of(family)[0])
    left, right = iter(before.split(whole)), iter(after.split(whole))
    a, b = next(left), next(right)
    low = whole.low
    while True:
        high = min(a[2], b[2])
        yield (a[0], b[0]), low, high
        if high == whole.high:
            return
        low = high + 1
        a = next(left) if a[2] == high else a
        b = next(right) if b[2] == high else b
