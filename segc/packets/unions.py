"""Unions of boxes as Boolean diagrams, worked out field by field.

Boxes of one range in the first field are joined in the rest first, and then the
first field is swept once: what many boxes share is made once.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from segc.packets.diagram import Diagrams, Piece

Box = tuple[tuple[int, int], ...]  # a range for each of some fields


def among(diagrams: Diagrams, fields: Sequence[int], entries: Iterable[Box]) -> int:
    """Yes where the fields together are in one of the boxes; `entries` are values, in any order of the fields."""
    chosen = sorted(set(fields))
    boxes = []
    for entry in entries:
        box = [_within(diagrams, field, fields, entry) for field in chosen]
        if None not in box:
            boxes.append(tuple(span for span in box if span))
    return union(diagrams, chosen, boxes)


def _within(diagrams: Diagrams, field: int, fields: Sequence[int], entry: Box) -> tuple[int, int] | None:
    """The classes of one field in an entry, which may speak of it several times."""
    spans = tuple(span for one, span in zip(fields, entry, strict=True) if one == field)
    ranks = diagrams.space.ranks(field, spans)
    low, high = max((r[0] for r in ranks), default=0), min((r[1] for r in ranks), default=-1)
    return (low, high) if len(ranks) == len(spans) and low <= high else None


def union(diagrams: Diagrams, fields: Sequence[int], boxes: Sequence[Box]) -> int:
    """Yes inside a union of boxes, which have ranks of `fields`, in order."""
    if not boxes:
        return diagrams.no
    if not fields:
        return diagrams.yes
    groups: dict[tuple[int, int], list[Box]] = {}
    for box in boxes:
        groups.setdefault(box[0], []).append(box[1:])
    made = [(*span, union(diagrams, fields[1:], found)) for span, found in groups.items()]
    return diagrams.case(fields[0], sweep(made, diagrams.any), diagrams.no)


def sweep(made: Iterable[Piece], join: Callable[[list[int]], int]) -> list[Piece]:
    """Ranges that may overlap, each with a node, as disjoint pieces; where several lie, `join` says what holds."""
    spans = sorted(made)
    edges = sorted({low for low, _, _ in spans} | {high + 1 for _, high, _ in spans})
    known: dict[tuple[int, ...], int] = {}
    pieces: list[Piece] = []
    active: list[Piece] = []
    at = 0
    for start, after in pairwise(edges):
        active = [piece for piece in active if piece[1] >= start]
        while at < len(spans) and spans[at][0] <= start:
            active.append(spans[at])
            at += 1
        if active:
            nodes = tuple(sorted(node for _, _, node in active))
            if nodes not in known:
                known[nodes] = nodes[0] if len(nodes) == 1 else join(list(nodes))
            pieces.append((start, after - 1, known[nodes]))
    return pieces
