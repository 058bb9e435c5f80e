"""What the access lists in a running configuration of Cisco IOS-XE mean, object groups included.

The language is that of cisco-ios, whose reader does most of it. What is different: entries with object groups are
ignored for packets that the route processor handles: those to the device itself, and those of entries that log. So an
entry with groups that denies or logs may hold or not, and for what is sent to the device any of them may.

Source: Cisco, Security and VPN Configuration Guide, IOS XE 17.x, "Object Groups for ACLs", restrictions.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from segc.packets.machine import Accept, Jump, Machine, Unknown

from .._shared import reader_terminal
from ..cisco_ios.reader import Reader, chain
from ..cisco_ios.reader import role as role_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from segc.packets.machine import Rule

DOUBT = Unknown("the route processor does not handle the packet: it ignores entries with object groups")
ITSELF = "to the device itself"


def role(name: str, text: str) -> str | None:
    """A running configuration stands by itself."""
    return role_of(name, text)


def sections(name: str, text: str) -> tuple[dict[str, str], list[int]]:
    """The configuration in what was captured from a device, and the lines that are the terminal's. Raises `Refused`."""
    return reader_terminal.sections(name, text, reader_terminal.CISCO, role)


def read(files: Mapping[str, str], clock: str | None = None, *, running: bool = False) -> Machine:
    """The machine of one configuration, on a device whose clock shows this time zone."""
    machine = Machine()
    for file, text in files.items():
        XeReader(machine, file, clock, running=running).read(text)
    return machine


class XeReader(Reader):
    """Reads one file into a machine."""

    def read(self, text: str) -> None:
        """As on IOS; then what may be ignored is put in doubt."""
        super().read(text)
        chains = self.machine.chains
        for (family, name), entries in self.lists.items():
            grouped = {line for entry, line in entries if "object-group" in entry.split()}
            rules = chains[chain(family, name)]
            more = {rule.line for rule in rules if not isinstance(rule.action, Accept)}
            chains[chain(family, name)] = _doubted(rules, grouped & more)
            chains[f"{chain(family, name)} {ITSELF}"] = _doubted(rules, grouped)
        chains["input"] = [
            replace(rule, action=Jump(f"{rule.action.chain} {ITSELF}")) if isinstance(rule.action, Jump) else rule
            for rule in chains["input"]
        ]


def _doubted(rules: list[Rule], lines: set[int]) -> list[Rule]:
    """The rules of some lines may hold, or not."""
    return [replace(rule, matches=(*rule.matches, DOUBT)) if rule.line in lines else rule for rule in rules]
