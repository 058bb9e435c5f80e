"""Flatness as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.report.figures.chains import chain_lines
from segc.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from segc.report.figures.flat import ExposedEntry, FlatnessDocument, GainEntry

SHOWN = 5
LEAST = 0.005  # of the gap: below, it would be told as 0.00


def render(document: FlatnessDocument, *, whole: bool = False) -> str:
    """Lines for people. `whole`: all of every list."""
    return "".join(f"{line}\n" for line in _lines(document, 1 << 30 if whole else SHOWN))


def _lines(document: FlatnessDocument, most: int) -> Iterator[str]:
    declared, today = document["declared"], document["today"]
    machines = count(document["machines"], "machine")
    yield f"flatness {declared['flatness']:.2f} as declared, {today['flatness']:.2f} today, of {machines}"
    yield "(0: all apart, 1: one flat network; each hop more counts half)"
    yield ""
    yield f"  {'':<34}{'as declared':<14}today"
    for title, key in (("pairs joined directly", "direct"), ("pairs joined by any chain", "transitive")):
        yield f"  {title:<34}{declared[key]:<14.0%}{today[key]:.0%}"  # type: ignore[literal-required]
    yield f"  {'left if there were no flow at all':<34}{declared['floor']:<14.0%}{today['floor']:.0%}"
    if document["gap"] >= LEAST:
        yield f"the gap of {document['gap']:.2f} is what the policy promises and no firewall keeps yet"
    yield from _levels(document)
    yield from _widest(document, most)
    yield from _exposed(document["exposed"], most)
    yield from _bridges(document, most)
    yield from _gains("conduits and grants that add most, as declared:", document["conduits"], most)
    yield from _gains("zones whose enforcement would lower today's flatness most:", document["enforce_next"], most)


def _levels(document: FlatnessDocument) -> Iterator[str]:
    yield ""
    yield "among the machines of one level:"
    for one in document["levels"]:
        level = "no level" if one["level"] is None else f"level {one['level']:g}"
        machines = count(one["machines"], "machine")
        yield f"  {level:<10}{machines:<24}{one['declared']:<14.2f}{one['today']:.2f}"


def _widest(document: FlatnessDocument, most: int) -> Iterator[str]:
    found = document["widest"]
    others = document["machines"] - 1
    if others < 1:
        return
    yield ""
    yield "who reaches furthest, as declared (`segc blast NAME` shows by what):"
    width = max(len(one["name"]) for one in found[:most])
    for one in found[:most]:
        yield f"  {one['name']:<{width}}  {one['reached']} of {others}, {one['direct']} directly; can command {one['commands']}"


def _exposed(found: Sequence[ExposedEntry], most: int) -> Iterator[str]:
    if not found:
        return
    yield ""
    yield "who can command what must be protected, as declared (and today):"
    width = max(len(one["name"]) for one in found[:most])
    for one in found[:most]:
        numbers = f"{one['commanded_by']} ({one['commanded_by_today']})"
        yield f"  {one['name']:<{width}}  {numbers:<10}  {', '.join(one['why'])}"
    yield from _more(found, most)
    open_ones = [one for one in found if one["chain"]]
    if open_ones:
        nearest = min(open_ones, key=lambda one: len(one["chain"]))
        yield f"from outside, {len(open_ones)} of these {len(found)} can be reached; the nearest, {nearest['name']}:"
        yield from chain_lines(nearest["chain"], "  ")
        chokes = set.intersection(*(set(one["choke"]) for one in open_ones))
        if chokes:
            yield f"  all of these ways lead over {', '.join(sorted(chokes))}"
    else:
        yield "from outside none of them can be reached, as declared"


def _bridges(document: FlatnessDocument, most: int) -> Iterator[str]:
    found = document["bridges"]
    if not found:
        return
    yield ""
    yield "machines that join many levels by themselves:"
    for one in found[:most]:
        yield f"  {one['name']}  levels {', '.join(f'{level:g}' for level in one['levels'])}  ({one['source']})"
    yield from _more(found, most)


def _gains(title: str, found: Sequence[GainEntry] | None, most: int) -> Iterator[str]:
    worth = [one for one in found or () if one["lowers"] >= 0.0005]
    if not worth:
        return
    yield ""
    yield title
    width = max(len(one["name"]) for one in worth[:most])
    for one in worth[:most]:
        yield f"  {one['name']:<{width}}  -{one['lowers']:.3f}  ({one['source']})"
    yield from _more(worth, most)


def _more(found: Sequence[object], most: int) -> Iterator[str]:
    if len(found) > most:
        yield f"  and {len(found) - most} more (-v shows all)"
