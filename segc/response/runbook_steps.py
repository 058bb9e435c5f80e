"""What to do on each firewall, a box each; what to do when it fails stands in the same box, and not at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.response.sheet import Blank, Box, Code, Heading, Items, Para, Strong, Tick, Ticks, line, typed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from segc.response.runbook import Runbook, Todo
    from segc.response.sheet import Block, Line


def steps(book: Runbook) -> Iterator[Block]:
    """The way there."""
    todos = book["steps"]
    yield Heading(line("What to do, in this order"), new_page=True)
    if not todos:
        yield Para(line("Nothing has to be changed: the firewalls at this border do this already."))
    else:
        yield from _where(todos)
    number = 1
    for at, todo in enumerate(todos):
        box = step(todo, number, f"Firewall {at + 1} of {len(todos)}: ", tuple(reversed(todos[:at])))
        number += counted(box)
        yield box
    done = [Tick(line("Write down the time, and tell the one who decided that it is done."), time=True)]
    if book["stops"]:
        done.insert(0, Tick(line("Look: nothing of the table ", Strong("What stops working"), " works any more.")))
    signed = Para(line("Done by ", Blank(), " signature ", Blank()))
    yield Box((Heading(line("When it is done"), 3), Ticks(tuple(done), number), signed))


def _where(todos: Sequence[Todo]) -> Iterator[Block]:
    lines = [
        line("The folder of this runbook lies on: ", Blank(), " path: ", Blank()),
        line("The folder of the policy's own build, for the way back: ", Blank(), " path: ", Blank()),
    ]
    lines.append(
        line(
            "Where a command sets a timer and nobody confirms in time, the firewall goes back by itself: "
            "begin when those who look are on the telephone."
        )
    )
    guides = [f"{todo['firewall']}/{name}" for todo in todos for name in todo["guides"]]
    if guides:
        codes: list[str | Code] = []
        for name in guides:
            codes += [", ", Code(name)]
        lines.append(line("Print these with it, the steps refer to them: ", *codes[1:]))
    yield Items(tuple(lines))


def step(todo: Todo, first: int, label: str = "", before: Sequence[Todo] = ()) -> Box:
    """One firewall. `before` are those that are done already, the last one first: they are undone when this one fails."""
    ticks = [
        Tick(line("Check. It changes nothing."), todo["check"]),
        Tick(line("Apply."), todo["apply"], time=True),
    ]
    if todo["ends_sessions"].startswith("kill"):
        ticks.append(Tick(line("End the sessions that are open: the commands in ", Code(todo["ends_sessions"]), ".")))
    if todo["ends_sessions"].startswith("nothing"):
        told = "End no sessions here: whatever the grant lets in through this firewall, something else still permits."
        ticks.append(Tick(line(told)))
    ticks += [Tick(_look(todo), time=True), Tick(line("All of it is there? Confirm."), todo["confirm"])]
    blocks = (Heading(_name(todo, label), 3), *reach(todo), Ticks(tuple(ticks), first), _stop(todo, first, before))
    return Box(blocks)


def counted(box: Box) -> int:
    """How many things there are to do in a box."""
    return sum(len(one.ticks) for one in box.blocks if isinstance(one, Ticks))


def _name(todo: Todo, label: str) -> Line:
    return line(label, Code(todo["firewall"]), f" ({todo['title']})" if todo["title"] else "")


def _look(todo: Todo) -> Line:
    if todo["keeps"]:
        lines = ", ".join(todo["keeps"])
        return line("Look: do these lines of ", Strong("What stays"), f" still work? Tick them there: {lines}.")
    return line("Look: does all else that passes this firewall go on as before?")


def reach(todo: Todo) -> Iterator[Block]:
    """Where it is and how to get in. What the policy does not say is left to be filled in."""
    how = todo["reach"]
    for one in how["managers"]:
        at = f" at {', '.join(one['doors'])}" if one["doors"] else ""
        where = f" ({', '.join(one['addresses'])})" if one["addresses"] else ""
        yield Para(line("Reached from ", Strong(one["who"]), f"{where} by {', '.join(one['by'])}{at}."))
    if not how["managers"]:
        yield Para(line("Address or management station: ", Blank()))
    yield Para(line("Log in as ", Blank(), " Console, and where it is: ", Blank()))
    whose = f"{how['owner']}, {how['contact']}" if how["contact"] else how["owner"]
    yield Para(line(f"Answers for it: {whose}, " if whose else "Answers for it: ", "telephone: ", Blank()))
    guides = f", with {', '.join(todo['guides'])}" if todo["guides"] else ""
    yield Para(line("The commands are given in the folder ", Code(todo["firewall"]), f"{guides}."))


def _stop(todo: Todo, first: int, before: Sequence[Todo]) -> Box:
    told: list[Block] = [
        Para(line(Strong("If anything of this fails: STOP. Do not go on to the next."))),
        Items(
            (
                line(f"Failed at {first}: nothing has changed here."),
                line("Failed later: undo it here. ", *typed(todo["rollback"])),
            )
        ),
    ]
    if before:
        told.append(Para(line("Then undo what is done, in this order, each in its folder of the policy's own build:")))
        told.append(Items(tuple(_undo(one) for one in before), numbered=True))
    told.append(Para(line("Then tell the one who decided. Stopped at ", Blank(long=False), " because ", Blank())))
    return Box(tuple(told), "stop")


def _undo(todo: Todo) -> Line:
    return line(Code(todo["firewall"]), ": ", *typed(todo["apply"]), ", look, ", *typed(todo["confirm"]))


def back(book: Runbook) -> Iterator[Block]:
    """The way back."""
    yield Heading(line("How to go back"), new_page=True)
    yield Para(line("Apply the build of the policy again, in the reverse order. It has not changed by this."))
    yield Para(line("Decided by ", Blank(), " at ", Blank(long=False)))
    number = 1
    for todo in reversed(book["steps"]):
        ticks = (
            Tick(line("In its folder of the policy's own build: check."), todo["check"]),
            Tick(line("Apply."), todo["apply"], time=True),
            Tick(line("Look: does what had stopped work again, and all else? Then confirm."), todo["confirm"]),
        )
        failed = line(f"If it fails after {number}: ", *typed(todo["rollback"]), " cuts it off again. Call for help.")
        yield Box((Heading(_name(todo, "On "), 3), Ticks(ticks, number), Box((Para(failed),), "stop")))
        number += len(ticks)
    for todo in book["steps"]:
        if todo["left"]:
            yield Para(_left(todo))
    ended = "What was open before is opened again by those who need it; sessions that were ended do not come back by "
    yield Para(line(f"{ended}themselves."))
    yield Para(line("Back at ", Blank(long=False), " by ", Blank(), " signature ", Blank()))


def _left(todo: Todo) -> Line:
    names: list[str | Code] = []
    for name in todo["left"]:
        names += [", ", Code(name)]
    told = line("These lists stay on ", Code(todo["firewall"]), ", bound to nothing, until somebody deletes them: ")
    return (*told, *names[1:], ".")
