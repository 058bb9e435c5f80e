"""Rules of a list that look at one field each: a dispatch, whose function can be made at once."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from segc.packets.diagram import Diagrams, Piece
    from segc.packets.ranks import Ranks


class Run:
    """Rules in turn that look at classes of one field, apart from one another, so that their order is no matter."""

    def __init__(self, diagrams: Diagrams) -> None:
        self._diagrams = diagrams
        self._field = -1
        self._starts: list[int] = []
        self._pieces: list[Piece] = []

    def takes(self, field: int, ranks: Ranks, node: int) -> bool:
        """Add a rule, if it may be one of the run."""
        if self._field not in (-1, field) or self._diagrams.level[node] <= field:
            return False
        for low, high in ranks:
            at = bisect_right(self._starts, low)
            if (at and self._pieces[at - 1][1] >= low) or (at < len(self._starts) and self._starts[at] <= high):
                return False
        for low, high in ranks:
            at = bisect_right(self._starts, low)
            self._starts.insert(at, low)
            self._pieces.insert(at, (low, high, node))
        self._field = field
        return True

    def taken(self, otherwise: int) -> list[int]:
        """The function of the run so far, if there is one; another run begins."""
        if self._field < 0:
            return []
        made = self._diagrams.case(self._field, self._pieces, otherwise)
        self._field, self._starts, self._pieces = -1, [], []
        return [made]
