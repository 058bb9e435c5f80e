"""Changes of verdicts as points: a pair of zones, the flows, an example and the lines that decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.report.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from segc.plan.shape import ChangeEntry, Place, Plan, Said, ZoneEntry

TITLES = {
    "interrupts": "Would be interrupted: passed before, and will be blocked",
    "opens": "Newly let through: blocked before",
    "permits": "Newly permitted: passed before only because nothing was enforced",
    "withdraws": "No longer permitted: passes, and is recorded, until the zones are enforced",
    "keeps": "Goes on, decided by another line than before",
    "records": "Permitted as before, recorded otherwise",
}
NAMED = 3

Points = list[tuple[str, list[str]]]


def headline(document: Plan) -> str:
    """What it would interrupt, first of all."""
    if document["empty"]:
        return "nothing changes: the plants mean the same"
    said = [_interrupts(document)]
    for effects, words in ((("opens", "permits"), "newly permits"), (("withdraws",), "no longer permits")):
        pairs = {_pair(one) for one in document["changes"] if one["effect"] in effects}
        if pairs:
            said.append(f"{words} traffic between {count(len(pairs), 'pair')} of zones")
    return "; ".join(said)


def _interrupts(document: Plan) -> str:
    pairs = {_pair(one) for one in document["changes"] if one["effect"] == "interrupts"}
    if not pairs:
        return "interrupts nothing"
    return f"would interrupt traffic between {count(len(pairs), 'pair')} of zones"


def sections(document: Plan, most: int) -> Iterator[tuple[str, Points]]:
    """One for each effect, in the order in which people need to know."""
    for effect, title in TITLES.items():
        groups: dict[object, list[ChangeEntry]] = {}
        for one in document["changes"]:
            if one["effect"] == effect:
                groups.setdefault(_pair(one), []).append(one)
        yield title, [_point(group, most) for group in groups.values()]


def _pair(one: ChangeEntry) -> tuple[str, str]:
    return zones(one["sources"]), zone(one["target"])


def _point(group: Sequence[ChangeEntry], most: int) -> tuple[str, list[str]]:
    source, target = _pair(group[0])
    details = []
    for one in group[:most]:
        details.append(one["what"])
        details.append(f"  before: {said(one['before'])}")
        details.append(f"  after: {said(one['after'])}")
        details.append(f"  for example {one['example']['text']}")
    if len(group) > most:
        details.append(f"and {len(group) - most} more")
    boxes = list(dict.fromkeys(name for one in group for name in one["firewalls"]))
    if boxes:
        details.append(f"at {', '.join(boxes)}")
    return f"{source} -> {target}", details


def said(one: Said) -> str:
    """What decides, and its line."""
    within = f", {one['within']}" if one["within"] else ""
    return f"{one['text']}{within}{at(one['at'])}"


def at(place: Place | None) -> str:
    """` (file:line)`."""
    return f" ({place['file']}:{place['line']})" if place is not None else ""


def zones(entries: Sequence[ZoneEntry]) -> str:
    """A few by name, and how many more."""
    names = [zone(one) for one in entries[:NAMED]]
    more = f" and {len(entries) - NAMED} more" if len(entries) > NAMED else ""
    return (", ".join(names) if names else "everybody else") + more


def zone(one: ZoneEntry) -> str:
    """`filling (Filler block; was plant-lan)`."""
    before, after = one["before"], one["after"]
    if before is None and after is None:
        return "addresses of no zone"
    notes = [one["title"]] if one["title"] else []
    if before is None:
        notes.append("was no zone's")
    elif after is None:
        notes.append("will be no zone's")
    elif before != after:
        notes.append(f"was {before}")
    return f"{after or before}" + (f" ({'; '.join(notes)})" if notes else "")
