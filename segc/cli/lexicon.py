"""Words of the language, explained from the vocabulary that everything else obeys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.lang.shapes import Slot, slots, usage
from segc.lang.vocabulary import SCOPES, Word, scopes_of

if TYPE_CHECKING:
    from collections.abc import Iterator

# What the capitals of a usage line stand for.
VALUES = {
    "name": "a new NAME has small letters, digits and inner hyphens, e.g. line-3",
    "ref": "a NAME is declared somewhere; ZONE.ASSET names an asset from anywhere",
    "net": "PREFIX: 10.3.0.0/24, fd00:3::/64, or `any` for the one outside zone",
    "addresses": "ADDRESS: 10.3.0.11, 10.3.0.32-10.3.0.47, 10.3.0.32/28 or fd00:3::11",
    "ifaddress": "ADDRESS: 10.3.0.1/24",
    "ifname": "INTERFACE: eth1; in quotes where it holds other characters",
    "port": "PORT: 502, 9000-9010 or `any`",
    "icmp": "TYPE: echo-request, 8 or 0-255",
    "icmp6": "TYPE: echo-request, 128 or 0-255",
    "date": "DATE: 2027-01-31",
    "duration": "DURATION: 10ms, 30s, 15min, 4h or 30d",
    "weekdays": "DAYS: Sat, Mon-Fri or daily",
    "hours": "HOURS: 06:00-10:00; 22:00-06:00 ends on the next day",
    "level": "NUMBER: 0, 1, 2, 3, 3.5, 4 or 5",
    "ratio": "NUMBER: 0 to 1",
}


def knows(word: str) -> bool:
    """Is this a word, or the name of a scope?"""
    return word in SCOPES or bool(scopes_of(word))


def page(word: str) -> str:
    """Where the word stands, how it is written, and what it is for."""
    scopes = scopes_of(word)
    lines = [f"`{word}`, a word of the language" if scopes else f"`{word}`, a scope of the language"]
    for scope in scopes:
        lines += ["", *_row(word, scope, SCOPES[scope][word])]
    opened = {SCOPES[scope][word].scope: None for scope in scopes} if scopes else {word: None}
    for inner in opened:
        if inner is not None:
            lines += ["", *_inside(inner)]
    return "\n".join(lines) + "\n"


def _row(word: str, scope: str, row: Word) -> Iterator[str]:
    """A word in one of the scopes that have it."""
    where = "at the top of a file" if scope == "file" else f"in `{scope}`"
    often = "must be given" if row.required else ""
    often = often or ("may be given more than once" if row.repeat else "")
    yield f"  {where}: {row.doc}" + (f" ({often})" if often else "")
    if word == "assert":
        yield from (f"    {usage(f'assert {kind}', one.shape)}" for kind, one in SCOPES["assert"].items())
    else:
        head = "assert " if scope == "assert" else ""
        yield f"    {head}{usage(word, row.shape)}{' { ... }' if row.scope else ''}"
    meanings = (_meaning(slot) for slot in slots(row.shape))
    yield from (f"      {meaning}" for meaning in dict.fromkeys(meanings) if meaning)


def _meaning(slot: Slot) -> str:
    if slot.kind == "whole":
        low, high = slot.argument.split(",")
        return f"NUMBER: {low} to {high}"
    return VALUES.get(slot.kind, "")


def _inside(scope: str) -> Iterator[str]:
    """The words of a scope, with what they are for."""
    openers = [f"`{word}`" for words in SCOPES.values() for word, row in words.items() if row.scope == scope]
    where = f"inside the braces of {', '.join(dict.fromkeys(openers))}" if openers else "at the top of a file"
    yield f"  {where}:"
    for word, row in SCOPES[scope].items():
        yield f"    {word:<14} {row.doc}"
