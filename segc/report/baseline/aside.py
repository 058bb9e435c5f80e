"""What a comparison says besides its keys: what was set aside and not compared, and which excuses are idle."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from segc.baseline.ledger import MICROSECONDS_A_DAY
from segc.baseline.observed import Noise
from segc.baseline.store import day_text, moment_text
from segc.model.places import place
from segc.report.plan.rows import few
from segc.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from segc.baseline.compare import Comparison
    from segc.baseline.expected import Use
    from segc.baseline.store import Seen

ATTEMPTS = "never-answered"
KINDS = {
    ATTEMPTS: "never answered",
    "scan": "of scans",
    "multicast": "of multicast",
    "broadcast": "of broadcast",
    "link-local": "of link-local addresses",
    "stopped": "that a device stopped already",
}


class TalkerEntry(TypedDict):
    """Who opened what was set aside."""

    address: str
    asset: str | None
    keys: int
    sessions: int


class AsideEntry(TypedDict):
    """Of a kind: keys that are findings and were not compared, and whose. Enforcing would stop `would_stop` of them that
    may be needed all the same: what answered a scanner, and UDP that keeps coming.
    """

    keys: int
    sessions: int
    would_stop: int
    talkers: list[TalkerEntry]


class ExpectedEntry(TypedDict):
    """An entry of `[[expected-deny]]` and how many keys it explains. `idle_since`: it explains nothing since that day."""

    source: str
    target: str
    service: str
    until: str
    because: str
    place: str | None
    keys: int
    last: str | None
    idle_since: str | None


def set_aside(compared: Comparison) -> dict[str, AsideEntry]:
    """By kind, what is kept as findings."""
    found = {ATTEMPTS: [entry.seen for entry in compared.attempts]}
    found |= {_word(kind): list(listed) for kind, listed in compared.noise.items()}
    stops = dict.fromkeys(found, 0)
    for entry in compared.aside:
        stops[_word(Noise(entry.seen.noise))] += 1
    return {kind: _aside(compared, listed, stops[kind]) for kind, listed in found.items() if listed}


def _word(kind: Noise) -> str:
    return ATTEMPTS if kind is Noise.NONE else kind.name.lower().replace("_", "-")


def _aside(compared: Comparison, listed: Sequence[Seen], stops: int) -> AsideEntry:
    by: dict[str, list[int]] = {}
    for one in listed:
        by.setdefault(one.src, []).append(one.n)
    talkers: list[TalkerEntry] = [
        {"address": address, "asset": _asset(compared, address), "keys": len(each), "sessions": sum(each)}
        for address, each in sorted(by.items(), key=lambda item: (-len(item[1]), -sum(item[1]), item[0]))
    ]
    return {"keys": len(listed), "sessions": sum(one.n for one in listed), "would_stop": stops, "talkers": talkers}


def _asset(compared: Comparison, address: str) -> str | None:
    asset = compared.asset(address)
    return asset.path if asset else None


def expected(compared: Comparison, age: int) -> list[ExpectedEntry]:
    """Every entry. One whose last key is more than `age` days older than the baseline's end is idle."""
    return [_expected(compared, use, age) for use in compared.expected]


def _expected(compared: Comparison, use: Use, age: int) -> ExpectedEntry:
    one, span = use.entry, use.entry.spans.get("")
    return {
        "source": one.source,
        "target": one.target,
        "service": one.service,
        "until": one.until.isoformat(),
        "because": one.because,
        "place": place(compared.plant, span) if span is not None else None,
        "keys": use.keys,
        "last": moment_text(use.last) if use.last is not None else None,
        "idle_since": _idle(compared.days, use.last, age),
    }


def _idle(days: Sequence[int], last: int | None, age: int) -> str | None:
    if not days:
        return None  # nothing was watched, so that nothing shows
    if last is None:
        return day_text(days[0])
    return day_text(last // MICROSECONDS_A_DAY) if days[-1] - last // MICROSECONDS_A_DAY > age else None


# ---- text --------------------------------------------------------------------------------------------------------


def by_whom(one: AsideEntry, *, whole: bool = False) -> str:
    """Whose it is: machines once by their names, others by their addresses. `whole`: all, with their addresses."""
    owned: dict[str, list[str]] = {}
    for each in one["talkers"]:
        owned.setdefault(each["asset"] or each["address"], []).append(each["address"])
    named = [_talker(name, addresses, whole=whole) for name, addresses in owned.items()]
    return f"by {', '.join(named) if whole else few(named)}"


def _talker(name: str, addresses: Sequence[str], *, whole: bool) -> str:
    if whole and addresses != [name]:
        return f"{name} ({', '.join(addresses)})"
    return f"{name} ({len(addresses):,} addresses)" if len(addresses) > 1 else name


def verdict(keys: int, told: Mapping[str, AsideEntry], unsure: int = 0) -> str:
    """What holds of a baseline of which nothing is unexplained: of what was compared, and of what was not.

    Of `unsure` keys nobody knows whether a grant was open when they came.
    """
    but = f", but for {count(unsure, 'key')} of which hours do not tell" if unsure else ""
    if not told:
        return f"{'all' if but else 'everything'} that was seen is explained{but}" if keys else "nothing was seen"
    parts = [f"{one['keys']} {KINDS[kind]} ({by_whom(one)})" for kind, one in told.items()]
    compared = f"all that was compared is explained{but}" if keys else "nothing was left to compare"
    return f"{compared}; set aside were {count(sum(one['keys'] for one in told.values()), 'key')}: {', '.join(parts)}"


def doubt(unsure: int) -> Iterator[str]:
    """What is permitted only if it came in the right part of an hour."""
    if unsure:
        yield (
            f"{count(unsure, 'permitted key')} may have come while no grant was open, which a ledger of hours cannot tell: let "
            "windows begin and end with an hour of UTC (`unsure` of --format json names the keys)"
        )


def where_to_look(told: Mapping[str, AsideEntry]) -> Iterator[str]:
    """What of it matters for enforcing, and who tells the rest."""
    stops = sum(one["would_stop"] for one in told.values())
    if stops:
        yield f"enforcing would stop {stops} of what was set aside: `segc baseline status` tells which, and why it matters"
    if told:
        yield "whose it is: --all, and `aside` of --format json, name everybody"


def idle(told: Sequence[ExpectedEntry]) -> Iterator[str]:
    """Hints: excuses that excuse nothing."""
    for one in told:
        if one["idle_since"]:
            what = f"expected-deny {one['source']} -> {one['target']} : {one['service']}"
            where = f"{one['place']}: " if one["place"] else ""
            yield f"hint: {where}{what} explained nothing since {one['idle_since']}; take it out, if it is done with"
