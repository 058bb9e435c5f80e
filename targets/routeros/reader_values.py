"""Values of properties as ranges of numbers: addresses, ports, protocols, ICMP types.

Protocol names: MikroTik, "Filter", property `protocol`; their numbers: the IANA registry of protocol numbers.
"""

from __future__ import annotations

import ipaddress
import re

from segc.packets.fields import Spans, normal
from segc.packets.machine import Refused

PROTOCOLS = {
    "icmp": 1, "igmp": 2, "ggp": 3, "ip-encap": 4, "ipencap": 4, "st": 5, "tcp": 6, "egp": 8, "pup": 12, "udp": 17,
    "hmp": 20, "xns-idp": 22, "rdp": 27, "iso-tp4": 29, "dccp": 33, "xtp": 36, "ddp": 37, "idpr-cmtp": 38, "ipv6": 41,
    "ipv6-encap": 41, "ipv6-route": 43, "ipv6-frag": 44, "rsvp": 46, "gre": 47, "ipsec-esp": 50, "ipsec-ah": 51,
    "icmpv6": 58, "ipv6-icmp": 58, "ipv6-nonxt": 59, "ipv6-opts": 60, "rspf": 73, "vmtp": 81, "ospf": 89, "ipip": 94,
    "etherip": 97, "encap": 98, "pim": 103, "ipcomp": 108, "vrrp": 112, "l2tp": 115, "sctp": 132, "udp-lite": 136,
}  # fmt: skip
PORTED = ("tcp", "udp", "udp-lite", "dccp", "sctp")
MOST_PORTS = 15  # of one rule, ranges counting for two: netfilter's multiport
ANY_ICMP = 255  # netfilter takes this type of ICMP for any
_PORT = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?", re.ASCII)
_ICMP = re.compile(r"(\d{1,3}):(\d{1,3})(?:-(\d{1,3}))?", re.ASCII)


def addresses(text: str, family: int) -> tuple[int, int]:
    """A host, a prefix (whose host bits RouterOS takes away) or, in IPv4, a range."""
    low, dash, high = text.partition("-")
    try:
        if dash and family == 4:
            ends = int(ipaddress.IPv4Address(low)), int(ipaddress.IPv4Address(high))
            if ends[0] > ends[1]:
                raise Refused(f"`{text}` begins behind its end")
            return ends
        net = ipaddress.IPv4Network(text, strict=False) if family == 4 else ipaddress.IPv6Network(text, strict=False)
    except ValueError:
        raise Refused(f"`{text}` is no address of IPv{family}") from None
    return int(net.network_address), int(net.broadcast_address)


def protocol(text: str) -> int:
    """A protocol's number, from 1 on: netfilter takes 0 for any protocol."""
    number = PROTOCOLS.get(text, int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else 0)
    if not 0 < number < 256:
        raise Refused(f"`{text}` is no protocol that this reader knows")
    return number


def ports(text: str) -> Spans:
    """A list of ports and ranges."""
    found: list[tuple[int, int]] = []
    for part in text.split(","):
        ends = _PORT.fullmatch(part)
        low, high = (int(ends[1]), int(ends[2] or ends[1])) if ends else (1, 0)
        if low > high or high > 65535:
            raise Refused(f"`{part}` is no port")
        found.append((low, high))
    if sum(1 + (low != high) for low, high in found) > MOST_PORTS:
        raise Refused(f"a rule takes no more than {MOST_PORTS} ports, a range counting for two")
    return normal(found)


def icmp(text: str, family: int) -> Spans:
    """A type with its codes, on the axis of ports: type * 256 + code."""
    found = _ICMP.fullmatch(text)
    if found is None:
        raise Refused(f"`{text}` is no type of ICMP with its codes")
    kind, low, high = int(found[1]), int(found[2]), int(found[3] or found[2])
    if kind > 255 or low > high or high > 255:
        raise Refused(f"`{text}` is no type of ICMP with its codes")
    if kind == ANY_ICMP and family == 4:
        raise Refused("type 255 means any type to netfilter")
    return ((kind * 256 + low, kind * 256 + high),)
