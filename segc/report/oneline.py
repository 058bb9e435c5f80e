"""One line a finding, for editors and for grep: `path:line:col: error[SEG201] unknown-name: message`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.report.cells import visible

if TYPE_CHECKING:
    from segc.report import Style
    from segc.report.shape import DiagnosticEntry, Document


def render(document: Document, _style: Style) -> str:
    """The document, one line a finding."""
    return "".join(line(one) + "\n" for one in document["diagnostics"])


def line(one: DiagnosticEntry) -> str:
    """A finding on one line."""
    head = f"{one['severity']}[{one['code']}] {one['name']}: {one['message']}"
    if one["labels"]:
        label = one["labels"][0]
        head = f"{label['file']}:{label['line']}:{label['column']}: {head}"
    return visible(head)
