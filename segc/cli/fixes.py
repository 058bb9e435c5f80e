"""Fixes, applied: from findings to new texts of files. Writes nothing."""

from __future__ import annotations

from bisect import bisect_left, insort
from itertools import pairwise
from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple

from segc.lang.parser import parse
from segc.settings import FILE
from segc.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from segc.diagnostics import Diagnostic, Edit, Fix


class Change(NamedTuple):
    """A file, its new text, and what was done, a line each."""

    source: Source
    text: str
    done: tuple[str, ...]


class WouldBreak(Exception):
    """With its fixes a file would have syntax errors that it does not have now: a fault of the fixes."""


class _File:
    """The edits of one file, none of which touches another."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.edits: list[tuple[int, int, str]] = []
        self.done: list[str] = []

    def takes(self, edit: Edit) -> bool:
        """May it be made besides the others? Two at one place would need an order, so they may not."""
        start, end = edit.span.start, edit.span.end
        index = bisect_left(self.edits, (start, 0, ""))
        beside = self.edits[max(index - 1, 0) : index + 1]
        return all(start != s and (end <= s or e <= start) for s, e, _ in beside)

    def add(self, edit: Edit) -> None:
        """Make it."""
        insort(self.edits, (edit.span.start, edit.span.end, edit.text))

    def change(self) -> Change:
        """The new text. Raises `WouldBreak`."""
        parts, position = [], 0
        for start, end, new in self.edits:
            parts += [self.source.text[position:start], new]
            position = end
        text = "".join(parts) + self.source.text[position:]
        if _faults(Source(self.source.path, text)) > _faults(self.source):
            raise WouldBreak(self.source.path)
        return Change(self.source, text, tuple(self.done))


def _faults(source: Source) -> int:
    """How many errors of syntax a file has; TOML has one or none."""
    if PurePath(source.path).name != FILE:
        return len(parse(source)[1])
    import tomllib

    try:
        tomllib.loads(source.text)
    except ValueError:
        return 1
    return 0


def changes(found: Iterable[Diagnostic], *, unsafe: bool) -> list[Change]:
    """What the fixes of these findings come to. One in the way of an earlier one waits for the next run."""
    files: dict[int, _File] = {}
    for one in found:
        fix = next((f for f in one.fixes if f.edits and (f.safe or unsafe)), None)
        if fix is None or any(edit.span.source.builtin for edit in fix.edits):
            continue
        touched = [files.setdefault(id(e.span.source), _File(e.span.source)) for e in fix.edits]
        if _apart(fix.edits) and all(file.takes(edit) for file, edit in zip(touched, fix.edits, strict=True)):
            for file, edit in zip(touched, fix.edits, strict=True):
                file.add(edit)
            touched[0].done.append(_told(one, fix))
    return [file.change() for file in files.values() if file.edits]


def _apart(edits: Sequence[Edit]) -> bool:
    """Does none of a fix's own edits touch another?"""
    spans = sorted((id(edit.span.source), edit.span.start, edit.span.end) for edit in edits)
    return all(a[0] != b[0] or (a[1] != b[1] and a[2] <= b[1]) for a, b in pairwise(spans))


def _told(one: Diagnostic, fix: Fix) -> str:
    span = fix.edits[0].span
    return f"{span.source.path}:{span.line}: {one.name}: {fix.title}"
