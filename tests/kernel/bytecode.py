"""What `nft -c --debug=netlink` prints, run packet by packet: the kernel's own small instructions, made by nft's compiler.

A third reader of nftables files, which shares neither grammar nor machine with the one under targets/. It knows the
instructions that it knows and no others; of chains, the debug text does not say where they hang, so that is taken from
the file. Words are in the machine's order, of bytes in the network's (libnftnl): little endian is assumed and tested.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.kernel import processes

INTERVAL, CONCATENATED, EVALUATED = 0x4, 0x80, 0x20
_SET = re.compile(r"(\S+) (\S+) ([0-9a-f]+)(?: timeout \d+ms)?(?: size \d+)?")
_ELEMENT = re.compile(
    r"element ((?:[0-9a-f]{8} )+)(?: ?- ((?:[0-9a-f]{8} )+))? ?: ((?:\S+ -> \S+ )|(?:[a-z]+ ))?(\d) \[end\]"
)
_BASE = re.compile(r"chain (\S+) \{\s*type (\w+) hook (\w+) priority (\S+); policy (\w+);")


class Unreadable(Exception):
    """The text holds something that this reader does not know."""


class Element(NamedTuple):
    """A key, the last key of its range, what it leads to, and whether it ends an interval."""

    low: bytes
    high: bytes
    verdict: str
    ends: bool


@dataclass
class Set:
    """A set or map."""

    flags: int
    elements: list[Element] = field(default_factory=list)

    def find(self, key: bytes) -> Element | None:
        """The element that holds a key."""
        if self.flags & CONCATENATED:  # each word by itself
            return next((one for one in self.elements if _within(one, key)), None)
        if not self.flags & INTERVAL:
            return next((one for one in self.elements if one.low == key[: len(one.low)]), None)
        before = [one for one in self.elements if one.low <= key[: len(one.low)]]
        last = max(before, key=lambda one: (one.low, not one.ends), default=None)
        return None if last is None or last.ends else last


def _within(one: Element, key: bytes) -> bool:
    parts = range(0, len(one.low), 4)
    return all(one.low[at : at + 4] <= key[at : at + 4] <= one.high[at : at + 4] for at in parts)


class Base(NamedTuple):
    """Where a chain hangs."""

    chain: str
    hook: str
    priority: int
    policy: str


@dataclass
class Program:
    """A whole file: chains of rules of instructions."""

    chains: dict[str, list[list[str]]]
    sets: dict[str, Set]
    bases: list[Base]


def compiled(text: str) -> Program:
    """Let nft compile a file, and read what it has made."""
    command = [*processes.unshare(), "nft", "-c", "--debug=netlink", "-f", "-"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unreadable(done.stderr)
    bases = [
        Base(name, hook, 0 if number == "filter" else int(number), policy)
        for name, _, hook, number, policy in _BASE.findall(text)
    ]
    if len(bases) != done.stdout.count(" hook "):
        raise Unreadable("a chain of which nobody knows where it hangs")
    return _read(done.stdout, bases)


def _read(text: str, bases: list[Base]) -> Program:
    program = Program({}, {}, bases)
    waiting: dict[str, list[str]] = {}  # sets without a name, until the rule that asks for them
    at: list[str] = []
    current = ""
    for number, line in enumerate(text.splitlines()):
        stripped = line.strip()
        rule = re.fullmatch(r"inet (\S+) (\S+)", line)
        named = _SET.fullmatch(line)
        if stripped.startswith("element "):
            _elements(program.sets[current], line)
        elif stripped.startswith("[ "):
            at.append(_bound(stripped[2:-2], waiting))
        elif rule is not None:
            at = []
            program.chains.setdefault(rule[2], []).append(at)
        elif named is not None and "%d" not in named[1]:  # twice, of which the second is the head of its elements
            current = named[1]
            program.sets.setdefault(current, Set(int(named[3], 16)))
        elif named is not None and int(named[3], 16):
            current = f"{named[1]} {number}"
            program.sets[current] = Set(int(named[3], 16))
            waiting.setdefault(named[1], []).append(current)
        elif stripped and named is None and not stripped.startswith(("userdata", "inet (null)")):
            raise Unreadable(line)
    if any(waiting.values()):
        raise Unreadable("a set that no rule asks for")
    return program


def _bound(instruction: str, waiting: dict[str, list[str]]) -> str:
    """An instruction with the set that it means in place of a name without a number."""
    name = re.search(r"__(?:set|map)%d", instruction)
    if name is None:
        return instruction
    return instruction.replace(name[0], waiting[name[0]].pop(0).replace(" ", "#"))


def _elements(into: Set, line: str) -> None:
    plain = re.sub(r"  userdata = \{[^\t]*?\}(?=\t|$)", "", line)
    found = list(_ELEMENT.finditer(plain))
    if len(found) != plain.count("element "):
        raise Unreadable(line)
    for one in found:
        low = as_bytes(one[1])
        into.elements.append(Element(low, as_bytes(one[2]) if one[2] else low, (one[3] or "").strip(), one[4] == "1"))


def as_bytes(words: str) -> bytes:
    """Words as nft prints them, as the bytes that they are."""
    return b"".join(int(word, 16).to_bytes(4, "little") for word in words.split())
