"""Lists of classes of one field: ranges of ranks, sorted and apart."""

from __future__ import annotations

Ranks = list[tuple[int, int]]


def joined(ranks: Ranks) -> Ranks:
    """Sorted; those that overlap or touch are one."""
    found: Ranks = []
    for low, high in sorted(ranks):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return found


def outside(ranks: Ranks, last: int) -> Ranks:
    """All other classes up to the last one."""
    found: Ranks = []
    at = 0
    for low, high in joined(ranks):
        if low > at:
            found.append((at, low - 1))
        at = high + 1
    if at <= last:
        found.append((at, last))
    return found


def meet(a: Ranks, b: Ranks) -> Ranks:
    """What is in both lists; both are joined."""
    found: Ranks = []
    i = j = 0
    while i < len(a) and j < len(b):
        low, high = max(a[i][0], b[j][0]), min(a[i][1], b[j][1])
        if low <= high:
            found.append((low, high))
        if a[i][1] < b[j][1]:
            i += 1
        else:
            j += 1
    return found
