"""What the access lists in a running configuration of Cisco NX-OS mean.

The language is that of Cisco IOS, whose reader does most of it; this is what is different:

- IPv4 prefixes (`10.1.0.0/16`), no word `extended`;
- `object-group ip address G` and `addrgroup G`; groups of ports are not understood;
- the log says `ACE Action: Permit`;
- time ranges with seconds and several absolute spans.

Sources: Cisco Nexus 9000 Series NX-OS Security Configuration Guide, "Configuring IP ACLs"; the grammar and examples
that Batfish has for NX-OS.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from segc.packets.machine import Machine

from .._shared import reader_terminal
from ..cisco_ios.reader_prefixes import PrefixAces, PrefixReader
from .reader_groups import AddressGroups, NxosEnds
from .reader_other import ON_INTERFACE, understood
from .reader_times import NxosTimes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..cisco_ios.reader import Block


def role(name: str, text: str) -> str | None:
    """A running configuration stands by itself."""
    del name
    return "rules" if re.search(r"^(ip access-list|ipv6 access-list|interface) \S", text, re.MULTILINE) else None


def sections(name: str, text: str) -> tuple[dict[str, str], list[int]]:
    """The configuration in what was captured from a device, and the lines that are the terminal's. Raises `Refused`."""
    return reader_terminal.sections(name, text, reader_terminal.CISCO, role)


def read(files: Mapping[str, str], clock: str | None = None, *, running: bool = False) -> Machine:
    """The machine of one configuration, on a device whose clock shows this time zone."""
    machine = Machine()
    for file, text in files.items():
        NxosReader(machine, file, clock, running=running).read(text)
    return machine


class NxosAces(PrefixAces):
    """Reads the entries of one list."""

    ends = NxosEnds
    done: ClassVar = {"permit": "Permit", "deny": "Deny"}


class NxosReader(PrefixReader):
    """Reads one file into a machine."""

    named = re.compile(r"ip access-list (?!match-local-traffic$)(\S+)$|ipv6 access-list (\S+)$")
    binding = re.compile(r"(ip access-group|ipv6 traffic-filter) (\S+) (in|out)$")
    on_interface = ON_INTERFACE
    entries = NxosAces
    grouped = AddressGroups
    timed = NxosTimes

    def other(self, block: Block) -> bool:
        """Is it a command that changes nothing of what passes?"""
        return understood(block.head)
