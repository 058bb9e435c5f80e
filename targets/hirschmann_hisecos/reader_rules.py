"""One rule of the packet filter: its fields as the manual lists them, and what they match.

Source: Hirschmann, RM GUI HiSecOS EAGLE20/30, release 3.0, section 4.5: an address is any, a host or a network, after
`!` all but that; parameters are `<param>=<val>`, commas between them, bars between values.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from segc.packets.fields import DPORT, ICMP, PROTO, SOURCE, SPORT, TARGET, TCP, UDP
from segc.packets.machine import Accept, Drop, In, Refused, State, Unknown, Whatever

if TYPE_CHECKING:
    from segc.packets.machine import Action, Match

# As delivered.
VALUES = {
    "action": "accept",
    "src-ip": "any",
    "dest-ip": "any",
    "proto": "any",
    "src-port": "any",
    "dest-port": "any",
    "params": "none",
    "log": "no",
    "trap": "no",
    "profile": "0",
    "description": "",
}
ACTIONS: dict[str, Action] = {"accept": Accept(), "drop": Drop(), "reject": Drop(reject=True)}
ENFORCERS = ("enforce-modbus", "enforce-opc")
PROTOCOLS = {"icmp": ICMP, "igmp": 2, "ipip": 4, "tcp": TCP, "udp": UDP, "esp": 50, "ah": 51, "icmpv6": 58}
STATES = {"new": "new", "est": "established", "rel": "related", "inv": "invalid"}
LONGEST = 64


@dataclass
class RuleText:
    """A rule with its fields as they stand."""

    index: int
    line: int = 0
    active: bool = True
    values: dict[str, str] = field(default_factory=lambda: dict(VALUES))

    def take(self, words: list[str], line: int) -> None:
        """Fields and their values, in any order, each once."""
        self.line = line
        if len(words) % 2:
            raise Refused("a field has no value")
        names = words[::2]
        if len(set(names)) != len(names):
            raise Refused("a field is said twice")
        for name, value in zip(names, words[1::2], strict=True):
            if name not in VALUES:
                raise Refused(f"`{name}` is no field of a rule that this reader knows")
            self.values[name] = value
        self.matches()
        self.action()

    @property
    def logs(self) -> bool:
        """Does it write into the system log?"""
        return self.values["log"] == "yes"

    @property
    def name(self) -> str:
        """Under which the log knows the rule."""
        return self.values["description"] or f"rule {self.index}"

    def action(self) -> Action:
        """What becomes of a packet to which it applies."""
        if len(self.values["description"]) > LONGEST or not self.values["description"].isascii():
            raise Refused(f"a description has at most {LONGEST} ASCII characters")
        if not {self.values["log"], self.values["trap"]} <= {"yes", "no"}:
            raise Refused("log and trap are yes or no")
        word = self.values["action"]
        if word in ENFORCERS:
            return Whatever(f"rule {self.index}: {word}, profile {self.values['profile']}")
        if word not in ACTIONS or self.values["profile"] != "0":
            raise Refused("is no action that this reader knows")
        return ACTIONS[word]

    def matches(self) -> tuple[Match, ...]:
        """All that must hold."""
        found: list[Match] = []
        for at, name in ((SOURCE, "src-ip"), (TARGET, "dest-ip")):
            found += _address(at, self.values[name])
        word = self.values["proto"]
        if word != "any":
            if word not in PROTOCOLS:
                raise Refused(f"`{word}` is no protocol that this reader knows")
            found.append(In(PROTO, ((PROTOCOLS[word],) * 2,)))
        for at, name in ((SPORT, "src-port"), (DPORT, "dest-port")):
            found += _ports(at, self.values[name], word)
        return (*found, *self._parameters(word))

    def _parameters(self, protocol: str) -> list[Match]:
        text = self.values["params"]
        found: list[Match] = []
        if text == "none":
            return found
        values = dict(_pair(each) for each in text.split(","))
        if len(values) != text.count(",") + 1:
            raise Refused("a parameter is said twice")
        if {"type", "code"} & set(values):
            found.append(_icmp(values.pop("type", ""), values.pop("code", ""), protocol))
        if "state" in values:
            words = values.pop("state").split("|")
            if not set(words) <= set(STATES):
                raise Refused("is no state that this reader knows")
            found.append(State(frozenset(STATES[each] for each in words)))
        for name in sorted(values):
            if name not in ("mac", "frags", "flags"):
                raise Refused(f"`{name}` is no parameter that this reader knows")
            found.append(Unknown(f"{name}={values[name]}"))
        return found


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not value:
        raise Refused("a parameter is NAME=VALUE")
    return name, value


def _icmp(kind: str, code: str, protocol: str) -> Match:
    if protocol not in ("icmp", "icmpv6") or not kind:
        raise Refused("ICMP types need the protocol, and codes need a type")
    first = number(kind, 0, 255) * 256
    return In(DPORT, ((first + number(code, 0, 255),) * 2 if code else (first, first + 255),))


def _address(at: int, text: str) -> list[Match]:
    negate = text.startswith("!")
    text = text.removeprefix("!")
    if text == "any":
        if negate:
            raise Refused("all but any is nothing")
        return []
    if not re.fullmatch(r"\d{1,3}(\.\d{1,3}){3}(/\d{1,2})?", text):
        raise Refused(f"`{text}` is no IPv4 address or network")
    try:
        net = ipaddress.IPv4Network(text, strict=False)
    except ValueError:
        raise Refused(f"`{text}` is no IPv4 address or network") from None
    span = (int(net.network_address), int(net.broadcast_address))
    return [In(at, (span,), negate)]


def _ports(at: int, text: str, protocol: str) -> list[Match]:
    if text == "any":
        return []
    if protocol not in ("tcp", "udp"):
        raise Refused("ports need tcp or udp")
    low, dash, high = text.partition("-")
    first = number(low, 1, 65535)
    return [In(at, ((first, number(high, first, 65535) if dash else first),))]


def number(text: str, low: int, high: int) -> int:
    """A decimal number within bounds."""
    if not re.fullmatch(r"0|[1-9]\d{0,5}", text) or not low <= int(text) <= high:
        raise Refused(f"`{text}` is no number from {low} to {high}")
    return int(text)
