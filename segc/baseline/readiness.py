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
from segc.baseline.estimate import SELDOM, Incidence, at_most, coverage, incidence, to_come, unseen
from segc.baseline.judged import Class
from segc.baseline.lacking import Reason, Watch, watch
from segc.baseline.lapsed import Lapsed, by_grant
from segc.baseline.observed import Noise, Said
from segc.baseline.units import counts
from segc.baseline.watching import PERIODS, WEEKLY, Days
from segc.baseline.words import service
from segc.model.plant import UDP
from segc.words import count, plural

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping, Sequence
    from datetime import date

    from segc.baseline.compare import Comparison, Entry, Zones
    from segc.baseline.heard import Came
    from segc.baseline.ledger import Key
    from segc.baseline.store import Ledger, Seen
    from segc.model.plant import Conduit, Flow
    from segc.settings import Gate

WEEK = 7
REPEAT = "all flows are attested, so repeat a test of one while a sensor watches: that shows it to be on the way"
NAMED = 3  # flows, or machines, in one reason
UNANSWERED = "UDP that keeps coming though nobody answers"
PUBLISHED = (
    ' (with `initiator "publisher"` in its service if nobody is to answer; then learn the logs into a new baseline, with '
    "`--plant`)"
)
_WAY_OUT = "take it out, or test it each year and write `expect rare; tested DATE`"


class State(StrEnum):
    """What the evidence says."""

    READY = "READY"
    NOT_READY = "NOT READY"
    INSUFFICIENT = "INSUFFICIENT EVIDENCE"


@dataclass(frozen=True, slots=True)
class Readiness:
    """A conduit and what a baseline says of it.

    `watched` are the plant's days (since 1970) that count: where flows or grants between its zones were drafted from logs,
    those after `learned`. `lost` are those (of UTC) that would count as well if no sensor had lost records on them.
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
    heard: set[str] = field(default_factory=set)  # of the sensors those that saw answers, too: what passes both ways


def readiness(compared: Comparison, ledger: Ledger, gate: Gate, only: Container[str] | None = None) -> list[Readiness]:
    """Every conduit of the plant (or those of some names) by itself, in declared order."""
    all_of_them = frozenset(compared.sensors)
    who = (
        ledger.who_saw()
        if len(all_of_them) > 1
        else dict.fromkeys((e.judged.key for e in compared.entries), all_of_them)
    )
    wanted = [c for c in compared.plant.conduits.values() if only is None or c.name in only]
    answers = _answers(compared, ledger) if any(len(c.pairs()) > 1 for c in wanted) else {}
    pairs: defaultdict[Zones, _Evidence] = defaultdict(_Evidence)
    for entry in compared.entries:
        for pair in entry.pairs():
            pairs[pair].entries.append(entry)
            pairs[pair].sensors |= who.get(entry.judged.key, frozenset())
            pairs[pair].heard |= answers.get(entry.judged.key, frozenset())
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
        return ledger.who_heard()
    every = frozenset(compared.sensors)
    return {one.judged.key: every for one in compared.entries if one.seen.answered}


def _ways(conduit: Conduit, pairs: Mapping[Zones, _Evidence]) -> dict[Zones, tuple[str, ...]]:
    """The sensors on the way, for each direction that a conduit opens: those that saw a session of it, or an answer to one of
    the other direction. A list of a router's stands in one direction, and would tell nothing of what is opened the other way.
    """
    nothing = _Evidence()
    ways: dict[Zones, tuple[str, ...]] = {}
    for source, target in conduit.pairs():
        back = pairs.get((target, source), nothing).heard if len(conduit.pairs()) > 1 else set[str]()
        ways[source, target] = tuple(sorted(pairs.get((source, target), nothing).sensors | back))
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
    watch: Callable[[tuple[str, ...], Days, frozenset[int], frozenset[int], date | None], Watch],
    until: date | None,
    saw: tuple[Sequence[_Evidence], Mapping[Zones, tuple[str, ...]]],
    known: tuple[Mapping[Flow, Told], Mapping[Key, Came]],
    machines: Share,
    gate: Gate,
) -> Readiness:
    plant, (found, ways) = compared.plant, saw
    entries = _once(entry for one in found for entry in one.entries)
    sensors = tuple(sorted({name for one in found for name in one.sensors}))
    watched, lost, lossy, lacking = watch(sensors, *_watched(compared, conduit, ways), until)
    days = known[1]
    told = declared(compared, conduit, entries, *known)
    dark = [pair for pair, names in ways.items() if not names]
    if dark:
        lacking = (*lacking, _one_way(*dark[0])) if sensors else (_unwatched(told),)
    denied = tuple(entry for entry in entries if entry.is_unexplained)
    counted = incidence(len(watched), counts(plant, entries, days, until, lost))
    aside = _once(entry for one in found for entry in one.aside)
    over = by_grant(compared, _once(entry for one in found for entry in one.lapsed))
    against = (
        [
            *_against(denied, told, counted, gate),
            *_never_seen(compared, told.silent),
            *_unsure(entries),
            *_undeclared(machines, gate),
            *_set_aside(aside),
        ]
        if sensors
        else list(_in_vain(tried_in_vain(compared, told.silent)))
    )
    state = (
        State.NOT_READY if denied else State.INSUFFICIENT if lacking else State.NOT_READY if against else State.READY
    )
    reasons = (*against, *lacking)
    believed = sum(entry.judged.believed for entry in entries)
    return Readiness(
        conduit, state, reasons, watched, lost, until, sensors, lossy, counted, told, denied, machines, over, believed
    )


def _watched(
    compared: Comparison, conduit: Conduit, ways: Mapping[Zones, tuple[str, ...]]
) -> tuple[Days, frozenset[int], frozenset[int]]:
    """The days on which each direction of a conduit was watched, if any sensor is on its way, and those that do not count since
    sensors lost records, or missed what others saw.
    """
    zones, apart = {zone for pair in conduit.pairs() for zone in pair}, _apart(conduit)
    each = [(compared.watched(names, zones, apart), names) for names in sorted(filter(None, {*ways.values()})) or [()]]
    utc, dates = (frozenset.intersection(*of) for of in zip(*(days for days, _ in each), strict=True))
    lost, missed = (
        frozenset().union(*(ask(names, zones, apart) for _, names in each)) for ask in (compared.lost, compared.missed)
    )
    return Days(utc, dates), lost - utc, missed - dates


def _once(entries: Iterable[Entry]) -> list[Entry]:
    """Each once: what may be a session of either zone's counts in both pairs of a conduit that opens both ways."""
    return list({(entry.seen.key, entry.seen.noise): entry for entry in entries}.values())


