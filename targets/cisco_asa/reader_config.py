"""The commands of a configuration, sorted by what they do."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from segc.packets.machine import Refused

from ..cisco_ios.reader_times import TimeRanges
from .reader_aces import Ace, Reading
from .reader_inspect import Policies
from .reader_lines import Command, Words
from .reader_objects import Objects
from .reader_settings import MANAGED, Settings
from .reader_words import BEYOND, UNRELATED

if TYPE_CHECKING:
    from collections.abc import Callable


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
    policies: Policies = field(default_factory=Policies)
    settings: Settings = field(default_factory=Settings)
    times: TimeRanges = field(default_factory=TimeRanges)

    def __post_init__(self) -> None:
        self.objects.aliases = self.settings.aliases

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
            "clock": lambda it: self.times.clock.take(it.text, it.line),
            "interface": self._interface,
            "object": self.objects.define,
            "object-group": self.objects.define,
            "policy-map": self.policies.policy_map,
            "same-security-traffic": self._same_level,
            "service-policy": self.policies.service_policy,
            "time-range": self._time_range,
            **self.settings.commands(),
        }
        if first in known:
            known[first](command)
            if first in MANAGED and self.settings.managers:
                self.known(self.settings.managers[-1][2])
        elif first in BEYOND:
            self.settings.unknown.append((command.text, command.line))
        elif first not in UNRELATED:
            raise Refused(f"`{first}` is no command that this reader knows")

    def _time_range(self, command: Command) -> None:
        words = Words(command.text)
        words.take()
        name = words.take("a name")
        words.done()
        self.times.add(name, [(text, line) for line, text in command.below])

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
            self.settings.unknown.append((f"{command.text}: its place in the list", command.line))
        found.append(ace)

    def _access_group(self, command: Command) -> None:
        words = Words(command.text)
        words.take()
        name = words.take("a list")
        if name in self.other_lists or name not in self.lists:
            raise Refused(f"no extended list is called `{name}`")
        if not self.lists[name]:
            raise Refused(f"list `{name}` has no line yet")
        where = words.take("in, out or global")
        if where == "global":
            self.everywhere = name
        elif where in ("in", "out") and words.takes("interface"):
            interface = words.take("an interface")
            self.known(interface)
            if where == "in" and words.takes("control-plane"):
                self.itself[interface] = name
            else:
                (self.inbound if where == "in" else self.outbound)[interface] = name
                if words.takes("per-user-override"):
                    self.settings.unknown.append((command.text, command.line))
        else:
            raise Refused(f"`{where}` is no place for a list")
        words.done()

    def known(self, interface: str) -> Port:
        """An interface; in a whole configuration it must be there."""
        if self.whole and interface not in self.ports:
            raise Refused(f"no interface is called `{interface}`")
        return self.ports.setdefault(interface, Port(interface))

    # -- interfaces -------------------------------------------------------

    def _version(self, command: Command) -> None:
        """Before 9.0, `any` was IPv4 only and IPv6 had lists of its own."""
        release = re.match(r"ASA Version (\d+)\.", command.text)
        if release is None or int(release[1]) < 9:
            raise Refused("is software before 9.0, or none that this reader knows")
        self.whole = self.times.clock.whole = True

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
                self.settings.unknown.append((text, line))

    def _same_level(self, command: Command) -> None:
        words = Words(command.text)
        words.take()
        kind = words.take("permit"), words.take("inter-interface or intra-interface")
        if kind[0] != "permit" or kind[1] not in ("inter-interface", "intra-interface"):
            raise Refused(f"`{kind[1]}` is nothing of one level")
        words.done()
        self.same_level.add(kind[1])
