"""Is a conduit ready to be enforced? Reasons, never a bare score.

READY                  all that was seen is permitted, all that is declared was seen or attested, and it was watched
                       for long enough by a sensor that misses nothing
NOT READY              something speaks against it
INSUFFICIENT EVIDENCE  nothing does, and too little was watched to tell

Here each conduit is asked by itself; those of a pair of zones are ready together or not at all (`segc.baseline.together`).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, partial
from typing import TYPE_CHECKING

from segc.baseline import sql
from segc.baseline.coverage import Share, coverage_of
from segc.baseline.declared import (
    ATTESTABLE,
    Declared,
    Told,
    asks_days,
    declared,
    learned_from,
    learned_until,
    tried_in_vain,
    whole_flows,
)
from segc.baseline.estimate import SELDOM, WEEK, Incidence, at_most, coverage, incidence, to_come, unseen
from segc.baseline.lacking import Reason, Watch, watch
from segc.baseline.lapsed import Lapsed, by_grant
from segc.baseline.observed import Said
from segc.baseline.reasons import against, in_vain, never_seen, one_way, set_aside, undeclared, unsure, unwatched
from segc.baseline.units import counts
from segc.baseline.watching import PERIODS, WEEKLY, Days

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping, Sequence
    from datetime import date

    from segc.baseline.compare import Comparison, Entry, Zones
    from segc.baseline.heard import Came
    from segc.baseline.ledger import Key
    from segc.baseline.store import Ledger
    from segc.model.plant import Conduit, Flow
    from segc.settings import Gate


class State(StrEnum):
    """What the evidence says."""

    READY = "READY"
    NOT_READY = "NOT READY"
    INSUFFICIENT = "INSUFFICIENT EVIDENCE"


@dataclass(frozen=True, slots=True)
class Readiness:
    """A conduit and what a baseline says of it.

    `watched` are the plant's days (since 1970) that count: where flows or grants between its zones were drafted from logs,
    those after `learned`. `lost` are those (of UTC) that would count as well if no sensor had lost records on them, but not
    those that would if no other sensor had seen what these did not: the plant's days that they `missed`.
    What would be stopped (`denied`) counts on whatever day. `machines` are those that talk in its zones.
    `lapsed`: grants that are over, whose traffic would be stopped too, and that keep nothing from being ready. `believed`
    keys are permitted only if they come from the source ports to which flows limit them, as a test is taken to say.
    `together` are the conduits that must be promoted with it, `held_by` those that keep it from being ready: they are not,
    and begin to stop with it (`segc.baseline.together`).
    """

    conduit: Conduit
    state: State
    reasons: tuple[Reason, ...]
    watched: tuple[int, ...]
    lost: tuple[int, ...]
    missed: tuple[int, ...]
    learned: date | None
    sensors: tuple[str, ...]
    lossy: bool
    incidence: Incidence
    declared: Declared
    denied: tuple[Entry, ...]
    machines: Share
    lapsed: tuple[Lapsed, ...]
    believed: int = 0
    together: tuple[str, ...] = ()
    held_by: tuple[str, ...] = ()

    @property
    def days(self) -> int:
        """On how many days that count it was watched."""
        return len(self.watched)

    @property
    def coverage(self) -> float:
        """The share of a coming day's units (`segc.baseline.units`) that is known."""
        return coverage(self.incidence)

    @property
    def new_in_a_week(self) -> float:
        """How many new ones the next week will show."""
        return to_come(self.incidence, WEEK)

    @property
    def unseen(self) -> float:
        """How many there are at least that were not seen."""
        return unseen(self.incidence)

    @property
    def at_most(self) -> float:
        """What was never denied in these days happens less often a day (95 %)."""
        return at_most(self.days)


