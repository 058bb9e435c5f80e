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
_PIECE = re.compile("|".join([*(TERMINALS[kind] for kind in _ORDER), _SPACE]))
_NAMED = re.compile("|".join([f"(?P<{kind}>{TERMINALS[kind]})" for kind in _ORDER] + [_SPACE]))
_PORTION = 1 << 16  # characters, and a few more, that are cut into pieces at a time
_CUT = re.compile(r"\n(?=[^\s;#])")  # where no piece goes on


class _Kinds(dict[str, "tuple[str | None, str]"]):
    """The kind of each piece of text (None for white space), and the first string of that text.

    A terminal's text alone tells its kind: no terminal looks at what follows. So
    the costly question is asked once a text, and texts are held once.
    """

    def __missing__(self, text: str) -> tuple[str | None, str]:
        match = _NAMED.match(text)
        entry = self[text] = (match.lastgroup if match else None, text)
        return entry


def tokens(text: str) -> Iterator[Token | None]:
    """The tokens of `text`, without white space; None once, and no more, at what is no token."""
    kinds = _Kinds()
    new = tuple.__new__
    start = position = 0
    while start < len(text):
        cut = _CUT.search(text, start + _PORTION)
        end = cut.end() if cut else len(text)
        portion = text[start:end]
        pieces = _PIECE.findall(portion)
        if "".join(pieces) != portion:
            yield None
            return
        for piece in pieces:
            kind, held = kinds[piece]
            if kind is not None:
                yield new(Token, (kind, held, position))
            position += len(piece)
        start = end


def read(source: Source) -> list[Statement] | None:  # noqa: PLR0912 - a state machine, and the hot path
    """The statements of a well-formed file, or None (then ask the parser why)."""
    text = source.text if source.text.endswith("\n") else source.text + "\n"
    root: list[Statement] = []
    stack: list[list[Statement]] = []
    body = root
    current: Statement | None = None
    items: list[Item] = []
    comma = closed = False  # an atom is due; a scope has just ended, so only an end may follow
    for token in tokens(text):
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
