"""One rule of Windows' firewall, however it is written, and what it matches.

Sources: NetSecurity module, New-NetFirewallRule (parameters and defaults); [MS-FASP] 2.2.37 FW_RULE.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

from segc.packets.fields import DPORT, ICMP, ICMP6, PROTO, SOURCE, SPORT, TARGET, TCP, UDP, normal
from segc.packets.machine import Family, In, Refused, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.packets.machine import Match

Span = tuple[int, int]
PROTOCOLS = {"tcp": TCP, "udp": UDP, "icmpv4": ICMP, "icmpv6": ICMP6}
# Words for addresses that hang on the machine's settings.
KEYWORDS = (
    "localsubnet",
    "localsubnet4",
    "localsubnet6",
    "dns",
    "dhcp",
    "wins",
    "defaultgateway",
    "intranet",
    "internet",
)


@dataclass(slots=True)
class RuleText:
    """A rule. None is any; `unknown` are conditions that the reader cannot decide."""

    inbound: bool = True
    allow: bool = True
    enabled: bool = True
    protocol: int | None = None
    local: list[tuple[int, Span]] | None = None
    remote: list[tuple[int, Span]] | None = None
    local_ports: list[Span] | None = None
    remote_ports: list[Span] | None = None
    types: list[Span] | None = None
    unknown: list[str] = field(default_factory=list)
    line: int = 0

    def matches(self) -> Iterator[tuple[Match, ...]]:
        """What it matches, a family at a time: addresses of one family match no packet of the other."""
        source, target = (self.remote, self.local) if self.inbound else (self.local, self.remote)
        sport, dport = (self.remote_ports, self.local_ports) if self.inbound else (self.local_ports, self.remote_ports)
        for family in self._families():
            found: list[Match] = [Family(family), *(Unknown(text) for text in self.unknown)]
            for at, ends in ((SOURCE, source), (TARGET, target)):
                if ends is not None:
                    found.append(In(at, normal([span for one, span in ends if one == family])))
            if self.protocol is not None:
                found.append(In(PROTO, ((self.protocol, self.protocol),)))
            for at, ports in ((SPORT, sport), (DPORT, dport)):
                if ports is not None:
                    found.append(In(at, normal(ports)))
            if self.types is not None:
                found.append(In(DPORT, normal(self.types)))
            yield tuple(found)

    def _families(self) -> Iterator[int]:
        for family in (4, 6):
            sides = all(ends is None or any(one == family for one, _ in ends) for ends in (self.local, self.remote))
            if sides and (self.protocol, family) not in ((ICMP, 6), (ICMP6, 4)):
                yield family

    def judged(self) -> RuleText:
        """Itself, once its conditions are seen to fit together. Raises `Refused`."""
        ports = self.local_ports is not None or self.remote_ports is not None
        if ports and self.protocol not in (TCP, UDP):
            raise Refused("ports of a protocol that has none")
        if self.types is not None and self.protocol not in (ICMP, ICMP6):
            raise Refused("ICMP types of another protocol")
        return self


def protocol(text: str) -> int | None:
    """A protocol by name or number; None for any."""
    if text.lower() == "any":
        return None
    if text.lower() in PROTOCOLS:
        return PROTOCOLS[text.lower()]
    if not text.isascii() or not text.isdigit() or int(text) > 255:
        raise Refused(f"`{text}` is no protocol")
    return int(text)


def ports(texts: list[str], unknown: list[str]) -> list[Span] | None:
    """Ports and ranges of them; None for any. Words such as RPC hang on the machine."""
    if [text.lower() for text in texts] == ["any"]:
        return None
    found = []
    for text in texts:
        match = re.fullmatch(r"(\d{1,5})(?:-(\d{1,5}))?", text, re.ASCII)
        if match is None:
            if not re.fullmatch(r"[A-Za-z]+", text) or text.lower() == "any":
                raise Refused(f"`{text}` is no port")
            unknown.append(f"a port called {text}")
            return None  # the ports of the list, or that one: any that the unknown says
        low, high = int(match[1]), int(match[2] or match[1])
        if not low <= high <= 65535:
            raise Refused(f"`{text}` is no range of ports")
        found.append((low, high))
    return found


def types(texts: list[str]) -> list[Span] | None:
    """ICMP types, each with or without a code, as they stand in the packet; None for any."""
    if [text.lower() for text in texts] == ["any"]:
        return None
    found = []
    for text in texts:
        match = re.fullmatch(r"(\d{1,3})(?::(\d{1,3}|\*))?", text, re.ASCII)
        if match is None or int(match[1]) > 255:
            raise Refused(f"`{text}` is no ICMP type")
        low = int(match[1]) * 256
        if match[2] in (None, "*"):
            found.append((low, low + 255))
        elif int(match[2]) <= 255:
            found.append((low + int(match[2]), low + int(match[2])))
        else:
            raise Refused(f"`{text}` is no ICMP code")
    return found


def addresses(texts: list[str], unknown: list[str]) -> list[tuple[int, Span]] | None:
    """Addresses, subnets and ranges, each with its family; None for any."""
    if [text.lower() for text in texts] == ["any"]:
        return None
    found = []
    for text in texts:
        if text.lower() in KEYWORDS:
            unknown.append(f"an address called {text}")
            return None  # the addresses of the list, or those: any that the unknown says
        found.append(_address(text))
    return found


def _address(text: str) -> tuple[int, Span]:
    try:
        if "-" in text:
            low, high = (ip_address(part) for part in text.split("-"))
            return _range(low, high, text)
        network = ip_network(text, strict=False)
    except ValueError:
        raise Refused(f"`{text}` is no address") from None
    return network.version, (int(network.network_address), int(network.broadcast_address))


def _range(low: IPv4Address | IPv6Address, high: IPv4Address | IPv6Address, text: str) -> tuple[int, Span]:
    if low.version != high.version or int(low) > int(high):
        raise Refused(f"`{text}` is no range of addresses")
    return low.version, (int(low), int(high))
