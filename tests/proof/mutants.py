"""Mutants of rendered files: one line dropped, moved, widened, turned round, made silent or made loud."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, NamedTuple

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

# ---- access lists of an ASA ----
OPERAND = r"((?:object(?:-group)? )?\S+)"
ACE = re.compile(rf"^(access-list \S+ extended (?:permit|deny) (?:object(?:-group)? )?\S+) {OPERAND} {OPERAND}")
CHANGES |= {
    "permit for deny": lambda line: line.replace(" extended deny ", " extended permit "),
    "deny for permit": lambda line: line.replace(" extended permit ", " extended deny "),
    "log lost": lambda line: re.sub(r" log( \w+)?$", "", line),
    "log disabled": lambda line: re.sub(r" log( \w+)?$", " log disable", line),
    "log of another level": lambda line: re.sub(r" log \w+$", " log", line),
    "log where none was": lambda line: re.sub(r"^(access-list .* extended .*[^s])$", r"\1 log", line),
    "line inactive": lambda line: re.sub(r"^(access-list .* extended .*)$", r"\1 inactive", line),
    "sides swapped": lambda line: ACE.sub(r"\1 \3 \2", line),
    "any source": lambda line: ACE.sub(r"\1 any \3", line),
    "any target": lambda line: ACE.sub(r"\1 \2 any", line),
    "all services": lambda line: re.sub(r"(extended \w+) object(-group)? \S+", r"\1 ip", line),
    "mask widened": lambda line: line.replace("255.255.255.0", "255.255.254.0"),
    "service of another protocol": lambda line: re.sub(r"(?<=service-object )tcp|(?<=service )tcp", "udp", line),
    "object of another name": lambda line: re.sub(r"\bobject(-group)? (\S+)(?= )", r"object\1 \2x", line, count=1),
    "bound to another interface": lambda line: re.sub(r"(?<= interface )eth0\b", "eth9", line),
    "bound the other way": lambda line: re.sub(r"^(access-group \S+) in ", r"\1 out ", line),
    "control plane forgotten": lambda line: line.removesuffix(" control-plane"),
    "list of another name": lambda line: re.sub(r"(?<=^access-list )(\S+)-in\b", r"\1-on", line),
}

# ---- access lists of IOS, EOS and NX-OS ----
END = r"(?:host \S+|[\da-f:.]+/\d+|\d[\d.]+ \d[\d.]+)"
PORT = r"(?: (?:eq \d+|range \d+ \d+))?"
CHANGES |= {
    "entry permits": lambda line: re.sub(r"^(\s+)deny ", r"\1permit ", line),
    "entry denies": lambda line: re.sub(r"^(\s+)permit ", r"\1deny ", line),
    "entry logs": lambda line: re.sub(r"^(\s+(?:permit|deny) .*[^g])$", r"\1 log", line),
    "answers may open": lambda line: line.replace(" established", ""),
    "entry of any source": lambda line: re.sub(rf"^(\s+(?:permit|deny) \S+) {END}(?= )", r"\1 any", line),
    "entry of any target": lambda line: re.sub(
        rf"^(\s+(?:permit|deny) \S+ (?:any|{END}){PORT}) {END}", r"\1 any", line
    ),
    "entry of any protocol": lambda line: re.sub(r"^(\s+(?:permit|deny)) (?:icmp|\d+) ", r"\1 ip ", line),
    "entry without ports": lambda line: re.sub(r"^(\s+(?:permit|deny) .*?) (?:eq \d+|range \d+ \d+)", r"\1", line),
    "list bound out": lambda line: re.sub(r"^(\s+ip(?:v6)? (?:access-group|traffic-filter) \S+) in$", r"\1 out", line),
    "list unbound": lambda line: re.sub(r"^(\s+)(ip(?:v6)? (?:access-group|traffic-filter) )", r"\1no \2", line),
}
COMMENT = re.compile(r"\s*(#|!|remark |access-list \S+ remark |$)")


def mutants(role: str, text: str, most: int, seed: int) -> Iterator[Mutant]:
    """At most so many mutants of a text, chosen by the seed; each differs from it in more than a comment."""
    lines = text.split("\n")
    every = [
        (what, at)
        for at, line in enumerate(lines)
        for what in ("dropped", "doubled", "moved up", *CHANGES)
        if _counts(line)
    ]
    every.sort(key=lambda one: random.Random(f"{role}{seed}{one}").random())  # more kinds of change leave the others
    made = 0
    for what, at in every:
        changed = _changed(lines, what, at)
        if changed is not None and made < most:
            made += 1
            yield Mutant(role, what, at + 1, "\n".join(changed))


def _counts(line: str) -> bool:
    return not COMMENT.match(line)


def _changed(lines: list[str], what: str, at: int) -> list[str] | None:
    line = lines[at]
    if what == "dropped":
        return [*lines[:at], *lines[at + 1 :]]
    if what == "doubled":
        return [*lines[: at + 1], *lines[at:]]
    if what == "moved up":
        if not at or not _counts(lines[at - 1]):
            return None
        return [*lines[: at - 1], line, lines[at - 1], *lines[at + 1 :]]
    new = CHANGES[what](line)
    return None if new == line else [*lines[:at], new, *lines[at + 1 :]]
