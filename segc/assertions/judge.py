"""All assertions of a plant, each judged as declared and as deployed today."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from segc.assertions.chains import Chains
from segc.assertions.packets import Packets
from segc.diagnostics import Diagnostic, finding
from segc.graph.analysis import Analysis
from segc.graph.ways import DECLARED, STATES, TODAY
from segc.model.clock import active, expired, next_change, zone_of
from segc.proof.duties import Policy

if TYPE_CHECKING:
    from datetime import datetime

    from segc.assertions.result import Outcome
    from segc.model.plant import Assertion, Grant, Plant


class Result(NamedTuple):
    """An assertion in the state that it asks about, what it would be in the other, and grants that would break it."""

    assertion: Assertion
    outcome: Outcome
    other: Outcome
    grants: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        """`declared` or `today`."""
        return TODAY if self.assertion.today else DECLARED


class Assertions:
    """Judges the assertions of a plant at one moment."""

    def __init__(self, plant: Plant, at: datetime) -> None:
        self.plant = plant
        self.at = at
        analysis = Analysis(plant, at)
        policy = Policy(plant, at)
        self._chains = {state: Chains(analysis, state) for state in STATES}
        self._packets = {state: Packets(policy, analysis.ways(state).openness, state) for state in STATES}

    def results(self) -> list[Result]:
        """One a line, in the order in which they are written."""
        return [self._result(one) for one in self.plant.assertions]

    def outcome(self, one: Assertion, state: str) -> Outcome:
        """What comes of an assertion in a state."""
        packets, chains = self._packets[state], self._chains[state]
        kinds = {
            "never": packets.never,
            "can": packets.can,
            "only": packets.only,
            "unreachable": chains.unreachable,
            "blast-radius": chains.blast_radius,
            "flatness": chains.flatness,
        }
        return kinds[one.kind](one)

    def _result(self, one: Assertion) -> Result:
        mine, other = (TODAY, DECLARED) if one.today else (DECLARED, TODAY)
        return Result(one, self.outcome(one, mine), self.outcome(one, other))


def breaking(plant: Plant, at: datetime, results: list[Result]) -> list[Result]:
    """The results, with the grants, shut now, that would break one that holds when they open next."""
    zone = zone_of(plant)
    ahead: dict[datetime, list[Grant]] = {}
    for grant in plant.grants.values():
        if not active(grant, zone, at) and not expired(grant, zone, at):
            opens = next_change(grant, zone, at)
            if opens is not None:
                ahead.setdefault(opens, []).append(grant)
    names: dict[int, list[str]] = {}
    for opens, grants in sorted(ahead.items(), key=lambda one: one[0]):
        then = Assertions(plant, opens)  # with all grants that are open by then: two may break it together
        alone = Assertions(replace(plant, grants={grant.name: grant for grant in grants}), opens)
        for number, result in enumerate(results):
            judge = alone if number in names else then
            if _may_break(result) and not judge.outcome(result.assertion, result.state).holds:
                names.setdefault(number, []).extend(grant.name for grant in grants)
    return [one._replace(grants=tuple(names.get(number, ()))) for number, one in enumerate(results)]


def _may_break(result: Result) -> bool:
    """What a grant lets in breaks no `can`."""
    return result.outcome.holds and result.assertion.kind != "can"


def findings(results: list[Result]) -> list[Diagnostic]:
    """A finding for each assertion that fails."""
    return [_failed(one) for one in results if not one.outcome.holds]


def _failed(one: Result) -> Diagnostic:
    state = "today" if one.assertion.today else "as declared"
    text = " ".join(one.assertion.text.split())  # without the columns of a file
    found = finding(
        "assertion-failed",
        f"`{text}` does not hold {state}: {one.outcome.says}",
        one.assertion.span,
        "does not hold",
        notes=one.outcome.notes,
        help="close the way that is shown, or change what is asserted, and say why",
    )
    return replace(found, trace=one.outcome.trace)
