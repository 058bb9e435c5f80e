"""The commands of a configuration, sorted by what they do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from segc.packets.machine import Refused

from .reader_aces import Ace, Reading
from .reader_inspect import Policies
from .reader_lines import Command, Words
from .reader_objects import Objects
from .reader_values import Nets, network
from .reader_words import BEYOND, LEVELS, UNRELATED

if TYPE_CHECKING:
    from collections.abc import Callable

MANAGED = {"ssh": 22, "telnet": 23, "http": 443}
DENIED = "%ASA-4-106023: Deny"


@dataclass(slots=True)
class Port:
    """An interface that has a name. `level` is None where the file does not say it."""

    name: str
    level: int | None = None
    management_only: bool = False


@dataclass(slots=True)
class Config:
    """What of a configuration decides about packets."""

    objects: Objects = field(default_factory=Objects)
    lists: dict[str, list[Ace]] = field(default_factory=dict)
    other_lists: set[str] = field(default_factory=set)  # standard, of EtherTypes: no packet passes them
    inbound: dict[str, str] = field(default_factory=dict)
    outbound: dict[str, str] = field(default_factory=dict)
    itself: dict[str, str] = field(default_factory=dict)
    everywhere: str = ""
    ports: dict[str, Port] = field(default_factory=dict)
    whole: bool = False  # is this a whole configuration, with all interfaces?
    same_level: set[str] = field(default_factory=set)
    managers: list[tuple[str, Nets, str, int]] = field(default_factory=list)  # service, from where, interface, line
    web: int = 443
    policies: Policies = field(default_factory=Policies)
    denied: str = DENIED
    vpn_filtered: bool = False
    tunnels: list[tuple[str, int]] = field(default_factory=list)
    unknown: list[tuple[str, int]] = field(default_factory=list)

    def take(self, command: Command) -> None:
        """One command."""
        first = command.text.split()[0]
        if first.startswith("Cryptochecksum:"):
            return
        known: dict[str, Callable[[Command], None]] = {
            "access-group": self._access_group,
            "access-list": self._access_list,
            "ASA": self._version,
            "class-map": self.policies.class_map,
            "crypto": self._crypto,
            "http": self._managed,
            "icmp": self._icmp,
            "interface": self._interface,
            "ipv6": self._ipv6,
            "ip": self._ip,
            "logging": self._logging,
            "name": self._name,
            "no": self._no,
            "object": self.objects.define,
            "object-group": self.objects.define,
            "policy-map": self.policies.policy_map,
            "same-security-traffic": self._same_level,
            "service-policy": self.policies.service_policy,
            "ssh": self._managed,
            "sysopt": self._sysopt,
            "telnet": self._managed,
            "threat-detection": self._threats,
            "time-range": lambda _: None,  # lists that name one are not decided
            "aaa": self._aaa,
            "webvpn": self._webvpn,
        }
        if first in known:
            known[first](command)
        elif first in BEYOND:
            self.unknown.append((command.text, command.line))
        elif first not in UNRELATED:
            raise Refused(f"`{first}` is no command that this reader knows")

    # -- lists ------------------------------------------------------------

    def _access_list(self, command: Command) -> None:
        words = Words(command.text)
        words.take()
        name = words.take("a name")
        if name in ("alert-interval", "deny-flow-max"):
            return
        at = None
        if words.takes("line"):
            place = words.take("a number")
            if not place.isdecimal():
                raise Refused(f"`{place}` is no line number")
            at = int(place) - 1
        if words.peek() == "remark":
            self.lists.setdefault(name, [])
            return
        if words.takes("standard", "ethertype", "webtype"):
            self.other_lists.add(name)
            return
        words.takes("extended")
        ace = Reading(self.objects).ace(words, command.line)
        found = self.lists.setdefault(name, [])
        if at is not None and at != len(found):
            # remarks are counted, too, so a number says no place that is sure
            self.unknown.append((f"{command.text}: its place in the list", command.line))
        found.append(ace)

    def _access_group(self, command: Command) -> None:
        words = Words(command.text)
        words.take()
        name = words.take("a list")
        if name in self.other_lists or name not in self.lists:
            raise Refused(f"no extended list is called `{name}`")
        where = words.take("in, out or global")
        if where == "global":
            self.everywhere = name
        elif where in ("in", "out") and words.takes("interface"):
            interface = words.take("an interface")
            self._known(interface)
            if where == "in" and words.takes("control-plane"):
                self.itself[interface] = name
            else:
                (self.inbound if where == "in" else self.outbound)[interface] = name
                if words.takes("per-user-override"):
                    self.unknown.append((command.text, command.line))
        else:
            raise Refused(f"`{where}` is no place for a list")
        words.done()

    def _known(self, interface: str) -> Port:
        if self.whole and interface not in self.ports:
            raise Refused(f"no interface is called `{interface}`")
        return self.ports.setdefault(interface, Port(interface))

    # -- interfaces -------------------------------------------------------

    def _version(self, _: Command) -> None:
        self.whole = True

    def _interface(self, command: Command) -> None:
        port = None
        only = any(text == "management-only" for _, text in command.below)
        for line, text in command.below:
            words = text.split()
            if words[0] == "nameif" and len(words) == 2:
                if words[1] in self.ports and self.ports[words[1]].level is not None:
                    raise Refused(f"two interfaces are called `{words[1]}`", line, text=text)
                port = self.ports[words[1]] = Port(words[1], 100 if words[1] == "inside" else 0, only)
            elif words[0] == "security-level" and port is not None and words[-1].isdecimal():
                port.level = int(words[-1])
            elif words[0] in ("zone-member", "bridge-group"):
                self.unknown.append((text, line))

    def _same_level(self, command: Command) -> None:
        words = Words(command.text)
        words.take()
        kind = words.take("permit"), words.take("inter-interface or intra-interface")
        if kind[0] != "permit" or kind[1] not in ("inter-interface", "intra-interface"):
            raise Refused(f"`{kind[1]}` is nothing of one level")
        words.done()
        self.same_level.add(kind[1])

    # -- the box itself ---------------------------------------------------

    def _managed(self, command: Command) -> None:
        """`ssh`, `http` and `telnet` let managers in before any control-plane list; other words are their settings."""
        words = Words(command.text)
        kind, first = words.take(), words.peek()
        if kind == "http" and first == "server":
            parts = command.text.split()
            if parts[2:3] == ["enable"] and parts[3:4] and parts[3].isdecimal():
                self.web = int(parts[3])
            return
        if not (first[:1].isdigit() or ":" in first or first in self.objects.aliases):
            if not words.rest():
                raise Refused("ends where an address should stand")
            return
        nets = network(words.take(), words, self.objects.aliases)
        interface = words.take("an interface")
        words.done()
        self._known(interface)
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

    # -- the rest ---------------------------------------------------------

    def _name(self, command: Command) -> None:
        parts = command.text.split()
        if len(parts) < 3:
            raise Refused("names nothing")
        self.objects.aliases[parts[2]] = parts[1]

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
        elif text.startswith("logging message ") and text.split()[2:3] in (["106100"], ["106023"]):
            self.unknown.append((command.text, command.line))
        elif text == "http server enable":
            return
        elif first in ("access-list", "access-group", "object", "object-group", "service-policy", "interface", "name"):
            raise Refused("takes something back: this is no configuration but an order")
        elif first not in UNRELATED | {
            "logging",
            "threat-detection",
            "ssh",
            "sysopt",
            "crypto",
            "ip",
            "ipv6",
            "aaa",
            "nameif",
        }:
            raise Refused(f"`no {first}` is no command that this reader knows")
