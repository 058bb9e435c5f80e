"""Elementary intervals: a line of numbers, cut wherever a set begins or ends, and for each piece the sets that hold it.

        0      10        20      30
    A          |---------------|
    B                    |-------|        pieces: A from 10, A and B from 20, B alone from 28 ...

A set is a bit, so that what several axes agree on is one `&` of integers.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Axis:
    """Which of numbered sets hold a number. `spans` are (number of the set, first, last), inclusive.

    Spans of one set may not overlap.
    """

    def __init__(self, spans: Iterable[tuple[int, int, int]]) -> None:
        toggled: dict[int, int] = {}
        for index, low, high in spans:
            bit = 1 << index
            toggled[low] = toggled.get(low, 0) ^ bit
            toggled[high + 1] = toggled.get(high + 1, 0) ^ bit
        self._starts = sorted(toggled)
        self._bits = []
        current = 0
        for start in self._starts:
            current ^= toggled[start]
            self._bits.append(current)

    def at(self, value: int) -> int:
        """The sets that hold a number, as bits."""
        index = bisect_right(self._starts, value) - 1
        return self._bits[index] if index >= 0 else 0

    def between(self, low: int, high: int) -> int:
        """The sets that hold any number of a range, as bits."""
        first, beyond = bisect_right(self._starts, low) - 1, bisect_right(self._starts, high)
        return reduce(or_, self._bits[max(first, 0) : beyond], 0)


def members(bits: int) -> list[int]:
    """The numbers of the sets, in order."""
    found = []
    while bits:
        low = bits & -bits
        found.append(low.bit_length() - 1)
        bits ^= low
    return found