@dataclass(slots=True)
class _Evidence:
    """What was seen between the zones of a conduit."""

    entries: list[Entry] = field(default_factory=list)
    aside: list[Entry] = field(default_factory=list)
    lapsed: list[Entry] = field(default_factory=list)
    sensors: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)  # of the sensors those that saw what who opened sent
    heard: set[str] = field(default_factory=set)  # and those that saw answers: what passes the other way


def readiness(compared: Comparison, ledger: Ledger, gate: Gate, only: Container[str] | None = None) -> list[Readiness]:
    """Every conduit of the plant (or those of some names) by itself, in declared order."""
    all_of_them = frozenset(compared.sensors)
    who = (
        ledger.who_saw()
        if len(all_of_them) > 1
        else dict.fromkeys((e.judged.key for e in compared.entries if e.seen.said != Said.STOPPED), all_of_them)
    )
    only_answers = ledger.who_saw(sql.ANSWERS_ONLY)
    wanted = [c for c in compared.plant.conduits.values() if only is None or c.name in only]
    answers = _answers(compared, ledger) if any(len(c.pairs()) > 1 for c in wanted) else {}
    pairs: defaultdict[Zones, _Evidence] = defaultdict(_Evidence)
    for entry in compared.entries:
        key = entry.judged.key
        for pair in entry.pairs():
            pairs[pair].entries.append(entry)
            pairs[pair].sensors |= who.get(key, frozenset())
            pairs[pair].asked |= who.get(key, frozenset()) - only_answers.get(key, frozenset())
            pairs[pair].heard |= answers.get(key, frozenset())
    for entry in compared.aside:
        for pair in entry.pairs():
            pairs[pair].aside.append(entry)
    for entry in compared.lapsed:
        for pair in entry.pairs():
            pairs[pair].lapsed.append(entry)
    found = {c.name: [pairs[pair] for pair in c.pairs() if pair in pairs] for c in wanted}
    learned = learned_from(compared.plant)
    asked = [key for c in wanted for key in _asked(compared, found[c.name], dated=asks_days(c, learned))]
    days = ledger.days_of(asked) if asked else {}
    known = whole_flows(compared, days)
    inventory = coverage_of(compared, ledger, gate)
    watched = cache(partial(watch, compared, gate))  # a plant has thousands of conduits, and few that differ in this
    return [
        _of(
            compared, c, watched, learned_until(c, learned), (found[c.name], _ways(c, pairs)), (known, days),
            inventory.of(c), gate
        )
        for c in wanted
    ]  # fmt: skip


def _answers(compared: Comparison, ledger: Ledger) -> Mapping[Key, frozenset[str]]:
    """Which sensors saw answers to each key."""
    if len(compared.sensors) > 1:
        return ledger.who_saw(sql.WHO_HEARD)
    every = frozenset(compared.sensors)
    return {one.judged.key: every for one in compared.entries if one.seen.answered}


def _ways(conduit: Conduit, pairs: Mapping[Zones, _Evidence]) -> dict[Zones, tuple[str, ...]]:
    """The sensors on the way, for each direction that a conduit opens: those that saw a session of it, or an answer to one of
    the other direction. A list of a router's stands in one direction, and would tell nothing of what is opened the other way:
    if that of the answers is all that a sensor saw of sessions, it has not seen how they are opened.
    """
    nothing = _Evidence()
    ways: dict[Zones, tuple[str, ...]] = {}
    for source, target in conduit.pairs():
        back = pairs.get((target, source), nothing).heard if len(conduit.pairs()) > 1 else set[str]()
        ways[source, target] = tuple(sorted(pairs.get((source, target), nothing).asked | back))
    return ways


def _asked(compared: Comparison, found: Sequence[_Evidence], *, dated: bool) -> Iterable[Key]:
    """The keys of a conduit of which it matters on which days they were seen: all, or the rare ones if some days do not
    count. Of what came often, the estimate asks no more.
    """
    sensors = [compared.sensors[name] for one in found for name in one.sensors]
    lost = 0 if all(one.lossy for one in sensors) else len({day for one in sensors for day in one.lost})
    if dated or lost:
        yield from (e.judged.key for one in found for e in one.entries if dated or e.seen.days <= SELDOM + lost)


