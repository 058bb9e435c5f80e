"""Decision diagrams with many outcomes: reduced, ordered, hash-consed.

A node asks one field of a `Space`, the fields in their order, and leads on by
ranges of its classes; a leaf is a value. Two functions are equal exactly if they
are the same node (Bryant 1986; by ranges: Strehl and Thiele 1998). Nothing
depends on hash seeds: nodes are numbered as they are made.

What operations have found is kept under single numbers that are packed from two
or three nodes, which takes half the time and two thirds of the memory that
tuples take.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import compress, repeat
from operator import eq, ne
from typing import TYPE_CHECKING, Any

from segc.packets.machine import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from segc.packets.space import Space

LEAF = 1 << 20  # the level of leaves, below all fields
SPARSE = 4  # so many times fewer ranges
END = 1 << 62  # beyond all classes
BITS = 32  # of a node in a packed key
MOST = 1 << 20  # nodes that ask for what nobody knows: with more of them, memory ends sooner than the question
Piece = tuple[int, int, int]  # first and last rank, and the node for them
Row = tuple[int, ...]


class Diagrams:
    """The nodes over one space. A node leads on to `kids[node][i]` for the classes from `starts[node][i]` on."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.level: list[int] = []
        self.starts: list[Row] = []
        self.kids: list[Row] = []
        self.value: dict[int, Any] = {}
        self._nodes: dict[tuple[int, Row, Row], int] = {}
        self._leaves: dict[Hashable, int] = {}
        self._select: dict[int, int] = {}
        self._maps: dict[tuple[Hashable, int], int] = {}
        self._first = len(space.starts)  # level of what nobody knows
        self._asking = 0
        self.no = self.leaf(False)
        self.yes = self.leaf(True)

    def leaf(self, value: Hashable) -> int:
        """The node that is this value everywhere."""
        found = self._leaves.get(value)
        if found is None:
            found = self._leaves[value] = self._add(LEAF, (), ())
            self.value[found] = value
        return found

    def _add(self, level: int, starts: Row, kids: Row) -> int:
        self.level.append(level)
        self.starts.append(starts)
        self.kids.append(kids)
        return len(self.level) - 1

    def node(self, level: int, starts: Row, kids: Row) -> int:
        """The node that asks one field; neighbours that lead on alike are joined."""
        if any(map(eq, kids, kids[1:])):
            apart = (True, *map(ne, kids, kids[1:]))
            starts, kids = tuple(compress(starts, apart)), tuple(compress(kids, apart))
        if len(kids) == 1:
            return kids[0]
        key = (level, starts, kids)
        found = self._nodes.get(key)
        if found is None:
            self._asking += level >= self._first
            if self._asking > MOST:
                raise Refused("what is not understood in it may mean too many things together to look at all of them")
            found = self._nodes[key] = self._add(level, starts, kids)
        return found

    # -- making -----------------------------------------------------------

    def case(self, field: int, pieces: Sequence[Piece], default: int) -> int:
        """Decide by one field: pieces are sorted and disjoint. All nodes in it ask later fields, `default` may ask this."""
        starts: list[int] = []
        kids: list[int] = []
        at = 0
        for low, high, node in (*pieces, (len(self.space.starts[field]), 0, default)):
            if low > at:
                more, lead = self.part(default, field, at, low)
                starts += more
                kids += lead
            starts.append(low)
            kids.append(node)
            at = high + 1
        return self.node(field, tuple(starts[:-1]), tuple(kids[:-1]))

    def unknown(self, text: str) -> int:
        """Yes where something holds of which nobody knows anything."""
        return self.node(self.space.unknown[text], (0, 1), (self.no, self.yes))

    # -- combining --------------------------------------------------------

    def mapped(self, node: int, change: Callable[[int], int]) -> int:
        """A node that leads on to `change` of what another one leads on to."""
        kids = self.kids[node]
        known = {kid: change(kid) for kid in dict.fromkeys(kids)}
        return self.node(self.level[node], self.starts[node], tuple(map(known.__getitem__, kids)))

    def aligned(self, at: int, *nodes: int) -> tuple[Row, list[Iterable[int]]]:
        """Ranges of a field, and what each of the nodes leads on to in them; one that asks later stays what it is."""
        level, starts, kids = self.level, self.starts, self.kids
        asked = [starts[node] for node in nodes if level[node] == at]
        edges = asked[0]
        if any(other != edges for other in asked):
            edges = tuple(sorted(set().union(*asked)))
        found: list[Iterable[int]] = []
        for node in nodes:
            if level[node] != at:
                found.append(repeat(node))
            elif len(starts[node]) == len(edges):
                found.append(kids[node])
            else:
                kid, known = -1, dict(zip(starts[node], kids[node], strict=True)).get
                found.append([kid := known(edge, kid) for edge in edges])
        return edges, found

    def is_sparse(self, node: int, other: int) -> bool:
        """Has a node so few ranges that those of another one, which asks the same field, are better copied?"""
        return SPARSE * len(self.starts[node]) < len(self.starts[other])

    def pieces(self, node: int) -> Iterable[Piece]:
        """Where the ranges of a node begin and end (exclusive), and what it leads on to in them."""
        starts = self.starts[node]
        return zip(starts, (*starts[1:], END), self.kids[node], strict=True)

    def part(self, node: int, at: int, start: int, end: int) -> tuple[Row, Row]:
        """What a node leads on to within one range of a field; one that asks later stays what it is."""
        if self.level[node] != at:
            return (start,), (node,)
        starts = self.starts[node]
        i = bisect_right(starts, start)
        j = bisect_left(starts, end, i)
        return (start, *starts[i:j]), self.kids[node][i - 1 : j]

    def select(self, which: int, yes: int, no: int) -> int:
        """`yes` where the Boolean diagram `which` says so, else `no`."""
        if which == self.yes or yes == no:
            return yes
        if which == self.no:
            return no
        yes = self.yes if yes == which else yes
        no = self.no if no == which else no
        if yes == self.yes and no == self.no:
            return which
        key = (which << BITS | yes) << BITS | no
        found = self._select.get(key)
        if found is None:
            found = self._select[key] = self._selected(which, yes, no)
        return found

    def _selected(self, which: int, yes: int, no: int) -> int:
        at = min(self.level[which], self.level[yes], self.level[no])
        if self.level[which] > at < self.level[yes]:
            return self.mapped(no, lambda n: self.select(which, yes, n))
        if self.level[which] == self.level[no] == at and self.is_sparse(which, no):
            return self._spliced(which, yes, no)
        edges, rows = self.aligned(at, which, yes, no)
        never, always, each = self.no, self.yes, self.select
        chosen = [y if w == always else n if w == never else each(w, y, n) for w, y, n in zip(*rows, strict=False)]
        return self.node(at, edges, tuple(chosen))

    def _spliced(self, which: int, yes: int, no: int) -> int:
        """The same where `which` has few ranges."""
        at = self.level[which]
        starts: list[int] = []
        kids: list[int] = []
        for start, end, w in self.pieces(which):
            more, lead = self.part(no if w == self.no else yes, at, start, end)
            if w in (self.no, self.yes):
                starts += more
                kids += lead
                continue
            for low, high, y in zip(more, (*more[1:], end), lead, strict=True):
                again, left = self.part(no, at, low, high)
                starts += again
                kids += [self.select(w, y, n) for n in left]
        return self.node(at, tuple(starts), tuple(kids))

    def both(self, a: int, b: int) -> int:
        """Yes where two Boolean diagrams say so."""
        return self.select(a, b, self.no)

    def either(self, a: int, b: int) -> int:
        """Yes where one of two Boolean diagrams says so."""
        return self.select(a, self.yes, b) if a < b else self.select(b, self.yes, a)

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
            found = self._maps[key] = self.mapped(node, lambda kid: self.relabel(kid, name, change))
        return found

    def combine(self, a: int, b: int, change: Callable[[Any, Any], int], same: int | None = None) -> int:
        """The leaves of two diagrams, combined; `same` is the answer wherever they are one node."""
        # no inner function: one that calls itself is garbage that only the collector finds, with all that it knows
        return self._combined(a, b, change, same, {})

    def _combined(
        self, a: int, b: int, change: Callable[[Any, Any], int], same: int | None, known: dict[int, int]
    ) -> int:
        if a == b and same is not None:
            return same
        key = a << BITS | b
        found = known.get(key)
        if found is not None:
            return found
        at = min(self.level[a], self.level[b])
        if at == LEAF:
            found = change(self.value[a], self.value[b])
        else:
            edges, rows = self.aligned(at, a, b)
            pairs = list(zip(*rows, strict=False))
            each = {(p, q): self._combined(p, q, change, same, known) for p, q in dict.fromkeys(pairs)}
            found = self.node(at, edges, tuple(map(each.__getitem__, pairs)))
        known[key] = found
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
            stack += self.kids[node]
        return found

    def within(self, node: int, rank: int) -> int:
        """What a node leads on to for one class of the field that it asks."""
        return self.kids[node][bisect_right(self.starts[node], rank) - 1]

    def at(self, node: int, ranks: Sequence[int], unknown: Callable[[int], bool] = lambda _: False) -> Any:
        """The value for one packet, given by its class in each field."""
        while self.level[node] != LEAF:
            level = self.level[node]
            node = self.within(node, ranks[level] if level < len(ranks) else unknown(level))
        return self.value[node]
