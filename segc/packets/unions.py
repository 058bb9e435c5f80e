"""Unions of boxes as Boolean diagrams, worked out field by field.

Boxes that agree in the first field are joined in the rest first, and then the
first field is decided once: what many boxes share is made once.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from segc.packets.diagram import Diagrams, Piece

FEW = 4  # nodes
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
    """Yes where one of the pieces says so; they may overlap, and ask later fields only."""
    pieces.sort()
    if any(before[1] >= after[0] for before, after in pairwise(pieces)):
        # few nodes, as times lead to, lie together in few ways
        few = len({node for _, _, node in pieces}) <= FEW
        pieces = sweep(pieces, diagrams.any) if few else _halved(diagrams, pieces)
    return diagrams.case(field, pieces, diagrams.no)


def _halved(diagrams: Diagrams, pieces: list[Piece]) -> list[Piece]:
    """Sorted pieces without overlaps.

    Ranges are halved, and each piece put where it fills one, so that many wide ones do not have to be joined with each
    of many narrow ones.
    """
    edges = sorted({low for low, _, _ in pieces} | {high + 1 for _, high, _ in pieces})
    at = {edge: index for index, edge in enumerate(edges)}
    spans = [(at[low], at[high + 1], node) for low, high, node in pieces]
    found = _overlaid(diagrams, (0, len(edges) - 1), spans, diagrams.no)
    return [(edges[low], edges[high] - 1, node) for low, high, node in found]


def _overlaid(diagrams: Diagrams, span: tuple[int, int], pieces: list[Piece], wide: int) -> Iterator[Piece]:
    """The pieces in a span, without overlaps; ends are exclusive. `wide` is what fills more than the span."""
    start, end = span
    whole = [node for low, high, node in pieces if low <= start and high >= end]
    wide = diagrams.any(dict.fromkeys((wide, *whole)))
    if len(whole) == len(pieces):
        yield start, end, wide
        return
    middle = (start + end) // 2
    parts = [piece for piece in pieces if piece[0] > start or piece[1] < end]
    for low, high in ((start, middle), (middle, end)):
        inside = [piece for piece in parts if piece[0] < high and piece[1] > low]
        yield from _overlaid(diagrams, (low, high), inside, wide)


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
