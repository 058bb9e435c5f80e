"""Values as ranges of numbers: addresses, ports, protocols, ICMP types.

Names of ICMP types are nft's, which VyOS hands them to (nft(8), "ICMP HEADER EXPRESSION"); protocol names and numbers
stand in the IANA registry.
"""

from __future__ import annotations

import ipaddress
import re

from segc.packets.fields import Spans, normal
from segc.packets.machine import Refused

PROTOCOLS = {
    "icmp": 1, "igmp": 2, "ipencap": 4, "tcp": 6, "egp": 8, "udp": 17, "dccp": 33, "ipv6": 41, "rsvp": 46, "gre": 47,
    "esp": 50, "ah": 51, "ipv6-icmp": 58, "eigrp": 88, "ospf": 89, "ipip": 94, "pim": 103, "ipcomp": 108, "vrrp": 112,
    "l2tp": 115, "sctp": 132, "udplite": 136,
}  # fmt: skip
TYPES = {
    4: {
        "echo-reply": 0, "destination-unreachable": 3, "source-quench": 4, "redirect": 5, "echo-request": 8,
        "router-advertisement": 9, "router-solicitation": 10, "time-exceeded": 11, "parameter-problem": 12,
        "timestamp-request": 13, "timestamp-reply": 14, "info-request": 15, "info-reply": 16,
        "address-mask-request": 17, "address-mask-reply": 18,
    },
    6: {
        "destination-unreachable": 1, "packet-too-big": 2, "time-exceeded": 3, "parameter-problem": 4,
        "echo-request": 128, "echo-reply": 129, "mld-listener-query": 130, "mld-listener-report": 131,
        "mld-listener-reduction": 132, "mld-listener-done": 132, "nd-router-solicit": 133, "nd-router-advert": 134,
        "nd-neighbor-solicit": 135, "nd-neighbor-advert": 136, "nd-redirect": 137, "router-renumbering": 138,
        "ind-neighbor-solicit": 141, "ind-neighbor-advert": 142, "mld2-listener-report": 143,
    },
}  # fmt: skip
_PORT = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?", re.ASCII)


def addresses(text: str, family: int) -> tuple[int, int]:
    """A host, a range, or a prefix (without host bits: VyOS refuses these)."""
    low, dash, high = text.partition("-")
    kind = ipaddress.IPv4Address if family == 4 else ipaddress.IPv6Address
    try:
        if dash:
            ends = int(kind(low)), int(kind(high))
            if ends[0] > ends[1]:
                raise Refused(f"`{text}` begins behind its end")
            return ends
        net = ipaddress.IPv4Network(text) if family == 4 else ipaddress.IPv6Network(text)
    except ValueError:
        raise Refused(f"`{text}` is no address of IPv{family}") from None
    return int(net.network_address), int(net.broadcast_address)


def protocol(text: str) -> Spans:
    """Protocol numbers; `all` and `tcp_udp` are words of VyOS's own."""
    if text == "all":
        return ((0, 255),)
    if text == "tcp_udp":
        return ((6, 6), (17, 17))
    number = PROTOCOLS.get(text)
    if number is None:
        number = small(text, f"`{text}` is no protocol that this reader knows")
    return ((number, number),)


def small(text: str, why: str) -> int:
    """A number of one byte."""
    if not (text.isascii() and text.isdecimal() and len(text) < 4 and int(text) < 256):
        raise Refused(why)
    return int(text)


def port(text: str) -> tuple[int, int]:
    """A port or a range of ports. Names of services are not looked up: their table is the router's."""
    found = _PORT.fullmatch(text)
    low, high = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
    if not 0 < low <= high <= 65535:
        raise Refused(f"`{text}` is no port that this reader knows")
    return low, high


def ports(text: str) -> tuple[Spans, Spans]:
    """A list of ports: those that may be, and those with `!` that may not."""
    wanted = [port(part) for part in text.split(",") if not part.startswith("!")]
    unwanted = [port(part[1:]) for part in text.split(",") if part.startswith("!")]
    return normal(wanted), normal(unwanted)


def icmp(kind: str | None, code: str | None, family: int) -> Spans:
    """Type and code on the axis of ports: type * 256 + code."""
    codes = (0, 255)
    if code is not None:
        number = small(code, f"`{code}` is no code of ICMP")
        codes = (number, number)
    kinds = range(256)
    if kind is not None:
        number = TYPES[family].get(kind, -1)
        number = number if number >= 0 else small(kind, f"`{kind}` is no type of ICMP")
        kinds = range(number, number + 1)
    return normal([(one * 256 + codes[0], one * 256 + codes[1]) for one in kinds])
