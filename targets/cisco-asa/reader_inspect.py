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

    def icmp_classes(self) -> list[tuple[list[str], int]]:
        """What the classes match in which the global policy inspects ICMP."""
        found = []
        for name, action, line in self.actions.get(self.globally, ()):
            if action == "inspect icmp":
                if name != "class-default" and name not in self.maps:
                    raise Refused(f"no class map is called `{name}`", line, text=action)
                found.append((self.maps.get(name, ["any"]), line))
        return found

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
