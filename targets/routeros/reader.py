"""What the firewall menus of an export mean: read from RouterOS's own language, not from what segc writes.

Chains are looked through from the top, the first rule that decides does; what comes to the end of `forward`, `input`
or `output` is accepted. Menus that have nothing to do with it are known by name (`reader_menus`); a command in any
other menu is not understood, which is said by line. There is no grammar: an export is one command a line.

Sources: MikroTik, "Filter", "Common Firewall Matchers and Actions", "Address-lists", "Packet Flow in RouterOS".
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from segc.packets.fields import Spans, normal
from segc.packets.machine import Accept, Base, Jump, Machine, Refused, Whatever

from .._shared import reader_terminal
from . import reader_lines, reader_menus, reader_values
from .reader_rules import LISTING, Rules, disabled
from .reader_times import Clock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .reader_lines import Command

PROMPT = reader_terminal.Prompt(
    r"\[[^\]@\s]+@(?P<host>[^\]\s][^\]]*)\](?: <SAFE>)? ?(?:/[\w /-]*)?>",
    r"/?(?:[\w/-]+ ?)*\bexport(?: [\w -]+)?|/?quit|exit",
)
ROOTS = {"/ip firewall": 4, "/ipv6 firewall": 6}
HOOKS = {"filter": ("forward", "input", "output"), "raw": ("prerouting", "output")}
PRIORITIES = {"raw": -300, "filter": 0}
SEEN = ("nat", "mangle")  # rules that stop nothing; filters see what these make of a packet


def role(name: str, text: str) -> str | None:
    """An export stands by itself."""
    del name
    found = re.search(r"^/ip(v6)?[ /]firewall[ /](filter|address-list|raw)\b|^# .* by RouterOS \d", text, re.MULTILINE)
    return "rules" if found else None


def sections(name: str, text: str) -> tuple[dict[str, str], list[int]]:
    """The configuration in what was captured from a router, and the lines that are the terminal's. Raises `Refused`."""
    return reader_terminal.sections(name, text, PROMPT, role)


def read(files: Mapping[str, str], clock: str | None = None, *, running: bool = False) -> Machine:
    """The machine of one export, of a router whose clock shows this time zone."""
    unexpected = sorted(set(files) - {"rules"})
    if unexpected:
        raise Refused("is no export of RouterOS", file=unexpected[0])
    machine = Machine()
    for file, text in files.items():
        lines = text.split("\n")
        try:
            _Export(machine, list(reader_lines.commands(text)), file, Clock(clock, running=running)).read()
        except Refused as why:
            shown = why.text or (lines[why.line - 1].strip() if why.line else "")
            raise Refused(why.why, why.line, file, shown) from None
    return machine


