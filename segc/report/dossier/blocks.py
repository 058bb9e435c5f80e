"""What a report is laid out from: sections of paragraphs, tables and lists, whose cells are pieces of text with a look."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

CODE, PLACE, STRONG, MARK = "code", "place", "strong", "mark"


class Piece(NamedTuple):
    """Text and how it looks: plain, `code`, `place` (file:line), `strong`, or `mark` (a verdict)."""

    text: str
    look: str = ""


Line = tuple[Piece, ...]
Cell = tuple[Line, ...]


class Para(NamedTuple):
    """A paragraph; `look` may be soft or alarm."""

    line: Line
    look: str = ""


class Bullets(NamedTuple):
    """A list; `numbered` where order counts."""

    items_: tuple[Line, ...]
    numbered: bool = False


class Table(NamedTuple):
    """A table with a head."""

    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


class Part(NamedTuple):
    """A titled part of a section, such as a zone's record; `key` is what the picture leads to, as `zone-mes`."""

    title: str
    key: str
    blocks: tuple[Block, ...]


Block = Para | Bullets | Table | Part


class Section(NamedTuple):
    """A chapter of the report."""

    key: str
    title: str
    blocks: tuple[Block, ...]


def line(*parts: str | Piece) -> Line:
    """Pieces of one line; strings are plain text, and empty ones are left out."""
    made = (part if isinstance(part, Piece) else Piece(part) for part in parts)
    return tuple(part for part in made if part.text)


def code(text: str) -> Piece:
    """A name or a flow, as a policy writes it."""
    return Piece(text, CODE)


def place(text: str) -> Piece:
    """A line of the policy."""
    return Piece(text, PLACE)


def strong(text: str) -> Piece:
    """What must not be overlooked."""
    return Piece(text, STRONG)


def mark(text: str) -> Piece:
    """A verdict."""
    return Piece(text, MARK)


def cell(*lines: str | Piece | Line) -> Cell:
    """The lines of a cell."""
    made = (one if isinstance(one, tuple) and not isinstance(one, Piece) else line(one) for one in lines)
    return tuple(one for one in made if one)


def joined(pieces: Iterable[Piece], between: str = ", ") -> Line:
    """Pieces with a separator."""
    found: list[Piece] = []
    for piece in pieces:
        if found:
            found.append(Piece(between))
        found.append(piece)
    return tuple(found)
