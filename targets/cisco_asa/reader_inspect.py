"""The modular policy framework, as far as packets' fate hangs on it: where answers of ICMP are followed.

Sessions of TCP, UDP and SCTP are followed always. ICMP is followed where an active policy inspects it, and only there
("Access Rules for Returning Traffic" in the configuration guide).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from segc.packets.machine import Refused

from .reader_lines import Words

if TYPE_CHECKING:
    from .reader_lines import Command


@dataclass(frozen=True, slots=True)
class Class:
    """A class that inspects: what it matches, all of it at once."""

    matched: tuple[str, ...]
    line: int
    follows_icmp: bool = False

    @property
    def lists(self) -> tuple[str, ...]:
        """The access lists that must permit a packet."""
        return tuple(text[12:] for text in self.matched if text.startswith("access-list "))

    @property
    def never_icmp(self) -> bool:
        """Does it match by ports?"""
        return any(text.startswith("port ") for text in self.matched)

    @property
    def odd(self) -> str:
        """What it matches by that this reader does not know."""
        known = ("any", "default-inspection-traffic")
        return next((t for t in self.matched if t not in known and not t.startswith(("access-list ", "port "))), "")


@dataclass(slots=True)
class Policies:
    """Class maps, policy maps and where these are applied."""

    maps: dict[str, list[str]] = field(default_factory=dict)  # what a class matches
    actions: dict[str, list[tuple[str, str, int]]] = field(default_factory=dict)  # policy: class, action, line
    globally: str = ""
    bound: dict[str, tuple[str, int]] = field(default_factory=dict)  # interface: policy, line

    def class_map(self, command: Command) -> None:
        """`class-map`; those of inspections (`type`) are theirs."""
        words = Words(command.text)
        words.take()
        if words.takes("type"):
            return
        found = self.maps.setdefault(words.take("a name"), [])
        words.done()
        for line, text in command.below:
            if text.startswith("match "):
                found.append(text[6:])
            elif not text.startswith("description "):
                raise Refused("is nothing that a class map has", line, text=text)

    def policy_map(self, command: Command) -> None:
        """`policy-map`: classes, each with its actions."""
        words = Words(command.text)
        words.take()
        if words.takes("type"):
            return
        found = self.actions.setdefault(words.take("a name"), [])
        words.done()
        at = ""
        for line, text in command.below:
            if text.startswith("class "):
                at = text[6:]
            elif text.startswith("description "):
                continue
            elif not at or not text.startswith(
                (
                    "inspect ",
                    "set ",
                    "police ",
                    "priority",
                    "user-statistics",
                    "flow-export ",
                    "no ",
                    "cxsc ",
                    "sfr ",
                    "ips ",
                    "csc ",
                )
            ):
                raise Refused("is nothing that a policy map has", line, text=text)
            else:
                found.append((at, text, line))

    def service_policy(self, command: Command) -> None:
        """`service-policy NAME global`, or for one interface."""
        words = Words(command.text)
        words.take()
        name = words.take("a policy")
        if name not in self.actions:
            raise Refused(f"no policy map is called `{name}`")
        where = words.take("global or interface")
        if where == "global":
            self.globally = name
        elif where == "interface":
            self.bound[words.take("an interface")] = (name, command.line)
        else:
            raise Refused(f"`{where}` is no place for a policy")
        if not words.takes("fail-close"):
            words.done()

    def inspecting(self) -> list[Class]:
        """The classes of the global policy that inspect anything: of these, the first that matches a packet counts."""
        found: dict[str, Class] = {}
        for name, action, line in self.actions.get(self.globally, ()):
            if action.startswith("inspect "):
                if name != "class-default" and name not in self.maps:
                    raise Refused(f"no class map is called `{name}`", line, text=action)
                one = found.setdefault(name, Class(tuple(self.maps.get(name, ["any"])), line))
                if action == "inspect icmp":
                    found[name] = Class(one.matched, line, follows_icmp=True)
        return list(found.values())

    def beyond(self) -> list[tuple[str, int]]:
        """Actions that let packets pass otherwise than this reader knows."""
        active = [self.globally, *(name for name, _ in self.bound.values())]
        found = [
            (f"class {name}: {action}", line)
            for policy in dict.fromkeys(active)
            for name, action, line in self.actions.get(policy, ())
            if "tcp-state-bypass" in action or action.startswith(("cxsc", "sfr", "ips", "csc"))
        ]
        for interface, (policy, line) in self.bound.items():
            if any(action.startswith("inspect") for _, action, _ in self.actions[policy]):
                found.append((f"inspection on interface {interface} alone", line))
        return found