class _Export:
    """Reads the commands of one file, lists before the rules that name them."""

    def __init__(self, machine: Machine, commands: list[Command], file: str, clock: Clock) -> None:
        self.clock = clock
        self.machine = machine
        self.commands = commands
        self.file = file
        self.lists: dict[int, dict[str, Spans | None]] = {4: {}, 6: {}}
        self.interfaces: dict[str, list[str] | None] = {}

    def read(self) -> None:
        """Everything."""
        for command in self.commands:
            self._at(command, self._object)
        for family in (4, 6):
            for table, hooks in HOOKS.items():
                if table == "raw" and not self._rules_of(family, table):
                    continue
                for hook in hooks:
                    chain = f"{_prefix(family, table)}{hook}"
                    self.machine.chains.setdefault(chain, [])
                    self.machine.bases.append(Base(chain, hook, PRIORITIES[table], Accept(), (family,)))
        for command in self.commands:
            self._at(command, self._rule)
        for rules in list(self.machine.chains.values()):
            for rule in rules:
                if isinstance(rule.action, Jump):  # a chain without rules returns at once
                    self.machine.chains.setdefault(rule.action.chain, [])

    def _at(self, command: Command, do: Callable[[Command], None]) -> None:
        """Say of what a refusal speaks."""
        try:
            do(command)
        except Refused as why:
            raise Refused(why.why, command.line, self.file, command.text) from None

    # -- what rules name ---------------------------------------------------

    def _object(self, command: Command) -> None:
        family, table = _place(command.menu)
        if family and table == "address-list" and command.verb == "add":
            self._entry(family, command)
        elif command.menu.startswith("/system clock"):
            self.clock.take(command)
        elif command.menu == "/interface list member" and command.verb == "add":
            if not disabled(command):
                members = self.interfaces.setdefault(command.values.get("list", ""), [])
                if members is not None:
                    members.append(command.values.get("interface", ""))
        elif command.menu == "/interface list" and command.verb == "add":
            open_ended = {"include", "exclude"} & set(command.values)
            self.interfaces[command.values.get("name", "")] = None if open_ended else []
        elif not command.menu.startswith(("/ip firewall", "/ipv6 firewall")):
            # DNS, PPP and DHCP fill lists while they run
            for key in ("address-list", "address-lists"):
                for name in filter(None, command.values.get(key, "").split(",")):
                    self.lists[4][name] = self.lists[6][name] = None
        elif family and command.values.get("action") in LISTING and not disabled(command):
            self.lists[family][command.values.get("address-list", "")] = None  # filled while it runs

    def _entry(self, family: int, command: Command) -> None:
        values = command.values
        unknown = set(values) - {"address", "list", "comment", "disabled", "timeout", "dynamic", "creation-time"}
        if unknown or command.words or "list" not in values:
            raise Refused("is no entry of an address list that this reader knows")
        if disabled(command):
            return
        name, text = values["list"], values.get("address", "")
        if re.search(r"[g-zG-Z]", text) or "timeout" in values:  # a name that DNS will say, or an entry that ends
            self.lists[family][name] = None
        elif self.lists[family].get(name, ()) is not None:
            known = self.lists[family].get(name) or ()
            self.lists[family][name] = normal([*known, reader_values.addresses(text, family)])

    # -- rules -------------------------------------------------------------

    def _rule(self, command: Command) -> None:
        family, table = _place(command.menu)
        if not family or table not in (*HOOKS, *SEEN, "address-list"):
            members = command.menu == "/interface list member" and command.verb in ("", "add")
            if not members and not reader_menus.harmless(command):
                self._unknown(command)
        elif not command.verb:
            pass
        elif command.verb != "add":
            self._unknown(command)
        elif table in SEEN:
            if not disabled(command) and command.values.get("log") == "yes":
                self._unknown(command)
        elif table != "address-list":
            self._filter(command, family, table)

    def _filter(self, command: Command, family: int, table: str) -> None:
        chain = command.values.get("chain")
        if not chain:
            raise Refused("a rule needs a `chain`")
        prefix = _prefix(family, table)
        made = Rules(family, self.lists[family], self.interfaces, self.clock).made(command, prefix)
        if disabled(command):
            return
        rules = self.machine.chains.setdefault(prefix + chain, [])
        if table == "raw" and "connection-state" in command.values:
            raise Refused("there are no states yet at `raw`")
        if any(isinstance(rule.action, Whatever) for rule in made):
            self._unknown(command)
        if "time" in command.values and self.clock.shown.zone is None:
            self.machine.unknown.append(
                (f"time={command.values['time']}: {self.clock.shown.why}", command.line, self.file)
            )
        rules += [replace(rule, file=self.file) for rule in made]

    def _rules_of(self, family: int, table: str) -> bool:
        return any(_place(command.menu) == (family, table) for command in self.commands)

    def _unknown(self, command: Command) -> None:
        self.machine.unknown.append((command.text, command.line, self.file))


def _place(menu: str) -> tuple[int, str]:
    """Family and table of a menu below a firewall's; 0 for any other."""
    root, _, table = menu.rpartition(" ")
    return ROOTS.get(root, 0), table


def _prefix(family: int, table: str) -> str:
    return f"{'ip' if family == 4 else 'ipv6'} {table} "
