"""The shape of the document segc/diagnostics/1; docs/schema/diagnostics-1.json publishes the same.

For the type checker only: nothing imports this when segc runs.
"""

from __future__ import annotations

from typing import NotRequired, TypedDict


class Place(TypedDict):
    """A range of a file: lines and columns from 1, offsets from 0, all in code points; the end lies outside."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    start: int
    end: int


class LabelEntry(Place):
    """A place and what is said of it.

    `lines` has the text of its first and last line, by number. Of a very long
    line it has a part; `left_out` then says how many characters stand before that.
    """

    text: str
    primary: bool
    lines: dict[str, str]
    left_out: NotRequired[dict[str, int]]


class EditEntry(Place):
    """Put `text` where the place is."""

    text: str


class FixEntry(TypedDict):
    """A way out; one without edits is for people to do."""

    title: str
    safe: bool
    edits: list[EditEntry]


class DiagnosticEntry(TypedDict):
    """One finding."""

    code: str
    name: str
    severity: str
    message: str
    labels: list[LabelEntry]
    trace: list[LabelEntry]
    notes: list[str]
    help: str
    fixes: list[FixEntry]


class Checked(TypedDict):
    """How much was looked at."""

    files: int
    zones: int
    conduits: int
    assets: int


class Summary(TypedDict):
    """Counts. `checked` is not there where the plant could not be read."""

    errors: int
    warnings: int
    hints: int
    safe_fixes: int
    checked: NotRequired[Checked]


class Document(TypedDict):
    """All of it."""

    schema: str
    segc: str
    summary: Summary
    diagnostics: list[DiagnosticEntry]
