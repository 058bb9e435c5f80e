"""From diagnostics to the one document that every format is rendered from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

    from segc.diagnostics import Diagnostic, Edit, Fix, Label
    from segc.lang.suppress import Accepted
    from segc.model.plant import Plant
    from segc.report.shape import (
        AcceptedEntry,
        Asserted,
        Checked,
        Compared,
        DiagnosticEntry,
        Document,
        EditEntry,
        FixEntry,
        LabelEntry,
        LeftOut,
        Outcome,
        Place,
        Summary,
    )
    from segc.source import Source, Span

SCHEMA = "segc/diagnostics/1"
# A line may have megabytes and a thousand findings. What a reader can use is this much on either side.
LONGEST_LINE = 1000
CONTEXT = 300


def document(
    found: Sequence[Diagnostic],
    plant: Plant | None = None,
    accepted: Sequence[Accepted] = (),
    outcome: Outcome | None = None,
    compared: Sequence[Compared] = (),
    asserted: Sequence[Asserted] = (),
) -> Document:
    """The document of these findings, in their order; `plant` is what was looked at.

    `accepted` are the findings that suppressions answer for; `outcome` is how the run ends; `compared` are
    firewalls whose files were.
    """
    made: Document = {
        "schema": SCHEMA,
        "segc": __version__,
        "summary": _summary(found, plant),
        "diagnostics": [_diagnostic(one) for one in found],
    }
    if plant is not None:
        made["root"] = str(plant.root)
    if accepted:
        made["accepted"] = [_accepted(one) for one in accepted]
    if outcome is not None:
        made["outcome"] = outcome
    if compared:
        made["compared"] = list(compared)
    if asserted:
        made["asserted"] = list(asserted)
    return made


def _accepted(one: Accepted) -> AcceptedEntry:
    said = one.suppression
    return {
        **_diagnostic(one.diagnostic),
        "reason": said.reason,
        "until": said.until.isoformat(),
        "comment": _place(said.span),
    }


def _summary(found: Sequence[Diagnostic], plant: Plant | None) -> Summary:
    words = [one.severity.word for one in found]
    summary: Summary = {
        "errors": words.count("error"),
        "warnings": words.count("warning"),
        "hints": words.count("hint"),
        "safe_fixes": sum(any(fix.safe and fix.edits for fix in one.fixes) for one in found),
    }
    if plant is not None:
        summary["checked"] = _checked(plant)
    return summary


def _checked(plant: Plant) -> Checked:
    return {
        "files": sum(not source.builtin for source in plant.sources),
        "zones": len(plant.zones),
        "conduits": len(plant.conduits),
        "assets": sum(len(zone.assets) for zone in plant.zones.values()),
    }


def _diagnostic(one: Diagnostic) -> DiagnosticEntry:
    return {
        "code": one.code,
        "name": one.name,
        "severity": one.severity.word,
        "message": one.message,
        "labels": [_label(label, primary=index == 0) for index, label in enumerate(one.labels)],
        "trace": [_label(label, primary=False) for label in one.trace],
        "notes": list(one.notes),
        "help": one.help,
        "fixes": [_fix(fix) for fix in one.fixes],
    }


def _place(span: Span) -> Place:
    line, column = span.source.line_column(span.start)
    end_line, end_column = span.source.line_column(span.end)
    return {
        "file": span.source.path,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
        "start": span.start,
        "end": span.end,
    }


def _label(label: Label, *, primary: bool) -> LabelEntry:
    place = _place(label.span)
    first, last = place["line"], place["end_line"]
    ends = {first: (place["column"], place["end_column"] if last == first else place["column"])}
    if last > first and place["end_column"] > 1:
        ends[last] = (place["end_column"], place["end_column"])
    parts = {str(line): _excerpt(label.span.source, line, *columns) for line, columns in ends.items()}
    lines = {line: text for line, (text, _) in parts.items()}
    left_out = {line: number for line, (_, number) in parts.items() if number}
    cut: LeftOut = {"left_out": left_out} if left_out else {}
    return {**place, "text": label.text, "primary": primary, "lines": lines, **cut}


def _excerpt(source: Source, line: int, first: int, last: int) -> tuple[str, int]:
    """A line's text, or the part of it around these columns, and how many characters stand before that."""
    text = source.line_text(line)
    if len(text) <= LONGEST_LINE:
        return text, 0
    start = max(0, first - 1 - CONTEXT)
    return text[start : min(last + CONTEXT, start + LONGEST_LINE)], start


def _fix(fix: Fix) -> FixEntry:
    return {"title": fix.title, "safe": fix.safe, "edits": [_edit(edit) for edit in fix.edits]}


def _edit(edit: Edit) -> EditEntry:
    return {**_place(edit.span), "text": edit.text}
