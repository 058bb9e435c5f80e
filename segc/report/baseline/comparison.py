"""`segc baseline compare` as a document, and as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired, TypedDict

from segc import __version__
from segc.baseline import crowds
from segc.baseline.judged import UNEXPLAINED, Class
from segc.baseline.lapsed import by_grant
from segc.baseline.observed import Grade
from segc.baseline.store import day_text, moment_text
from segc.baseline.words import sensors, service
from segc.model.clock import utc_text
from segc.model.places import place
from segc.report.baseline import aside, over
from segc.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from segc.baseline.compare import Comparison, Entry
    from segc.report.baseline.aside import AsideEntry, ExpectedEntry
    from segc.report.baseline.over import LapsedEntry

SHOWN_PAIRS = 12
SHOWN_KEYS = 4


class KeyEntry(TypedDict):
    """Somebody who opened sessions to somebody. `grade` is how sure the direction is."""

    source: str
    source_asset: str | None
    target: str
    target_asset: str | None
    service: str
    verdict: str
    nearest: str
    sessions: int
    days: int
    first: str
    last: str
    grade: str
    lossy: bool


class PairEntry(TypedDict):
    """What is unexplained between two zones. `mode` is what the pair is in now."""

    source: str | None
    target: str | None
    conduit: str | None
    place: str | None
    mode: str
    sessions: int
    keys: list[KeyEntry]


class ClassEntry(TypedDict):
    """How much fell into a class."""

    keys: int
    sessions: int


class BaselineEntry(TypedDict):
    """Which baseline. `days` are those on which a sensor saw anything."""

    digest: str
    days: int
    first: str | None
    last: str | None
    sensors: list[str]
    lossy_sensors: list[str]


class CompareDocument(TypedDict):
    """All of it. `expected` are keys of these classes that somebody said may be stopped.

    `attempts` are keys that nobody answered, `noise` what is kept and never learned, by kind; `aside` tells of both, by
    kind, whose they are. `expected_deny` are the entries of segc.toml. `crowds`: addresses that each stand for so many
    that nothing tells apart, and that count once. `unsure` are permitted keys that may have come while no grant was open,
    `lapsed` what was permitted and would be stopped by now.
    """

    schema: str
    segc: str
    at: str
    baseline: BaselineEntry
    classes: dict[str, ClassEntry]
    expected: int
    attempts: int
    noise: dict[str, int]
    aside: dict[str, AsideEntry]
    expected_deny: list[ExpectedEntry]
    unexplained: list[PairEntry]
    crowds: NotRequired[dict[str, int]]
    unsure: NotRequired[list[KeyEntry]]
    lapsed: NotRequired[list[LapsedEntry]]


def document(compared: Comparison, at: datetime, age: int) -> CompareDocument:
    """Everything that was seen, counted, and all that is unexplained. `age` is the gate's, in days."""
    told: CompareDocument = {
        "schema": "segc/compare/1",
        "segc": __version__,
        "at": utc_text(at),
        "baseline": baseline(compared),
        "classes": _classes(compared.entries),
        "expected": sum(entry.expected and entry.judged.verdict in UNEXPLAINED for entry in compared.entries),
        "attempts": len(compared.attempts),
        "noise": {kind.name.lower().replace("_", "-"): len(listed) for kind, listed in compared.noise.items()},
        "aside": aside.set_aside(compared),
        "expected_deny": aside.expected(compared, age),
        "unexplained": [_pair(compared, pair, entries) for pair, entries in compared.by_pair().items()],
    }
    if compared.crowds:
        told["crowds"] = crowds.sizes(compared.crowds)
    unsure = [key_entry(compared, entry) for entry in compared.unsure()]
    if unsure:
        told["unsure"] = unsure
    if compared.lapsed:
        told["lapsed"] = over.entries(by_grant(compared, compared.lapsed))
    return told


def baseline(compared: Comparison) -> BaselineEntry:
    """Which baseline, and what it rests on."""
    days = compared.days
    return {
        "digest": compared.digest,
        "days": len(days),
        "first": day_text(days[0]) if days else None,
        "last": day_text(days[-1]) if days else None,
        "sensors": list(compared.sensors),
        "lossy_sensors": [name for name, sensor in compared.sensors.items() if sensor.lossy],
    }


def _classes(entries: Iterable[Entry]) -> dict[str, ClassEntry]:
    found: dict[str, ClassEntry] = {one.value: {"keys": 0, "sessions": 0} for one in Class}
    for entry in entries:
        found[entry.judged.verdict.value]["keys"] += 1
        found[entry.judged.verdict.value]["sessions"] += entry.seen.n
    return {name: one for name, one in found.items() if one["keys"]}


def _pair(compared: Comparison, pair: tuple[str | None, str | None], entries: Sequence[Entry]) -> PairEntry:
    conduit = compared.classifier.opened(*pair)
    return {
        "source": pair[0],
        "target": pair[1],
        "conduit": conduit.name if conduit else None,
        "place": place(compared.plant, conduit.span) if conduit else None,
        "mode": _mode(compared, pair, entries),
        "sessions": sum(entry.seen.n for entry in entries),
        "keys": [key_entry(compared, entry) for entry in entries],
    }


