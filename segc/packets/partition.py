"""A diagram as boxes that people can read: for each outcome, the ranges of every field.

Fields are taken apart in their order, and values that lead to the same rest stay
together, so the boxes of one outcome are disjoint and few.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from segc.packets.fields import FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.packets.diagram import Diagrams
    from segc.packets.ranks import Ranks


class Box(NamedTuple):
    """One outcome, and for each field the ranges of its classes; `()` where the field does not matter."""

    value: Any
    ranks: tuple[tuple[tuple[int, int], ...], ...]


def partition(diagrams: Diagrams, node: int, field: int = 0) -> Iterator[Box]:
    """The boxes of a diagram, in order of their lowest values. Things unknown must have been decided before."""
    if field == len(FIELDS):
        yield Box(diagrams.value[node], ())
        return
    if diagrams.level[node] > field:
        for box in partition(diagrams, node, field + 1):
            yield Box(box.value, ((), *box.ranks))
        return
    rests: dict[int, Ranks] = {}
    starts = diagrams.starts[node]
    for low, after, rest in zip(
        starts, (*starts[1:], len(diagrams.space.starts[field])), diagrams.kids[node], strict=True
    ):
        rests.setdefault(rest, []).append((low, after - 1))
    for rest, spans in rests.items():
        for box in partition(diagrams, rest, field + 1):
            yield Box(box.value, (tuple(spans), *box.ranks))


def values(diagrams: Diagrams, field: int, spans: tuple[tuple[int, int], ...]) -> list[tuple[int, int]]:
    """The values of a numeric field that ranges of classes stand for."""
    space = diagrams.space
    return [(space.values(field, low)[0], space.values(field, high)[1]) for low, high in spans]
