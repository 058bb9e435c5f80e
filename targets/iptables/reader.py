"""What iptables, ip6tables and ipset files do: read from their own language, not from what segc writes.

It takes what iptables-restore takes and what iptables-save prints, other
people's tables and chains included, and refuses by name what it does not know.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from segc.packets.machine import (
    Accept,
    Action,
    Base,
    Continue,
    Drop,
    Goto,
    Jump,
    Log,
    Machine,
    Match,
    Refused,
    Return,
    Rule,
    Whatever,
)

from . import reader_sets
from .reader_lines import Flag, flags
from .reader_matches import MODULES, Around, general, module, one
from .reader_names import PROTOCOLS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .reader_sets import Set

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
GENERAL = {
    "-s", "--source", "--src", "-d", "--destination", "--dst", "-i", "--in-interface", "-o", "--out-interface",
    "-p", "--protocol", "--proto",
}  # fmt: skip
# Targets that decide nothing about a packet, and record nothing.
NEUTRAL = {
    "AUDIT", "CHECKSUM", "CLASSIFY", "CONNMARK", "CONNSECMARK", "CT", "DSCP", "ECN", "HL", "HMARK", "IDLETIMER",
    "LED", "MARK", "NOTRACK", "RATEEST", "SECMARK", "SET", "TCPMSS", "TCPOPTSTRIP", "TOS", "TRACE", "TTL",
}  # fmt: skip
DECIDING: dict[str, Action] = {"ACCEPT": Accept(), "DROP": Drop(), "RETURN": Return()}
_COUNTED = re.compile(r"\[\d+:\d+\]\s+")
_CHAIN = re.compile(r":(\S+) (\S+)(?: \[\d+:\d+\])?\s*")
_COMMAND = re.compile(r"(-[AINPFXZ]|--append|--insert)[ \t]+(\S+)[ \t]*(.*)")
Made = tuple[tuple[Match, ...], Action, tuple[str, ...]]


def role(name: str, text: str) -> str | None:
    """The role of a file that stands by itself; IPv6 is told by the file's name or its first comment."""
    first = next((line for line in text.splitlines() if line.strip() and not line.startswith("#")), "")
    if re.match(r"(create|add|flush|destroy)\s", first):
        return "sets"
    if not first.startswith("*"):
        return None
    six = name.startswith("ip6") or "ip6tables-save" in text[:200]
    return "rules-ipv6" if six else "rules-ipv4"


def read(files: Mapping[str, str]) -> Machine:
    """What the files mean, by role: sets, rules-ipv4, rules-ipv6. Raises `Refused`."""
    machine = Machine()
    sets = reader_sets.read(files["sets"], "sets") if "sets" in files else {}
    for name, family in FAMILIES.items():
        if name in files:
            _File(machine, sets, name, family).read(files[name])
    unexpected = sorted(set(files) - {"sets", *FAMILIES})
    if unexpected:
        raise Refused("is no file of iptables'", file=unexpected[0])
    return machine


