"""Have two Boolean diagrams a packet in common? Asked of one small and one large, without a look at all of the large one."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.packets.diagram import Diagrams

BITS = 32  # of a node in a packed key


class Meeting:
    """What has been found so far, for the diagrams of one space."""

    def __init__(self, diagrams: Diagrams) -> None:
        self.diagrams = diagrams
        self._known: dict[int, bool] = {}

    def meet(self, a: int, b: int) -> bool:
        """Is there a packet for which both say yes?"""
        no, yes = self.diagrams.no, self.diagrams.yes
        if no in (a, b) or yes in (a, b) or a == b:
            return no not in (a, b)  # a diagram that is not `no` says yes somewhere
        key = min(a, b) << BITS | max(a, b)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = any(self.meet(*pair) for pair in dict.fromkeys(self._below(a, b)))
        return found

    def _below(self, a: int, b: int) -> Iterator[tuple[int, int]]:
        """The pairs to which two nodes lead on together. The one with fewer ranges is gone through."""
        level, starts, kids = self.diagrams.level, self.diagrams.starts, self.diagrams.kids
        if (level[a], len(starts[a])) > (level[b], len(starts[b])):
            a, b = b, a
        if level[a] < level[b]:
            yield from ((kid, b) for kid in kids[a])
            return
        for start, end, kid in self.diagrams.pieces(a):
            if kid != self.diagrams.no:
                i = bisect_right(starts[b], start)
                yield from ((kid, other) for other in kids[b][i - 1 : bisect_left(starts[b], end, i)])
