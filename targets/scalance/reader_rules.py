"""One `ipv4rule` and one `prerule`: their words, and what they match.

Source: Siemens, PH_SCALANCE-S615-CLI_76, pages 598 (interfaces), 627 to 629 and 653 to 663.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, NamedTuple

from segc.packets.fields import DPORT, ICMP, PROTO, SOURCE, TARGET, TCP, UDP
from segc.packets.machine import Accept, Drop, In, Log, Refused, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from segc.packets.machine import Match

    from .reader_services import Matches

DEVICE = "Device"
NUMBERED, ALONE = ("vlan", "ppp", "IPsec", "OpenVPN"), ("IPsecall", "OpenVPNall", "SinemaRC", DEVICE)
ACTIONS: dict[str, Accept | Drop] = {"acc": Accept(), "drop": Drop(), "rej": Drop(reject=True)}
LEVELS = ("no", "info", "war", "cri")
KEYS = ("srcip", "dstip", "action", "service", "log", "prior", "comment")
PREDEFINED = (
    "cloudconnector", "dhcp", "dns", "http", "https", "ipsec", "ping", "snmp", "ssh", "systime", "tcpevent", "telnet",
    "vrrp", "vxlan",
)  # fmt: skip


def _port(proto: int, port: int) -> tuple[Match, ...]:
    return In(PROTO, ((proto, proto),)), In(DPORT, ((port, port),))


# What a predefined rule lets in, where its service says which ports that is.
SERVED: dict[str, tuple[tuple[Match, ...], ...]] = {
    "http": (_port(TCP, 80),),
    "https": (_port(TCP, 443),),
    "ssh": (_port(TCP, 22),),
    "telnet": (_port(TCP, 23),),
    "snmp": (_port(UDP, 161),),
    "ping": ((In(PROTO, ((ICMP, ICMP),)), In(DPORT, ((8 * 256, 8 * 256 + 255),))),),
}


class IpRule(NamedTuple):
    """A rule of the IPv4 table."""

    source: str
    target: str
    values: dict[str, str]
    line: int
    services: Matches

    @classmethod
    def of(cls, words: list[str], line: int, services: Mapping[str, Matches]) -> IpRule:
        """Understand what stands behind `ipv4rule`."""
        source, rest = _interface("from", words)
        target, rest = _interface("to", rest)
        values = _values(rest)
        missing = [key for key in ("srcip", "dstip", "action", "prior") if key not in values]
        if missing:
            raise Refused(f"a rule needs `{missing[0]}`")
        service = values.get("service", "all")
        if service != "all" and service not in services:
            raise Refused(f"there is no service `{service}`")
        rule = cls(source, target, values, line, ((),) if service == "all" else services[service])
        rule.check()
        return rule

    @property
    def prior(self) -> int:
        """Lower ones are tried first."""
        return number(self.values["prior"], 0, 127)

    def check(self) -> None:
        """Refuse values that the device does not have."""
        if self.values["action"] not in ACTIONS or self.values.get("log", "no") not in LEVELS:
            raise Refused("an action is acc, drop or rej, a log level no, info, war or cri")
        if len(self.values.get("comment", "")) > 32:
            raise Refused("a comment has at most 32 characters")
        _ = self.prior, list(self.made(()))

    def made(self, where: tuple[Match, ...]) -> Iterator[Rule]:
        """The rule, once for each part of its service: recorded, then decided."""
        ends = (*_address(SOURCE, self.values["srcip"]), *_address(TARGET, self.values["dstip"]))
        for service in self.services:
            matches = (*where, *ends, *service)
            if self.values.get("log", "no") != "no":
                name = self.values.get("comment") or f"precedence {self.prior}"
                yield Rule(matches, Log(name), self.line, "rules")
            yield Rule(matches, ACTIONS[self.values["action"]], self.line, "rules")


class Predefined(NamedTuple):
    """A predefined rule that is switched; `*` is every interface."""

    service: str
    interface: str
    enabled: bool

    @classmethod
    def of(cls, words: list[str]) -> Predefined:
        """Understand `prerule SERVICE ipv4 {int TYPE NUMBER | all-int} {enabled | disabled}`."""
        if len(words) < 4 or words[0] not in PREDEFINED or words[1] != "ipv4":
            raise Refused("is no predefined rule that this reader knows")
        if words[-1] not in ("enabled", "disabled"):
            raise Refused("a predefined rule is enabled or disabled")
        if words[2:-1] == ["all-int"]:
            return cls(words[0], "*", words[-1] == "enabled")
        name, rest = _interface("int", words[2:-1])
        if rest:
            raise Refused(f"`{rest[0]}` makes no sense here")
        return cls(words[0], name, words[-1] == "enabled")


def _interface(word: str, words: list[str]) -> tuple[str, list[str]]:
    """An interface behind its keyword, and what is left."""
    if len(words) < 2 or words[0] != word:
        raise Refused(f"needs `{word}` and an interface")
    if words[1] in ALONE:
        return words[1], words[2:]
    if words[1] not in NUMBERED or len(words) < 3:
        raise Refused(f"`{words[1]}` is no interface")
    return f"{words[1]}{number(words[2], 0, 4094)}", words[3:]


def _values(words: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    if len(words) % 2:
        raise Refused("a keyword has no value")
    for key, value in zip(words[::2], words[1::2], strict=True):
        if key not in KEYS or key in found:
            raise Refused(f"`{key}` makes no sense here")
        found[key] = value
    return found


def _address(at: int, text: str) -> tuple[Match, ...]:
    """A host, a network, or a range; all of them is no match."""
    ends = text.split("-")
    try:
        if len(ends) == 2:
            low, high = (int(ipaddress.IPv4Address(end)) for end in ends)
        else:
            net = ipaddress.IPv4Network(text, strict=False)
            low, high = int(net.network_address), int(net.broadcast_address)
    except ValueError:
        raise Refused(f"`{text}` is no IPv4 address, network or range") from None
    if low > high:
        raise Refused("a range ends before it begins")
    return () if (low, high) == (0, 0xFFFFFFFF) else (In(at, ((low, high),)),)


def number(text: str, low: int, high: int) -> int:
    """A decimal number within bounds."""
    if not re.fullmatch(r"0|[1-9]\d{0,5}", text) or not low <= int(text) <= high:
        raise Refused(f"`{text}` is no number from {low} to {high}")
    return int(text)
