"""`segc baseline status` as a document, and as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired, TypedDict

from segc import __version__
from segc.baseline import crowds
from segc.baseline.lacking import MISSED_BY
from segc.baseline.readiness import State
from segc.baseline.reasons import REPEAT
from segc.baseline.sensors import is_blind
from segc.baseline.words import believed, is_seldom, percent, rounded, seldom, sensors, unread_of
from segc.model.clock import utc_text
from segc.model.places import place
from segc.report.baseline import aside, over
from segc.report.baseline.comparison import baseline, baseline_line, key_entry
from segc.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from segc.baseline.compare import Comparison
    from segc.baseline.readiness import Readiness
    from segc.report.baseline.aside import ExpectedEntry
    from segc.report.baseline.comparison import BaselineEntry, KeyEntry
    from segc.report.baseline.over import LapsedEntry

SHOWN = 4
ORDER = [State.NOT_READY.value, State.INSUFFICIENT.value, State.READY.value]  # what asks for something first


class DeclaredEntry(TypedDict):
    """Declared flows, one a source, target and service, as text. `learned` were seen only on days that do not count."""

    seen: list[str]
    silent: list[str]
    attested: list[str]
    learned: list[str]


class UnreadEntry(TypedDict):
    """How many records of a sensor's logs were not read, beside those that were; `logs` are those of which most was not."""

    sensor: str
    unread: int
    read: int
    logs: list[str]


class SeldomEntry(TypedDict):
    """A sensor that has records of a few hours only of the days on which it wrote."""

    sensor: str
    hours: int
    days: int


class ConduitEntry(TypedDict):
    """What the evidence says of a conduit.

    `keys` are what the estimates count: all that the same flows permit as one, without what only flows permit that a test
    may attest; and what no flow permits, by the key. `coverage` is the share of a coming day's keys that is known (0 where
    none was seen); `new_in_a_week` how many new ones are to be expected; `unseen` how many there are at least that no day
    has shown; `at_most` the rate a day (95 %) above which what was never seen would have been seen. Where flows were
    drafted from logs, `days`, `keys` and the estimates count what was seen after `learned_until`. `lost_days` more do not
    count, because sensors lost records on them, and `missed_days`, because a sensor missed on them what another one saw. Of
    `machines` that talk in its zones, `undeclared` are addresses that no asset has. `believed` keys are permitted only from
    some source ports, which the baseline does not keep: a test of the flow says so. `together` are the conduits that must
    be promoted with it, since they keep its pairs of zones in monitor; `held_by` those for which it is not READY, though it
    would be by itself: they are not, and begin to stop with it.
    """

    name: str
    place: str
    source: str
    target: str
    modes: list[str]
    state: str
    reasons: list[str]
    learned_until: str | None
    days: int
    lost_days: int
    missed_days: int
    sensors: list[str]
    lossy: bool
    unread: list[UnreadEntry]
    seldom: list[SeldomEntry]
    keys: int
    coverage: float
    new_in_a_week: float
    unseen: float
    at_most: float | None
    declared: DeclaredEntry
    denied: list[KeyEntry]
    machines: int
    undeclared: list[str]
    lapsed: list[LapsedEntry]
    believed: int
    together: list[str]
    held_by: list[str]


class StatusDocument(TypedDict):
    """All of it. `order` are the conduits that are ready and not enforced, the one that helps most first; `expected_deny` are
    the entries of segc.toml. `crowds`: addresses that each stand for so many that nothing tells apart, and that count once.
    """

    schema: str
    segc: str
    at: str
    baseline: BaselineEntry
    gate: dict[str, float]
    conduits: list[ConduitEntry]
    order: list[str]
    expected_deny: list[ExpectedEntry]
    crowds: NotRequired[dict[str, int]]


def document(
    compared: Comparison, found: Sequence[Readiness], order: Sequence[str], gate: dict[str, float], at: datetime
) -> StatusDocument:
    """Every conduit, and in which order to enforce those that are ready."""
    told: StatusDocument = {
        "schema": "segc/status/1",
        "segc": __version__,
        "at": utc_text(at),
        "baseline": baseline(compared),
        "gate": gate,
        "conduits": [conduit_entry(compared, one) for one in found],
        "order": list(order),
        "expected_deny": aside.expected(compared, int(gate["age"])),
    }
    if compared.crowds:
        told["crowds"] = crowds.sizes(compared.crowds)
    return told


def conduit_entry(compared: Comparison, one: Readiness) -> ConduitEntry:
    """One conduit."""
    conduit, found = one.conduit, [compared.sensors[name] for name in one.sensors]
    return {
        "name": conduit.name,
        "place": place(compared.plant, conduit.span),
        "source": conduit.source.name,
        "target": conduit.target.name,
        "modes": sorted({compared.plant.mode(*pair) for pair in conduit.pairs()}),
        "state": one.state.value,
        "reasons": [reason.text for reason in one.reasons],
        "learned_until": one.learned.isoformat() if one.learned else None,
        "days": one.days,
        "lost_days": len(one.lost),
        "missed_days": len(one.missed),
        "sensors": list(one.sensors),
        "lossy": one.lossy,
        "unread": [
            {"sensor": s.name, "unread": s.unread, "read": s.read, "logs": list(s.dark)} for s in found if s.unread
        ],
        "seldom": [
            {"sensor": s.name, "hours": s.hours, "days": len(s.days) - len(s.silent)} for s in found if is_seldom(s)
        ],
        "keys": one.incidence.keys,
        "coverage": rounded(one.coverage),
        "new_in_a_week": round(one.new_in_a_week, 2),
        "unseen": round(one.unseen, 2),
        "at_most": round(one.at_most, 4) if one.days else None,
        "declared": {
            "seen": [flow.text for flow in one.declared.seen],
            "silent": [flow.text for flow in one.declared.silent],
            "attested": [flow.text for flow in one.declared.attested],
            "learned": [flow.text for flow in one.declared.learned],
        },
        "denied": [key_entry(compared, entry) for entry in one.denied],
        "machines": one.machines.total,
        "undeclared": list(one.machines.unknown),
        "lapsed": over.entries(one.lapsed),
        "believed": one.believed,
        "together": list(one.together),
        "held_by": list(one.held_by),
    }


