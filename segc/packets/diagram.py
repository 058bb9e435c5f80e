"""Decision diagrams with many outcomes: reduced, ordered, hash-consed.

A node asks one Boolean variable of a `Space` and leads on, low for no and high
for yes; a leaf is a value. Two functions are equal exactly if they are the same
node (Bryant 1986). Nothing depends on hash seeds: nodes are numbered as they are made.

Nodes are known under single numbers that are packed from two or three, which
takes half the time and two thirds of the memory that tuples take.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from segc.packets.space import Space

LEAF = 1 << 20  # the level of leaves, below all variables
BITS = 32  # of a node in a packed key
Piece = tuple[int, int, int]  # first and last rank, and the node for them


class Diagrams:
    """The nodes over one space."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.level: list[int] = []
        self.low: list[int] = []
        self.high: list[int] = []
        self.value: dict[int, Any] = {}
        self._nodes: dict[int, int] = {}
        self._leaves: dict[Hashable, int] = {}
        self._select: dict[int, int] = {}
        self._either: dict[int, int] = {}
        self._maps: dict[tuple[Hashable, int], int] = {}
        self.no = self.leaf(False)
        self.yes = self.leaf(True)

    def leaf(self, value: Hashable) -> int:
        """The node that is this value everywhere."""
        found = self._leaves.get(value)
        if found is None:
            found = self._leaves[value] = len(self.level)
            self.level.append(LEAF)
            self.low.append(-1)
            self.high.append(-1)
            self.value[found] = value
        return found

    def node(self, level: int, low: int, high: int) -> int:
        """The node that asks one variable."""
        if low == high:
            return low
        key = (level << BITS | low) << BITS | high
        found = self._nodes.get(key)
        if found is None:
            found = self._nodes[key] = len(self.level)
            self.level.append(level)
            self.low.append(low)
            self.high.append(high)
        return found

    # -- making -----------------------------------------------------------

    def case(self, field: int, pieces: Sequence[Piece], default: int) -> int:
        """Decide by one field: pieces are sorted and disjoint; all nodes in it ask later fields only."""
        if not pieces:
            return default
        full: list[Piece] = []
        at = 0
        for low, high, node in pieces:
            if low > at:
                full.append((at, low - 1, default))
            full.append((low, high, node))
            at = high + 1
        count, bits = len(self.space.starts[field]), self.space.bits[field]
        if at < count:
            full.append((at, count - 1, default))
        full[-1] = (full[-1][0], (1 << bits) - 1, full[-1][2])
        return self._halves(self.space.first[field], full, 0, len(full) - 1, 0, 1 << bits)

    def _halves(self, level: int, full: list[Piece], i: int, j: int, start: int, size: int) -> int:
        """The pieces i to j, which cover the ranks from `start` on, `size` of them."""
        if i == j:
            return full[i][2]
        size >>= 1
        middle = start + size
        m = i
        while full[m][1] < middle - 1:
            m += 1
        low = self._halves(level + 1, full, i, m, start, size)
        if full[m][1] == middle - 1:
            m += 1
        return self.node(level, low, self._halves(level + 1, full, m, j, middle, size))

    def unknown(self, text: str) -> int:
        """Yes where something holds of which nobody knows anything."""
        return self.node(self.space.unknown[text], self.no, self.yes)

    # -- combining --------------------------------------------------------

    def select(self, which: int, yes: int, no: int) -> int:
        """`yes` where the Boolean diagram `which` says so, else `no`."""
        if which == self.yes or yes == no:
            return yes
        if which == self.no:
            return no
        if yes == self.yes and no == self.no:
            return which
        key = (which << BITS | yes) << BITS | no
        found = self._select.get(key)
        if found is None:
            level, low, high = self.level, self.low, self.high
            a, b, c = level[which], level[yes], level[no]
            at = min(a, b, c)
            found = self.node(
                at,
                self.select(low[which] if a == at else which, low[yes] if b == at else yes, low[no] if c == at else no),
                self.select(
                    high[which] if a == at else which, high[yes] if b == at else yes, high[no] if c == at else no
                ),
            )
            self._select[key] = found
        return found

    def both(self, a: int, b: int) -> int:
        """Yes where two Boolean diagrams say so."""
        return self.select(a, b, self.no)

    def either(self, a: int, b: int) -> int:
        """Yes where one of two Boolean diagrams says so."""
        if a > b:
            a, b = b, a
        if a <= self.yes:  # the first two nodes are no and yes
            return b if a == self.no else a
        if a == b:
            return a
        key = a << BITS | b
        found = self._either.get(key)
        if found is None:
            low, high = self.low, self.high
            i, j = self.level[a], self.level[b]
            if i == j:
                found = self.node(i, self.either(low[a], low[b]), self.either(high[a], high[b]))
            elif i < j:
                found = self.node(i, self.either(low[a], b), self.either(high[a], b))
            else:
                found = self.node(j, self.either(a, low[b]), self.either(a, high[b]))
            self._either[key] = found
        return found

    def negated(self, a: int) -> int:
        """Yes where a Boolean diagram says no."""
        return self.select(a, self.no, self.yes)

    def any(self, nodes: Iterable[int]) -> int:
        """Yes where one of many Boolean diagrams says so; halves first, which keeps what is in between small."""
        left = list(nodes)
        while len(left) > 1:
            pairs = zip(left[::2], left[1::2], strict=False)
            left = [*(self.either(a, b) for a, b in pairs), *left[len(left) & ~1 :]]
        return left[0] if left else self.no

    def relabel(self, node: int, name: Hashable, change: Callable[[Any], int]) -> int:
        """Replace each leaf by `change(value)`. Results are kept under `name`, which says what the change is."""
        if self.level[node] == LEAF:
            return change(self.value[node])
        key = (name, node)
        found = self._maps.get(key)
        if found is None:
            found = self._maps[key] = self.node(
                self.level[node],
                self.relabel(self.low[node], name, change),
                self.relabel(self.high[node], name, change),
            )
        return found

    def combine(self, a: int, b: int, change: Callable[[Any, Any], int], same: int | None = None) -> int:
        """The leaves of two diagrams, combined; `same` is the answer wherever they are one node."""
        # no inner function: one that calls itself is garbage that only the collector finds, with all that it knows
        return self._combined(a, b, change, same, {})

    def _combined(
        self, a: int, b: int, change: Callable[[Any, Any], int], same: int | None, known: dict[tuple[int, int], int]
    ) -> int:
        if a == b and same is not None:
            return same
        level, low, high = self.level, self.low, self.high
        i, j = level[a], level[b]
        if i == j == LEAF:
            return change(self.value[a], self.value[b])
        found = known.get((a, b))
        if found is None:
            at = min(i, j)
            a0, a1 = (low[a], high[a]) if i == at else (a, a)
            b0, b1 = (low[b], high[b]) if j == at else (b, b)
            found = self.node(
                at, self._combined(a0, b0, change, same, known), self._combined(a1, b1, change, same, known)
            )
            known[a, b] = found
        return found

    # -- asking -----------------------------------------------------------

    def leaves(self, *nodes: int) -> list[Any]:
        """All values that diagrams can have, each once."""
        seen: set[int] = set()
        found = []
        stack = list(nodes)
        while stack:
            node = stack.pop()
            if node in seen:
                continue
            seen.add(node)
            if self.level[node] == LEAF:
                found.append(self.value[node])
            else:
                stack += (self.low[node], self.high[node])
        return found

    def at(self, node: int, ranks: Sequence[int], unknown: Callable[[int], bool] = lambda _: False) -> Any:
        """The value for one packet, given by its class in each field."""
        path = {}
        for field, rank in enumerate(ranks):
            bits = self.space.bits[field]
            for bit in range(bits):
                path[self.space.first[field] + bit] = bool(rank >> (bits - 1 - bit) & 1)
        while self.level[node] != LEAF:
            level = self.level[node]
            node = self.high[node] if (path[level] if level in path else unknown(level)) else self.low[node]
        return self.value[node]
