"""Is a conduit ready to be enforced? Reasons, never a bare score.

READY                  all that was seen is permitted, all that is declared was seen or attested, and it was watched
                       for long enough by a sensor that misses nothing
NOT READY              something speaks against it
INSUFFICIENT EVIDENCE  nothing does, and too little was watched to tell
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from segc.baseline.atoms import members
from segc.baseline.calendar import weekdays_and_weekends
from segc.baseline.covering import Covering
from segc.baseline.estimate import Incidence, at_most, coverage, incidence, to_come, unseen
from segc.baseline.observed import Noise
from segc.baseline.words import service

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from segc.baseline.compare import Comparison, Entry
    from segc.baseline.store import Ledger
    from segc.model.plant import Conduit, Flow, Plant
    from segc.settings import Gate

WEEK = 7
NAMED = 3  # flows in one reason
PERIODIC = "periodic"
ATTESTABLE = frozenset({"rare", "emergency", "failover"})  # may be attested by a test: no baseline can count on them


class State(StrEnum):
    """What the evidence says."""

    READY = "READY"
    NOT_READY = "NOT READY"
    INSUFFICIENT = "INSUFFICIENT EVIDENCE"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why not. `lacking`: it is evidence that is missing, rather than something that speaks against it.

    `of_days`: it is the days of observation that are too few, or all of a kind. `stops`: something that was seen would
    be stopped.
    """

    text: str
    lacking: bool = False
    of_days: bool = False
    stops: bool = False


class Declared(NamedTuple):
    """A conduit's flows: seen, never seen, attested by a test though never seen, and periodic ones seen on one day."""

    seen: tuple[Flow, ...]
    silent: tuple[Flow, ...]
    attested: tuple[Flow, ...]
    once: tuple[Flow, ...]


@dataclass(frozen=True, slots=True)
class Readiness:
    """A conduit and what a baseline says of it. `parts` are declared flows, one a source, target and service."""

    conduit: Conduit
    state: State
    reasons: tuple[Reason, ...]
    days: int
    sensors: tuple[str, ...]
    lossy: bool
    incidence: Incidence
    declared: Declared
    denied: tuple[Entry, ...]

    @property
    def coverage(self) -> float:
        """The share of a coming day's keys that is known."""
        return coverage(self.incidence)

    @property
    def new_in_a_week(self) -> float:
        """How many new keys the next week will show."""
        return to_come(self.incidence, WEEK)

    @property
    def unseen(self) -> float:
        """How many keys there are at least that were not seen."""
        return unseen(self.incidence)

    @property
    def at_most(self) -> float:
        """What was never denied in these days happens less often a day (95 %)."""
        return at_most(self.days)


@dataclass(slots=True)
class _Evidence:
    """What was seen between the zones of a conduit."""

    entries: list[Entry] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    sensors: set[str] = field(default_factory=set)


def readiness(compared: Comparison, ledger: Ledger, gate: Gate, only: Container[str] | None = None) -> list[Readiness]:
    """Every conduit of the plant (or those of some names), in declared order."""
    who = ledger.who_saw()
    pairs: dict[tuple[str | None, str | None], _Evidence] = {}
    for entry in compared.entries:
        at = pairs.setdefault((entry.judged.source, entry.judged.target), _Evidence())
        at.entries.append(entry)
        at.counts.append(entry.seen.days)
        at.sensors |= who.get(entry.seen.key, frozenset())
    wanted = [c for c in compared.plant.conduits.values() if only is None or c.name in only]
    return [_of(compared, conduit, pairs, gate) for conduit in wanted]


def _of(
    compared: Comparison, conduit: Conduit, pairs: dict[tuple[str | None, str | None], _Evidence], gate: Gate
) -> Readiness:
    found = [pairs[pair] for pair in conduit.pairs() if pair in pairs]
    entries = [entry for one in found for entry in one.entries]
    sensors = sorted({name for one in found for name in one.sensors})
    watched = compared.watched(sensors)
    lossy = bool(sensors) and all(compared.sensors[name].lossy for name in sensors)
    declared = _declared(compared, conduit, entries)
    denied = tuple(entry for entry in entries if entry.is_unexplained)
    counted = incidence(len(watched), [count for one in found for count in one.counts])
    lacking = list(_lacking(compared.plant, watched, sensors, gate, lossy=lossy))
    aside = [entry for entry in compared.aside if (entry.judged.source, entry.judged.target) in set(conduit.pairs())]
    against = [*_against(denied, declared, counted, gate), *_set_aside(aside)] if sensors else []
    state = (
        State.NOT_READY if denied else State.INSUFFICIENT if lacking else State.NOT_READY if against else State.READY
    )
    reasons = tuple(against + lacking)
    return Readiness(conduit, state, reasons, len(watched), tuple(sensors), lossy, counted, declared, denied)


