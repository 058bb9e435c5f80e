"""Lines into words and flags, nothing skipped.

A well-formed line is cut by one expression. What that does not take goes to the
grammar, which is the authority and says where a line stops making sense.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple

from segc._data import data_text
from segc.packets.machine import Refused


class Flag(NamedTuple):
    """A flag with what stands behind it. Quotes are off."""

    negate: bool
    name: str
    values: tuple[str, ...]

    def text(self) -> str:
        """The flag as it may be written."""
        return " ".join(("! " * self.negate + self.name, *self.values))


# Behind these a word is a text, even where it looks like a flag.
TEXTS = {"--comment", "--log-prefix", "--nflog-prefix", "--ulog-prefix"}
_TOKEN = re.compile(r'[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))(?![^ \t])')
_FLAG = re.compile(r"--?[A-Za-z][A-Za-z0-9-]*")
_ESCAPE = re.compile(r"\\(.)")


def flags(text: str) -> tuple[Flag, ...]:
    """The flags of a rule: all that stands behind `-A CHAIN`."""
    found = _quickly(text)
    return found if found is not None else _by_grammar(text)


def _quickly(text: str) -> tuple[Flag, ...] | None:
    """The same as the grammar, for lines that are well-formed; None for any other."""
    tokens = _tokens(text)
    if tokens is None:
        return None
    found: list[Flag] = []
    at, end = 0, len(tokens)
    while at < end:
        negate = tokens[at] == (None, "!")
        at += negate
        name = tokens[at][1] if at < end else None
        if name is None or _FLAG.fullmatch(name) is None:
            return None
        start = at = at + 1
        if name in TEXTS:
            at += 1
        else:
            while at < end and _is_value(tokens[at]):
                at += 1
        if at > end:
            return None
        found.append(Flag(negate, name, tuple(_value(token) for token in tokens[start:at])))
    return tuple(found)


Token = tuple[str | None, str | None]  # what stands in quotes, or a word


def _value(token: Token) -> str:
    quoted, word = token
    return word or "" if quoted is None else _ESCAPE.sub(r"\1", quoted)


def _is_value(token: Token) -> bool:
    return token[1] is None or token[1][0] not in "!-"


def _tokens(text: str) -> list[Token] | None:
    """Words, and what stands in quotes; None where there is more than that."""
    found: list[Token] = []
    at, end = 0, len(text.rstrip(" \t"))
    while at < end:
        token = _TOKEN.match(text, at)
        if token is None:
            return None
        found.append((token[1], token[2]))
        at = token.end()
    return found


@cache
def parser(name: str) -> Any:
    """The grammar of a name, made ready."""
    from lark import Lark

    # The contextual lexer knows where a text stands, so that `-x` is a flag elsewhere.
    return Lark(data_text(f"grammar/readers/{name}.lark"), parser="lalr")


def _by_grammar(text: str) -> tuple[Flag, ...]:
    return tuple(_flag(option.children) for option in parsed("iptables", text).children)


def parsed(name: str, text: str) -> Any:
    """A line's tree by a grammar."""
    from lark.exceptions import UnexpectedInput

    try:
        return parser(name).parse(text)
    except UnexpectedInput as problem:
        column = getattr(problem, "column", 0)
        where = f"column {column} of the rule" if column > 0 else "the end of the rule"
        raise Refused(f"what stands at {where} makes no sense", text=text) from None


def _flag(parts: list[Any]) -> Flag:
    """An option of the tree: perhaps a `!`, the flag, and its values."""
    values = tuple(_unquoted(str(part.children[0])) for part in parts if hasattr(part, "children"))
    words = [str(part) for part in parts if not hasattr(part, "children")]
    return Flag(words[0] == "!", words[-1], values)


def _unquoted(text: str) -> str:
    return _ESCAPE.sub(r"\1", text[1:-1]) if text.startswith('"') else text
