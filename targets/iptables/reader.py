"""What iptables, ip6tables and ipset files do: read from their own language, not from what segc writes.

It takes what iptables-restore takes and what iptables-save prints, other
people's tables and chains included, and refuses by name what it does not know.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from segc.packets.machine import Accept, Base, Drop, Machine, Refused, Rule

from . import reader_sets, reader_targets
from .reader_capture import sections
from .reader_matches import Around
from .reader_rules import Made, Rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .reader_sets import Set

__all__ = ["read", "role", "sections"]
FAMILIES = {"rules-ipv4": 4, "rules-ipv6": 6}
PRIORITIES = {"raw": -300, "mangle": -150, "nat": -100, "filter": 0, "security": 50}
HOOKS = {
    "PREROUTING": "prerouting",
    "INPUT": "input",
    "FORWARD": "forward",
    "OUTPUT": "output",
    "POSTROUTING": "postrouting",
}
BUILT_IN = {
    "raw": ("PREROUTING", "OUTPUT"),
    "mangle": ("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"),
    "nat": ("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"),
    "filter": ("INPUT", "FORWARD", "OUTPUT"),
    "security": ("INPUT", "FORWARD", "OUTPUT"),
}
CONNTRACK = -200  # where it first sees a packet
_COUNTED = re.compile(r"\[\d+:\d+\] +", re.ASCII)
_CHAIN = re.compile(r":(\S+) (\S+)(?: \[\d+:\d+\])? *", re.ASCII)
_COMMAND = re.compile(
    r"(-[AINPFZ]|--append|--insert|--new-chain|--policy|--flush|--zero)[ \t]+([^\s\"]+)(?:[ \t]+(.*))?"
)
_LONG = {"--append": "-A", "--insert": "-I", "--new-chain": "-N", "--policy": "-P", "--flush": "-F", "--zero": "-Z"}
_FILLS = re.compile(r'--(?:add|del|map)-set[ \t]+"?([^\s"]+)')
TAKEN = reader_targets.OTHER
LONGEST_NAME = 28  # of a chain


def role(name: str, text: str) -> str | None:
    """The role of a file that stands by itself; IPv6 is told by the file's name or its first comment."""
    first = next((line for line in text.split("\n") if line.strip() and not line.startswith("#")), "")
    if re.match(r"(create|add|flush|destroy)\s", first):
        return "sets"
    if not first.startswith("*"):
        return None
    six = name.startswith("ip6") or "ip6tables-save" in text[:200]
    return "rules-ipv6" if six else "rules-ipv4"


def read(files: Mapping[str, str]) -> Machine:
    """What the files mean, by role: sets, rules-ipv4, rules-ipv6. Raises `Refused`."""
    unexpected = sorted(set(files) - {"sets", *FAMILIES})
    if unexpected:
        raise Refused("is no file of iptables'", file=unexpected[0])
    machine = Machine()
    sets = reader_sets.read(files["sets"], "sets") if "sets" in files else {}
    # whatever file they stand in, and even in a comment: too many names cost precision, one too few would be a fault
    filled = {name for text in files.values() if "-set" in text for name in _FILLS.findall(text)}
    for name, family in FAMILIES.items():
        if name in files:
            _File(machine, sets, filled, name, family).read(files[name])
    return machine