def _mode(compared: Comparison, pair: tuple[str | None, str | None], entries: Sequence[Entry]) -> str:
    """What the pair is in; within a zone, what firewalls do with sessions to themselves, which alone are judged there."""
    plant = compared.plant
    if pair[0] is None or pair[0] != pair[1]:
        return plant.mode(*pair)
    ends = (compared.classifier.covering.end(entry.seen.dst).firewall for entry in entries)
    modes = {firewall.mode or plant.default_mode for firewall in ends if firewall is not None}
    return "enforce" if "enforce" in modes else "monitor"


def key_entry(compared: Comparison, entry: Entry) -> KeyEntry:
    """A key, with what was seen of it."""
    seen, judged = entry.seen, entry.judged
    ends = [compared.asset(address) for address in (seen.src, seen.dst)]
    return {
        "source": seen.src,
        "source_asset": ends[0].path if ends[0] else None,
        "target": seen.dst,
        "target_asset": ends[1].path if ends[1] else None,
        "service": service(seen.key),
        "verdict": judged.verdict.value,
        "nearest": judged.nearest,
        "sessions": seen.n,
        "days": seen.days,
        "first": moment_text(seen.first),
        "last": moment_text(seen.last),
        "grade": Grade(seen.grade).name.lower(),
        "lossy": bool(seen.lossy),
    }


# ---- text --------------------------------------------------------------------------------------------------------


def render(told: CompareDocument, *, whole: bool = False) -> str:
    """Lines for people. `whole`: every key."""
    return "".join(f"{line}\n" for line in _lines(told, whole=whole))


def _lines(told: CompareDocument, *, whole: bool) -> Iterator[str]:
    open_keys = sum(len(pair["keys"]) for pair in told["unexplained"])
    if open_keys:
        pairs = count(len(told["unexplained"]), "pair")
        yield f"{count(open_keys, 'key')} that enforcing would stop, between {pairs} of zones"
    else:
        yield aside.verdict(
            sum(one["keys"] for one in told["classes"].values()), told["aside"], len(told.get("unsure", ()))
        )
    yield f"({baseline_line(told['baseline'])})"
    yield from crowds.told(told.get("crowds", {}))
    yield from aside.doubt(len(told.get("unsure", ())))
    yield from over.lines(told.get("lapsed", ()))
    yield ""
    for name, one in told["classes"].items():
        mark = "!" if Class(name) in UNEXPLAINED else " "
        yield f"{mark} {name:<20}{one['keys']:>8}   {count(one['sessions'], 'session')}"
    if told["expected"]:
        yield f"  {'of these expected':<20}{told['expected']:>8}   may be stopped, says segc.toml"
    for kind, one in told["aside"].items():
        by = aside.by_whom(one, whole=whole)
        yield f"  {kind.replace('never-answered', 'never answered'):<20}{one['keys']:>8}   {by}; kept as findings, not compared"
    yield from aside.where_to_look(told["aside"])
    yield from _pairs(told["unexplained"], whole=whole)
    yield from aside.idle(told["expected_deny"])


def baseline_line(one: BaselineEntry) -> str:
    """What a baseline rests on, in a line."""
    if not one["days"]:
        return f"baseline {one['digest']}: empty"
    lossy = f", {sensors(one['lossy_sensors'])} may have missed some" if one["lossy_sensors"] else ""
    seen_by = count(len(one["sensors"]), "sensor")
    return f"baseline {one['digest']}: {count(one['days'], 'day')}, {one['first']} to {one['last']}, {seen_by}{lossy}"


def _pairs(pairs: Sequence[PairEntry], *, whole: bool) -> Iterator[str]:
    shown = len(pairs) if whole else SHOWN_PAIRS
    for pair in pairs[:shown]:
        yield ""
        where = f"conduit `{pair['conduit']}`, {pair['place']}" if pair["conduit"] else "no conduit"
        ends = f"{pair['source'] or 'nobody'} -> {pair['target'] or 'nobody'}"
        yield f"{ends} ({where}; {pair['mode']}): {count(len(pair['keys']), 'key')}"
        yield from _keys(pair["keys"], len(pair["keys"]) if whole else SHOWN_KEYS)
    if len(pairs) > shown:
        yield ""
        yield f"and {count(len(pairs) - shown, 'more pair')} of zones (--all shows them)"


def _keys(keys: Sequence[KeyEntry], shown: int) -> Iterator[str]:
    for key in keys[:shown]:
        ends = [key["source_asset"] or key["source"], key["target_asset"] or key["target"]]
        yield f"  {ends[0]} -> {ends[1]} : {key['service']}   {key['verdict']}"
        seen = f"{count(key['sessions'], 'session')} on {count(key['days'], 'day')}, last {key['last']}"
        yield f"      {seen}{direction(key)}"
        yield f"      {key['nearest']}"
    if len(keys) > shown:
        yield f"  and {len(keys) - shown} more (--all shows them)"


def direction(key: KeyEntry) -> str:
    """How it is known which end opened, to be said behind something else; empty where the opening was seen."""
    return "" if key["grade"] == "handshake" else f"; direction by {_GRADES[key['grade']]}"


_GRADES = {
    "none": "nothing: either end may have opened it, and it counts both ways",
    "first": "the first packet seen",
    "peers": "the many peers of one port",
    "catalogue": "the known port",
    "label": "the sensor's word",
}
