"""A runbook in words, in the order in which somebody needs them at night; what is for engineers comes last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.response.runbook_appendix import appendix, checked, machine_row, others
from segc.response.runbook_steps import back, steps
from segc.response.sheet import Blank, Box, Code, Heading, Items, Para, Strong, Table, line, listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from segc.response.owners import Person
    from segc.response.runbook import Runbook
    from segc.response.runbook_parts import FlowLine
    from segc.response.sheet import Block, Line

SELDOM = "nothing to see is no fault"


def sheet(book: Runbook) -> list[Block]:
    """The whole runbook."""
    return [*_head(book), *_who(book), *_noticed(book), *_stays(book), *steps(book), *back(book), *_last(book)]


def _head(book: Runbook) -> Iterator[Block]:
    zones = ", ".join(book["zones"])
    yield Heading(line(book["title"] or f"Cut {zones} off"), 1)
    yield Para(line("Runbook ", Code(book["name"]), ". Cuts off: ", Strong(zones), "."))
    if not all(one["holds"] for one in book["proved"]):
        yield Para(
            line(Strong("DO NOT USE: not everything that must be true of this runbook is. See the end.")), "alarm"
        )


def _who(book: Runbook) -> Iterator[Block]:
    yield Heading(line("Who decides"))
    titles = {one["role"]: one["title"] or one["role"] for one in book["decides"]}
    told: list[Block] = [Items(tuple(person(one, titles) for one in book["decides"]), numbered=True)]
    if not book["decides"]:
        told = [Para(line(Strong("Nobody is named. Name somebody before it is needed."), " ", Blank()))]
    if book["authority"] == "zone":
        told.append(Para(line("The playbook names nobody, so this is who may cut the zone itself off.")))
    told.append(Para(line("Decided by ", Blank(), " at ", Blank(long=False), " why ", Blank())))
    if book["within"]:
        minutes = f"{book['within'] / 60:g} minutes"
        start = line("Started at ", Blank(long=False), f". Done within {minutes} of the decision, so by ")
        told.append(Para((*start, Blank(long=False), ".")))
    drilled = f"Last drilled on {book['drilled']}." if book["drilled"] else Strong("Never drilled.")
    yield Box((*told, Para(line(drilled))))


def person(one: Person, titles: Mapping[str, str]) -> Line:
    """Somebody to call; a number that is not known is to be filled in. `titles` are those of roles."""
    phone = line(f", {one['phone']}") if one["phone"] else line(", telephone: ", Blank())
    above = one["stands_in_for"]
    behind = f" (if nobody answers: {titles.get(above, above)})" if above else ""
    return line(Strong(one["title"] or one["role"]), *phone, behind)


def _noticed(book: Runbook) -> Iterator[Block]:
    yield Heading(line("What is cut off"))
    if book["machines"]:
        yield Table(("machine", "what it is", "address", "mind"), tuple(map(machine_row, book["machines"])))
    yield Heading(line("What stops working"))
    needs: dict[str, list[str]] = {}
    for one in book["workflows"]:
        needs.setdefault(one["title"] or one["name"], []).append(one["need"])
    if needs:
        yield Items(tuple(_workflow(name, lost) for name, lost in needs.items()))
    if book["stops"]:
        yield Table(("", "who", "no longer reaches", "what it was for"), tuple(map(_row, book["stops"])), ticked=True)
    else:
        yield Para(line("Nothing that the policy permits."))
    yield Para(
        line(
            "Whatever crossed this border without a flow of the policy, because it was only recorded, stops as well. "
            "Alarms of lost connections are to be expected."
        )
    )


def _workflow(name: str, lost: list[str]) -> Line:
    codes: list[str | Code] = []
    for need in lost:
        codes += [", ", Code(need)]
    return line(Strong(name), " stops: it needs ", *codes[1:], ".")


def _row(one: FlowLine) -> tuple[Line, ...]:
    reached = f"{listed(one['reach'])}: {', '.join(one['by'])}"
    because = one["because"] or one["title"]
    seldom = f"{'; ' if because else ''}{one['seldom']}: {SELDOM}" if one["seldom"] else ""
    return line(one["number"]), line(listed(one["look"])), line(reached), line(f"{because}{seldom}")


def _stays(book: Runbook) -> Iterator[Block]:
    yield Heading(line("What stays"))
    if book["stays"]:
        yield Para(
            line("Have somebody look at each machine on the left: it must go on reaching what stands beside it.")
        )
        yield Table(("", "look at", "must still reach", "what for"), tuple(map(_row, book["stays"])), ticked=True)
    else:
        yield Para(line("Nothing crosses the border any more."))
    yield Para(line("Everything inside goes on as it was, and so does everything outside."))


def _last(book: Runbook) -> Iterator[Block]:
    yield from checked(book)
    yield from others(book)
    yield from appendix(book)
