"""A page that people work from, as data: laid out once, written as Markdown and as HTML.

What is said stands here once, so that the printed page and the text beside it cannot differ.
"""

from __future__ import annotations

from typing import NamedTuple


class Code(NamedTuple):
    """A name or a command, letter by letter."""

    text: str


class Strong(NamedTuple):
    """Words that must be seen."""

    text: str


class Blank(NamedTuple):
    """A line to write on. `long`: a name or an address, not a time."""

    long: bool = True


Span = str | Code | Strong | Blank
Line = tuple[Span, ...]


class Heading(NamedTuple):
    """A heading. `rank` 1 is the page's own; `new_page`: what follows begins on a page of its own."""

    line: Line
    rank: int = 2
    new_page: bool = False


class Para(NamedTuple):
    """A paragraph. `kind` is empty, `alarm` or `soft`."""

    line: Line
    kind: str = ""


class Items(NamedTuple):
    """A list."""

    lines: tuple[Line, ...]
    numbered: bool = False


class Tick(NamedTuple):
    """Something to do and to tick off; `command` is what to type, or empty; with `time`, when it was done is written."""

    line: Line
    command: str = ""
    time: bool = False


class Ticks(NamedTuple):
    """Things to do, in this order, numbered from `first`."""

    ticks: tuple[Tick, ...]
    first: int = 1


class Table(NamedTuple):
    """A table. `ticked`: with a box to tick in each row."""

    head: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]
    ticked: bool = False


class Box(NamedTuple):
    """What must not be torn apart by the end of a page. `kind` is empty, or `stop` for what to do when it fails."""

    blocks: tuple[Heading | Para | Items | Ticks | Table | Box, ...]
    kind: str = ""


Block = Heading | Para | Items | Ticks | Table | Box


def line(*spans: Span) -> Line:
    """A line of its parts, without the empty ones."""
    return tuple(one for one in spans if one != "")


def spoken(text: str) -> Line:
    """Our own sentences, in which names stand between backticks."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # not in pairs, so that it is not ours to take apart
        return (text,)
    return line(*(Code(one) if at % 2 and one else one for at, one in enumerate(parts)))


def typed(text: str) -> Line:
    """A command, letter by letter; where it is a sentence that names commands between backticks, these only."""
    return spoken(text) if "`" in text else (Code(text),)


def listed(names: list[str], most: int = 6) -> str:
    """Names with commas; of many, the first few and how many more."""
    if len(names) <= most + 1:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most} more"


def visible(text: str) -> str:
    """One line of text in which nothing turns the writing, moves the cursor or is unseen; a blank at an end stays."""
    words = " ".join(text.split())
    ends = f"{' ' if text[:1] == ' ' else ''}{words}{' ' if text[-1:] == ' ' and words else ''}"
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in ends)
