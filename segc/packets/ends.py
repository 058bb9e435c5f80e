"""Which kinds of leaves a diagram has, known for every node as bits: most often there is nothing to do."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from segc.packets.diagram import LEAF

if TYPE_CHECKING:
    from collections.abc import Callable

    from segc.packets.diagram import Diagrams


class Ends:
    """`bits` says what a leaf's value is. Nodes are looked at in the order in which they were made, children first."""

    def __init__(self, diagrams: Diagrams, bits: Callable[[Any], int]) -> None:
        self.known = bytearray()
        self._diagrams = diagrams
        self._bits = bits

    def of(self, node: int) -> int:
        """The bits of all leaves below a node. From then on `known` has them for all older nodes as well."""
        known, diagrams = self.known, self._diagrams
        for one in range(len(known), node + 1):
            if diagrams.level[one] == LEAF:
                known.append(self._bits(diagrams.value[one]))
            else:
                known.append(reduce(or_, map(known.__getitem__, diagrams.kids[one])))
        return known[node]
