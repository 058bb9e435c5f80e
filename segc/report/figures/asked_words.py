"""The answer of `segc query` in a line, and why each part of it is so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.graph.openness import LINKED, SHARED, UNKNOWN
from segc.model.clock import zone_of
from segc.model.places import place
from segc.packets.fields import SOURCE, TARGET
from segc.proof.show import Words, service

if TYPE_CHECKING:
    from collections.abc import Sequence

    from segc.graph.openness import Openness
    from segc.model.plant import Conduit
    from segc.proof.duties import Part, Policy
    from segc.proof.query import Row

SAID = {"allow": "allowed", "pass": "not filtered", "alert": "alert", "block": "blocked"}
LONG = {
    "allow": "allowed",
    "pass": "passes",
    "alert": "alert (let through and recorded)",
    "block": "blocked",
    "nothing": "there is no such packet",
}
STRICT = ("block", "alert", "pass", "allow")
SHOWN = 3  # parts of a verdict that the summary spells out


def overall(rows: Sequence[Row]) -> str:
    """One verdict for all, `partly`, or `nothing` where no packet is asked about."""
    kinds = {row.verdict for row in rows}
    return kinds.pop() if len(kinds) == 1 else ("partly" if kinds else "nothing")


def summary(policy: Policy, rows: Sequence[Row]) -> str:
    """`tcp 502 allowed, tcp 102 alert, the rest blocked`. The rest is what takes most words to say."""
    whole = overall(rows)
    if whole != "partly":
        return LONG[whole]
    found = {verdict: [row for row in rows if row.verdict == verdict] for verdict in STRICT}
    found = {verdict: mine for verdict, mine in found.items() if mine}
    rest = max(found, key=lambda verdict: sum(_words(row) for row in found[verdict]))
    told = [f"{_named(policy, found[v], rows)} {SAID[v]}" for v in reversed(STRICT) if v in found and v != rest]
    return f"{'; '.join(told)}; the rest {SAID[rest]}"


def _words(row: Row) -> int:
    return sum(len(spans) for box in row.boxes for spans in box.values())


def _ends(box: dict[int, list[tuple[int, int]]]) -> tuple[tuple[tuple[int, int], ...], ...]:
    return tuple(tuple(box.get(field, ())) for field in (SOURCE, TARGET))


def _named(policy: Policy, rows: Sequence[Row], every: Sequence[Row]) -> str:
    """The packets of a verdict, without the ends or the service if these are the same in the whole answer."""
    words = Words(policy.plant)
    boxes = [(row.family, box) for row in every for box in row.boxes]
    same_ends = len({(family, *_ends(box)) for family, box in boxes}) == 1
    same_service = len({service(box, family) for family, box in boxes}) == 1
    kinds: dict[str, list[str]] = {}
    for row in rows:
        for box in row.boxes:
            ends = "" if same_ends else words.box(row.family, box).rpartition(" : ")[0]
            kinds.setdefault(ends, []).append(service(box, row.family))
    told = []
    for ends, each in kinds.items():
        by = ", ".join(dict.fromkeys(each))
        told.append(by if same_ends else ends if same_service else f"{ends} : {by}")
    more = f" and {len(told) - SHOWN} more" if len(told) > SHOWN else ""
    return ", ".join(told[:SHOWN]) + more


def because(policy: Policy, row: Row) -> str:
    """Which line decides, or that none does and what the mode is."""
    if row.part is not None:
        return f"{_line(policy, row.part)}{_until(policy, row)}"
    if row.verdict == "pass":
        return f"both ends are in `{row.source}`: traffic inside a zone is not filtered"
    nobody = [end for end, zone in (("source", row.source), ("target", row.target)) if zone is None]
    why = f"no zone owns the {' or the '.join(nobody)}" if nobody else "no flow covers it"
    pair = f"{row.source or 'nobody'} -> {row.target or 'nobody'}"
    return f"{why}; {pair}{_by(policy, row)} is in {policy.mode(row.source, row.target)}"


def _line(policy: Policy, part: Part) -> str:
    """The flow that permits a part, the conduit or grant that it stands in, and where."""
    kind = "conduit" if part.times is None else "grant"
    return f"`{part.text}` in {kind} `{part.within}` ({place(policy.plant, part.span)})"


def _until(policy: Policy, row: Row) -> str:
    """For a flow of a grant: when it shuts."""
    now = int(policy.at.timestamp())
    ends = [high + 1 for low, high in (row.part.times if row.part else None) or () if low <= now <= high]
    if not ends:
        return ""
    local = policy.at.fromtimestamp(ends[0], zone_of(policy.plant)).strftime("%a %Y-%m-%d %H:%M")
    return f", open until {local}"


def _conduit(policy: Policy, row: Row) -> Conduit | None:
    pair = row.source, row.target
    return next((one for one in policy.plant.conduits.values() if pair in one.pairs()), None)


def _by(policy: Policy, row: Row) -> str:
    """The conduit of a refused pair, or that none leads this way."""
    if row.source is None or row.target is None:
        return ""
    conduit = _conduit(policy, row)
    if conduit is None:
        return " (no conduit leads this way)"
    return f" (conduit `{conduit.name}`, {place(policy.plant, conduit.span)})"


def today(openness: Openness, row: Row, crossed: Sequence[str]) -> str:
    """What stands between the verdict and what happens now; empty where nothing does."""
    if row.source is None or row.target is None or row.source == row.target:
        return ""
    why = openness.why(row.source, row.target)
    if why == LINKED:
        return "today everything passes: a link joins the zones, and nothing on it filters"
    if why == SHARED:
        return "today everything may pass: both zones are behind one interface, and may meet there"
    if why == UNKNOWN:
        return "today it is taken to pass: the policy does not say how the zones are connected"
    return "" if crossed else "no way joins the zones"
