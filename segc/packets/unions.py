"""Unions of boxes as Boolean diagrams, worked out field by field.

Boxes that agree in the first field are joined in the rest first, and then the
first field is decided once: what many boxes share is made once.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from segc.packets.diagram import Diagrams, Piece

Side = tuple[tuple[int, int], ...]  # ranges of one field
Box = tuple[Side, ...]  # for each of some fields


def among(diagrams: Diagrams, fields: Sequence[int], entries: Iterable[Side]) -> int:
    """Yes where the fields together are in one of the entries, a range of values for each, in any order of the fields."""
    chosen = sorted(set(fields))
    boxes = []
    for entry in entries:
        box = [_within(diagrams, field, fields, entry) for field in chosen]
        if None not in box:
            boxes.append(tuple((span,) for span in box if span))
    return union(diagrams, chosen, boxes)


def _within(diagrams: Diagrams, field: int, fields: Sequence[int], entry: Side) -> tuple[int, int] | None:
    """The classes of one field in an entry, which may speak of it several times."""
    spans = tuple(span for one, span in zip(fields, entry, strict=True) if one == field)
    ranks = diagrams.space.ranks(field, spans)
    low, high = max((r[0] for r in ranks), default=0), min((r[1] for r in ranks), default=-1)
    return (low, high) if len(ranks) == len(spans) and low <= high else None


def union(diagrams: Diagrams, fields: Sequence[int], boxes: Sequence[Box], at: int = 0) -> int:
    """Yes inside a union of boxes, which have ranks of `fields`, in order."""
    if at == len(fields):
        return diagrams.yes if boxes else diagrams.no
    groups: dict[Side, list[Box]] = {}
    for box in boxes:
        groups.setdefault(box[at], []).append(box)
    pieces: list[Piece] = []
    for side, found in groups.items():
        rest = union(diagrams, fields, found, at + 1)
        pieces += [(low, high, rest) for low, high in side]
    return overlay(diagrams, fields[at], pieces)


def overlay(diagrams: Diagrams, field: int, pieces: list[Piece]) -> int:
    """Yes where one of the pieces says so; they may overlap, and ask later fields only.

    Each is put where a variable of the field holds it as a whole, so that many wide ones do not have to be joined with
    each of many narrow ones.
    """
    pieces.sort()
    if all(before[1] < after[0] for before, after in pairwise(pieces)):
        return diagrams.case(field, pieces, diagrams.no)
    last, size = len(diagrams.space.starts[field]) - 1, 1 << diagrams.space.bits[field]
    full = [(low, high if high < last else size - 1, node) for low, high, node in pieces]
    return _overlaid(diagrams, diagrams.space.first[field], 0, size, full)


def _overlaid(diagrams: Diagrams, level: int, start: int, size: int, pieces: list[Piece]) -> int:
    last = start + size - 1
    whole = [node for low, high, node in pieces if low <= start and high >= last]
    if len(whole) == len(pieces):
        return diagrams.any(dict.fromkeys(whole))
    size >>= 1
    middle = start + size
    parts = [piece for piece in pieces if piece[0] > start or piece[1] < last]
    found = diagrams.node(
        level,
        _overlaid(diagrams, level + 1, start, size, [piece for piece in parts if piece[0] < middle]),
        _overlaid(diagrams, level + 1, middle, size, [piece for piece in parts if piece[1] >= middle]),
    )
    return diagrams.either(found, diagrams.any(dict.fromkeys(whole))) if whole else found


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
