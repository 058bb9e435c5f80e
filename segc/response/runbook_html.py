"""A runbook as one HTML page to print: large letters, boxes to tick, nothing fetched, and no script."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from segc.response.owners import Person
    from segc.response.runbook import FlowLine, Runbook, Todo

STYLE = """
:root { color-scheme: light dark; --line: #8886; --soft: #595f66; --stop: #a8001c; --go: #00614f }
@media (prefers-color-scheme: dark) { :root { --soft: #a9b0b8; --stop: #ff8f8f; --go: #6fd0b8 } }
body { font: 17px/1.5 system-ui, "DejaVu Sans", sans-serif; max-width: 52rem; margin: 1.5rem auto; padding: 0 1rem }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .3rem } h2 { font-size: 1.15rem; margin: 1.6rem 0 .3rem }
.soft, small { color: var(--soft) } .alarm { color: var(--stop); border: 3px solid; padding: .5rem .8rem; font-weight: bold }
.who { border: 2px solid; border-radius: 6px; padding: .5rem 1rem } .who strong { font-size: 1.15rem }
ul, ol { padding-left: 1.4rem } li { margin: .3rem 0; overflow-wrap: anywhere; break-inside: avoid }
ol.steps { list-style: none; padding: 0; counter-reset: step } ol.steps > li { display: flex; gap: .7rem; margin: .7rem 0 }
ol.steps > li::before { counter-increment: step; content: counter(step); font-weight: bold; min-width: 1.5rem; text-align: right }
.tick { flex: none; width: 1.1rem; height: 1.1rem; border: 2px solid; margin-top: .25rem }
.time { border-bottom: 1px solid; padding-left: 7rem }
code { font: .9em ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace }
.yes { color: var(--go) } .no { color: var(--stop) }
@page { margin: 15mm } @media print { :root { color-scheme: light; --soft: #444; --stop: #a8001c; --go: #00614f }
  body { margin: 0; padding: 0; max-width: none; font-size: 11.5pt } h2 { break-after: avoid } .proof { break-before: page } }
"""


def html(book: Runbook) -> str:
    """The whole page."""
    return "\n".join(_lines(book)) + "\n"


def _lines(book: Runbook) -> Iterator[str]:
    zones = ", ".join(book["zones"])
    title = _text(book["title"] or f"Cut {zones} off")
    yield '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
    yield "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{title}</title><style>{STYLE}</style></head><body><main><h1>{title}</h1>"
    yield f"<p>Runbook <code>{_text(book['name'])}</code>. Cuts off: <strong>{_text(zones)}</strong>.</p>"
    if not all(one["holds"] for one in book["proved"]):
        yield '<p class="alarm">DO NOT USE: not everything that must be true of this runbook is. See the end.</p>'
    yield from _who(book)
    yield from _flows("What stops", book["stops"], "Nothing that the policy permits.")
    yield "<p>Whatever crossed this border without a flow of the policy, because it was only recorded, stops as well.</p>"
    yield from (
        f"<p><strong>{_text(one['title'] or one['name'])}</strong> stops: it needs <code>{_text(one['need'])}</code>.</p>"
        for one in book["workflows"]
    )
    yield from _flows("What stays", book["stays"], "Nothing crosses the border any more.")
    yield "<p>Everything inside goes on as it was, and so does everything outside.</p>"
    yield from _steps(book["steps"])
    yield from _back(book["steps"])
    yield from _proof(book)
    yield f"<p><small>For {_text(book['at'])}, policy {_text(book['policy'][:16])}, segc {_text(book['segc'])}.</small></p>"
    yield "</main></body></html>"


def _who(book: Runbook) -> Iterator[str]:
    yield '<h2>Who decides</h2><div class="who"><ol>'
    yield from (f"<li>{_person(one)}</li>" for one in book["decides"])
    yield "</ol>" if book["decides"] else "</ol><p>Nobody is named. Name somebody before it is needed.</p>"
    within = f"Done within {book['within'] / 60:g} minutes of the decision. " if book["within"] else ""
    drilled = f"Last drilled on {_text(book['drilled'])}." if book["drilled"] else "<strong>Never drilled.</strong>"
    yield f"<p>{within}{drilled}</p>"
    yield '<p>Decided by <span class="time"></span>&nbsp; at &nbsp;<span class="time"></span></p></div>'


def _person(one: Person) -> str:
    phone = f", {_text(one['phone'])}" if one["phone"] else ", no telephone number known"
    behind = f" (if the {_text(one['stands_in_for'])} cannot be reached)" if one["stands_in_for"] else ""
    return f"<strong>{_text(one['title'] or one['role'])}{phone}</strong>{behind}"


def _flows(title: str, flows: Sequence[FlowLine], nothing: str) -> Iterator[str]:
    yield f"<h2>{title}</h2>"
    if not flows:
        yield f"<p>{nothing}</p>"
        return
    yield "<ul>"
    for one in flows:
        because = f": {_text(one['because'])}" if one["because"] else ""
        yield f"<li><code>{_text(one['flow'])}</code>{because} <small>{_text(one['source'])}</small></li>"
    yield "</ul>"


def _steps(steps: Sequence[Todo]) -> Iterator[str]:
    yield "<h2>What to do, in this order</h2>"
    if not steps:
        yield "<p>Nothing has to be changed: the firewalls at this border do this already.</p>"
    told = [text for step in steps for text in _step(step)]
    yield from _ticked([*told, "Write down the time, and tell the one who decided that it is done."])


def _step(step: Todo) -> Iterator[str]:
    name = f"<strong>{_text(step['firewall'])}</strong>" + (f" ({_text(step['title'])})" if step["title"] else "")
    yield f"On {name}, in the folder of its name: check. <code>{_text(step['check'])}</code>"
    yield f"Apply. <code>{_text(step['apply'])}</code>"
    if step["ends_sessions"].startswith("kill"):
        yield f"End the sessions that are open: the commands in <code>{_text(step['ends_sessions'])}</code>."
    yield f"Look: is what must stay still there? Then confirm. <code>{_text(step['confirm'])}</code>"
    yield f"If not: go back. <code>{_text(step['rollback'])}</code>"


def _back(steps: Sequence[Todo]) -> Iterator[str]:
    yield "<h2>How to go back</h2><p>Apply the build of the policy again, in the reverse order. It has not changed by this.</p>"
    yield from _ticked(
        f"<strong>{_text(step['firewall'])}</strong>: in its folder of the build, <code>{_text(step['apply'])}</code>, "
        f"look, <code>{_text(step['confirm'])}</code>"
        for step in reversed(steps)
    )
    yield "<p>What was open before is opened again by those who need it; sessions that were ended do not come back by"
    yield "themselves.</p>"


def _ticked(lines: Iterable[str]) -> Iterator[str]:
    yield '<ol class="steps">'
    yield from (f'<li><span class="tick"></span><span>{one}</span></li>' for one in lines)
    yield "</ol>"


def _proof(book: Runbook) -> Iterator[str]:
    yield '<section class="proof"><h2>What has been proved</h2>'
    yield "<p>Of every packet, by segc, before these files were written:</p><ul>"
    for one in book["proved"]:
        word = '<b class="yes">yes</b>' if one["holds"] else '<b class="no">NO</b>'
        shown = "".join(f"<li>{_text(each)}</li>" for each in one["shown"])
        yield f"<li>{word}: {_text(one['says'])} ({_text(one['name'])}){f'<ul>{shown}</ul>' if shown else ''}</li>"
    yield "</ul><p>Not proved:</p><ul>"
    yield from (f"<li>{_text(one)}</li>" for one in book["unproved"])
    yield "</ul></section>"


def _text(text: str) -> str:
    """Words that somebody wrote, so that they are no markup, and nothing in them turns the writing."""
    line = " ".join(text.split())
    return escape("".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in line))
