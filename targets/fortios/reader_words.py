"""The lines of a FortiOS configuration as words: quotes, escapes, texts over several lines.

Written by hand: the language has no grammar beyond words and nesting, and exports
have tens of thousands of lines.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from segc.packets.machine import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(
    r"(?P<end>\n)|(?P<blank>[ \t\r\f\xa0]+)"
    r'|"(?P<quoted>(?:[^"\\]|\\.)*)"'  # a backslash takes the next letter as it is
    r"|'(?P<single>[^']*)'"
    r"|\\(?P<escaped>.)|(?P<plain>[^\s\"'\\]+)",
    re.DOTALL,
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class Line(NamedTuple):
    """The words of a command, and the line on which it begins."""

    words: tuple[str, ...]
    number: int


def lines(text: str) -> Iterator[Line]:
    """Every command of a text. Raises `Refused` where a quote does not end."""
    words: list[str] = []
    word: str | None = None  # what has been read of a word: pieces that touch belong together
    at, number, begun = 0, 1, 1
    while at < len(text):
        if not words and word is None and text[at] == "#":
            end = text.find("\n", at)
            at = len(text) if end < 0 else end
            continue
        token = _TOKEN.match(text, at)
        if token is None:
            raise Refused("has a quote that does not end", number)
        kind, piece = _piece(token)
        if kind in ("end", "blank"):
            words, word = words if word is None else [*words, word], None
            if kind == "end" and words:
                yield Line(tuple(words), begun)
                words = []
        else:
            begun = begun if words or word is not None else number
            word = (word or "") + piece
        number += text.count("\n", at, token.end())
        at = token.end()
    if word is not None or words:
        yield Line((*words, *(() if word is None else (word,))), begun)


def _piece(token: re.Match[str]) -> tuple[str, str]:
    kind = token.lastgroup or ""
    piece = token[kind]
    if kind == "quoted":
        return kind, _ESCAPED.sub(r"\1", piece)
    if kind == "escaped":
        return kind, "" if piece == "\n" else piece  # a backslash at the end goes on with the next line
    return kind, piece
