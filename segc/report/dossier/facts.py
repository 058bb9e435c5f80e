"""What is known of a plant at one moment: each thing is found out once, when it is first asked for.

A build is made in memory, read back and proved as `segc build` does it; playbooks
are compiled and judged; assertions are judged. Nothing is written. What cannot be
had (a target that cannot express a flow) is kept as the reason, and the report
says so instead of failing: a plant with gaps needs its report most.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from segc.diagnostics import SegcError
from segc.graph.analysis import Analysis
from segc.graph.openness import Openness
from segc.graph.topology import Topology
from segc.model.clock import date_of
from segc.model.plant import ENFORCE
from segc.response.register import register

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date, datetime

    from segc.assertions.judge import Result
    from segc.diagnostics import Diagnostic
    from segc.lang.suppress import Accepted
    from segc.model.plant import Flow, Playbook, Zone
    from segc.model.plant import Plant as Policy
    from segc.report.dossier.headline import Baseline
    from segc.response.compile import Compiled
    from segc.response.register import Register
    from segc.targets.build import BuildResult, Built

ENFORCED, MONITORED, UNENFORCED = "enforced", "monitored", "unenforced"
CONTROL = 3  # zones up to this Purdue level hold production


class Tried(NamedTuple):
    """A playbook with what became of it: compiled, or a reason why it could not be."""

    book: Playbook
    compiled: Compiled | None
    problem: str


class Facts:
    """All that a report is made from."""

    def __init__(
        self,
        plant: Policy,
        at: datetime,
        found: list[Diagnostic],
        accepted: list[Accepted],
        baseline: Baseline | None = None,
        used: Mapping[str, datetime] | None = None,
    ) -> None:
        self.plant = plant
        self.at = at
        self.found = found
        self.accepted = accepted
        self.baseline = baseline
        self._used = used

    @cached_property
    def today(self) -> date:
        """The date that the plant's clocks show."""
        return date_of(self.plant, self.at)

    @cached_property
    def topology(self) -> Topology:
        """Where zones and firewalls stand."""
        return Topology(self.plant)

    @cached_property
    def analysis(self) -> Analysis:
        """Reach, flatness, exposure."""
        return Analysis(self.plant, self.at, self.topology)

    @cached_property
    def openness(self) -> Openness:
        """Between which zones everything passes today."""
        return Openness(self.plant, self.topology)

    @cached_property
    def register(self) -> Register:
        """The grants."""
        return register(self.plant, self.topology, self.at, None, self._used)

    def findings(self, *names: str) -> list[Diagnostic]:
        """Findings of these names, those that suppressions answer for among them: an exception is no proof."""
        return [one for one in (*self.found, *(each.diagnostic for each in self.accepted)) if one.name in names]

    def state(self, source: str, target: str) -> str:
        """What stands between two zones today."""
        why = self.openness.why(source, target)
        if not why:
            return ENFORCED
        return MONITORED if why == "monitor" else UNENFORCED

    def flows(self) -> Iterator[Flow]:
        """Standing flows."""
        for conduit in self.plant.conduits.values():
            yield from conduit.flows

    def control(self) -> list[Zone]:
        """The zones that hold production: level 3 and below, and safety."""
        return [
            one
            for one in self.plant.zones.values()
            if one.kind == "safety" or (one.level is not None and one.level <= CONTROL)
        ]

    # -- what this run proves -------------------------------------------------

    @cached_property
    def _built(self) -> tuple[BuildResult | None, str]:
        from segc.proof.gate import Gate
        from segc.targets import build as building

        if not self.plant.firewalls:
            return None, "the plant has no firewall"
        try:
            gate = Gate(self.plant, self.at, None, unproved=True)
            return building.build(self.plant, self.at, building.DECLARED, (), None, gate), ""
        except SegcError as problem:
            return None, problem.diagnostics[0].message if problem.diagnostics else "cannot be built"

    @property
    def why_unbuilt(self) -> str:
        """Why there are no files to prove; empty where there are."""
        return self._built[1]

    @cached_property
    def built(self) -> dict[str, Built]:
        """The files of each firewall as a build would write them now, with what was proved of them."""
        result = self._built[0]
        return {one.firewall: one for one in result.built} if result is not None else {}

    def proved(self, firewall: str) -> bool:
        """Are a firewall's files proved equal to the policy, for all packets, in this run?"""
        one = self.built.get(firewall)
        return one is not None and (one.entry["proof"] or {}).get("result") == "equal"

    @cached_property
    def unproved(self) -> list[str]:
        """Firewalls of which that cannot be said."""
        return [name for name in self.plant.firewalls if not self.proved(name)]

    @cached_property
    def assertions(self) -> list[Result]:
        """What the policy asserts of itself, judged."""
        from segc.assertions.judge import Assertions

        return Assertions(self.plant, self.at).results() if self.plant.assertions else []

    @cached_property
    def playbooks(self) -> list[Tried]:
        """All playbooks, compiled and judged."""
        from segc.response.compile import compiled
        from segc.response.isolation import of_playbook

        tried = []
        for book in self.plant.playbooks.values():
            try:
                tried.append(Tried(book, compiled(of_playbook(self.plant, book), self.at), ""))
            except SegcError as problem:
                tried.append(Tried(book, None, str(problem)))
        return tried

    # -- pairs of zones ------------------------------------------------------

    def shut(self, source: str, target: str) -> bool:
        """Is all that the policy does not permit stopped today, by files that this run has proved?

        All firewalls on the way must be proved, since one that does otherwise could let pass what the next one should
        not have got to see.
        """
        if self.plant.mode(source, target) != ENFORCE or self.state(source, target) != ENFORCED:
            return False
        return all(self.proved(name) for name in self.topology.crossed(source, target))
