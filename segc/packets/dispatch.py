"""A choice by one field among functions, made in one go; they may ask any fields themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from segc.packets.diagram import Diagrams, Piece


def dispatch(diagrams: Diagrams, field: int, pieces: Sequence[Piece], default: int) -> int:
    """The function of the piece in which a field lies, else `default`, a leaf. Pieces are sorted and disjoint.

    Where functions ask earlier fields, those are asked first: for each range of their classes, the pieces that matter
    there are dispatched. Nothing is made twice, and nothing is spent on functions where they are `default`.
    """
    at = min((diagrams.level[node] for _, _, node in pieces), default=field + 1)
    if at > field:
        return diagrams.case(field, pieces, default)
    if at == field:
        return dispatch(diagrams, field, list(_within(diagrams, field, pieces)), default)
    starts, kids = [], []
    for start, row in _rows(diagrams, at, pieces, default):
        starts.append(start)
        kids.append(dispatch(diagrams, field, row, default))
    return diagrams.node(at, tuple(starts), tuple(kids))


def _within(diagrams: Diagrams, field: int, pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The same pieces, where those whose functions ask the field itself are parted by it."""
    for low, high, node in pieces:
        if diagrams.level[node] != field:
            yield low, high, node
            continue
        starts, kids = diagrams.starts[node], diagrams.kids[node]
        for start, after, kid in zip(starts, (*starts[1:], high + 1), kids, strict=True):
            if start <= high and after > low:
                yield max(start, low), min(after - 1, high), kid


def _rows(diagrams: Diagrams, at: int, pieces: Sequence[Piece], default: int) -> Iterator[tuple[int, list[Piece]]]:
    """For each range of an earlier field, from its first class on, the pieces that are not `default` there."""
    changes: dict[int, list[tuple[int, int]]] = {0: []}
    for index, (_, _, node) in enumerate(pieces):
        if diagrams.level[node] == at:
            for start, kid in zip(diagrams.starts[node], diagrams.kids[node], strict=True):
                changes.setdefault(start, []).append((index, kid))
        else:
            changes[0].append((index, node))
    here: dict[int, int] = {}
    for start in sorted(changes):
        here.update(changes[start])
        here = {index: node for index, node in here.items() if node != default}
        yield start, [(*pieces[index][:2], here[index]) for index in sorted(here)]