class _File:
    """One family's file."""

    def __init__(self, machine: Machine, sets: dict[str, Set], filled: set[str], name: str, family: int) -> None:
        self.machine = machine
        self.name = name
        self.family = family
        self.table = ""
        self.tables: set[str] = set()
        self.calls: dict[str, int] = {}
        self._sets = sets
        self._filled = filled
        self._chains: dict[str, list[Rule]] = {}  # of the table, by their short names
        self._rules = Rules(self._around, self._full, {})

    def read(self, text: str) -> None:
        """Every line of it."""
        at, lines = 0, text.split("\n")
        try:
            for at, line in enumerate(lines, 1):
                if line.startswith("-A "):
                    chain, _, rest = line[3:].partition(" ")
                    self._add(chain, None, rest, at)
                elif line and line[0] != "#":
                    self._line(line, at)
            self._ended()
        except Refused as why:
            at = why.line or at
            raise Refused(why.why, at, self.name, lines[at - 1].strip()) from None

    def _ended(self) -> None:
        if self.table:
            raise Refused(f"table `{self.table}` has no COMMIT")
        for chain, line in self.calls.items():
            name = chain.rpartition("/")[2]
            if chain not in self.machine.chains:
                raise Refused(f"no chain is called `{name}`", line)
            if name in HOOKS:
                raise Refused(f"`{name}` is the kernel's to call", line)

    def _line(self, line: str, number: int) -> None:
        if line.startswith("[") and self.table:
            line = _COUNTED.sub("", line, count=1)
        if line[0] in "-\t " and line.lstrip(" \t").startswith("-"):
            self._command(line.strip(" \t"), number)
        elif line.startswith(":"):
            self._chain(line)
        elif line.startswith("*"):
            self._begin(line[1:].rstrip(" "))
        elif line.rstrip(" ") == "COMMIT" and self.table:
            self.table = ""
        elif line.strip(" \t"):
            raise Refused("is no line of iptables-restore's")

    # -- tables and chains --------------------------------------------------

    def _begin(self, table: str) -> None:
        if table not in PRIORITIES or self.table:
            raise Refused(f"`{table}` is no table" if not self.table else f"table `{self.table}` has no COMMIT")
        if table in self.tables:
            why = f"table `{table}` stands twice: the second may add to the first, or take its place"
            raise Refused(f"{why} (give what one `iptables-save` lists)")
        self.tables.add(table)
        self.table = table
        self._chains = {}
        for chain in BUILT_IN[table]:
            name = self._full(chain)
            self._chains[chain] = self.machine.chains[name] = []
            late = table == "nat" and chain in ("POSTROUTING", "INPUT")
            priority = 100 if late else PRIORITIES[table]
            self.machine.bases.append(Base(name, HOOKS[chain], priority, Accept(), (self.family,)))
        self._rules = Rules(self._around, self._full, cast("dict[str, object]", self.machine.chains))

    def _full(self, chain: str) -> str:
        return f"ipv{self.family}/{self.table}/{chain}"

    def _around(self, line: int) -> Around:
        return Around(self.family, self._sets, self._filled, PRIORITIES[self.table] > CONNTRACK, line)

    def _chain(self, line: str) -> None:
        parts = _CHAIN.fullmatch(line)
        if parts is None or not self.table:
            raise Refused("is no chain with its policy")
        self._declare(parts[1], parts[2])

    def _declare(self, chain: str, policy: str) -> None:
        """A built-in chain's policy; or a new chain, empty even where one of that name has been filled before."""
        if chain in BUILT_IN[self.table]:
            self._policy(chain, policy)
            return
        if policy != "-":
            raise Refused(f"`{policy}` is no policy that `{chain}` can have")
        if len(chain) > LONGEST_NAME or chain[0] in "-!" or chain in reader_targets.OPTIONS or chain in TAKEN:
            raise Refused(f"`{chain}` is no name of a chain")
        rules = self._chains.setdefault(chain, [])
        rules.clear()
        self.machine.chains[self._full(chain)] = rules

    def _policy(self, chain: str, policy: str) -> None:
        # in nat, iptables refuses DROP; `-` leaves the policy as it is
        if policy not in ("ACCEPT", "DROP", "-") or (self.table, policy) == ("nat", "DROP"):
            raise Refused(f"`{policy}` is no policy that `{chain}` can have")
        name = self._full(chain)
        kind = Drop() if policy == "DROP" else Accept()
        self.machine.bases[:] = [
            replace(base, policy=kind) if base.chain == name and policy != "-" else base for base in self.machine.bases
        ]

    # -- rules ------------------------------------------------------------

    def _command(self, line: str, number: int) -> None:
        parts = _COMMAND.fullmatch(line)
        if parts is None or not self.table:
            raise Refused("is no command of iptables-restore's")
        command, chain, rest = _LONG.get(parts[1], parts[1]), parts[2], parts[3] or ""
        if command == "-A":
            self._add(chain, None, rest, number)
        elif command == "-I":
            place, _, behind = rest.partition(" ")
            numbered = place.isascii() and place.isdecimal()
            self._add(chain, int(place) - 1 if numbered else 0, behind if numbered else rest, number)
        elif command == "-N" and not rest:
            if chain in self._chains:
                raise Refused(f"there is a chain `{chain}` already")
            self._declare(chain, "-")
        elif command == "-P" and chain in BUILT_IN[self.table] and rest != "-":
            self._policy(chain, rest)
        elif command == "-F" and not rest:
            self._known(chain).clear()
        elif command != "-Z" or rest:
            raise Refused(f"`{command}` is no command that this reader knows, or not with these words")

    def _known(self, chain: str) -> list[Rule]:
        found = self._chains.get(chain) if self.table else None
        if found is None:
            raise Refused(f"no chain is called `{chain}`" if self.table else "stands in no table")
        return found

    def _add(self, chain: str, at: int | None, text: str, number: int) -> None:
        rules = self._known(chain)
        matches, action, unknown, calls, _, _ = made = self._rules.made(text, number)
        if calls and calls not in self.calls:
            self.calls[calls] = number
        if unknown:
            self.machine.unknown += [(one, number, self.name) for one in unknown]
        if chain in HOOKS:
            self._fits(chain, made)
        rule = Rule(matches, action, number, self.name)
        if at is None:
            rules.append(rule)
        elif 0 <= at <= len(rules):
            rules.insert(at, rule)
        else:
            raise Refused(f"`{chain}` has no rule number {at + 1}")

    def _fits(self, chain: str, made: Made) -> None:
        """Packets have no interface yet, or none any more, at some of the kernel's chains."""
        if ("-o" in made.flags and chain in ("PREROUTING", "INPUT")) or (
            "-i" in made.flags and chain in ("OUTPUT", "POSTROUTING")
        ):
            raise Refused(f"packets in `{chain}` have no such interface")
        if self.table == "nat" and isinstance(made.action, Drop):
            raise Refused("the table nat drops nothing")
