"""Drift as the document segc/baseline-drift/1, and as text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NotRequired, TypedDict, overload

from segc import __version__
from segc.baseline import crowds
from segc.baseline.drift.changes import ORDER, counts
from segc.baseline.judged import Class
from segc.baseline.store import day_text, moment_text
from segc.baseline.weight import HINTS
from segc.baseline.words import service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.baseline.covering import Covering
    from segc.baseline.drift.changes import Change, Drift, Number
    from segc.baseline.weight import Weights

SCHEMA = "segc/baseline-drift/1"
TITLES = {
    "new-talker": "new talkers",
    "new-pair": "pairs that had not met",
    "new-service": "services that a pair had not used",
    "beacon": "regular, and permitted by no flow for sure",
    "vanished": "silent",
    "period": "at another pace",
    "volume": "with another volume",
}


class Entry(TypedDict):
    """A change. Times are UTC; `numbers` are what it rests on."""

    kind: str
    rank: int
    source: str
    source_asset: str | None
    target: str
    target_asset: str | None
    service: str
    source_zone: str | None
    target_zone: str | None
    verdict: str
    conduit: str | None
    said: str
    hints: list[str]
    nearest: str
    sensors: list[str]
    numbers: dict[str, Number]


class DriftDocument(TypedDict):
    """All of it. `until` is the last day with a record. `standing` is no change: regular, permitted by no flow for sure, and
    so before `since` too. `crowds`: addresses that each stand for so many that nothing tells apart, and that count once.
    """

    schema: str
    segc: str
    baseline: str
    digest: str
    since: str
    days: int
    until: str
    counts: dict[str, int]
    changes: Sequence[Entry]
    standing: Sequence[Entry]
    crowds: NotRequired[dict[str, int]]


class Entries(Sequence[Entry]):
    """Changes as entries, each made when it is asked for: all of them at once take many times the memory."""

    def __init__(self, changes: Sequence[Change], known: Covering, weights: Weights) -> None:
        self._changes = changes
        self._known = known
        self._weights = weights

    def __len__(self) -> int:
        """How many there are."""
        return len(self._changes)

    @overload
    def __getitem__(self, place: int) -> Entry: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Entry]: ...

    def __getitem__(self, place: int | slice) -> Entry | Sequence[Entry]:
        """One of them, or some."""
        if isinstance(place, slice):
            return Entries(self._changes[place], self._known, self._weights)
        return _entry(self._changes[place], self._known, self._weights)


def document(drift: Drift, known: Covering, weights: Weights, baseline: str, digest: str, days: int) -> DriftDocument:
    """The document. `known` names the machines."""
    changes = drift.changes()
    told: DriftDocument = {
        "schema": SCHEMA,
        "segc": __version__,
        "baseline": baseline,
        "digest": digest,
        "since": day_text(drift.since),
        "days": days,
        "until": day_text(max(drift.seen.all_days, default=drift.since)),
        "counts": dict(counts(changes)),
        "changes": Entries(changes, known, weights),
        "standing": Entries(drift.standing(), known, weights),
    }
    if drift.seen.crowds:
        told["crowds"] = crowds.sizes(drift.seen.crowds)
    return told


def _entry(change: Change, known: Covering, weights: Weights) -> Entry:
    judged = change.judged
    source, target = (known.end(address).asset for address in (judged.key.src, judged.key.dst))
    numbers = {name: _number(name, value) for name, value in change.numbers.items()}
    return {
        "kind": change.kind,
        "rank": change.rank,
        "source": judged.key.src,
        "source_asset": source.path if source else None,
        "target": judged.key.dst,
        "target_asset": target.path if target else None,
        "service": service(judged.key),
        "source_zone": judged.source,
        "target_zone": judged.target,
        "verdict": judged.verdict.value,
        "conduit": judged.conduit.name if judged.conduit else None,
        "said": change.said,
        "hints": list(weights.hints(judged)),
        "nearest": judged.nearest,
        "sensors": list(change.sensors),
        "numbers": numbers,
    }


def _number(name: str, value: Number) -> Number:
    if name in ("first", "last") and isinstance(value, int):
        return moment_text(value)
    return day_text(value) if name == "day" and isinstance(value, int) else value


def render(document: DriftDocument, *, most: int | None = 20) -> str:
    """The same for people; of each kind the first `most`."""
    return "\n".join(_lines(document, most)) + "\n"


def _lines(document: DriftDocument, most: int | None) -> Iterator[str]:
    total = len(document["changes"])
    of = f"{document['baseline']} ({document['digest']}) until {document['until']}"
    yield f"{of}, changes since {document['since']}: {total or 'none'}"
    yield from crowds.told(document.get("crowds", {}))
    place = 0
    for kind in ORDER:  # as they are sorted
        start, place = place, place + document["counts"][kind]
        yield from _section(TITLES[kind], document["changes"][start:place], most)
    yield from _section(
        "no change: regular before as well, and permitted by no flow for sure", document["standing"], most
    )


def _section(title: str, listed: Sequence[Entry], most: int | None) -> Iterator[str]:
    if not listed:
        return
    yield ""
    yield f"{title}: {len(listed)}"
    for entry in listed[:most]:
        yield from _told(entry)
    if most is not None and len(listed) > most:
        yield f"  and {len(listed) - most} more (-v shows all)"


def _told(entry: Entry) -> Iterator[str]:
    source, target = _named(entry["source_asset"], entry["source"]), _named(entry["target_asset"], entry["target"])
    zones = f"{entry['source_zone'] or 'unzoned'} -> {entry['target_zone'] or 'unzoned'}"
    conduit = f"conduit {entry['conduit']}" if entry["conduit"] else "no conduit"
    within = "" if entry["source_zone"] and entry["source_zone"] == entry["target_zone"] else f", {conduit}"
    yield f"  {source} -> {target} : {entry['service']}  [{zones}{within}, {entry['verdict']}]"
    yield f"    {entry['said']}"
    if entry["verdict"] == Class.PERMITTED and entry["nearest"]:
        yield f"    {entry['nearest']}"
    yield f"    {', '.join(f'{name} {value}' for name, value in entry['numbers'].items() if value is not None)}"
    if entry["hints"]:
        yield f"    {'; '.join(HINTS[hint] for hint in entry['hints'])}"


def _named(asset: str | None, address: str) -> str:
    return f"{asset} ({address})" if asset else address
