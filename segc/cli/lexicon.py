"""Words of the language, explained from the vocabulary that everything else obeys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.lang.shapes import Slot, slots, usage
from segc.lang.vocabulary import SCOPES, Word, scopes_of

if TYPE_CHECKING:
    from collections.abc import Iterator

# What the capitals of a usage line stand for.
VALUES = {
    "name": "small letters, digits and inner hyphens, e.g. line-3",
    "ref": "the name of something declared; zone.asset names an asset from anywhere",
    "net": "10.3.0.0/24, fd00:3::/64, or `any` for the one outside zone",
    "addresses": "10.3.0.11, 10.3.0.32-10.3.0.47, 10.3.0.32/28 or fd00:3::11",
    "ifaddress": "10.3.0.1/24",
    "ifname": "eth1, or in quotes where it holds other characters",
    "port": "502, 9000-9010 or `any`",
    "icmp": "echo-request, 8 or 0-255",
    "icmp6": "echo-request, 128 or 0-255",
    "date": "2027-01-31",
    "duration": "10ms, 30s, 15min, 4h or 30d",
    "weekdays": "Sat, Mon-Fri or daily",
    "hours": "06:00-10:00; 22:00-06:00 ends on the next day",
    "level": "0, 1, 2, 3, 3.5, 4 or 5",
    "ratio": "0 to 1",
}


def knows(word: str) -> bool:
    """Is this a word, or the name of a scope?"""
    return word in SCOPES or bool(scopes_of(word))


def page(word: str) -> str:
    """Where the word stands, how it is written, and what it is for."""
    lines = [f"`{word}`, a word of the language"]
    for scope in scopes_of(word):
        lines += ["", *_row(word, scope, SCOPES[scope][word])]
    if word in SCOPES and not scopes_of(word):
        lines += ["", f"  {_inside(word)}"]
    return "\n".join(lines) + "\n"


def _row(word: str, scope: str, row: Word) -> Iterator[str]:
    where = "at the top of a file" if scope == "file" else f"in `{scope}`"
    often = "must be given" if row.required else ""
    often = often or ("may be given more than once" if row.repeat else "")
    yield f"  {where}: {row.doc}" + (f" ({often})" if often else "")
    if word == "assert":
        yield from (f"    {usage(f'assert {kind}', one.shape)}" for kind, one in SCOPES["assert"].items())
    else:
        head = "assert " if scope == "assert" else ""
        yield f"    {head}{usage(word, row.shape)}{' { ... }' if row.scope else ''}"
    for slot in slots(row.shape):
        if (meaning := _meaning(slot)) is not None:
            yield f"      {slot._replace(many=False, optional=False).shown()} is {meaning}"
    if row.scope in SCOPES:
        yield f"    {_inside(row.scope or '')}"


def _meaning(slot: Slot) -> str | None:
    if slot.kind == "whole":
        low, high = slot.argument.split(",")
        return f"{low} to {high}"
    return VALUES.get(slot.kind)


def _inside(scope: str) -> str:
    """The words of a scope."""
    return f"inside `{scope}`: {', '.join(sorted(SCOPES[scope]))}"