def _apart(conduit: Conduit) -> int:
    """How many days lie between what comes in a conduit, at most; what comes rarely by design is not waited for."""
    waited = [flow.facts for flow in conduit.flows if flow.facts.expect not in ATTESTABLE]
    return min((PERIODS.get(facts.period or "", WEEKLY) for facts in waited), default=WEEKLY)


def _unwatched(declared: Declared) -> Reason:
    """No sensor is known to sit on the way. Who heard both zones need not: it may hear each with somebody else."""
    attested = declared.attested and not declared.silent
    out = f"; {REPEAT}" if attested else ""
    return Reason(f"no sensor has seen a session between its zones{out}", lacking=True)


def _one_way(source: str | None, target: str | None) -> Reason:
    """What passes there may be seen by nobody."""
    told = f"no sensor has seen a session from `{source}` to `{target}`, nor an answer to one the other way"
    why = "a log of one direction shows nothing of the other"
    return Reason(f"{told}: {why}. If nothing is opened there, let the conduit open one way only (`->`)", lacking=True)


def _against(denied: Sequence[Entry], declared: Declared, counted: Incidence, gate: Gate) -> Iterable[Reason]:
    if denied:
        sessions = sum(entry.seen.n for entry in denied)
        yield Reason(
            f"would stop {_seen(denied)} ({count(sessions, 'session')}), and nobody has said that it should"
            f"{_limited(denied)}{_recorded(denied)}{_either_way(denied)}",
            stops=True,
        )
    if declared.learned and counted.days:
        yield Reason(f"not seen again since it was learned: {_named(declared.learned)}; was it needed once only?")
    for flow in declared.once:
        each = flow.facts.period
        says = (
            f"comes each {each}, and was seen in one {each} only"
            if each
            else "is periodic, and was seen on one day only"
        )
        yield Reason(f"`{flow.text}` {says}: a period shows on two")
    coming = to_come(counted, WEEK)
    if counted.keys and coming > gate.new_keys:
        yield Reason(
            f"about {coming:.1f} new flows or keys are to be expected in a week; the gate allows {gate.new_keys:g}"
        )


