"""Findings for people: the source lines, and under each what is to be said of it.

Works from the document alone, never from the sources: what `--format json`
gives away is all there is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.report.cells import visible
from segc.report.colour import Paint
from segc.report.excerpt import Excerpt
from segc.report.words import asserted_lines, compared_lines, summary_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.report import Style
    from segc.report.shape import DiagnosticEntry, Document, FixEntry


def render(document: Document, style: Style) -> str:
    """The document as text: findings with a blank line between them, then the summary.

    In its place stand the firewalls that were compared, or the assertions that were judged.
    """
    paint = Paint(on=style.colour)
    parts = ["\n".join(finding_lines(one, paint, style.width)) + "\n" for one in _shown(document, style)]
    if "compared" in document:
        parts.append("".join(f"{visible(line)}\n" for line in compared_lines(document["compared"])))
    elif "asserted" in document:
        parts.append("".join(f"{visible(line)}\n" for line in asserted_lines(document["asserted"])))
    elif style.summary:
        parts.append(summary_line(document["summary"], hints=style.hints) + "\n")
    return "\n".join(parts)


def _shown(document: Document, style: Style) -> list[DiagnosticEntry]:
    """Hints wait until somebody asks for them."""
    return [one for one in document["diagnostics"] if style.hints or one["severity"] != "hint"]


def finding_lines(one: DiagnosticEntry, paint: Paint, width: int) -> Iterator[str]:
    """The lines of one finding."""
    severity = one["severity"]
    head = paint(severity, f"{severity}[{one['code']}]")
    yield f"{head} {paint('bold', visible(one['name'] + ': ' + one['message']))}"
    excerpt = Excerpt(one, paint, width)
    yield from excerpt.lines()
    closing = list(_closing(one))
    if closing and one["labels"]:
        yield excerpt.bar()
    for kind, words in closing:
        first, *more = words.split("\n")
        yield f"{excerpt.indent} {paint('gutter', '=')} {paint('bold', kind + ':')} {visible(first)}"
        yield from (f"{excerpt.indent}   {' ' * len(kind)}  {visible(line)}" for line in more)


def _closing(one: DiagnosticEntry) -> Iterator[tuple[str, str]]:
    """What stands below the source lines."""
    yield from (("note", note) for note in one["notes"])
    if one["help"]:
        yield "help", one["help"]
    yield from (("fix", _way_out(fix)) for fix in one["fixes"])


def _way_out(fix: FixEntry) -> str:
    if not fix["edits"]:
        return fix["title"]
    how = "safe: `segc check --fix`" if fix["safe"] else "unsafe: `segc check --fix --unsafe-fixes`"
    return f"{fix['title']} ({how})"
