"""Values that all formats share: addresses, ports, protocols."""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from segc.baseline.observed import NO_PORT
from segc.baseline.sources.notread import NotRead

ICMP, TCP, UDP, ICMP6, SCTP = 1, 6, 17, 58, 132
PORTED = frozenset({TCP, UDP, SCTP, 33, 136})  # the last two: DCCP and UDP-Lite

# Names as logs write them, in lower case (IANA, Assigned Internet Protocol Numbers).
PROTOCOLS = {
    "icmp": 1, "igmp": 2, "ipip": 4, "ip-in-ip": 4, "tcp": 6, "egp": 8, "igp": 9, "igrp": 9, "udp": 17, "ipv6": 41,
    "rsvp": 46, "gre": 47, "esp": 50, "ah": 51, "icmp6": 58, "icmpv6": 58, "ipv6-icmp": 58, "eigrp": 88, "ospf": 89,
    "nos": 94, "pim": 103, "pcp": 108, "vrrp": 112, "carp": 112, "l2tp": 115, "sctp": 132, "udplite": 136,
}  # fmt: skip

# What is canonical already: `ipaddress` takes five times as long to find that out.
_BYTE = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_IPV4 = re.compile(rf"{_BYTE}(?:\.{_BYTE}){{3}}")
_MAC = re.compile(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}")
_NO_MAC = "00:00:00:00:00:00"


@lru_cache(maxsize=1 << 17)
def address(text: str) -> str:
    """The canonical text of an address: no zone index, IPv4 where it is only mapped into IPv6."""
    if _IPV4.fullmatch(text) is not None:
        return text
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError as error:
        raise NotRead(f"`{text[:60]}` is no address") from error
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(found)


@lru_cache(maxsize=1 << 17)
def packed(raw: bytes) -> str:
    """The same of an address of 4 or 16 bytes."""
    return address(str(ip_address(raw)))


@lru_cache(maxsize=1 << 17)
def port(text: str) -> int:
    """A port by its number."""
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= 65535):
        raise NotRead(f"`{text[:20]}` is no port")
    return int(text)


@lru_cache(maxsize=1024)
def protocol(text: str) -> int:
    """A protocol by number or name."""
    word = text.strip().lower()
    if word in PROTOCOLS:
        return PROTOCOLS[word]
    if word.isascii() and word.isdigit() and len(word) <= 3 and int(word) <= 255:
        return int(word)
    raise NotRead(f"`{text[:20]}` is no protocol")


def count(text: str) -> int:
    """A number of bytes, packets or hits; 0 where a log has none."""
    if text.isascii() and text.isdigit() and len(text) <= 18:
        return int(text)
    if not text or text == "-":
        return 0
    raise NotRead(f"`{text[:20]}` is no count")


def small(text: str, most: int) -> int:
    """A number from 0 to `most`."""
    value = count(text)
    if not text or value > most:
        raise NotRead(f"`{text[:20]}` is not within 0 and {most}")
    return value


def icmp(kind: int, code: int) -> int:
    """ICMP in place of a port."""
    return kind * 256 + code if 0 <= kind <= 255 and 0 <= code <= 255 else NO_PORT


def mac(text: str) -> str:
    """A hardware address as `00:11:22:33:44:55`, or "" if it is none or all zero."""
    return _mac(text) if 12 <= len(text) <= 17 else ""


@lru_cache(maxsize=1 << 16)
def _mac(text: str) -> str:
    if text != _NO_MAC and _MAC.fullmatch(text) is not None:
        return text
    digits = text.replace(":", "").replace("-", "").replace(".", "").lower()
    if len(digits) != 12 or any(d not in "0123456789abcdef" for d in digits) or digits == "0" * 12:
        return ""
    return ":".join(digits[i : i + 2] for i in range(0, 12, 2))


def cells(text: str, separator: str = ",") -> list[str]:
    """The values of one line of CSV (RFC 4180), which may stand in quotes."""
    if '"' not in text:
        return text.split(separator)
    try:
        return next(csv.reader([text.replace("\0", "").replace("\r", "")], delimiter=separator))
    except csv.Error as error:
        raise NotRead("its quotes or values are no CSV") from error
