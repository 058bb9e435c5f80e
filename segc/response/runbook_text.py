"""A runbook as Markdown: what lies on the shift lead's desk, and is read aloud."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from segc.response.owners import Person
    from segc.response.runbook import FlowLine, Runbook, Todo

ESCAPED = str.maketrans({character: f"\\{character}" for character in "\\`*_{}[]<>#|"})


def markdown(book: Runbook) -> str:
    """The whole runbook."""
    return "\n".join(_lines(book)) + "\n"


def _lines(book: Runbook) -> Iterator[str]:
    yield f"# {plain(book['title'] or 'Cut ' + ', '.join(book['zones']) + ' off')}"
    yield ""
    yield f"Runbook `{book['name']}`. Cuts off: **{plain(', '.join(book['zones']))}**."
    yield from _broken(book)
    yield from _who(book)
    yield from _what("What stops", book["stops"], "Nothing that the policy permits.")
    yield "Whatever crossed this border without a flow of the policy, because it was only recorded, stops as well."
    yield from _workflows(book)
    yield from _what("What stays", book["stays"], "Nothing crosses the border any more.")
    yield "Everything inside goes on as it was, and so does everything outside."
    yield from _steps(book)
    yield from _back(book)
    yield from _proof(book)


def _broken(book: Runbook) -> Iterator[str]:
    if not all(one["holds"] for one in book["proved"]):
        yield ""
        yield "**DO NOT USE: not everything that must be true of this runbook is. See the end.**"


def _who(book: Runbook) -> Iterator[str]:
    yield ""
    yield "## Who decides"
    yield ""
    for person in book["decides"]:
        yield f"- {_person(person)}"
    if not book["decides"]:
        yield "- **Nobody is named. Name somebody before it is needed.**"
    if book["within"]:
        yield ""
        yield f"Done within {book['within'] / 60:g} minutes of the decision."
    yield ""
    yield f"Last drilled on {book['drilled']}." if book["drilled"] else "**Never drilled.**"


def _person(person: Person) -> str:
    title = plain(person["title"] or person["role"])
    phone = f", {plain(person['phone'])}" if person["phone"] else ", no telephone number known"
    behind = f" (if the {plain(person['stands_in_for'])} cannot be reached)" if person["stands_in_for"] else ""
    return f"**{title}**{phone}{behind}"


def _what(title: str, flows: Sequence[FlowLine], nothing: str) -> Iterator[str]:
    yield ""
    yield f"## {title}"
    yield ""
    for flow in flows:
        because = f": {plain(flow['because'])}" if flow["because"] else ""
        yield f"- `{flow['flow']}`{because} ({flow['source']})"
    if not flows:
        yield nothing
    yield ""


def _workflows(book: Runbook) -> Iterator[str]:
    for one in book["workflows"]:
        yield ""
        yield f"**{plain(one['title'] or one['name'])}** stops: it needs `{one['need']}`."


def _steps(book: Runbook) -> Iterator[str]:
    yield ""
    yield "## What to do, in this order"
    yield ""
    number = 0
    if not book["steps"]:
        yield "Nothing has to be changed: the firewalls at this border do this already."
        yield ""
    for step in book["steps"]:
        for line in step_lines(step):
            number += 1
            yield f"{number}. [ ] {line}"
    yield f"{number + 1}. [ ] Write down the time, and tell the one who decided that it is done."


def step_lines(step: Todo) -> Iterator[str]:
    """What to do on one firewall, a line each."""
    name = f"`{step['firewall']}`" + (f" ({plain(step['title'])})" if step["title"] else "")
    yield f"On {name}, in the folder of its name: check. `{step['check']}`"
    yield f"Apply. `{step['apply']}`"
    if step["ends_sessions"].startswith("kill"):
        yield f"End the sessions that are open: the commands in `{step['ends_sessions']}`."
    if step["ends_sessions"].startswith("nothing"):
        yield "End no sessions here: whatever the grant lets in through this firewall, something else still permits."
    yield f"Look: is what must stay still there? Then confirm. `{step['confirm']}`"
    yield f"If not: go back. `{step['rollback']}`"


def _back(book: Runbook) -> Iterator[str]:
    yield ""
    yield "## How to go back"
    yield ""
    yield "Apply the build of the policy again, in the reverse order. It has not changed by this."
    yield ""
    for step in reversed(book["steps"]):
        yield f"- [ ] `{step['firewall']}`: in its folder of the build, `{step['apply']}`, look, `{step['confirm']}`"
    yield ""
    yield from _left(book)
    yield "What was open before is opened again by those who need it; sessions that were ended do not come back by"
    yield "themselves."


def _left(book: Runbook) -> Iterator[str]:
    for step in book["steps"]:
        if step["left"]:
            names = ", ".join(f"`{name}`" for name in step["left"])
            yield f"These lists stay on `{step['firewall']}`, bound to nothing, until somebody deletes them: {names}."
            yield ""


def _proof(book: Runbook) -> Iterator[str]:
    yield ""
    yield "## What has been proved"
    yield ""
    yield "Of every packet, by segc, before these files were written:"
    yield ""
    for one in book["proved"]:
        yield f"- {'yes' if one['holds'] else '**NO**'}: {one['says']} ({one['name']})"
        for shown in one["shown"]:
            yield f"    - {plain(shown)}"
    yield ""
    yield ""
    yield "Not proved:"
    yield ""
    for left in book["unproved"]:
        yield f"- {plain(left)}"
    yield ""
    yield f"For {book['at']}, policy `{book['policy'][:16]}`."


def plain(text: str) -> str:
    """Words that somebody wrote, so that Markdown takes them for nothing else, and no terminal obeys them."""
    line = " ".join(text.translate(ESCAPED).split())
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in line)
