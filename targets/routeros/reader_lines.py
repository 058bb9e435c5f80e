"""An export as commands: continuations joined, words taken apart, each with the menu that it stands in.

MikroTik, "Scripting" and "Configuration Management" (export, import): a line that begins with `/` enters a menu, or
runs one command there; a backslash at the end goes on in the next line, whose leading blanks do not count; a text in
quotes has its own escapes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from segc.packets.machine import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

VERBS = ("add", "set", "remove", "move", "enable", "disable", "unset", "reset", "print", "edit", "comment", "export")
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "_": " ", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|(\[[^\]]*\])|([^\s"=\[\]{};]+)', re.DOTALL)
_ESCAPE = re.compile(r"\\([0-9A-F]{2}|.)", re.DOTALL)
_PATH = re.compile(r"[a-z0-9-]+")


class Command(NamedTuple):
    """One command: `/ip firewall filter`, `add`, its properties, and words that are none.

    A line that only enters a menu, with nothing behind it, has no verb.
    """

    menu: str
    verb: str
    values: dict[str, str]
    words: tuple[str, ...]
    line: int
    text: str


def commands(text: str) -> Iterator[Command]:
    """All commands of an export or script; comments and empty lines are none."""
    menu, entered = "", None
    for line, number in _joined(text):
        if not line.startswith("/"):
            entered = None
            yield _command(menu, line, number, line)
            continue
        if entered is not None:
            yield entered
        entered = None
        path, rest = _path(line)
        if rest:
            yield _command(path, rest, number, line)
        else:
            menu = path
            entered = Command(menu, "", {}, (), number, line)
    if entered is not None:
        yield entered


def _path(line: str) -> tuple[str, str]:
    """The menu that a line names, with blanks or slashes between, and what stands behind it."""
    parts = re.split(r"[ /]+", line.strip("/ "), maxsplit=12)
    found: list[str] = []
    rest = line.strip("/ ")
    for part in parts:
        if part in VERBS or not _PATH.fullmatch(part):
            break
        found.append(part)
        rest = rest[len(part) :].lstrip(" /") if rest.startswith(part) else rest
    return "/" + " ".join(found), rest


def _joined(text: str) -> Iterator[tuple[str, int]]:
    """Lines with their continuations, and the number of the first."""
    begun, first = "", 0
    for number, raw in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        line = raw.strip(" \t") if not begun else raw.lstrip(" \t")
        if not begun and (not line or line.startswith("#")):
            continue
        first = first if begun else number
        if _continued(line):
            begun += line[:-1]
            continue
        yield (begun + line).rstrip(" \t"), first
        begun = ""
    if begun:
        raise Refused("ends in the middle of a command", first)


def _continued(line: str) -> bool:
    """Does it end in a backslash that is not itself escaped?"""
    return (len(line) - len(line.rstrip("\\"))) % 2 == 1


def _command(menu: str, text: str, line: int, whole: str) -> Command:
    verb, _, text = text.partition(" ")
    if whole.startswith("/") and verb not in VERBS:
        raise Refused(f"`{verb}` is neither a menu nor a command that this reader knows", line, text=whole)
    values: dict[str, str] = {}
    words: list[str] = []
    try:
        for word, value in _properties(text):
            if value is None:
                words.append(word)
            elif word in values:
                raise Refused(f"`{word}` is said twice")  # noqa: TRY301
            else:
                values[word] = value
    except Refused as why:
        raise Refused(why.why, line, text=whole) from None
    return Command(menu, verb, values, tuple(words), line, whole)


def _properties(text: str) -> Iterator[tuple[str, str | None]]:
    """Names with their values; None for a word that stands alone."""
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        word, at = _value(text, at)
        if text[at : at + 1] != "=":
            yield word, None
        elif text[at + 1 : at + 2].strip():
            value, at = _value(text, at + 1)
            yield word, value
        else:
            at += 1
            yield word, ""


def _value(text: str, at: int) -> tuple[str, int]:
    """One word or value, of parts with and without quotes, and where it ends."""
    found = ""
    start = at
    while (
        at < len(text) and not text[at].isspace() and not (text[at] == "=" and at > start and not found.endswith("="))
    ):
        part = _WORD.match(text, at)
        if part is None:
            if text[at] == "=":
                break
            raise Refused(f"what stands at `{text[at : at + 20]}` makes no sense")
        if part[1] is not None:
            found += _ESCAPE.sub(_escaped, part[1])
        else:
            found += part[2] or part[3]
        at = part.end()
    return found, at


def _escaped(found: re.Match[str]) -> str:
    one = found[1]
    if len(one) == 2:
        return chr(int(one, 16))
    return ESCAPES.get(one, one)