def _of(
    compared: Comparison,
    conduit: Conduit,
    watch: Callable[[tuple[str, ...], tuple[tuple[str, ...], ...], Days, frozenset[int], Days, date | None], Watch],
    until: date | None,
    saw: tuple[Sequence[_Evidence], Mapping[Zones, tuple[str, ...]]],
    known: tuple[Mapping[Flow, Told], Mapping[Key, Came]],
    machines: Share,
    gate: Gate,
) -> Readiness:
    plant, (found, ways) = compared.plant, saw
    entries = _once(entry for one in found for entry in one.entries)
    sensors = tuple(sorted({name for one in found for name in one.sensors}))
    watched, uncounted, lost, missed, lossy, lacking = watch(
        sensors, tuple(ways.values()), *_watched(compared, conduit, ways), until
    )
    days = known[1]
    told = declared(compared, conduit, entries, *known)
    dark = [pair for pair, names in ways.items() if not names]
    if dark:
        lacking = (*lacking, one_way(*dark[0], both=len(ways) > 1)) if sensors else (unwatched(told),)
    denied = tuple(entry for entry in entries if entry.is_unexplained)
    counted = incidence(len(watched), counts(plant, entries, days, until, uncounted))
    aside = _once(entry for one in found for entry in one.aside)
    over = by_grant(compared, _once(entry for one in found for entry in one.lapsed))
    speaks = (
        [
            *against(denied, told, counted, gate),
            *never_seen(compared, told.silent),
            *unsure(entries),
            *undeclared(machines, gate),
            *set_aside(aside),
        ]
        if sensors
        else list(in_vain(tried_in_vain(compared, told.silent)))
    )
    state = State.NOT_READY if denied else State.INSUFFICIENT if lacking else State.NOT_READY if speaks else State.READY
    reasons = (*speaks, *lacking)
    believed = sum(entry.judged.believed for entry in entries)
    return Readiness(
        conduit,
        state,
        reasons,
        watched,
        lost,
        missed,
        until,
        sensors,
        lossy,
        counted,
        told,
        denied,
        machines,
        over,
        believed,
    )


def _watched(
    compared: Comparison, conduit: Conduit, ways: Mapping[Zones, tuple[str, ...]]
) -> tuple[Days, frozenset[int], Days]:
    """The days on which each direction of a conduit was watched, if any sensor is on its way, and those that do not count since
    sensors lost records, or missed what others saw.
    """
    zones, apart = {zone for pair in conduit.pairs() for zone in pair}, _apart(conduit)
    each = [(compared.watched(names, zones, apart), names) for names in sorted(filter(None, {*ways.values()})) or [()]]
    utc, dates = (frozenset.intersection(*of) for of in zip(*(days for days, _ in each), strict=True))
    lost = frozenset().union(*(compared.lost(names, zones, apart) for _, names in each))
    missed = [compared.missed(names, zones, apart) for _, names in each]
    by_utc, by_date = (frozenset[int]().union(*of) for of in zip(*missed, strict=True))
    return Days(utc, dates), lost - utc, Days(by_utc - utc, by_date - dates)


def _once(entries: Iterable[Entry]) -> list[Entry]:
    """Each once: what may be a session of either zone's counts in both pairs of a conduit that opens both ways."""
    return list({(entry.seen.key, entry.seen.noise): entry for entry in entries}.values())


def _apart(conduit: Conduit) -> int:
    """How many days lie between what comes in a conduit, at most; what comes rarely by design is not waited for."""
    waited = [flow.facts for flow in conduit.flows if flow.facts.expect not in ATTESTABLE]
    return min((PERIODS.get(facts.period or "", WEEKLY) for facts in waited), default=WEEKLY)
