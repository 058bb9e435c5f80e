"""Findings that somebody answers for: `# segc: allow NAME until 2027-01-31 -- reason`.

On a line of its own the comment counts for the next line that is no comment;
behind a statement, for that statement's line. Whatever keeps a policy from
being rendered cannot be suppressed, and no suppression lasts for ever.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from segc.catalogue import AUDIT, CATALOGUE, NAMES_BY_CODE, asked
from segc.diagnostics import Diagnostic, Edit, Fix, Severity, finding, replacement
from segc.lang.comments import SPACE, Comment, comments
from segc.lang.literals import BadLiteral, day
from segc.lang.suggest import nearest
from segc.source import Source, Span

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

USAGE = "write: # segc: allow NAME until YYYY-MM-DD -- reason"
# Errors of these areas, and these of other areas, stop the build: syntax, names, addresses, targets, proofs, and
# what the model says of flows and grants that it cannot make.
_FINAL_AREAS = "12379"
_FINAL_NAMES = frozenset(
    {
        "bad-port",
        "conduit-to-itself",
        "flow-against-conduit",
        "grant-ends-before-start",
        "grant-without-end",
        "link-to-itself",
    }
)
_OWN_NAMES = frozenset({"bad-suppression", "expired-suppression", "unused-suppression"})
_OURS = re.compile(r"segc\s*:")
_FORM = re.compile(
    r"segc\s*:\s*allow\s+(?P<name>\S+)(?:\s+until\s+(?P<until>\S+))?(?P<junk>.*?)(?:(?<=\s)--(?P<reason>.*))?\Z"
)


class Suppression(NamedTuple):
    """One comment: the finding that it names, its last day, and the line that it counts for."""

    source: Source
    comment: Comment
    name: str
    until: date
    line: int
    reason: str

    @property
    def span(self) -> Span:
        """Where the comment stands."""
        return self.comment.span(self.source)


class Accepted(NamedTuple):
    """A finding that a comment answers for, and that comment."""

    diagnostic: Diagnostic
    suppression: Suppression


@dataclass(frozen=True, slots=True)
class Suppressions:
    """Those of one file, and what is wrong with others that it tries to make."""

    listed: tuple[Suppression, ...]
    found: tuple[Diagnostic, ...]

    @staticmethod
    def read(source: Source) -> Suppressions:
        """All suppressions of a file, from comments alone: it need not parse."""
        if source.builtin or "segc" not in source.text:
            return Suppressions((), ())
        listed: list[Suppression] = []
        found: list[Diagnostic] = []
        for comment in comments(source.text):
            if _OURS.match(comment.words):
                try:
                    listed.append(_suppression(source, comment))
                except _Bad as bad:
                    found.append(bad.diagnostic)
        return Suppressions(tuple(listed), tuple(found))


def can_be_suppressed(name: str, severity: Severity | None = None) -> bool:
    """May a comment silence this finding? `severity` is the finding's own where it differs from the catalogue's."""
    row = CATALOGUE[name]
    if name in _OWN_NAMES:
        return False
    weight = severity or Severity[row.severity.upper()]
    return weight is not Severity.ERROR or not (row.code[3] in _FINAL_AREAS or name in _FINAL_NAMES)


def apply(found: Iterable[Diagnostic], sources: Iterable[Source], today: date) -> list[Diagnostic]:
    """The findings that nobody answers for, and what is wrong with the suppressions themselves."""
    return sift(found, sources, today)[0]


def sift(
    found: Iterable[Diagnostic], sources: Iterable[Source], today: date, persona: str = AUDIT
) -> tuple[list[Diagnostic], list[Accepted]]:
    """`apply`, and the findings that comments answer for.

    Under the persona `day`, a comment that names a finding of audits is not unused: nobody has looked for that.
    """
    read = [Suppressions.read(source) for source in sources]
    valid: dict[tuple[int, int, str], list[Suppression]] = {}
    for one in (s for each in read for s in each.listed if s.until >= today):
        valid.setdefault((id(one.source), one.line, one.name), []).append(one)
    kept: list[Diagnostic] = []
    accepted: list[Accepted] = []
    used: set[tuple[int, int, str]] = set()
    for diagnostic in found:
        key = _key(diagnostic)
        if key in valid and can_be_suppressed(diagnostic.name, diagnostic.severity):
            used.add(key)
            accepted.append(Accepted(diagnostic, valid[key][0]))
        else:
            kept.append(diagnostic)
    kept += [d for each in read for d in each.found]
    kept += [_expired(s, today) for each in read for s in each.listed if s.until < today]
    if not any(_stops(diagnostic) for diagnostic in kept):
        # Behind an error that stops the checks nobody can say what they would have found.
        looked_for = [each for key, each in valid.items() if key not in used and asked(key[2], persona)]
        kept += [_unused(s) for each in looked_for for s in each]
    return kept, accepted


def _key(diagnostic: Diagnostic) -> tuple[int, int, str]:
    if diagnostic.primary is None:
        return (0, 0, diagnostic.name)
    span = diagnostic.primary.span
    return (id(span.source), span.line, diagnostic.name)


def _stops(diagnostic: Diagnostic) -> bool:
    return diagnostic.name not in _OWN_NAMES and not can_be_suppressed(diagnostic.name, diagnostic.severity)


class _Bad(Exception):
    def __init__(self, source: Source, comment: Comment, message: str, advice: str = USAGE, *fixes: Fix) -> None:
        super().__init__(message)
        span = comment.span(source)
        self.diagnostic = finding("bad-suppression", message, span, "suppresses nothing", help=advice, fixes=fixes)


def _suppression(source: Source, comment: Comment) -> Suppression:
    form = _FORM.match(comment.words)
    if form is None:
        raise _Bad(source, comment, "this comment speaks to segc and is not understood")
    name = _finding_name(source, comment, form["name"])
    if form["until"] is None:
        raise _Bad(source, comment, f"this suppression of `{name}` has no last day")
    try:
        until = day(form["until"])
    except BadLiteral as problem:
        raise _Bad(source, comment, problem.message, problem.help or USAGE) from None
    if form["junk"].strip(SPACE):
        raise _Bad(source, comment, f"`{form['junk'].strip(SPACE)}` does not belong into a suppression")
    reason = (form["reason"] or "").strip(SPACE)
    if not reason:
        raise _Bad(source, comment, f"this suppression of `{name}` gives no reason")
    return Suppression(source, comment, name, until, _line_for(source, comment), reason)


def _finding_name(source: Source, comment: Comment, text: str) -> str:
    name = NAMES_BY_CODE.get(text, text)
    if name not in CATALOGUE:
        close = nearest(text, [*CATALOGUE, *NAMES_BY_CODE])
        start = comment.start + comment.text.index(text)
        # Unsafe: what it fixes may silence something.
        fixes = (replacement(Span(source, start, start + len(text)), close, safe=False),) if close else ()
        raise _Bad(source, comment, f"no finding is called `{text}`", USAGE, *fixes)
    if not can_be_suppressed(name):
        raise _Bad(
            source,
            comment,
            f"`{name}` cannot be suppressed",
            "put right what it says, then remove this comment",
        )
    return name


def _line_for(source: Source, comment: Comment) -> int:
    """The comment's own line, or where it stands alone, the next one that is no comment."""
    line, column = source.line_column(comment.start)
    if source.line_text(line)[: column - 1].strip(SPACE + ";"):
        return line
    line += 1
    while source.line_text(line).lstrip(SPACE + ";").startswith("#"):
        line += 1
    return line


def _expired(one: Suppression, today: date) -> Diagnostic:
    days = (today - one.until).days
    ago = "yesterday" if days == 1 else f"{days} days ago"
    message = f"this suppression of `{one.name}` ended {ago}, on {one.until}"
    return finding("expired-suppression", message, one.span, "no longer counts", help="put it right, or decide anew")


def _unused(one: Suppression) -> Diagnostic:
    message = f"this suppression of `{one.name}` suppresses nothing"
    fixes = (Fix("remove the comment", (Edit(_whole(one), ""),), safe=True),)
    return finding("unused-suppression", message, one.span, f"line {one.line} has no such finding", fixes=fixes)


def _whole(one: Suppression) -> Span:
    """The comment with the space before it, and with its line where nothing else is on it."""
    text, start, end = one.source.text, *one.span[1:]
    while start > 0 and text[start - 1] in SPACE:
        start -= 1
    alone = start == 0 or text[start - 1] == "\n"
    end = text.find("\n", end) + 1 or len(text) if alone else end
    return Span(one.source, start, end)
