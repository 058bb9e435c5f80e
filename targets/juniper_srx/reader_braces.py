"""The form of a configuration with braces, as `show configuration` prints it: the same paths of words, one level a brace."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from segc.packets.machine import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

Words = tuple[str, ...]
_PIECES = re.compile(r'"((?:[^"\\]|\\.)*)"|([{};\[\]])|#.*|([^\s{};\[\]"#]+)|\s+|(.)')
_HARMLESS = ("protect:",)  # who may change a statement


class Command(NamedTuple):
    """What a statement is in the set form: `set`, or `deactivate` behind it, with its whole path."""

    verb: str
    words: Words
    line: int


def commands(text: str) -> Iterator[Command]:
    """The same configuration as commands, from the top."""
    path: list[Words] = []
    words: list[str] = []
    listed: list[str] | None = None
    empty = False  # has the innermost block held nothing yet?
    for token, sign, line in _tokens(text):
        if not sign:
            (words if listed is None else listed).append(token)
        elif token == "[":
            listed = []
        elif token == "]":
            if not listed:
                raise Refused("a list in brackets holds something", line)
        elif token == "}":
            if words or not path:
                raise Refused("a brace closes too early", line)
            if empty:
                yield Command("set", _whole(path), line)
            path.pop()
            empty = False
        else:
            inner, inactive = _mark(words, line)
            whole = (*_whole(path), *inner)
            if token == "{":
                path.append(inner)
            else:
                yield from (Command("set", (*whole, *end), line) for end in ([()] if listed is None else zip(listed)))
            if inactive:
                yield Command("deactivate", whole, line)
            words, listed, empty = [], None, token == "{"
    if words or path:
        raise Refused("the configuration breaks off: a brace or a semicolon is missing", text.rstrip().count("\n") + 1)


def _whole(path: list[Words]) -> Words:
    return tuple(word for words in path for word in words)


def _mark(words: list[str], line: int) -> tuple[Words, bool]:
    """A statement without the marks before it, and whether one of them is `inactive:`."""
    inactive = False
    while words and words[0].endswith(":"):
        if words[0] == "inactive:":
            inactive = True
        elif words[0] not in _HARMLESS:
            raise Refused(f"`{words[0]}` is no mark that this reader knows", line)
        words = words[1:]
    if not words:
        raise Refused("a statement says nothing", line)
    return tuple(words), inactive


def _tokens(text: str) -> Iterator[tuple[str, bool, int]]:
    """Words and signs with their lines; a quoted text is always a word. Comments may go over several lines."""
    plain = re.sub(r"/\*.*?\*/", lambda found: "\n" * found[0].count("\n"), text, flags=re.DOTALL)
    for number, line in enumerate(plain.split("\n"), 1):
        for found in _PIECES.finditer(line):
            quoted, sign, word, odd = found.groups()
            if odd:
                raise Refused("a quote is not closed", number)
            if quoted is not None:
                yield re.sub(r"\\(.)", r"\1", quoted), False, number
            elif sign or word:
                yield sign or word, bool(sign), number
