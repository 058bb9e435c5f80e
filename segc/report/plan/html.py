"""A plan as one HTML file: no script, nothing fetched, light and dark, and it prints."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from segc.report.cells import visible
from segc.report.plan.sections import figures, headline, sections
from segc.report.quoted import pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.plan.shape import Plan
    from segc.report.plan.rows import Section

STYLE = """
:root { color-scheme: light dark; --line: #8886; --soft: #666; --stop: #b00020; --go: #00695c }
@media (prefers-color-scheme: dark) { :root { --soft: #aaa; --stop: #ff8a80; --go: #80cbc4 } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem; line-height: 1.25 } h2 { font-size: 1.1rem; margin: 2rem 0 .25rem }
h1.stops { color: var(--stop) } h1.keeps { color: var(--go) }
p, small { color: var(--soft) } table { border-collapse: collapse; width: 100%; max-width: 36rem }
th, td { text-align: left; padding: .2rem .8rem .2rem 0; border-bottom: 1px solid var(--line) }
ul { padding-left: 1.2rem } li { margin: .35rem 0; overflow-wrap: anywhere } li ul { font-size: .9em; color: var(--soft) }
code { font-size: .9em } @media print { body { margin: 0; max-width: none; font-size: 11pt } li { break-inside: avoid } }
"""


def render(plan: Plan, *, whole: bool = False) -> str:
    """The whole page."""
    return "\n".join(_lines(plan, whole=whole)) + "\n"


def _text(text: str) -> str:
    return escape(visible(text))


def _said(text: str) -> str:
    """A sentence of ours, whose names stand between backticks. What somebody wrote is no markup in it, in code or not."""
    shown = ((escape(piece.text), piece.code) for piece in pieces(text))
    return "".join(f"<code>{piece}</code>" if code else piece for piece, code in shown)


def _lines(plan: Plan, *, whole: bool) -> Iterator[str]:
    title = _text(headline(plan))
    yield '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{title}</title><style>{STYLE}</style></head><body>"
    stops = plan["summary"]["interrupts"] or plan["summary"]["breaks"]
    yield f'<h1 class="{"stops" if stops else "keeps"}">{_said(headline(plan))}</h1>'
    labels = f"{plan['before']['label']} to {plan['after']['label']}"
    yield f"<p>From {_text(labels)}, for {_text(plan['at'])}.</p>"
    yield "<table><thead><tr><th></th><th>before</th><th>after</th></tr></thead><tbody>"
    for row in figures(plan):
        yield f"<tr>{''.join(f'<td>{_text(cell)}</td>' for cell in row)}</tr>"
    yield "</tbody></table>"
    for section in sections(plan, whole=whole):
        if section.rows:
            yield from _section(section)
    yield f"<p><small>segc {_text(plan['segc'])}, policy {_text(plan['after']['policy'][:16])}</small></p></body></html>"


def _section(section: Section) -> Iterator[str]:
    yield f"<h2>{_said(section.title)}</h2><ul>"
    for row in section.rows:
        places = "".join(f" <code>{_text(place)}</code>" for place in dict.fromkeys(row.places))
        notes = f"<ul>{''.join(f'<li>{_said(note)}</li>' for note in row.notes)}</ul>" if row.notes else ""
        yield f"<li>{_said(row.text)}{places}{notes}</li>"
    if section.left:
        yield f"<li>and {section.left} more</li>"
    yield "</ul>"
