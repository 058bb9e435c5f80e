"""The fast way from text to tree, for files in which nothing is wrong.

grammar/zone.lark is the authority on what a file may look like. lark's LALR
engine spends some 50 microseconds a line on it and its import costs as much as
the rest of a small `segc check`. So well-formed files are read here, by one
regular expression and a stack; `read` answers None for anything it is not sure
of, and `segc.lang.parser` then asks lark, which also finds the words for what
is wrong. Tests hold the two equal on every tree and every verdict.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from segc.lang.syntax import (
    COMMA,
    DEEPEST,
    END,
    LBRACE,
    LITERAL,
    OP,
    RBRACE,
    STRING,
    WORD,
    Item,
    Statement,
    Token,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.source import Source

# The terminals of grammar/zone.lark (a test compares them letter by letter).
TERMINALS = {
    WORD: r"[A-Za-z_][A-Za-z0-9_]*(?:[-.][A-Za-z0-9_]+)*",
    LITERAL: (
        r"(?:[0-9A-Fa-f]{1,4})?:(?:[0-9A-Fa-f]{0,4}:)+[0-9A-Fa-f.]*(?:\/[0-9]+)?(?:-[0-9A-Fa-f:.]*[0-9A-Fa-f:])?"
        r"|(?:[0-9A-Fa-f]{1,4}:){2,}(?:[0-9A-Fa-f.]*[0-9A-Fa-f])?(?:\/[0-9]+)?(?:-[0-9A-Fa-f:.]*[0-9A-Fa-f:])?"
        r"|[0-9](?:[A-Za-z0-9_.\/:-]*[A-Za-z0-9_])?"
    ),
    STRING: r'"[^"\n\x00-\x1f]*"',
    OP: r"<->|->|--|<=|>=|:|<|>|=",
    END: r"(?:;|(?:#[^\n]*)?\n)(?:[ \t\r\f]|;|(?:#[^\n]*)?\n)*",
    COMMA: r",",
    LBRACE: r"\{",
    RBRACE: r"\}",
}
_ATOMS = (WORD, LITERAL, STRING)
_SPACE = r"[ \t\r\f]+"
_ORDER = (LITERAL, STRING, WORD, OP, COMMA, END, LBRACE, RBRACE)
_MASTER = re.compile("|".join([f"(?P<{kind}>{TERMINALS[kind]})" for kind in _ORDER] + [_SPACE]))


def tokens(text: str) -> Iterator[Token | None]:
    """The tokens of `text`, without white space; None once, and no more, at what is no token."""
    position = 0
    new = tuple.__new__
    for match in _MASTER.finditer(text):
        if match.start() != position:
            yield None
            return
        position = match.end()
        kind = match.lastgroup
        if kind is not None:
            yield new(Token, (kind, match[0], match.start()))
    if position != len(text):
        yield None


class _Words(dict[str, "tuple[Token | None, ...]"]):
    """The tokens of each text between blanks. A plant says few different things: each is looked at once."""

    def __missing__(self, word: str) -> tuple[Token | None, ...]:
        found = self[word] = tuple(tokens(word))
        return found


def _by_words(text: str) -> Iterator[Token | None]:
    """The same tokens, three times as fast; but every line ends with an `END` of its own.

    Blanks stand only between tokens, other than in strings and comments, and no token but `END` goes past a line.
    """
    words = _Words()
    new = tuple.__new__
    start = 0
    for line in text.split("\n"):
        position = start
        for word in [line + "\n"] if '"' in line or "#" in line else line.split(" "):
            for token in words[word]:
                yield token and new(Token, (token[0], token[1], position + token[2]))
            position += len(word) + 1
        start += len(line) + 1
        yield new(Token, (END, "\n", start - 1))


def read(source: Source) -> list[Statement] | None:  # noqa: PLR0912 - a state machine, and the hot path
    """The statements of a well-formed file, or None (then ask the parser why)."""
    root: list[Statement] = []
    stack: list[list[Statement]] = []
    body = root
    current: Statement | None = None
    items: list[Item] = []
    comma = closed = False  # an atom is due; a scope has just ended, so only an end may follow
    for token in _by_words(source.text):
        if token is None:
            return None
        kind = token[0]
        if kind in _ATOMS:
            if current is None:
                if closed or kind != WORD:
                    return None
                items = []
                current = Statement(token, items)
                body.append(current)
            elif comma:
                items[-1].append(token)  # type: ignore[union-attr]  # a comma follows a list only
                comma = False
            else:
                items.append([token])
        elif comma:
            return None
        elif kind == END:
            current, closed = None, False
        elif kind == RBRACE:
            if not stack:
                return None
            body, current, closed = stack.pop(), None, True
        elif current is None:
            return None
        elif kind == LBRACE:
            if len(stack) == DEEPEST:
                return None
            stack.append(body)
            body = current.body = []
            current = None
        elif kind == OP:
            items.append(token)
        elif not items or type(items[-1]) is not list:
            return None
        else:
            comma = True
    return None if stack else root
