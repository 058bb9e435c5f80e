"""Functions from packets to outcomes, one behind the other: the later one decides where the first goes on.

That is associative, so long lists are folded in halves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.packets.diagram import BITS, LEAF
from segc.packets.ends import Ends
from segc.packets.outcome import GO, RETURN, Outcome

if TYPE_CHECKING:
    from segc.packets.diagram import Diagrams

OPEN, BACK = 1, 2  # bits of a function's leaves
Step = tuple[int, int]  # where something is done, a Boolean diagram, and the function of what is done


class Behind:
    """Puts functions together; what it has made it keeps."""

    def __init__(self, diagrams: Diagrams) -> None:
        self.diagrams = diagrams
        self.go = diagrams.leaf(Outcome(GO))
        self._made: dict[int, int] = {}
        self._back: dict[int, int] = {}
        self._choices: dict[int, Step | None] = {}
        self._ends = Ends(diagrams, _ending)

    def goes_on(self, node: int) -> bool:
        """Is there any packet for which this does not decide?"""
        return self._ends.of(node) & OPEN > 0

    def fold(self, steps: list[Step]) -> int:
        """Steps one behind the other."""
        always = self.diagrams.yes
        while len(steps) > 1:
            pairs = zip(steps[::2], steps[1::2], strict=False)
            steps = [*((always, self._step(a, b)) for a, b in pairs), *steps[len(steps) & ~1 :]]
        return self._alone(steps[0]) if steps else self.go

    def _step(self, first: Step, then: Step) -> int:
        which, action = first
        if self.goes_on(action):
            return self.each(self._alone(first), self._alone(then))
        return self.diagrams.select(which, action, self._alone(then))

    def _alone(self, step: Step) -> int:
        return self.diagrams.select(*step, self.go)

    def each(self, first: int, then: int) -> int:
        """`then` wherever `first` goes on, with what it has recorded."""
        if first == self.go:
            return then
        if then == self.go or not self._ends.of(first) & OPEN:
            return first
        key = first << BITS | then
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = self._each(first, then)
        return found

    def _each(self, first: int, then: int) -> int:
        diagrams = self.diagrams
        at, other = diagrams.level[first], diagrams.level[then]
        if at == LEAF:
            return self._recorded(then, diagrams.value[first].logs)
        if at < other:
            return diagrams.mapped(first, lambda a: self.each(a, then))
        if at == other:
            return self._rows(first, then)
        choice = self._choice(first)  # the same, and where expectations are made in that way, already known
        return diagrams.select(*choice, then) if choice else diagrams.mapped(then, lambda b: self.each(first, b))

    def _rows(self, first: int, then: int) -> int:
        """Both ask the same field."""
        diagrams, go, ends, each = self.diagrams, self.go, self._ends.known, self.each
        at = diagrams.level[first]
        if diagrams.is_sparse(first, then):
            starts: list[int] = []
            kids: list[int] = []
            for start, end, a in diagrams.pieces(first):
                more, lead = diagrams.part(then, at, start, end) if ends[a] & OPEN else ((start,), (a,))
                starts += more
                kids += lead if a == go else [each(a, b) for b in lead]
            return diagrams.node(at, tuple(starts), tuple(kids))
        edges, rows = diagrams.aligned(at, first, then)
        both = zip(*rows, strict=False)
        made = [b if a == go else a if not ends[a] & OPEN or b == go else each(a, b) for a, b in both]
        return diagrams.node(at, edges, tuple(made))

    def _choice(self, first: int) -> Step | None:
        """A function that does one thing or goes on, as a step."""
        if first not in self._choices:
            diagrams = self.diagrams
            done = [leaf for leaf in map(diagrams.leaf, diagrams.leaves(first)) if leaf != self.go]
            self._choices[first] = None
            if len(done) == 1 and not self.goes_on(done[0]):
                self._choices[first] = diagrams.relabel(first, "decides", self._decides), done[0]
        return self._choices[first]

    def _decides(self, outcome: Outcome) -> int:
        return self.diagrams.leaf(outcome.kind != GO)

    def _recorded(self, node: int, logs: tuple[str, ...]) -> int:
        if not logs:
            return node
        leaf = self.diagrams.leaf
        return self.diagrams.relabel(
            node, ("logs", logs), lambda o: leaf(Outcome(o.kind, tuple(sorted(o.logs + logs))))
        )

    def returned(self, node: int) -> int:
        """At the end of a chain, what has returned goes on."""
        if not self._ends.of(node) & BACK:
            return node
        found = self._back.get(node)
        if found is None:
            if self.diagrams.level[node] == LEAF:
                found = self.diagrams.leaf(Outcome(GO, self.diagrams.value[node].logs))
            else:
                found = self.diagrams.mapped(node, self.returned)
            self._back[node] = found
        return found


def _ending(value: object) -> int:
    """Does a leaf go on, or back to another chain?"""
    return {GO: OPEN, RETURN: BACK}.get(value.kind, 0) if isinstance(value, Outcome) else 0