class _File:
    """One family's file."""

    def __init__(self, machine: Machine, sets: dict[str, Set], name: str, family: int) -> None:
        self.machine = machine
        self.sets = sets
        self.name = name
        self.family = family
        self.table = ""
        self.filled: set[str] = set()
        self.calls: list[tuple[str, int]] = []
        self._rules: dict[str, Made] = {}

    def read(self, text: str) -> None:
        """Every line of it."""
        self.filled = set(re.findall(r"--(?:add|del|map)-set (\S+)", text))
        number = 0
        for number, line in enumerate(text.splitlines(), 1):
            try:
                self._line(line, number)
            except Refused as why:
                raise Refused(why.why, number, self.name, line.strip()) from None
        if self.table:
            raise Refused(f"table `{self.table}` has no COMMIT", number, self.name)
        for chain, where in self.calls:
            if chain not in self.machine.chains:
                raise Refused(f"no chain is called `{chain.rpartition('/')[2]}`", where, self.name)

    def _line(self, line: str, number: int) -> None:
        if line.startswith("["):
            line = _COUNTED.sub("", line, count=1)
        if line.startswith("-"):
            self._command(line, number)
        elif line.startswith(":"):
            self._chain(line)
        elif line.startswith("*"):
            self._begin(line[1:].strip())
        elif line.strip() == "COMMIT" and self.table:
            self.table = ""
            self._rules = {}
        elif line.strip() and not line.startswith("#"):
            raise Refused("is no line of iptables-restore's")

    def _begin(self, table: str) -> None:
        if table not in PRIORITIES or self.table:
            raise Refused(f"`{table}` is no table" if not self.table else f"table `{self.table}` has no COMMIT")
        self.table = table

    def _chain(self, line: str) -> None:
        parts = _CHAIN.fullmatch(line)
        if parts is None or not self.table:
            raise Refused("is no chain with its policy")
        self._declare(parts[1], parts[2])

    def _full(self, chain: str) -> str:
        return f"ipv{self.family}/{self.table}/{chain}"

    def _declare(self, chain: str, policy: str) -> None:
        built_in = chain in BUILT_IN[self.table]
        if policy not in (("ACCEPT", "DROP") if built_in else ("-",)):
            raise Refused(f"`{policy}` is no policy that `{chain}` can have")
        name = self._full(chain)
        self.machine.chains.setdefault(name, [])
        if built_in:
            self.machine.bases[:] = [base for base in self.machine.bases if base.chain != name]
            priority = PRIORITIES[self.table]
            if self.table == "nat" and chain in ("POSTROUTING", "INPUT"):
                priority = 100
            kind = Drop() if policy == "DROP" else Accept()
            self.machine.bases.append(Base(name, HOOKS[chain], priority, kind, (self.family,)))

    # -- rules ------------------------------------------------------------

    def _command(self, line: str, number: int) -> None:
        parts = _COMMAND.fullmatch(line.rstrip())
        if parts is None or not self.table:
            raise Refused("is no command of iptables-restore's")
        command, chain, rest = parts.groups()
        if command in ("-A", "--append", "-I", "--insert"):
            self._rule(command, chain, rest, number)
        elif command == "-N" and not rest:
            self._declare(chain, "-")
        elif command == "-P":
            self._declare(chain, rest)
        elif command == "-F" and not rest:
            self._known(chain).clear()
        elif command != "-Z" or rest:
            raise Refused(f"`{command}` is no command that this reader knows")

    def _known(self, chain: str) -> list[Rule]:
        name = self._full(chain)
        if name not in self.machine.chains:
            if chain not in BUILT_IN[self.table]:
                raise Refused(f"no chain is called `{chain}`")
            self._declare(chain, "ACCEPT")
        return self.machine.chains[name]

    def _rule(self, command: str, chain: str, rest: str, number: int) -> None:
        rules = self._known(chain)
        at = len(rules)
        if command in ("-I", "--insert"):
            place, _, behind = rest.partition(" ")
            at, rest = (int(place) - 1, behind) if place.isdecimal() else (0, rest)
            if not 0 <= at <= len(rules):
                raise Refused(f"`{chain}` has no rule number {at + 1}")
        made = self._rules.get(rest)
        if made is None:
            made = self._rules[rest] = self._made(rest)
        matches, action, unknown = made
        if isinstance(action, (Jump, Goto)):
            self.calls.append((action.chain, number))
        self.machine.unknown += [(text, number, self.name) for text in unknown]
        rules.insert(at, Rule(matches, action, number, self.name))

    def _made(self, text: str) -> Made:
        """A rule from its flags: those of one module are read together."""
        around = Around(self.family, self.sets, self.filled)
        matches: list[Match] = []
        action: Action = Continue()
        listed = list(flags(text))
        # flags of the protocol stand behind -p, and may stand behind other modules as well
        groups: list[tuple[str, list[Flag]]] = []
        implicit = ""
        while listed:
            flag = listed.pop(0)
            if flag.name in GENERAL:
                matches += general(flag, around)
                implicit = self._implicit(flag) if flag.name in ("-p", "--protocol", "--proto") else implicit
            elif flag.name in ("-m", "--match"):
                groups.append((one(flag), []))
            elif flag.name in ("-j", "--jump", "-g", "--goto"):
                action = self._action(flag, listed, around)
                listed = []
            elif flag.name in ("-c", "--set-counters"):
                continue
            elif _of_protocol(flag.name) or not groups:
                if not implicit:
                    raise Refused(f"`{flag.name}` stands behind no module that has it")
                groups.append((implicit, [flag]))
            else:
                groups[-1][1].append(flag)
        for name, group in groups:
            if group or name not in PROTOCOL_MODULES:
                matches += module(name, group, around)
        return tuple(matches), action, tuple(around.unknown)

    def _implicit(self, flag: Flag) -> str:
        name = one(flag).lower()
        for known, number in PROTOCOLS.items():
            if name in (known, str(number)) and known in MODULES:
                return known
        return ""

    # -- targets ----------------------------------------------------------

    def _action(self, flag: Flag, rest: list[Flag], around: Around) -> Action:
        target = one(flag)
        if flag.name in ("-g", "--goto"):
            _no_options(target, rest)
            return Goto(self._full(target))
        if target in ("ACCEPT", "DROP", "RETURN"):
            _no_options(target, rest)
            return DECIDING[target]
        if target == "REJECT":
            return Drop(reject=True)
        if target in ("LOG", "NFLOG", "ULOG"):
            wanted = {"LOG": "--log-prefix", "NFLOG": "--nflog-prefix", "ULOG": "--ulog-prefix"}[target]
            return Log(next((one(option) for option in rest if option.name == wanted), ""))
        if target in NEUTRAL:
            return Continue()
        if target.isupper() and self._full(target) not in self.machine.chains:
            text = " ".join([f"-j {target}", *(option.text() for option in rest)])
            around.unknown.append(text)
            return Whatever(text)
        _no_options(target, rest)
        return Jump(self._full(target))


PROTOCOL_MODULES = {"tcp", "udp", "sctp", "dccp", "udplite", "icmp", "icmp6", "icmpv6", "ipv6-icmp"}
_PROTOCOL_FLAGS = {
    "--sport", "--source-port", "--dport", "--destination-port", "--tcp-flags", "--syn", "--tcp-option",
    "--icmp-type", "--icmpv6-type", "--chunk-types", "--dccp-types", "--dccp-option",
}  # fmt: skip


def _of_protocol(name: str) -> bool:
    return name in _PROTOCOL_FLAGS


def _no_options(target: str, rest: list[Flag]) -> None:
    if rest:
        raise Refused(f"`{target}` takes no `{rest[0].name}`")
