"""What the access lists in a running configuration of Arista EOS mean.

The language is that of Cisco IOS, whose reader does most of it; this is what is different:

- IPv4 prefixes (`10.1.0.0/16`), `icmpv6` with names of its own in IPv6 lists, `ipv6 access-group`;
- `counters per-entry`, or `statistics per-entry` in older releases;
- banners end at a line `EOF`.

Sources: EOS User Manual, "ACLs and Route Maps"; the grammar that Batfish has for EOS; the argument specification of
arista.eos.eos_acls; the examples of arista.avd.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from segc.packets.machine import Machine

from .._shared import reader_terminal
from ..cisco_ios.reader_prefixes import PrefixAces, PrefixReader
from .reader_other import ON_INTERFACE, understood

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..cisco_ios.reader import Block

BANNER = re.compile(r"^banner \S+\n.*?^EOF$", re.MULTILINE | re.DOTALL)


def role(name: str, text: str) -> str | None:
    """A running configuration stands by itself."""
    del name
    return "rules" if re.search(r"^(ip access-list|ipv6 access-list|interface) \S", text, re.MULTILINE) else None


def sections(name: str, text: str) -> tuple[dict[str, str], list[int]]:
    """The configuration in what was captured from a switch, and the lines that are the terminal's. Raises `Refused`."""
    return reader_terminal.sections(name, text, reader_terminal.CISCO, role)


def read(files: Mapping[str, str]) -> Machine:
    """The machine of one configuration."""
    machine = Machine()
    for file, text in files.items():
        EosReader(machine, file).read(text)
    return machine


class EosAces(PrefixAces):
    """Reads the entries of one list."""

    icmp: ClassVar = {4: "icmp", 6: "icmpv6"}
    icmp_names: ClassVar = PrefixAces.icmp_names | {
        6: {
            "unreachable": (1, None), "no-route": (1, 0), "no-admin": (1, 1), "beyond-scope": (1, 2),
            "address-unreachable": (1, 3), "port-unreachable": (1, 4), "source-address-failed": (1, 5),
            "reject-route": (1, 6), "packet-too-big": (2, None), "time-exceeded": (3, None),
            "hop-limit-exceeded": (3, 0), "fragment-reassembly-exceeded": (3, 1), "parameter-problem": (4, None),
            "erroneous-header": (4, 0), "unrecognized-next-header": (4, 1), "unrecognized-ipv6-option": (4, 2),
            "echo-request": (128, None), "echo-reply": (129, None), "router-solicitation": (133, None),
            "router-advertisement": (134, None), "neighbor-solicitation": (135, None),
            "neighbor-advertisement": (136, None), "redirect-message": (137, None),
        }
    }  # fmt: skip


class EosReader(PrefixReader):
    """Reads one file into a machine."""

    named = re.compile(r"ip access-list (?!standard )(\S+)$|ipv6 access-list (?!standard )(\S+)$")
    binding = re.compile(r"(ip access-group|ipv6 access-group) (\S+) (in|out)$")
    on_interface = ON_INTERFACE
    entries = EosAces

    def prepared(self, text: str) -> str:
        """The text without banners' words, in as many lines."""
        return BANNER.sub(lambda banner: "!" + "\n" * banner[0].count("\n"), text)

    def other(self, block: Block) -> bool:
        """Is it a command that changes nothing of what passes?"""
        return understood(block.head)
