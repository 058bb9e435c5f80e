"""A sheet as Markdown: what is read aloud, and what a diff shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.response.sheet import Blank, Box, Code, Heading, Items, Para, Strong, Table, Ticks, typed, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from segc.response.sheet import Block, Line, Span, Tick

ESCAPED = str.maketrans({character: f"\\{character}" for character in "\\`*_{}[]<>#|"})
LONG, SHORT = "\\_" * 24, "\\_" * 8


def markdown(blocks: Iterable[Block]) -> str:
    """The whole sheet."""
    return "\n\n".join("\n".join(part) for part in (list(_block(one)) for one in blocks) if part) + "\n"


def _block(one: Block) -> Iterator[str]:
    match one:
        case Heading(text, rank):
            yield f"{'#' * rank} {_line(text)}"
        case Para(text, kind):
            yield f"**{_line(_unmarked(text))}**" if kind == "alarm" else _line(text)
        case Items(lines, numbered):
            yield from (f"{f'{at}.' if numbered else '-'} {_line(text)}" for at, text in enumerate(lines, 1))
        case Ticks(ticks, first):
            yield from (f"{at}. [ ] {_tick(tick)}" for at, tick in enumerate(ticks, first))
        case Table():
            yield from _table(one)
        case Box(blocks, kind):
            yield from _box(blocks, kind)


def _box(blocks: Iterable[Block], kind: str) -> Iterator[str]:
    """What to do when it fails is set off from what to do; other boxes matter on paper only."""
    mark = "> " if kind else ""
    for at, block in enumerate(blocks):
        if at:
            yield mark.strip()
        yield from (f"{mark}{text}".rstrip() for text in _block(block))


def _table(table: Table) -> Iterator[str]:
    head = ("", *table.head) if table.ticked else table.head
    yield f"| {' | '.join(plain(one) for one in head)} |"
    yield f"|{'---|' * len(head)}"
    for row in table.rows:
        cells = ("[ ]", *map(_line, row)) if table.ticked else tuple(map(_line, row))
        yield f"| {' | '.join(cells)} |"


def _tick(tick: Tick) -> str:
    command = f" {_line(typed(tick.command))}" if tick.command else ""
    return f"{_line(tick.line)}{command}{f' Time: {SHORT}' if tick.time else ''}"


def _line(spans: Line) -> str:
    return "".join(map(_span, spans))


def _unmarked(spans: Line) -> Line:
    return tuple(one.text if isinstance(one, Strong) else one for one in spans)


def _span(span: Span) -> str:
    match span:
        case Code(text):
            return _code(text)
        case Strong(text):
            return f"**{plain(text)}**"
        case Blank(long):
            return LONG if long else SHORT
        case str():
            return plain(span)


def _code(text: str) -> str:
    shown = visible(text).replace("|", "\\|")
    return f"`` {shown} ``" if "`" in shown else f"`{shown}`"


def plain(text: str) -> str:
    """Words that somebody wrote, so that Markdown takes them for nothing else, and no terminal obeys them."""
    return visible(text).translate(ESCAPED)
