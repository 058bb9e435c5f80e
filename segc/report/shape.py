"""The shape of the document segc/diagnostics/1; docs/schema/diagnostics-1.json publishes the same.

For the type checker only: nothing imports this when segc runs.
"""

from __future__ import annotations

from typing import TypedDict


class Place(TypedDict):
    """A range of a file: lines and columns from 1, offsets from 0, all in code points; the end is outside."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    start: int
    end: int


class LeftOut(TypedDict, total=False):
    """Of lines that are given in part only: how many characters stand before that part."""

    left_out: dict[str, int]


class LabelEntry(Place, LeftOut):
    """A place and what is said of it; `lines` has the text of its first and its last line, by number."""

    text: str
    primary: bool
    lines: dict[str, str]


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


class AcceptedEntry(DiagnosticEntry):
    """A finding that a comment answers for: why, until which day (included), and where the comment is."""

    reason: str
    until: str
    comment: Place


class Outcome(TypedDict):
    """How the run ends, and from which weight on findings make it end so."""

    exit_code: int
    fail_level: str


class Asserted(TypedDict):
    """An assertion as written, its place, the state it was judged in, whether it holds, in words, and in the other state."""

    assertion: str
    file: str
    line: int
    state: str
    holds: bool
    says: str
    other: str


class Compared(TypedDict):
    """A firewall whose files were compared with the policy, and what came of it in words; `equal` without an error."""

    firewall: str
    target: str
    says: str
    equal: bool


class Checked(TypedDict):
    """How much was looked at."""

    files: int
    zones: int
    conduits: int
    assets: int


class Extent(TypedDict, total=False):
    """What was looked at; not there where the plant could not be read."""

    checked: Checked


class Summary(Extent):
    """Counts."""

    errors: int
    warnings: int
    hints: int
    safe_fixes: int


class Run(TypedDict, total=False):
    """What is known of the run; members are left out where nothing is."""

    root: str
    accepted: list[AcceptedEntry]
    outcome: Outcome
    compared: list[Compared]
    asserted: list[Asserted]


class Document(Run):
    """All of it. `root` is the plant's root file."""

    schema: str
    segc: str
    summary: Summary
    diagnostics: list[DiagnosticEntry]
