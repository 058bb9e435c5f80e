"""nft's text into words and groups. Well-formed text is cut by one expression; the grammar is the authority."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from segc._data import data_text
from segc.packets.machine import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

END = "\n"


@dataclass(frozen=True, slots=True)
class Group:
    """What stands between braces, with the line of each word. Equal groups have equal words."""

    words: tuple[Word, ...]
    lines: tuple[int, ...] = field(default=(), compare=False, hash=False)

    def statements(self) -> Iterator[tuple[tuple[Word, ...], int]]:
        """The statements of a block, each with its line: they end at an end of line, a `;` or the block's end."""
        yield from statements(self.words, self.lines)

    def elements(self) -> list[tuple[Word, ...]]:
        """The elements of a set, between commas."""
        found: list[list[Word]] = [[]]
        for word in self.words:
            if word == ",":
                found.append([])
            elif word != END:
                found[-1].append(word)
        if not found[-1]:
            found.pop()  # a comma may end a list
        return [tuple(one) for one in found]


Word = str | Group  # a string keeps its quotes


def statements(words: Sequence[Word], lines: Sequence[int]) -> Iterator[tuple[tuple[Word, ...], int]]:
    """Words cut where a statement ends; an end of line behind a comma ends none."""
    found: list[Word] = []
    begun = 0
    for word, line in zip(words, lines, strict=True):
        if word in (END, ";"):
            if found and found[-1] != ",":
                yield tuple(found), begun
                found = []
        else:
            if not found:
                begun = line
            found.append(word)
    if found:
        yield tuple(found), begun


_TOKEN = re.compile(
    r"""[ \t\r]*(?:
        (?P<end>\n)
      | (?P<word>[A-Za-z0-9_@$/*+:-](?:[A-Za-z0-9_/*+:@-]|\.(?=[A-Za-z0-9_]))*|"[^"\n]*"|!=|==|<=|>=|[,;<>=.&|()])
      | (?P<open>\{) | (?P<close>\})
      | (?P<comment>\#[^\n]*)
    )""",
    re.VERBOSE,
)


def read(text: str) -> Group:
    """The whole text as one group. Raises `Refused`."""
    text = text.replace("\\\n", " ").rstrip(" \t\r")
    stack: list[tuple[list[Word], list[int]]] = [([], [])]
    opened: list[int] = []
    at, line, end = 0, 1, len(text)
    match = _TOKEN.match
    while at < end:
        token = match(text, at)
        if token is None:
            raise _senseless(text, line)
        at = token.end()
        kind = token.lastgroup
        if kind in ("word", "end"):
            stack[-1][0].append(token[kind])
            stack[-1][1].append(line)
            line += kind == "end"
        elif kind == "open":
            stack.append(([], []))
            opened.append(line)
        elif kind == "close":
            if not opened:
                raise _senseless(text, line)
            words, lines = stack.pop()
            stack[-1][0].append(Group(tuple(words), tuple(lines)))
            stack[-1][1].append(opened.pop())
    if opened:
        raise _senseless(text, opened[-1])
    return Group(tuple(stack[0][0]), tuple(stack[0][1]))


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
    return _group(_parser().parse(text.replace("\\\n", " ")).children)


def _group(items: Sequence[Any]) -> Group:
    words = [_group(item.children) if hasattr(item, "children") else str(item) for item in items]
    return Group(tuple(words))


@cache
def _parser() -> Any:
    from lark import Lark

    return Lark(data_text("grammar/readers/nftables.lark"), parser="lalr")
