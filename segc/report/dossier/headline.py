"""The figures that come first, beside those of a reference: is it getting better?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from segc.graph.ways import DECLARED, TODAY
from segc.report.dossier.facts import ENFORCED, MONITORED, UNENFORCED, Facts
from segc.response.register import OPEN
from segc.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.report.dossier.shape import BaselineEntry, Figure

BETTER, WORSE, SAME = "better", "worse", "same"


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a baseline has seen of a plant: the one thing that a report asks of whoever learns from records.

    `days` of records up to the date `until`; of `flows` standing flows `flows_seen` were used; `unknown_talkers` are
    addresses that talk and belong to no asset, `silent_assets` assets that never did.
    """

    days: int
    until: str
    flows_seen: int
    flows: int
    unknown_talkers: int
    silent_assets: int

    def entry(self) -> BaselineEntry:
        """The same for the document."""
        return {
            "days": self.days,
            "until": self.until,
            "flows_seen": self.flows_seen,
            "flows": self.flows,
            "unknown_talkers": self.unknown_talkers,
            "silent_assets": self.silent_assets,
        }


class Count(NamedTuple):
    """A figure of one plant; `wish` is -1 where less is better, 1 where more is, 0 where neither."""

    key: str
    name: str
    number: float
    text: str
    wish: int
    says: str = ""


def headline(facts: Facts, before: Facts | None, baseline: Baseline | None) -> list[Figure]:
    """All figures, in the order in which they are read."""
    old = {one.key: one for one in _counts(before)} if before is not None else {}
    return [*(_figure(one, old.get(one.key)) for one in _counts(facts)), _coverage(baseline)]


def _figure(now: Count, was: Count | None) -> Figure:
    trend = ""
    if was is not None:
        change = (now.number > was.number) - (now.number < was.number)
        trend = SAME if not change else "" if not now.wish else BETTER if change == now.wish else WORSE
    return {
        "key": now.key,
        "name": now.name,
        "value": now.text,
        "before": was.text if was is not None else "",
        "trend": trend,
        "says": now.says,
    }


def _coverage(baseline: Baseline | None) -> Figure:
    value, says = "no baseline", "what really talks has not been compared with the policy"
    if baseline is not None:
        value = f"{baseline.flows_seen} of {baseline.flows} flows"
        says = (
            f"seen in {count(baseline.days, 'day')} until {baseline.until}; {baseline.unknown_talkers} unknown talkers, "
            f"{baseline.silent_assets} silent assets"
        )
    return {"key": "coverage", "name": "Seen in the baseline", "value": value, "before": "", "trend": "", "says": says}


def _counts(facts: Facts) -> Iterator[Count]:
    for state, name, says in (
        (DECLARED, "Flatness as declared", "0: all machines apart, 1: one flat network"),
        (TODAY, "Flatness today", "with all that is only recorded, or filtered by nothing, as open"),
    ):
        value = round(facts.analysis.flatness(state).value, 4)
        yield Count(f"flatness-{state}", name, value, f"{value:.2f}", -1, says)
    others = max(len(facts.analysis.ways().machines) - 1, 0)
    for state, name in ((DECLARED, "Widest reach as declared"), (TODAY, "Widest reach today")):
        reach, who = widest(facts, state)
        yield Count(
            f"reach-{state}",
            name,
            reach / max(others, 1),
            f"{reach} of {others}",
            -1,
            f"machines, from {who}" if who else "",
        )
    states = conduit_states(facts)
    for state, wish, says in (
        (ENFORCED, 1, "what no flow covers is stopped"),
        (MONITORED, 0, "what no flow covers passes and is recorded"),
        (UNENFORCED, -1, "nothing filters between the two zones"),
    ):
        number = states.count(state)
        yield Count(f"conduits-{state}", f"Conduits {state}", number, f"{number} of {len(states)}", wish, says)
    entries = facts.register.entries
    number = sum(one.state == OPEN for one in entries)
    yield Count("grants-open", "Grants open now", number, f"{number} of {len(entries)}", 0, "temporary access")


def widest(facts: Facts, state: str) -> tuple[int, str]:
    """How many machines the machine reaches that reaches most, and which it is (of several, the first one)."""
    closure = facts.analysis.closure(state)
    reach, who = 0, ""
    for one in facts.analysis.ways().machines:
        found = closure.of(one).machines
        if found > reach:
            reach, who = found, one.path
    return reach, who


def conduit_states(facts: Facts) -> list[str]:
    """Of each conduit its weakest direction."""
    found = []
    for conduit in facts.plant.conduits.values():
        states = {facts.state(*pair) for pair in conduit.pairs()}
        found.append(next(one for one in (UNENFORCED, MONITORED, ENFORCED) if one in states))
    return found
