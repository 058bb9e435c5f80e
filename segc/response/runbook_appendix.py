"""What has been proved of a runbook: in plain words for who runs it, and by its name for engineers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.response.sheet import Code, Heading, Items, Para, Strong, Table, line, listed, spoken

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from segc.response.runbook import ProvedLine, Runbook
    from segc.response.runbook_parts import CutMachine
    from segc.response.sheet import Block, Line, Span

PLAIN = {
    "cut": "nothing gets in or out any more but what is listed under What stays",
    "keep": "all that is listed under What stays keeps its way through the firewalls",
    "beside": "traffic that does not cross this border is treated as before",
    "self-access": "whoever manages the firewalls can still get at them, so that it can be undone",
    "subset": "nothing gets a way that it did not have before",
    "closure": "what stays lives without what is cut: no clock, name, sign-in or licence is missing to it",
    "order": "half way, between two firewalls, all that stays has its way as well",
    "revert": "going back as written above brings back exactly what the policy says",
    "session kill": "connections that are open and do not stay are ended, too",
}


def checked(book: Runbook) -> Iterator[Block]:
    """What one may rely on, for whoever stands in the hall."""
    yield Heading(line("What has been checked for you"), new_page=True)
    yield Para(line("By computing, for every packet, before this was printed. Not: whether the machines are well."))
    yield Items(tuple(_plain(one) for one in book["proved"]))


def _plain(one: ProvedLine) -> Line:
    told = spoken(PLAIN.get(one["name"], one["says"]))
    return told if one["holds"] else line(Strong("NOT SO: "), *told)


def others(book: Runbook) -> Iterator[Block]:
    """Where the machines stand whose flows cross the border."""
    if book["others"]:
        yield Heading(line("Machines outside that the tables name"))
        yield Table(("machine", "what it is", "where"), tuple(map(_other, book["others"])))


def machine_row(one: CutMachine) -> tuple[Line, ...]:
    """A machine, what it is, its addresses, and whether to mind it."""
    mind = [one["criticality"] if one["criticality"] in ("critical", "high") else "", "safety" if one["safety"] else ""]
    what = f"{one['what']}, {one['made']}" if one["made"] else one["what"]
    return line(one["name"]), line(what), line(listed(one["addresses"], 2)), line(", ".join(filter(None, mind)))


def _other(one: CutMachine) -> tuple[Line, ...]:
    return *machine_row(one)[:2], line(one["place"] or one["zone"])


def appendix(book: Runbook) -> Iterator[Block]:
    """For engineers: the obligations by name, what is not among them, and where each flow stands in the policy."""
    yield Heading(line("For engineers: what has been proved"))
    yield Para(line("Of every packet, by segc, before these files were written:"))
    yield Items(tuple(proved_lines(book["proved"])))
    yield Para(line("Not proved:"))
    yield Items(tuple(spoken(one) for one in book["unproved"]))
    rows = [
        (line(one["number"]), line(Code(one["flow"])), line(one["within"]), line(one["source"]))
        for one in (*book["stays"], *book["stops"])
    ]
    if rows:
        yield Heading(line("The flows in the policy's words"), 3)
        yield Table(("", "flow", "of", "line"), tuple(rows))
    yield Para(line(f"For {book['at']}, policy ", Code(book["policy"][:16]), f", segc {book['segc']}."), "soft")


def proved_lines(proved: Iterable[ProvedLine]) -> Iterator[Line]:
    """The obligations by name, with what shows that one does not hold."""
    for one in proved:
        shown: list[Span] = []
        for each in one["shown"]:
            shown += ["; ", *spoken(each)]
        mark = "yes" if one["holds"] else Strong("NO")
        yield line(mark, ": ", *spoken(one["says"]), f" ({one['name']})", *((": ", *shown[1:]) if shown else ()))
