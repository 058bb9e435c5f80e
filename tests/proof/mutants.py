"""Mutants of rendered files: one line dropped, moved, widened, turned round, made silent or made loud."""

from __future__ import annotations

import random
import re
from functools import cache
from itertools import islice, tee, zip_longest
from typing import TYPE_CHECKING, NamedTuple

from segc.targets import registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NUMBER = re.compile(r"(?<![\w.:>~-])(\d{2,5})(?![\w.:/>~-])")  # ports and types, not parts of names or addresses
PREFIX = re.compile(r"(?<=/)(\d{2,3})(?=\b)")
HOST = re.compile(r"\b(\d+\.\d+\.\d+\.)(\d+)(?![\d/.])")


class Mutant(NamedTuple):
    """A changed text of one file, and what was done to it."""

    role: str
    what: str
    line: int
    text: str


def _plus_one(found: re.Match[str]) -> str:
    return str(int(found[1]) + 1)


def _minus_one(found: re.Match[str]) -> str:
    return str(int(found[1]) - 1)


def _next_host(found: re.Match[str]) -> str:
    return f"{found[1]}{int(found[2]) ^ 1}"


def _swapped(line: str) -> str:
    """Source for target and target for source."""
    names = {"-s ": "-d ", "-d ": "-s ", "saddr": "daddr", "daddr": "saddr", "--src-range": "--dst-range"}
    return re.sub(r"-s |-d |saddr|daddr|--src-range", lambda m: names[m[0]], line)


CHANGES: dict[str, Callable[[str], str]] = {
    "number + 1": lambda line: NUMBER.sub(_plus_one, line, count=1),
    "number - 1": lambda line: NUMBER.sub(_minus_one, line, count=1),
    "prefix widened": lambda line: PREFIX.sub(_minus_one, line, count=1),
    "next host": lambda line: HOST.sub(_next_host, line, count=1),
    "accept for drop": lambda line: re.sub(
        r"\b(DROP|drop)\b", lambda m: "ACCEPT" if m[1] == "DROP" else "accept", line
    ),
    "drop for accept": lambda line: re.sub(
        r"\b(ACCEPT|accept)\b", lambda m: "DROP" if m[1] == "ACCEPT" else "drop", line
    ),
    "return for a verdict": lambda line: re.sub(
        r"-j (ACCEPT|DROP)|\b(accept|drop)$", lambda m: "-j RETURN" if m[1] else "return", line
    ),
    "ends swapped": _swapped,
    "protocol changed": lambda line: re.sub(r"-p tcp|\btcp dport", lambda m: m[0].replace("tcp", "udp"), line, count=1),
    "negation turned": lambda line: line.replace("set ! --match-set", "set --match-set").replace("!= @", "== @"),
    "interface changed": lambda line: re.sub(
        r"(?<=-i )eth0|(?<=iifname )\"eth0\"", lambda m: m[0].replace("0", "9"), line
    ),
    "interface forgotten": lambda line: re.sub(r"-i \S+ |iifname (\"\S+\"|\{[^}]*\}) ", "", line),
    "record renamed": lambda line: re.sub(r"segc:([ABLab]):", lambda m: f"segc:{m[1]}:x", line),
    "record of another class": lambda line: re.sub(
        r"segc:([ABab]):", lambda m: f"segc:{'BA'['AB'.find(m[1].upper())]}:", line
    ),
    "state widened": lambda line: line.replace("ESTABLISHED", "NEW,ESTABLISHED").replace(
        "ct state established", "ct state new"
    ),
    "policy turned": lambda line: re.sub(
        r"^(:FORWARD) ACCEPT|policy accept", lambda m: f"{m[1]} DROP" if m[1] else "policy drop", line
    ),
    "jump for goto": lambda line: line.replace(" -g ", " -j ").replace(" goto ", " jump "),
}
COMMENT = re.compile(r"\s*(#|!|remark |access-list \S+ remark |$)")


@cache
def changes(target: str) -> dict[str, Callable[[str], str]]:
    """What can be done to a line: to any, and as the target's own mutants.py says."""
    try:
        own: dict[str, Callable[[str], str]] = registry.module(target, "mutants").CHANGES
    except ModuleNotFoundError:
        own = {}
    return CHANGES | own


def mutants(role: str, text: str, most: int, seed: int, target: str) -> Iterator[Mutant]:
    """At most so many mutants of a text, chosen by the seed; each differs from it in more than a comment.

    Every second one changes a word, while there are any: where an entry has many lines, most that are doubled or moved
    mean the same.
    """
    lines = text.split("\n")
    by_word = changes(target)
    every = [
        (what, at)
        for at, line in enumerate(lines)
        for what in ("dropped", "doubled", "moved up", *by_word)
        if _counts(line)
    ]
    every.sort(key=lambda one: random.Random(f"{role}{seed}{one}").random())  # more kinds of change leave the others
    made = ((what, at, _changed(lines, what, at, by_word)) for what, at in every)
    real, more = tee((what, at, changed) for what, at, changed in made if changed is not None)
    words, others = (one for one in real if one[0] in by_word), (one for one in more if one[0] not in by_word)
    both = (one for pair in zip_longest(words, others) for one in pair if one is not None)
    for what, at, changed in islice(both, most):
        yield Mutant(role, what, at + 1, "\n".join(changed))


def _counts(line: str) -> bool:
    return not COMMENT.match(line)


def _changed(lines: list[str], what: str, at: int, by_word: dict[str, Callable[[str], str]]) -> list[str] | None:
    line = lines[at]
    if what == "dropped":
        return [*lines[:at], *lines[at + 1 :]]
    if what == "doubled":
        return [*lines[: at + 1], *lines[at:]]
    if what == "moved up":
        if not at or not _counts(lines[at - 1]):
            return None
        return [*lines[: at - 1], line, lines[at - 1], *lines[at + 1 :]]
    new = by_word[what](line)
    return None if new == line else [*lines[:at], new, *lines[at + 1 :]]
