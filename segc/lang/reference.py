"""The reference of the language: every word, from the vocabulary that everything else obeys.

    python -m segc.lang.reference > docs/language.md

puts the words into docs/language.in.md, which says what they mean together.
"""

from __future__ import annotations

import sys
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

from segc.lang.icmp import ICMP, ICMP6
from segc.lang.shapes import SHOWN, slots, usage
from segc.lang.vocabulary import SCOPES, Word, scopes_of

if TYPE_CHECKING:
    from collections.abc import Iterator

PROSE = Path("docs/language.in.md")
PLACE = "<!-- words -->\n"
WIDTH = 118
LONGEST_USAGE = 90
ONE_A_PLANT = frozenset({"segc", "site"})  # the table lets them repeat, since a second one is a finding of its own

# What the capitals of a usage line stand for, by kind of slot.
VALUES = {
    "name": "a new name: small letters, digits and inner hyphens, a letter first, at most 63: `line-3`",
    "ref": "a name that is declared somewhere: `filling`, `filler-plc`, `filling.filler-plc`",
    "word": "a word or number without blanks: `iptables`, `CHG-1107`",
    "text": 'text in double quotes, on one line; there is no way to write `"` inside it',
    "net": "a network `10.3.0.0/24`, `fd00:3::/64`; or `any`, the one outside zone",
    "addresses": "an address `10.3.0.11`, a range `10.3.0.32-10.3.0.47` or a network `10.3.0.32/28`, of either family",
    "ifaddress": "an address with the length of its network: `10.3.0.1/24`",
    "ifname": "a name as the firewall has it: `eth1`; in quotes where it holds other characters",
    "port": "a port `502`, a range `9000-9010`, or `any`",
    "icmp": f"a number, a range of numbers, or {', '.join(f'`{name}`' for name in ICMP)}",
    "icmp6": f"a number, a range of numbers, or {', '.join(f'`{name}`' for name in ICMP6)}",
    "date": "`2027-01-31`",
    "duration": "`10ms`, `30s`, `15min`, `4h` or `30d`",
    "weekdays": "`Sat`, `Mon-Fri` or `daily`",
    "hours": "`06:00-10:00`; `22:00-06:00` ends on the next day; the whole day is `00:00-24:00`",
    "level": "`0`, `1`, `2`, `3`, `3.5`, `4` or `5`",
    "ratio": "from `0` to `1`",
    "whole": "a whole number; a message tells the bounds where one is out of them",
}
TITLES = {
    "file": "At the top of a file",
    "ports": "Inside `tcp`, `udp` and `sctp`",
    "flow": "Inside `allow`",
    "assert": "Behind `assert`",
}


def reference() -> str:
    """Every word by scope, the values that words take, and an index: Markdown."""
    scopes = [line for scope in SCOPES for line in ("", *_scope(scope))]
    return "\n".join([*_values(), *scopes, "", *_index()]) + "\n"


def page(prose: str) -> str:
    """The whole page: the prose with the words in their place."""
    before, place, after = prose.partition(PLACE)
    if not place:
        raise ValueError(f"the prose has no line {PLACE.strip()}")
    return before + reference() + after


def title(scope: str) -> str:
    """A scope's heading."""
    return TITLES.get(scope, f"Inside `{scope}`")


def _values() -> Iterator[str]:
    yield "### Values"
    yield ""
    yield "| written as | in | is |"
    yield "|---|---|---|"
    for kind, meaning in VALUES.items():
        words = [word for word, row in _rows() if any(slot.kind == kind for slot in slots(row.shape))]
        shown = SHOWN.get(kind, kind.upper())
        yield f"| `{shown}` | {_several(words)} | {meaning} |"


def _rows() -> Iterator[tuple[str, Word]]:
    for words in SCOPES.values():
        yield from words.items()


def _several(words: list[str]) -> str:
    """A few words by name; of many, that they are many."""
    found = list(dict.fromkeys(words))
    return ", ".join(f"`{word}`" for word in found) if len(found) <= 4 else f"{len(found)} words"


def _scope(scope: str) -> Iterator[str]:
    yield f"### {title(scope)}"
    yield ""
    for word, row in SCOPES[scope].items():
        yield _entry(scope, word, row)


def _entry(scope: str, word: str, row: Word) -> str:
    written = _written(scope, word, row)
    choices = next((slot.argument for slot in slots(row.shape) if slot.kind == "enum"), "")
    which = ""
    if len(written) > LONGEST_USAGE:
        written = written.replace(choices, "CHOICE")
        which = f" CHOICE is one of {choices.replace('|', ', ')}."
    told = f"{row.doc}. {_often(scope, word, row)} Since version {row.since}.{which}"
    return f"- `{written}`:\n{_wrapped(told)}"


def _written(scope: str, word: str, row: Word) -> str:
    if (scope, word) == ("file", "assert"):
        return "assert KIND ..."
    return f"{'assert ' if scope == 'assert' else ''}{usage(word, row.shape)}{' { ... }' if row.scope else ''}"


def _often(scope: str, word: str, row: Word) -> str:
    if word in ONE_A_PLANT:
        return "One a plant."
    repeatable = row.repeat or scope == "assert"
    if row.required:
        return "Must be given; repeatable." if repeatable else "Must be given."
    return "Repeatable." if repeatable else "At most once."


def _wrapped(text: str) -> str:
    return fill(text, WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)


def _index() -> Iterator[str]:
    yield "### All words"
    yield ""
    for word in sorted({word for word, _ in _rows()}):
        places = ", ".join(title(scope)[0].lower() + title(scope)[1:] for scope in scopes_of(word))
        yield _wrapped(f"- `{word}`: {places}")[2:]


if __name__ == "__main__":
    sys.stdout.write(page(PROSE.read_text(encoding="utf-8")))
