r"""Block-cut trees: the biconnected parts of a graph and the vertices that join them.

         A   B                a vertex lies on some loop-free path from s to t
        / \ /                 exactly if it is in a block on the way from s to t
    s--c   d--t               in this tree, so nobody has to enumerate paths
        \ /

Tarjan's algorithm (1972), without recursion. Own code because networkx, which
the tests hold it against, costs more to import than a small check may take.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

Edge = tuple[int, int]


def biconnected(count: int, edges: Iterable[Edge]) -> list[list[Edge]]:
    """The blocks of a graph with vertices 0 .. count-1, each as its edges. Parallel edges count once."""
    near: list[set[int]] = [set() for _ in range(count)]
    for a, b in edges:
        if a != b:
            near[a].add(b)
            near[b].add(a)
    order = [0] * count  # when a vertex was met, from 1; 0 means not yet
    low = [0] * count  # the earliest vertex that its subtree reaches back to
    clock = 0
    blocks: list[list[Edge]] = []
    for root in range(count):
        if order[root]:
            continue
        clock += 1
        order[root] = low[root] = clock
        trail: list[Edge] = []
        stack = [(root, -1, iter(sorted(near[root])))]
        while stack:
            at, came_from, rest = stack[-1]
            ahead = next(rest, None)
            if ahead is None:
                stack.pop()
                if stack:
                    _retreat(stack[-1][0], at, order, low, trail, blocks)
            elif not order[ahead]:
                clock += 1
                order[ahead] = low[ahead] = clock
                trail.append((at, ahead))
                stack.append((ahead, at, iter(sorted(near[ahead]))))
            elif ahead != came_from and order[ahead] < order[at]:
                trail.append((at, ahead))
                low[at] = min(low[at], order[ahead])
    return blocks


def _retreat(
    parent: int, child: int, order: list[int], low: list[int], trail: list[Edge], blocks: list[list[Edge]]
) -> None:
    """Leave `child`: where nothing below it reaches past `parent`, a block is complete."""
    low[parent] = min(low[parent], low[child])
    if low[child] >= order[parent]:
        cut = trail.index((parent, child)) if trail[-1] != (parent, child) else len(trail) - 1
        blocks.append(trail[cut:])
        del trail[cut:]


class BlockTree:
    """The forest of vertices and blocks, rooted, for walks between any two vertices."""

    def __init__(self, count: int, edges: Iterable[Edge]) -> None:
        self.blocks = biconnected(count, edges)
        self.members = [frozenset(v for edge in block for v in edge) for block in self.blocks]
        self.block_of_edge = {frozenset(edge): index for index, block in enumerate(self.blocks) for edge in block}
        self._count = count
        self._parent = [-1] * (count + len(self.blocks))
        self._depth = [-1] * (count + len(self.blocks))
        self._root = [-1] * (count + len(self.blocks))
        self._plant_roots()

    def _plant_roots(self) -> None:
        of_vertex: list[list[int]] = [[] for _ in range(self._count)]
        for index, members in enumerate(self.members):
            for vertex in members:
                of_vertex[vertex].append(index)
        for root in range(self._count):
            if self._depth[root] >= 0:
                continue
            self._depth[root], self._root[root] = 0, root
            queue = [root]
            for node in queue:  # grows while it is walked
                if node < self._count:
                    beyond = [self._count + block for block in of_vertex[node]]
                else:
                    beyond = sorted(self.members[node - self._count])
                for other in beyond:
                    if self._depth[other] < 0:
                        self._depth[other], self._root[other] = self._depth[node] + 1, root
                        self._parent[other] = node
                        queue.append(other)

    def joined(self, a: int, b: int) -> bool:
        """Is there any path?"""
        return self._root[a] == self._root[b]

    def between(self, a: int, b: int) -> list[int]:
        """The blocks on the way from `a` to `b`; none where there is no path."""
        if not self.joined(a, b):
            return []
        found = []
        while a != b:
            if self._depth[a] < self._depth[b]:
                a, b = b, a
            if a >= self._count:
                found.append(a - self._count)
            a = self._parent[a]
        if a >= self._count:  # the two ways met in a block
            found.append(a - self._count)
        return found

    def first_block(self, start: int, goal: int) -> int | None:
        """The block through which every path from `start` to `goal` leaves `start`."""
        if start == goal or not self.joined(start, goal):
            return None
        at, below = goal, -1
        while at not in (-1, start):
            below, at = at, self._parent[at]
        return (below if at == start else self._parent[start]) - self._count
