"""Lines of iptables-restore into flags and their values, nothing skipped.

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


_TOKEN = re.compile(r'[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))(?=[ \t]|$)')
_FLAG = re.compile(r"--?[A-Za-z][A-Za-z0-9-]*\Z")


def flags(text: str) -> tuple[Flag, ...]:
    """The flags of a rule: all that stands behind `-A CHAIN`."""
    found = _quickly(text)
    return found if found is not None else _by_grammar(text)


def _quickly(text: str) -> tuple[Flag, ...] | None:
    """The same as the grammar, for lines that are well-formed; None for any other."""
    found: list[Flag] = []
    name, negate, values = "", False, []
    turned = False
    at, end = 0, len(text.rstrip())
    while at < end:
        token = _TOKEN.match(text, at)
        if token is None:
            return None
        at = token.end()
        quoted, word = token.groups()
        if word is None:
            if not name or turned:
                return None
            values.append(re.sub(r"\\(.)", r"\1", quoted))
        elif word == "!":
            if turned:
                return None
            turned = True
        elif word[0] == "-":
            if _FLAG.match(word) is None:
                return None
            if name:
                found.append(Flag(negate, name, tuple(values)))
            name, negate, values, turned = word, turned, [], False
        elif not name or turned or word[0] == "!":
            return None
        else:
            values.append(word)
    if turned:
        return None
    return (*found, Flag(negate, name, tuple(values))) if name else ()


@cache
def _parser() -> Any:
    from lark import Lark

    return Lark(data_text("grammar/readers/iptables.lark"), parser="lalr")


def _by_grammar(text: str) -> tuple[Flag, ...]:
    from lark.exceptions import UnexpectedInput

    try:
        tree = _parser().parse(f"-A X {text}")
    except UnexpectedInput as problem:
        column = getattr(problem, "column", 0) - 5
        raise Refused(f"what stands at column {column} of the rule makes no sense", text=text) from None
    return tuple(_flag(option.children) for option in tree.children[-1].children[1:])


def _flag(parts: list[Any]) -> Flag:
    """An option of the tree: perhaps a `!`, the flag, and its values."""
    values = tuple(_unquoted(str(part.children[0])) for part in parts if hasattr(part, "children"))
    words = [str(part) for part in parts if not hasattr(part, "children")]
    return Flag(words[0] == "!", words[-1], values)


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if text.startswith('"') else text