def _lacking(plant: Plant, days: set[int], sensors: Sequence[str], gate: Gate, *, lossy: bool) -> Iterable[Reason]:
    if not sensors:
        yield Reason("no sensor has seen anything between its zones", lacking=True)
        return
    if lossy:
        told = "its only sensor misses packets" if len(sensors) == 1 else "all its sensors miss packets"
        yield Reason(f"{told} ({', '.join(sensors)}): that nothing else was there is not shown", lacking=True)
    if len(days) < gate.days:
        yield Reason(
            f"watched on {len(days)} of the {gate.days} days that the gate asks for", lacking=True, of_days=True
        )
    working, weekend = weekdays_and_weekends(plant, days)
    if not working or not weekend:
        kind = "weekend" if working else "working day"
        yield Reason(f"never watched on a {kind}", lacking=True, of_days=True)


def _against(denied: Sequence[Entry], declared: Declared, counted: Incidence, gate: Gate) -> Iterable[Reason]:
    if denied:
        sessions = sum(entry.seen.n for entry in denied)
        yield Reason(
            f"would stop {len(denied)} that were seen ({sessions} sessions), and nobody has said that it should",
            stops=True,
        )
    if declared.silent:
        some = ", ".join(f"`{flow.text}`" for flow in declared.silent[:NAMED])
        more = f" and {len(declared.silent) - NAMED} more" if len(declared.silent) > NAMED else ""
        yield Reason(f"never seen: {some}{more}; take it out, or test it and write `expect rare; tested DATE`")
    for flow in declared.once:
        yield Reason(f"`{flow.text}` is periodic, and was seen on one day only: a period shows on two")
    coming = to_come(counted, WEEK)
    if counted.keys and coming > gate.new_keys:
        yield Reason(f"about {coming:.1f} new keys are to be expected in a week; the gate allows {gate.new_keys:g}")


def _set_aside(aside: Sequence[Entry]) -> Iterable[Reason]:
    """What was not learned and is there all the same: only a person knows whether anybody would miss it."""
    for scan, what in (
        (True, "that answered a machine which also scanned"),
        (False, "by UDP that keep coming though nobody answers"),
    ):
        of = [entry.seen for entry in aside if (entry.seen.noise == Noise.SCAN) is scan]
        if of:
            first = f"{of[0].src} -> {of[0].dst} : {service(of[0].key)}"
            yield Reason(
                f"would stop {len(of)} {what} ({first}{', ...' if len(of) > 1 else ''}): permit it, or say that it may be "
                "stopped ([[expected-deny]])",
                stops=True,
            )


def _declared(compared: Comparison, conduit: Conduit, entries: Sequence[Entry]) -> Declared:
    """The conduit's flows, one a source, target and service."""
    parts = [part for flow in conduit.flows for part in _parts(flow)]
    # A plant's machines are many, and the same for every conduit.
    covering = Covering(compared.plant, parts, compared.classifier.covering)
    days = [0] * len(parts)
    for entry in entries:
        key = entry.seen.key
        a, b = covering.end(key.src), covering.end(key.dst)
        surely, maybe = covering.speaking(a.family, key)
        for index in members(a.sources & b.targets & (surely | maybe)):
            days[index] = max(days[index], entry.seen.days)
    told = list(zip(parts, days, strict=True))
    silent = [part for part, count in told if not count]
    attested = [part for part in silent if part.facts.expect in ATTESTABLE and part.facts.tested is not None]
    return Declared(
        tuple(part for part, count in told if count),
        tuple(part for part in silent if part not in attested),
        tuple(attested),
        tuple(part for part, count in told if count == 1 and part.facts.expect == PERIODIC),
    )


def _parts(flow: Flow) -> list[Flow]:
    cut = [(a, b, s) for a in flow.sources for b in flow.targets for s in flow.services]
    if len(cut) == 1:
        return [flow]
    return [
        replace(flow, sources=(a,), targets=(b,), services=(s,), text=f"{a.path} -> {b.path} : {s.name}")
        for a, b, s in cut
    ]
