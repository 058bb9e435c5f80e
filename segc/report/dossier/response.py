"""Authority cards, playbooks and the register of grants, laid out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.report.dossier.blocks import (
    Block,
    Bullets,
    Line,
    Para,
    Part,
    Table,
    cell,
    code,
    joined,
    line,
    mark,
    place,
    strong,
)
from segc.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from segc.report.dossier.shape import PlaybookEntry
    from segc.report.figures.grants import GrantsDocument
    from segc.response.owners import OwnersDocument, Person, ZoneEntry
    from segc.response.runbook import Runbook
    from segc.response.runbook_parts import FlowLine


def cards(owners: OwnersDocument) -> Iterator[Part]:
    """A card a zone."""
    for zone in owners["zones"]:
        yield Part(f"{zone['zone']} · {zone['title']}" if zone["title"] else zone["zone"], f"card-{zone['zone']}",
                   tuple(_card(zone)))  # fmt: skip


def _card(zone: ZoneEntry) -> Iterator[Block]:
    contact = f", {zone['contact']}" if zone["contact"] else ""
    yield Para(line("Owner: ", strong(zone["owner"] or "NOBODY"), f"{contact} ", place(zone["source"])))
    for words, people in (("Who may stop production here", zone["shutdown"]), ("Who may cut it off", zone["isolate"])):
        if people:
            yield Para(line(f"{words}:"))
            yield Bullets(tuple(_person(one) for one in people), numbered=True)
        else:
            yield Para(line(f"{words}: ", strong("nobody is named")))
    if zone["playbooks"]:
        yield Para((*line("Ready to use: "), *joined(map(code, zone["playbooks"]))))


def _person(one: Person) -> Line:
    behind = f", if the {one['stands_in_for']} cannot be reached" if one["stands_in_for"] else ""
    phone = f", {one['phone']}" if one["phone"] else ""
    return line(strong(one["title"] or one["role"]), f"{phone}{behind}")


def playbook_part(one: PlaybookEntry) -> Part:
    """A playbook with what was proved of it."""
    title = f"{one['name']} · {one['title']}" if one["title"] else one["name"]
    book = one["runbook"]
    if book is None:
        return Part(
            title, f"playbook-{one['name']}", (Para(line(strong(one["problem"]), " ", place(one["source"])), "alarm"),)
        )
    return Part(title, f"playbook-{one['name']}", tuple(_playbook(one, book)))


def _playbook(one: PlaybookEntry, book: Runbook) -> Iterator[Block]:
    if not one["holds"]:
        yield Para(line(strong("DO NOT USE: not everything that must be true of it is.")), "alarm")
    within = f" within {book['within'] / 60:g} minutes" if book["within"] else ""
    drilled = f"last drilled on {book['drilled']}" if book["drilled"] else "never drilled"
    yield Para(line(f"Cuts off {', '.join(book['zones'])}{within}; {drilled}. ", place(one["source"])))
    yield Bullets(tuple(_person(each) for each in book["decides"]), numbered=True)
    stopped = [line(f"{each['title'] or each['name']}: it needs ", code(each["need"])) for each in book["workflows"]]
    rows = (
        ("stops", cell(*map(_flow, book["stops"])) or cell("nothing that the policy permits")),
        ("workflows that stop", cell(*stopped) or cell("none")),
        ("stays", cell(*map(_flow, book["stays"])) or cell("nothing crosses the border")),
        ("firewalls to change", cell(joined(code(each["firewall"]) for each in book["steps"]))),
        ("what must be true", cell(*_obligations(book))),
        ("not proved", cell(*book["unproved"])),
    )
    yield Table(("", ""), tuple((cell(name), value) for name, value in rows))


def _flow(one: FlowLine) -> Line:
    because = f": {one['because']}" if one["because"] else ""
    return line(code(one["flow"]), f"{because} ", place(one["source"]))


def _obligations(book: Runbook) -> Sequence[Line]:
    found = []
    for one in book["proved"]:
        shown = f" ({'; '.join(one['shown'][:3])})" if one["shown"] else ""
        found.append(line(mark("proved" if one["holds"] else "DOES NOT HOLD"), f" {one['name']}: {one['says']}{shown}"))
    return found


def register_table(register: GrantsDocument) -> Iterator[Block]:
    """All grants, the open ones first."""
    if not register["grants"]:
        yield Para(line("There is no temporary access."))
        return
    yield Para(line(f"Hours are those of {register['timezone']}."), "soft")
    rows = []
    for one in register["grants"]:
        turns = {"open": "closes", "waiting": "opens"}.get(one["state"], "")
        state = [line(mark(one["state"]))] + ([line(f"{turns} {one['turns']}")] if one["turns"] and turns else [])
        if one["used"] or one["unused"]:
            state.append(line(f"last used {one['used']}" if one["used"] else "never used, as far as was seen"))
        who = [line(strong(one["title"] or one["name"])), line(code(one["name"])), line(one["vendor"])]
        agreed = f"approved by {one['approved_by']}" if one["approved_by"] else "approved by nobody"
        rows.append(
            (
                cell(*who),
                cell(
                    *state,
                    f"last day {one['until']}",
                    f"{count(one['days'], 'day')} left" if one["days"] > 0 else "over",
                ),
                cell(*one["windows"]),
                cell(*(code(flow) for flow in one["flows"])),
                cell(agreed, one["ticket"], f"owner {one['owner']}" if one["owner"] else strong("no owner")),
                cell(place(one["source"])),
            )
        )
    yield Table(("who", "state", "hours", "what it opens", "agreed", "line"), tuple(rows))
