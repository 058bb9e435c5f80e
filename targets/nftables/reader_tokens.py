"""nft's text into words and groups. Well-formed lines are cut by one expression; the grammar is the authority."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from segc._data import data_text
from segc.packets.machine import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, slots=True)
class Group:
    """What stands between braces, as pieces: the words of one line each. Groups of equal words are equal.

    `lines` counts from the line of the opening brace, so that equal lines of a file can share their groups.
    """

    pieces: tuple[tuple[Word, ...], ...] = ()
    lines: tuple[int, ...] = field(default=(), compare=False, hash=False)

    def statements(self, line: int) -> Iterator[tuple[tuple[Word, ...], int]]:
        """The statements of a block that opens in `line`: they end at an end of line, a `;` or the block's end."""
        held: list[Word] = []
        begun = 0
        for words, offset in zip(self.pieces, self.lines, strict=True):
            if not held and ";" not in words and words[-1] != ",":
                yield words, line + offset
                continue
            for word in words:
                if word != ";":
                    begun = begun if held else line + offset
                    held.append(word)
                elif held:
                    yield tuple(held), begun
                    held = []
            if held and held[-1] != ",":  # a line that ends with a comma goes on in the next
                yield tuple(held), begun
                held = []
        if held:
            yield tuple(held), begun

    def elements(self) -> list[tuple[Word, ...]]:
        """The elements of a set, between commas."""
        found: list[list[Word]] = [[]]
        for words in self.pieces:
            for word in words:
                if word == ",":
                    found.append([])
                else:
                    found[-1].append(word)
        if not found[-1]:
            found.pop()  # a comma may end a list
        return [tuple(one) for one in found]


Word = str | Group  # a string keeps its quotes

_WORD = r"[A-Za-z0-9_@$/*+:-](?:[A-Za-z0-9_/*+:@-]|\.(?=[A-Za-z0-9_]))*"
_PART = rf"""{_WORD}|"[^"\n]*"|!=|==|<=|>=|[,;<>=.&|()^!{{}}]"""
# Older versions of nft print what iptables' extensions match behind `# xt_`: it is anything but a comment.
_COMMENT = r"\#(?![ ]xt_)[^\n]*"
_PARTS = re.compile(_PART)
_LINE = re.compile(rf"(?:[ \t\r]*+(?:{_PART}))*+[ \t\r]*+(?P<comment>{_COMMENT})?")


class _Frame:
    """A group that is being read: what its lines hold, and the words of the line that is not at its end."""

    __slots__ = ("first", "held", "line", "lines", "pieces")

    def __init__(self, first: int) -> None:
        self.first = first
        self.line = first
        self.pieces: list[tuple[Word, ...]] = []
        self.lines: list[int] = []
        self.held: list[Word] = []

    def end_line(self) -> None:
        """The words so far are a piece."""
        if self.held:
            self.pieces.append(tuple(self.held))
            self.lines.append(self.line - self.first)
            self.held = []

    def group(self) -> Group:
        """What has been read, as it is at its end."""
        self.end_line()
        return Group(tuple(self.pieces), tuple(self.lines))


def read(text: str) -> Group:
    """The whole text as one group. Raises `Refused`."""
    stack = [_Frame(1)]
    known: dict[str, tuple[Word, ...]] = {}  # lines that hold nothing but whole groups and words
    for line, written in _lines(text):
        top = stack[-1]
        words = None if top.held else known.get(written)
        if words is None:
            alone = not top.held
            _cut_line(text, written, line, stack)
            if alone and stack[-1] is top:
                known[written] = top.pieces[-1] if top.lines[-1:] == [line - top.first] else ()
        elif words:
            top.pieces.append(words)
            top.lines.append(line - top.first)
    if len(stack) > 1:
        raise _senseless(text, stack[-1].first)
    return stack[0].group()


def statements_of(text: str) -> Iterator[tuple[tuple[Word, ...], int]]:
    """The statements of a text, each with its line."""
    return read(text).statements(1)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their numbers; one that ends with a backslash, outside of a comment, goes on in the next."""
    if "\\\n" not in text:
        yield from enumerate(text.split("\n"), 1)
        return
    parts = text.split("\n")
    held, begun = "", 0
    for line, written in enumerate(parts, 1):
        begun = begun if held else line
        held += written
        if line < len(parts) and written.endswith("\\") and _end(held)[0] == len(held) - 1:
            held = held[:-1] + " "
        else:
            yield begun, held
            held = ""


def _end(line: str) -> tuple[int, int]:
    """How far a line makes sense, and where its comment begins."""
    match = _LINE.match(line)
    if match is None:
        return 0, 0
    return match.end(), len(line) if match["comment"] is None else match.start("comment")


def _cut_line(text: str, written: str, line: int, stack: list[_Frame]) -> None:
    end, code = _end(written)
    if end < len(written):
        raise _senseless(text, line)
    words: list[str] = _PARTS.findall(written, 0, code)
    top = stack[-1]
    if not top.held:
        top.line = line
    if "{" not in words and "}" not in words:
        top.held += words
    else:
        put = top.held.append
        for word in words:
            if word in "{}":
                _brace(word, text, line, stack)
                put = stack[-1].held.append
            else:
                put(word)
    stack[-1].end_line()


def _brace(brace: str, text: str, line: int, stack: list[_Frame]) -> None:
    if brace == "{":
        stack.append(_Frame(line))
    elif len(stack) == 1:
        raise _senseless(text, line)
    else:
        done, top = stack.pop(), stack[-1]
        if not top.held:
            top.line = done.first
        top.held.append(done.group())


def _senseless(text: str, line: int) -> Refused:
    """What the grammar says of a text that the expression does not take."""
    from lark.exceptions import UnexpectedInput

    try:
        _parser().parse(text)
    except UnexpectedInput as problem:
        number, column = getattr(problem, "line", line), getattr(problem, "column", 0)
        if isinstance(number, int) and number > 0:
            return Refused(f"what stands at column {column} makes no sense", number)
        return Refused("a brace is never closed", line)
    return Refused("is nothing that this reader can cut into words", line)


def by_grammar(text: str) -> Group:
    """The same as `read`, by the grammar alone: for tests, which hold the two equal."""
    return _group(_parser().parse(text).children)


def _group(items: Sequence[Any]) -> Group:
    pieces: list[list[Word]] = [[]]
    for item in items:
        if hasattr(item, "children"):
            pieces[-1].append(_group(item.children))
        elif item.type == "END":
            pieces.append([])
        else:
            pieces[-1].append(str(item))
    return Group(tuple(tuple(piece) for piece in pieces if piece))


@cache
def _parser() -> Any:
    from lark import Lark

    return Lark(data_text("grammar/readers/nftables.lark"), parser="lalr")
