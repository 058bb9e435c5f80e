"""Settings beside lists and objects that change what passes, is recorded, or reaches the box itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from segc.packets.machine import Refused

from .reader_lines import Command, Words
from .reader_values import Nets, network
from .reader_words import LEVELS, UNRELATED

if TYPE_CHECKING:
    from collections.abc import Callable

MANAGED = {"ssh": 22, "telnet": 23, "http": 443}
DENIED = "%ASA-4-106023: Deny"
UNRECORDED = ("logging message 106100", "logging message 106023")
ORDERS = ("access-list", "access-group", "object", "object-group", "service-policy", "interface", "name")
SETTINGS = frozenset(("aaa", "crypto", "ip", "ipv6", "logging", "nameif", "ssh", "sysopt", "threat-detection"))


@dataclass(slots=True)
class Settings:
    """What such commands have said. `unknown` are those whose effect the text does not tell."""

    aliases: dict[str, str] = field(default_factory=dict)  # of `name` commands
    managers: list[tuple[str, Nets, str, int]] = field(default_factory=list)  # service, from where, interface, line
    web: int = 443
    denied: str = DENIED
    vpn_filtered: bool = False
    tunnels: list[tuple[str, int]] = field(default_factory=list)
    unknown: list[tuple[str, int]] = field(default_factory=list)

    def commands(self) -> dict[str, Callable[[Command], None]]:
        """Who takes which command."""
        return {
            "aaa": self._aaa,
            "crypto": self._crypto,
            "http": self._managed,
            "icmp": self._icmp,
            "ip": self._ip,
            "ipv6": self._ipv6,
            "logging": self._logging,
            "name": self._name,
            "no": self._no,
            "ssh": self._managed,
            "sysopt": self._sysopt,
            "telnet": self._managed,
            "threat-detection": self._threats,
            "webvpn": self._webvpn,
        }

    def _managed(self, command: Command) -> None:
        """`ssh`, `http` and `telnet` let managers in before any control-plane list; other words are their settings."""
        words = Words(command.text)
        kind, first = words.take(), words.peek()
        if kind == "http" and first == "server":
            parts = command.text.split()
            if parts[2:3] == ["enable"] and parts[3:4] and parts[3].isdecimal():
                self.web = int(parts[3])
            return
        if not (first[:1].isdigit() or ":" in first or first in self.aliases):
            if not words.rest():
                raise Refused("ends where an address should stand")
            return
        nets = network(words.take(), words, self.aliases)
        interface = words.take("an interface")
        words.done()
        self.managers.append((kind, nets, interface, command.line))

    def _icmp(self, command: Command) -> None:
        """ICMP to the box has lists of its own; only those that let all in say nothing new."""
        parts = command.text.split()
        if parts[1:2] != ["unreachable"] and not (parts[1:3] == ["permit", "any"] and len(parts) == 4):
            self.unknown.append((command.text, command.line))

    def _ipv6(self, command: Command) -> None:
        if command.text.startswith(("ipv6 icmp ", "ipv6 access-list ")):
            self.unknown.append((command.text, command.line))

    def _ip(self, command: Command) -> None:
        """Reverse path checks and audits drop by what the reader cannot see."""
        if command.text.startswith(("ip verify reverse-path ", "ip audit interface ")):
            self.unknown.append((command.text, command.line))
        elif not command.text.startswith(("ip local pool ", "ip audit ", "ip address ")):
            raise Refused("is no command that this reader knows")

    def _name(self, command: Command) -> None:
        parts = command.text.split()
        if len(parts) < 3:
            raise Refused("names nothing")
        self.aliases[parts[2]] = parts[1]

    def _logging(self, command: Command) -> None:
        """Levels that a message is given; without 106100 there is no record of any list."""
        parts = command.text.split()
        if parts[1:3] == ["message", "106023"] and parts[3:4] == ["level"] and len(parts) == 5:
            level = LEVELS.get(parts[4], parts[4])
            self.denied = f"%ASA-{level}-106023: Deny"
        elif parts[1:3] == ["message", "106100"] or parts[1:2] == ["rate-limit"]:
            self.unknown.append((command.text, command.line))

    def _threats(self, command: Command) -> None:
        if "shun" in command.text.split():
            self.unknown.append((command.text, command.line))

    def _aaa(self, command: Command) -> None:
        """Cut-through proxies stop what lists let pass."""
        if command.text.split()[2:3] in (["match"], ["include"]):
            self.unknown.append((command.text, command.line))

    def _crypto(self, command: Command) -> None:
        parts = command.text.split()
        if parts[1:2] == ["map"] and "interface" in parts:
            self.tunnels.append((command.text, command.line))

    def _webvpn(self, command: Command) -> None:
        self.tunnels += [(f"webvpn: {text}", line) for line, text in command.below if text.startswith("enable ")]

    def _sysopt(self, command: Command) -> None:
        if command.text == "sysopt connection permit-vpn":
            self.vpn_filtered = False

    def _no(self, command: Command) -> None:
        text = command.text[3:].strip()
        first = text.split()[0] if text else ""
        if text == "sysopt connection permit-vpn":
            self.vpn_filtered = True
        elif text == "logging enable" or text.startswith(UNRECORDED):
            self.unknown.append((command.text, command.line))
        elif text == "http server enable":
            return
        elif first in ORDERS:
            raise Refused("takes something back: this is no configuration but an order")
        elif first not in UNRELATED | SETTINGS:
            raise Refused(f"`no {first}` is no command that this reader knows")
