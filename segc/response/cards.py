"""Authority cards, one a zone, for the wall of the control room: whom to ask, and where what is ready lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.response.runbook_words import person
from segc.response.sheet import Blank, Box, Code, Heading, Items, Para, Strong, line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from segc.response.owners import OwnersDocument, Person, ZoneEntry
    from segc.response.sheet import Block


def cards(told: OwnersDocument) -> list[Block]:
    """A card a zone; none is torn apart by the end of a page."""
    return [Box(tuple(_card(one))) for one in told["zones"]]


def _card(zone: ZoneEntry) -> Iterator[Block]:
    yield Heading(line(zone["zone"], f" ({zone['title']})" if zone["title"] else ""), 1)
    owner = zone["owner"] or "NOBODY"
    contact = line(f", {zone['contact']}") if zone["contact"] else line(", contact: ", Blank())
    yield Para(line("Owner: ", Strong(owner), *contact))
    for words, people in (("stop production here", zone["shutdown"]), ("cut it off from the rest", zone["isolate"])):
        yield Para(line(f"Who may {words}:"))
        yield _asked(people)
    for name in zone["playbooks"]:
        yield Para(line("Ready to use: ", Code(name), ". The runbook lies at ", Blank()))
    if not zone["playbooks"] and zone["isolate"]:
        yield Para(line("No playbook is ready. ", Code(f"segc isolate {zone['zone']}"), " makes one."))
    yield Para(line("Numbers tried on ", Blank(long=False), " by ", Blank()), "soft")


def _asked(people: Sequence[Person]) -> Items:
    if not people:
        return Items((line(Strong("NOBODY"), ": name somebody before it is needed ", Blank()),))
    titles = {one["role"]: one["title"] or one["role"] for one in people}
    return Items(tuple(person(one, titles) for one in people), numbered=True)
