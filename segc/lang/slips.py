"""What people write who know another language: the advice on statements that do not fit.

Asked only when something is wrong already, so that it may read the library.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from segc._data import data_root
from segc.lang.reader import read
from segc.lang.syntax import JUNK, LITERAL, OP, WORD, Item, Statement, Token
from segc.lang.vocabulary import SCOPES, UNPADDED
from segc.source import Source, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

_PROTOCOLS = ("tcp", "udp", "sctp", "icmp", "icmp6", "proto")
_ARROWS = re.compile(r"[-=~<>\u2013\u2014\u2190-\u21ff]+\Z")
_MOST = 4


class Slip(NamedTuple):
    """What is meant by the text between two offsets, and what to write instead."""

    start: int
    end: int
    message: str
    label: str
    help: str
    instead: str | None = None


def arrow(source: Source, items: Sequence[Item], wanted: str) -> Slip | None:
    """An arrow of another language, where `wanted` (`->`, `--`, ...) is due."""
    first = _sign(items[0]) if items else None
    if first is None:
        return None
    end = first.end
    for item in items[1:]:
        sign = _sign(item)
        if sign is None or sign.start != end:
            break
        end = sign.end
    text = source.text[first.start : end]
    if not _ARROWS.match(text):
        return None
    return Slip(first.start, end, f"`{wanted}` is due here, not `{text}`", f"write `{wanted}`", "", wanted)


def _sign(item: Item) -> Token | None:
    token = item if isinstance(item, Token) else item[0] if len(item) == 1 else None
    return token if token is not None and token.kind in (OP, JUNK) else None


def port(statement: Statement, at: int) -> Slip | None:
    """A protocol or a port where the name of a service is due: `: tcp 502`, `: tcp/502`, `: 502`."""
    if statement.word.text not in UNPADDED and statement.word.text != "assert":
        return None
    colons = [n for n, item in enumerate(statement.items) if isinstance(item, Token) and item.text == ":"]
    if not colons or at <= colons[-1]:
        return None
    tokens = [
        token for item in statement.items[colons[-1] + 1 :] for token in ([item] if isinstance(item, Token) else item)
    ]
    words = [token.text for token in tokens if token.kind == WORD]
    numbers = [
        token.text for token in tokens if token.kind == LITERAL and re.fullmatch(r"[0-9]+(-[0-9]+)?", token.text)
    ]
    protocol = next((word for word in words if word in _PROTOCOLS), None)
    if not numbers or (words and protocol is None):
        return None
    text = f"{protocol or 'tcp'} {', '.join(numbers)}"
    known = _library().get((protocol or "tcp", numbers[0]), ()) if len(numbers) == 1 else ()
    more = f"; the library has {', '.join(known[:_MOST])}" if known else ""
    return Slip(
        tokens[0].start,
        tokens[-1].end,
        "a port is no service; the name of a service is due here",
        "not a name",
        f"declare it: service NAME {{ {text} }}, and use its name{more}",
    )


@cache
def _library() -> dict[tuple[str, str], tuple[str, ...]]:
    """The library's services by protocol and port, those first that have no other port."""
    found: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for file in sorted((data_root("grammar") / "std").glob("*.zone")):
        for service in read(Source(file.name, file.read_text(encoding="utf-8"), builtin=True)) or ():
            if service.word.text != "service":
                continue
            name = service.items[0][0].text if isinstance(service.items[0], list) else ""
            ports = [
                (inner.word.text, token.text)
                for inner in service.body or ()
                if inner.word.text in _PROTOCOLS
                for item in inner.items
                if isinstance(item, list)
                for token in item
            ]
            for one in ports:
                found.setdefault(one, []).append((len(ports), name))
    return {one: tuple(name for _, name in sorted(names)) for one, names in found.items()}


def setting(source: Source, statement: Statement, item: Item) -> Slip | None:
    """A setting on the line of another one, or outside the scope of the statement that it belongs to."""
    if isinstance(item, Token) or item[0].kind != WORD:
        return None
    word, text = statement.word.text, item[0].text
    start, end = item[0].start, item[-1].end
    for words in SCOPES.values():
        row = words.get(word)
        if row is not None and row.scope is not None and text in SCOPES[row.scope]:
            head = Span(source, statement.word.start, start).text.strip()
            help_text = f"write: {head if len(head) <= 60 else word + ' ...'} {{ {text} ... }}"
            return Slip(
                start, end, f"`{text}` is a setting of this `{word}`: it stands in `{{ }}`", "outside", help_text
            )
    if any(word in words and text in words for words in SCOPES.values()):
        return Slip(start, end, f"a `;` or a new line is missing before `{text}`", "another statement begins", "")
    return None
