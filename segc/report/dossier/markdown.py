"""The report as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.report.dossier.blocks import CODE, MARK, PLACE, STRONG, Bullets, Para, Part, Table
from segc.report.dossier.sections import sections, stamp, summary, title
from segc.report.markdown import escape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.report.dossier.blocks import Block, Cell, Line, Piece
    from segc.report.dossier.shape import Report


def render(report: Report) -> str:
    """The whole report; the picture is in the HTML."""
    return "\n\n".join(_parts(report)) + "\n"


def _parts(report: Report) -> Iterator[str]:
    yield f"# {escape(title(report))}"
    yield f"{escape(stamp(report))} {summary(report).capitalize()}."
    for section in sections(report):
        yield f"## {escape(section.title)}"
        for block in section.blocks:
            yield from _block(block, 3)


def _block(block: Block, depth: int) -> Iterator[str]:
    if isinstance(block, Para):
        yield _line(block.line)
    elif isinstance(block, Bullets):
        heads = [f"{number}." if block.numbered else "-" for number in range(1, len(block.items_) + 1)]
        if block.items_:
            yield "\n".join(f"{head} {_line(item)}" for head, item in zip(heads, block.items_, strict=True))
    elif isinstance(block, Table):
        if block.rows:
            yield _table(block)
    elif isinstance(block, Part):
        yield f"{'#' * depth} {escape(block.title)}"
        for each in block.blocks:
            yield from _block(each, depth + 1)


def _table(table: Table) -> str:
    rule = " | ".join("---" for _ in table.head)
    rows = [f"| {' | '.join(_cell(one) for one in row)} |" for row in table.rows]
    return "\n".join([f"| {' | '.join(table.head)} |", f"| {rule} |", *rows])


def _cell(cell: Cell) -> str:
    return "<br>".join(map(_line, cell))


def _line(line: Line) -> str:
    return "".join(map(_piece, line))


def _piece(piece: Piece) -> str:
    text = escape(piece.text)
    if piece.look in (CODE, PLACE):
        return f"<code>{escape(piece.text.replace('`', chr(39)))}</code>"
    return f"**{text}**" if piece.look in (STRONG, MARK) and text.strip() == text else text
