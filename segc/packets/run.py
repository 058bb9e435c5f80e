"""Rules of a list that look at one field each: a dispatch, whose function can be made at once."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from segc.packets.dispatch import dispatch

if TYPE_CHECKING:
    from collections.abc import Callable

    from segc.packets.behind import Step
    from segc.packets.diagram import Diagrams, Piece
    from segc.packets.ranks import Ranks


class Run:
    """Rules in turn that look at classes of one field, the same ones or apart from one another.

    `behind` puts one function behind another one, for rules that look at the same.
    """

    def __init__(self, diagrams: Diagrams, behind: Callable[[int, int], int]) -> None:
        self._diagrams = diagrams
        self._behind = behind
        self._field = -1
        self._starts: list[int] = []
        self._pieces: list[Piece] = []

    def takes(self, field: int, ranks: Ranks, node: int) -> bool:
        """Add a rule, if it may be one of the run."""
        if self._field not in (-1, field) or not all(self._fits(low, high) for low, high in ranks):
            return False
        for low, high in ranks:
            at = bisect_right(self._starts, low)
            if self._is_there(at, low, high):
                self._pieces[at - 1] = (low, high, self._behind(self._pieces[at - 1][2], node))
            else:
                self._starts.insert(at, low)
                self._pieces.insert(at, (low, high, node))
        self._field = field
        return True

    def _fits(self, low: int, high: int) -> bool:
        """Is it one of the ranges so far, or apart from all of them?"""
        at = bisect_right(self._starts, low)
        if at and self._pieces[at - 1][1] >= low:
            return self._is_there(at, low, high)
        return at == len(self._starts) or self._starts[at] > high

    def _is_there(self, at: int, low: int, high: int) -> bool:
        return at > 0 and self._pieces[at - 1][:2] == (low, high)

    def taken(self, otherwise: int) -> list[Step]:
        """The run so far as a step, if there is one; another run begins."""
        if self._field < 0:
            return []
        made = dispatch(self._diagrams, self._field, self._pieces, otherwise)
        self._field, self._starts, self._pieces = -1, [], []
        return [(self._diagrams.yes, made)]
