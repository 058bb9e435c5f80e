"""A diagram as boxes that people can read: for each outcome, the ranges of every field.

Fields are taken apart in their order, and values that lead to the same rest stay
together, so the boxes of one outcome are disjoint and few.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from segc.packets.diagram import LEAF
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
    end = diagrams.space.first[field] + diagrams.space.bits[field]
    if diagrams.level[node] >= end:
        for box in partition(diagrams, node, field + 1):
            yield Box(box.value, ((), *box.ranks))
        return
    rests: dict[int, Ranks] = {}
    for low, high, rest in _pieces(diagrams, node, end, 0, 1 << diagrams.space.bits[field]):
        spans = rests.setdefault(rest, [])
        if spans and spans[-1][1] == low - 1:
            spans[-1] = (spans[-1][0], high)
        else:
            spans.append((low, high))
    for rest, spans in rests.items():
        for box in partition(diagrams, rest, field + 1):
            yield Box(box.value, (tuple(spans), *box.ranks))


def _pieces(diagrams: Diagrams, node: int, end: int, start: int, size: int) -> Iterator[tuple[int, int, int]]:
    """Ranges of one field's classes, each with what is left to decide."""
    if diagrams.level[node] >= end or diagrams.level[node] == LEAF:
        yield start, start + size - 1, node
        return
    # a variable that is not asked stands for both halves at once
    height = end - diagrams.level[node]
    step = 1 << (height - 1)
    if size > 2 * step:
        for at in range(start, start + size, 2 * step):
            yield from _pieces(diagrams, node, end, at, 2 * step)
        return
    yield from _pieces(diagrams, diagrams.low[node], end, start, step)
    yield from _pieces(diagrams, diagrams.high[node], end, start + step, step)


def values(diagrams: Diagrams, field: int, spans: tuple[tuple[int, int], ...]) -> list[tuple[int, int]]:
    """The values of a numeric field that ranges of classes stand for."""
    space = diagrams.space
    last = len(space.starts[field]) - 1
    return [(space.values(field, low)[0], space.values(field, high)[1]) for low, high in spans if low <= last]
