"""Assertions about chains of sessions: `unreachable`, `blast-radius` and `flatness`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.assertions.packets import REASONS
from segc.assertions.result import Outcome, trace
from segc.graph.search import OPEN
from segc.words import count

if TYPE_CHECKING:
    from segc.diagnostics import Label
    from segc.graph.analysis import Analysis
    from segc.graph.search import Hop
    from segc.model.plant import Assertion

SHOWN = 3  # machines that are named


class Chains:
    """Judges assertions about chains, in one state."""

    def __init__(self, analysis: Analysis, state: str) -> None:
        self.analysis = analysis
        self.state = state

    def unreachable(self, one: Assertion) -> Outcome:
        """No chain of sessions leads there."""
        starts, goals = (self.analysis.machines_of(ends) for ends in (one.sources, one.targets))
        if not starts or not goals:
            return Outcome(False, "one of its ends has no machine: it has no address")
        search = self.analysis.search(starts, self.state)
        reached = [goal for goal in goals if search.hops(goal) is not None]
        if not reached:
            return Outcome(True, "no chain leads there")
        nearest = min(reached, key=lambda goal: (search.hops(goal) or 0, goal.number))
        chain = search.chain(nearest)
        if not chain:
            return Outcome(False, f"{nearest.path} is on both sides")
        hops = count(len(chain), "hop")
        return Outcome(False, f"{chain[0].source.path} reaches {nearest.path} in {hops}", self._trace(chain))

    def blast_radius(self, one: Assertion) -> Outcome:
        """So many machines at most can be reached by any number of hops."""
        starts = self.analysis.machines_of(one.sources)
        if not starts:
            return Outcome(False, "it has no machine: it has no address")
        search = self.analysis.search(starts, self.state)
        reached = search.reached()
        others = len(self.analysis.ways().machines) - len(starts)
        says = f"{len(reached)} of {others} machines"
        if len(reached) <= (one.limit or 0):
            return Outcome(True, says)
        furthest = reached[-1]
        note = f"the furthest is {furthest.path}; `segc blast` shows all of them"
        return Outcome(False, says, self._trace(search.chain(furthest)), (note,))

    def flatness(self, one: Assertion) -> Outcome:
        """The index of flatness is no larger than that."""
        found = self.analysis.flatness(self.state)
        says = f"{found.value:.4f}".rstrip("0").rstrip(".")
        holds = found.value <= (one.limit if one.limit is not None else 0.0)
        return Outcome(holds, says, notes=() if holds else ("`segc flatness` shows what adds most",))

    def _trace(self, chain: tuple[Hop, ...]) -> tuple[Label, ...]:
        openness = self.analysis.ways(self.state).openness
        pairs = {(hop.source.zone.name, hop.target.zone.name) for hop in chain if hop.by == OPEN}
        return trace(chain, {pair: REASONS[openness.why(*pair)] for pair in pairs})