# ---- text --------------------------------------------------------------------------------------------------------


def render(told: StatusDocument, *, whole: bool = False) -> str:
    """Lines for people. `whole`: all reasons."""
    return "".join(f"{line}\n" for line in _lines(told, whole=whole))


def _lines(told: StatusDocument, *, whole: bool) -> Iterator[str]:
    states = [one["state"] for one in told["conduits"]]
    told_of = ", ".join(f"{states.count(state)} {state}" for state in State if state in states)
    yield f"{count(len(states), 'conduit')}: {told_of or 'none'}"
    yield f"({baseline_line(told['baseline'])})"
    yield from crowds.told(told.get("crowds", {}))
    before = 0
    for one in sorted(told["conduits"], key=lambda one: ORDER.index(one["state"])):
        if not _is_dark(one) or len(told["conduits"]) == 1:
            listed = list(lines(one, whole=whole))
            yield from [""] if before != 1 or len(listed) > 1 else []  # those of one line stand together
            yield from listed
            before = len(listed)
    dark = [one["name"] for one in told["conduits"] if _is_dark(one)]
    if dark and len(told["conduits"]) > 1:
        yield ""
        yield f"no sensor has seen anything of: {', '.join(dark)}"
    repeat = [one["name"] for one in told["conduits"] if any(REPEAT in reason for reason in one["reasons"])]
    if repeat and len(told["conduits"]) > 1:
        yield f"  {', '.join(repeat)}: {REPEAT}"
    yield from _order(told)
    yield from aside.idle(told["expected_deny"])


def _order(told: StatusDocument) -> Iterator[str]:
    """What `segc promote` may be given, one line a time that it is called."""
    with_it = {one["name"]: one["together"] for one in told["conduits"]}
    done: set[str] = set()
    if told["order"]:
        yield ""
        yield "to enforce, what helps most first (`segc promote NAME`; what stands in a line, together):"
    for name in told["order"]:
        if name not in done:
            together = [each for each in (name, *with_it[name]) if each not in done]
            done.update(together)
            yield f"  {' '.join(together)}"


def _is_dark(one: ConduitEntry) -> bool:
    """Is there nothing to say but that nothing was seen?"""
    return not one["sensors"] and len(one["reasons"]) == 1 and not one["lapsed"]


def lines(one: ConduitEntry, *, whole: bool) -> Iterator[str]:
    """One conduit: the state, why, and what it rests on; of one that is ready that is a part of the line."""
    ready = one["state"] == State.READY.value
    rests = _rests(one) if one["sensors"] else ""
    head = f"{one['name']} ({one['source']} -> {one['target']}, {' and '.join(one['modes'])}): {one['state']}"
    yield f"{head}; {rests}" if ready else head
    shown = len(one["reasons"]) if whole else SHOWN
    for reason in one["reasons"][:shown]:
        yield f"  - {reason}"
    if len(one["reasons"]) > shown:
        yield f"  - and {len(one['reasons']) - shown} more (-v shows all)"
    yield from (f"  {line}" for line in over.lines(one["lapsed"]))
    yield from (f"  {text}" for text in believed(one["believed"]))
    if one["sensors"]:
        yield from _evidence(one, "" if ready else rests, estimate=whole or not ready)


def _evidence(one: ConduitEntry, rests: str, *, estimate: bool) -> Iterator[str]:
    """What it rests on, of what little was not read, and what that lets expect."""
    if rests:
        yield f"  {rests}"
    for sensor, unread, read in ((of["sensor"], of["unread"], of["read"]) for of in one["unread"] if not of["logs"]):
        if not is_blind(unread, read):
            yield f"  {unread_of(sensor, unread, read)}"
    yield from (f"  {seldom(of['sensor'], of['hours'], of['days'])}" for of in one["seldom"])
    if not one["days"] or not estimate:
        return
    share, new = percent(one["coverage"]), one["new_in_a_week"]
    known = f"{share} of a day's flows and other keys are known, about {new:.1f} new ones to come in a week; "
    never = f"what never came comes less than {one['at_most']:.2g} times a day (95 %)"
    yield f"  {known if one['keys'] else ''}{never}"


def _rests(one: ConduitEntry) -> str:
    """The days, by whom, and which of its flows came."""
    declared = one["declared"]
    total = sum(len(part) for part in declared.values())  # type: ignore[misc, arg-type]
    attested = f", {len(declared['attested'])} attested" if declared["attested"] else ""
    since = f" after {one['learned_until']}" if one["learned_until"] else ""
    lost = f" ({one['lost_days']} more do not count: records were lost)" if one["lost_days"] else ""
    missed = f" ({one['missed_days']} more do not count: {MISSED_BY})" if one["missed_days"] else ""
    days = f"{count(one['days'], 'day')}{since} by {sensors(one['sensors'])}{lost}{missed}"
    return f"{days}; {len(declared['seen'])} of {count(total, 'flow')} seen{attested}"
