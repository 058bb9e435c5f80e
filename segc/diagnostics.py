"""What segc says about a policy: one type, whichever stage found it.

A diagnostic is plain data. Nothing here prints: `segc.report` renders the same
value as text, one line, JSON and the rest, so that no format can lag behind.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from segc.catalogue import CATALOGUE

if TYPE_CHECKING:
    from segc.source import Span


class Severity(Enum):
    """How much a finding weighs; an error means that nothing is rendered."""

    HINT = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        """The lower-case word that readers see."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Label:
    """A place and what is to be said of it."""

    span: Span
    text: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the span's text by `text`."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A way out. A safe fix never widens what is permitted nor changes meaning."""

    title: str
    edits: tuple[Edit, ...] = ()
    safe: bool = False


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `name` is a row of the catalogue; the message says enough alone."""

    name: str
    message: str
    labels: tuple[Label, ...] = ()
    trace: tuple[Label, ...] = ()
    notes: tuple[str, ...] = ()
    help: str = ""
    fixes: tuple[Fix, ...] = ()
    severity: Severity = Severity.ERROR

    @property
    def code(self) -> str:
        """`SEG` and three digits, stable across releases."""
        return CATALOGUE[self.name].code

    @property
    def primary(self) -> Label | None:
        """The place to look at first; none for findings about no file."""
        return self.labels[0] if self.labels else None

    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Order by place, then by weight, so that output is deterministic."""
        if not self.labels:
            return ("", 0, -self.severity.value, self.name, self.message)
        span = self.labels[0].span
        return (span.source.path, span.start, -self.severity.value, self.name, self.message)

    def at(self, severity: Severity) -> Diagnostic:
        """The same finding at another weight."""
        return replace(self, severity=severity)


def finding(
    name: str,
    message: str,
    span: Span | None = None,
    text: str = "",
    *,
    also: tuple[tuple[Span, str], ...] = (),
    notes: tuple[str, ...] = (),
    help: str = "",  # noqa: A002 - the word that readers see
    fixes: tuple[Fix, ...] = (),
) -> Diagnostic:
    """Make a diagnostic of the catalogue's severity for `name`."""
    labels: tuple[Label, ...] = (Label(span, text),) if span is not None else ()
    labels += tuple(Label(place, words) for place, words in also)
    severity = Severity[CATALOGUE[name].severity.upper()]
    return Diagnostic(name, message, labels, (), notes, help, fixes, severity)


def replacement(span: Span, text: str, *, safe: bool) -> Fix:
    """The commonest fix: put `text` where `span` is."""
    return Fix(f"replace with `{text}`", (Edit(span, text),), safe)


class SegcError(Exception):
    """Stops a verb: carries what to tell the user and the exit code (1 or 2)."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...] | list[Diagnostic], code: int = 1) -> None:
        super().__init__(diagnostics[0].message if diagnostics else "stopped")
        self.diagnostics = tuple(diagnostics)
        self.code = code