def _never_seen(compared: Comparison, silent: Sequence[Flow]) -> Iterable[Reason]:
    vain = tried_in_vain(compared, silent)
    if len(vain) < len(silent):
        yield Reason(f"never seen: {_named([flow for flow in silent if flow not in vain])}; {_WAY_OUT}")
    yield from _in_vain(vain)


def _in_vain(flows: Sequence[Flow]) -> Iterable[Reason]:
    if not flows:
        return
    udp = any(match.proto == UDP for flow in flows for service in flow.services for match in service.matches)
    more = '; if nobody is to answer, say `initiator "publisher"` in its service, and learn into a new baseline with `--plant`'
    yield Reason(f"tried, and never answered: {_named(flows)}; {_WAY_OUT}{more if udp else ''}")


def _undeclared(machines: Share, gate: Gate) -> Iterable[Reason]:
    if machines.value < gate.inventory:
        yield Reason(
            f"{machines.told}; the gate asks for "
            f"{100 * gate.inventory:g} %: `segc baseline inventory` tells of {_some(machines.unknown, machines.more)}"
        )


def _unsure(entries: Sequence[Entry]) -> Iterable[Reason]:
    of = [entry for entry in entries if entry.is_unsure]
    if of:
        yield Reason(
            f"may stop {_seen(of)} in hours in which grants were open for a part only ({_keys(of)}): whether "
            "they lie inside, a ledger of hours cannot tell; let windows begin and end with an hour of UTC, or say that they "
            f"may be stopped ([[expected-deny]]){_either_way(of)}",
            stops=True,
        )


def _set_aside(aside: Sequence[Entry]) -> Iterable[Reason]:
    """What was not learned and is there all the same: only a person knows whether anybody would miss it."""
    found: dict[str, dict[Key, Entry]] = {}
    for entry in aside:
        found.setdefault(_why_aside(entry.seen), {})[entry.seen.key] = entry
    for what, of in sorted(found.items()):
        listed = list(of.values())
        yield Reason(
            f"would stop {count(len(listed), 'key')} {what} ({_keys(listed)}): write the flow by hand, since a draft leaves "
            f"it out{PUBLISHED if UNANSWERED in what else ''}, or say that it may be stopped ([[expected-deny]])"
            f"{_either_way(listed)}",
            stops=True,
        )


def _why_aside(seen: Seen) -> str:
    if seen.noise == Noise.SCAN and not seen.is_attempt:
        return f"that {'answered' if seen.answered else 'may have answered'} a machine which also scanned"
    if seen.noise == Noise.BROADCAST and seen.proto != UDP:
        return "to the last address of a network, which a router passes on"
    return f"of {UNANSWERED}"


def _seen(of: Sequence[Entry]) -> str:
    return f"{count(len(of), 'key')} that {plural(len(of), 'was', 'were')} seen"


def _keys(of: Sequence[Entry]) -> str:
    return _some([f"{key.src} -> {key.dst} : {service(key)}" for key in (entry.seen.key for entry in of)])


def _limited(of: Sequence[Entry]) -> str:
    """The way out of what a log cannot tell, which is not to take the limit away."""
    limited = sum(entry.judged.limited and entry.seen.said < Said.RECORDED for entry in of)
    told = f"; of {limited} of these a baseline does not keep the source port, which a flow that would permit it limits: once "
    way_out = "somebody has seen that it comes from there, say `tested DATE` in a flow of these two machines alone"
    return f"{told}{way_out}" if limited else ""


def _recorded(of: Sequence[Entry]) -> str:
    """Why a reason may speak of what flows permit, and the way out: an example of each kind tells it."""
    found = {
        kind: [entry for entry in of if entry.judged.verdict is kind] for kind in (Class.STILL_RECORDED, Class.ASTRAY)
    }
    return "".join(
        f"; {len(ones)} of these ({_keys(ones)}): {ones[0].judged.nearest}" for ones in found.values() if ones
    )


def _either_way(of: Sequence[Entry]) -> str:
    """Why a reason may speak of what came from the other zone."""
    either = sum(entry.is_either_way for entry in of)
    return f"; nothing tells which end opened {either} of these, which count both ways" if either else ""


def _named(flows: Sequence[Flow]) -> str:
    return _some([f"`{flow.text}`" for flow in flows])


def _some(names: Sequence[str], unnamed: int = 0) -> str:
    left = max(0, len(names) - NAMED) + unnamed
    return ", ".join(names[:NAMED]) + (f" and {left} more" if left else "")
