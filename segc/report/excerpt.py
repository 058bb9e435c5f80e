"""The source lines of a finding, with marks under what it is about.

Labels of one file stand together, by line; the steps of a trace stay in their
order, whatever file they lead to. Of a line that is too long only the part
around a mark is shown, once for each mark.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from segc.report.cells import Row, row, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.report.colour import Paint
    from segc.report.shape import DiagnosticEntry, LabelEntry

MULTILINE_NOTE = "begins here"
LEAST_WIDTH = 40


class Mark(NamedTuple):
    """A stretch of one line (indices into its text), and what is said of it."""

    line: int
    left_out: int
    text: str
    start: int
    end: int
    primary: bool
    words: str


class Excerpt:
    """The lines to print for one finding."""

    def __init__(self, one: DiagnosticEntry, paint: Paint, width: int) -> None:
        self.severity = one["severity"]
        self.paint = paint
        self.groups = [*_by_file(one["labels"]), *_steps(one["trace"])]
        numbers = [number for group in self.groups for label in group for number in label["lines"]]
        self.gutter = max(map(len, numbers), default=1)
        self.indent = " " * self.gutter
        self.width = max(width - self.gutter - 3, LEAST_WIDTH)

    def bar(self) -> str:
        """An empty line of the gutter."""
        return f"{self.indent} {self.paint('gutter', '|')}"

    def lines(self) -> Iterator[str]:
        """All lines, with the places of the files above theirs."""
        for index, group in enumerate(self.groups):
            if index:
                yield self.bar()
            arrow = ":::" if index else "-->"
            at = group[0]
            place = visible(f"{at['file']}:{at['line']}:{at['column']}")
            yield f"{self.indent}{self.paint('gutter', arrow)} {place}"
            yield self.bar()
            yield from self._group(group)

    def _group(self, group: list[LabelEntry]) -> Iterator[str]:
        marks = sorted((mark for label in group for mark in _marks(label)), key=lambda m: m[:2] + m[3:5])
        before = 0
        for (line, _, text), on_line in groupby(marks, key=lambda m: m[:3]):
            if before and line > before + 1:
                yield "..."
            before = line
            yield from self._line(row(text), list(on_line))

    def _line(self, shown: Row, marks: list[Mark]) -> Iterator[str]:
        """A line of the source; all its marks share it if it is short enough."""
        if shown.cells[-1] <= self.width and not marks[0].left_out:
            yield self._source(marks[0].line, shown.text(0, len(shown.pieces)))
            yield from (self._under(shown, mark, 0, len(shown.pieces), 0) for mark in marks)
            return
        for mark in marks:
            first, last = shown.window(mark.start, mark.end, self.width - 6)
            before = "..." if first or mark.left_out else ""
            after = "..." if last < len(shown.pieces) or mark.left_out else ""
            yield self._source(mark.line, before + shown.text(first, last) + after)
            yield self._under(shown, mark, first, last, len(before))

    def _source(self, number: int, text: str) -> str:
        left = self.paint("gutter", f"{number:>{self.gutter}} |")
        return f"{left} {text}".rstrip()

    def _under(self, shown: Row, mark: Mark, first: int, last: int, shift: int) -> str:
        """The carets of a mark, as far as its window shows them."""
        start = shown.cell(mark.start) - shown.cells[first] + shift
        end = mark.end if mark.end > len(shown.pieces) else min(mark.end, last)
        length = max(shown.cell(end) - shown.cell(mark.start), 1)
        words = f" {visible(mark.words)}" if mark.words else ""
        colour = self.severity if mark.primary else "related"
        carets = self.paint(colour, ("^" if mark.primary else "-") * length + words)
        return f"{self.bar()} {' ' * start}{carets}"


def _by_file(labels: list[LabelEntry]) -> list[list[LabelEntry]]:
    """Labels of one file together, the primary one's file first; a group's first label gives its place."""
    groups: dict[str, list[LabelEntry]] = {}
    for label in labels:
        groups.setdefault(label["file"], []).append(label)
    return list(groups.values())


def _steps(trace: list[LabelEntry]) -> list[list[LabelEntry]]:
    """The steps of a trace, numbered; a new group where one leads to another file, or back up."""
    groups: list[list[LabelEntry]] = []
    for number, step in enumerate(trace, 1):
        entry: LabelEntry = {**step, "text": f"{number}. {step['text']}"}
        last = groups[-1][-1] if groups else None
        if last is not None and last["file"] == entry["file"] and last["line"] < entry["line"]:
            groups[-1].append(entry)
        else:
            groups.append([entry])
    return groups


def _marks(label: LabelEntry) -> Iterator[Mark]:
    """A label's mark; of one that runs over several lines, its first and its last line."""
    first, last = label["line"], label["end_line"]
    cut = label.get("left_out", {})
    for key, text in label["lines"].items():
        line = int(key)
        left_out = cut.get(key, 0)
        lead = len(text) - len(text.lstrip())
        start = label["column"] - 1 - left_out if line == first else lead
        end = label["end_column"] - 1 - left_out if line == last else max(len(text.rstrip()), start + 1)
        words = label["text"] if key == list(label["lines"])[-1] else MULTILINE_NOTE
        yield Mark(line, left_out, text, start, max(end, start + 1), label["primary"], words)
