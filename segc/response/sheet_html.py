"""A sheet as one HTML page to print: large letters, boxes to tick, lines to write on, nothing fetched, and no script."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from segc.response.sheet import Blank, Box, Code, Heading, Items, Para, Strong, Table, Ticks, typed, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from segc.response.sheet import Block, Line, Span

STYLE = """
:root { color-scheme: light dark; --soft: #595f66; --stop: #a8001c; --line: #8888 }
@media (prefers-color-scheme: dark) { :root { --soft: #a9b0b8; --stop: #ff8f8f } }
body { font: 17px/1.45 system-ui, "DejaVu Sans", sans-serif; max-width: 54rem; margin: 1.5rem auto; padding: 0 1rem }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .3rem } h2 { font-size: 1.2rem; margin: 1.5rem 0 .3rem }
h3 { font-size: 1.05rem; margin: 0 0 .3rem } p { margin: .4rem 0 } .soft { color: var(--soft); font-size: .85em }
.alarm { color: var(--stop); border: 3px solid; padding: .5rem .8rem; font-weight: bold }
.box { border: 2px solid; border-radius: 6px; padding: .5rem .9rem; margin: .8rem 0; break-inside: avoid }
.stop { border: 2px dashed var(--stop); margin: .6rem 0 .2rem } .stop .stop { border: 0; padding: 0 }
ul, ol { padding-left: 1.4rem; margin: .3rem 0 } li { margin: .15rem 0; overflow-wrap: anywhere; break-inside: avoid }
ol.ticks { list-style: none; padding: 0 } ol.ticks > li { display: grid; gap: 0 .6rem; margin: .45rem 0
  ; grid-template-columns: 1.7rem 1.2rem minmax(0, 1fr) auto } .ticks .number { font-weight: bold; text-align: right }
.tick { display: inline-block; width: 1.05rem; height: 1.05rem; border: 2px solid; margin-top: .15rem }
.command { grid-column: 3 / 5; border: 1px solid var(--line); border-radius: 4px; padding: .1rem .5rem; margin: .15rem 0 }
.blank { display: inline-block; border-bottom: 1px solid; width: 10rem; max-width: 100% } .short { width: 4.5rem }
table { border-collapse: collapse; width: 100%; margin: .4rem 0 } tr { break-inside: avoid }
th, td { border: 1px solid var(--line); padding: .2rem .45rem; text-align: left; vertical-align: top }
th { font-size: .85em; color: var(--soft) } td { overflow-wrap: break-word } td.box-cell { width: 1.4rem }
td:not(.box-cell):first-child, td.box-cell + td { white-space: nowrap }
code { font: .92em ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere }
@page { size: A4; margin: 13mm 15mm; @bottom-right { content: counter(page) " / " counter(pages); font: 9pt sans-serif } }
@media print { :root { color-scheme: light; --soft: #444; --stop: #a8001c; --line: #888 }
  body { margin: 0; padding: 0; max-width: none; font-size: 11pt } h1, h2, h3 { break-after: avoid }
  td, th { padding: .1rem .4rem } table { font-size: .94em } p { orphans: 3; widows: 3 } p:has(+ table) { break-after: avoid }
  thead { display: table-header-group } .new-page { break-before: page } }
"""


def html(blocks: Iterable[Block], name: str = "") -> str:
    """The whole page; without a name of its own it is called as its first heading is."""
    return "\n".join(_page(list(blocks), name)) + "\n"


def _page(blocks: list[Block], name: str) -> Iterator[str]:
    title = _text(name) or next((_words(one.line) for one in blocks if isinstance(one, Heading)), "")
    yield '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
    yield "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{title}</title><style>{STYLE}</style></head><body><main>"
    for one in blocks:
        yield from _block(one)
    yield "</main></body></html>"


def _block(one: Block) -> Iterator[str]:
    match one:
        case Heading(text, rank, new_page):
            kind = ' class="new-page"' if new_page else ""
            yield f"<h{rank}{kind}>{_line(text)}</h{rank}>"
        case Para(text, kind):
            yield f'<p class="{kind}">{_line(text)}</p>' if kind else f"<p>{_line(text)}</p>"
        case Items(lines, numbered):
            tag = "ol" if numbered else "ul"
            yield f"<{tag}>{''.join(f'<li>{_line(text)}</li>' for text in lines)}</{tag}>"
        case Ticks():
            yield from _ticks(one)
        case Table():
            yield from _table(one)
        case Box(blocks, kind):
            yield f'<div class="box {kind}">' if kind else '<div class="box">'
            for block in blocks:
                yield from _block(block)
            yield "</div>"


def _ticks(told: Ticks) -> Iterator[str]:
    yield '<ol class="ticks">'
    for number, tick in enumerate(told.ticks, told.first):
        time = '<span>at <span class="blank short"></span></span>' if tick.time else "<span></span>"
        command = f'<div class="command">{_line(typed(tick.command))}</div>' if tick.command else ""
        yield f'<li><span class="number">{number}</span><span class="tick"></span><span>{_line(tick.line)}</span>'
        yield f"{time}{command}</li>"
    yield "</ol>"


def _table(table: Table) -> Iterator[str]:
    box = '<td class="box-cell"><span class="tick"></span></td>' if table.ticked else ""
    head = "".join(f"<th>{_text(one)}</th>" for one in (("", *table.head) if table.ticked else table.head))
    yield f"<table><thead><tr>{head}</tr></thead><tbody>"
    yield from (f"<tr>{box}{''.join(f'<td>{_line(cell)}</td>' for cell in row)}</tr>" for row in table.rows)
    yield "</tbody></table>"


def _line(spans: Line) -> str:
    return "".join(map(_span, spans))


def _words(spans: Line) -> str:
    return "".join(_text(one if isinstance(one, str) else one.text) for one in spans if not isinstance(one, Blank))


def _span(span: Span) -> str:
    match span:
        case Code(text):
            return f"<code>{_text(text)}</code>"
        case Strong(text):
            return f"<strong>{_text(text)}</strong>"
        case Blank(long):
            return f'<span class="{"blank" if long else "blank short"}"></span>'
        case str():
            return _text(span)


def _text(text: str) -> str:
    """Words that somebody wrote, so that they are no markup, and nothing in them turns the writing."""
    return escape(visible(text))
