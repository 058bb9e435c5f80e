"""Values behind flags: addresses, ports, protocols, ICMP types. None of them is ever guessed."""

from __future__ import annotations

import ipaddress
from functools import lru_cache

from segc.packets.fields import Spans, normal
from segc.packets.machine import Refused

from .reader_names import ICMP, ICMP6, PORTS, PROTOCOLS

ALL_PORTS = ((0, 65535),)


@lru_cache(65536)
def network(text: str, family: int) -> tuple[int, int]:
    """`10.0.0.1`, `10.0.0.0/8`, `10.0.0.0/255.0.0.0`; host bits are cut off, as iptables does."""
    try:
        kind = ipaddress.IPv4Network if family == 4 else ipaddress.IPv6Network
        net = kind(text, strict=False)
    except ValueError:
        raise Refused(f"`{text}` is no IPv{family} address or network") from None
    return int(net.network_address), int(net.broadcast_address)


def networks(text: str, family: int) -> Spans:
    """A list of them."""
    if "," not in text:
        return (network(text, family),)
    return normal([network(one, family) for one in text.split(",")])


@lru_cache(65536)
def address(text: str, family: int) -> int:
    """One address."""
    try:
        return int((ipaddress.IPv4Address if family == 4 else ipaddress.IPv6Address)(text))
    except ValueError:
        raise Refused(f"`{text}` is no IPv{family} address") from None


def address_range(text: str, family: int) -> tuple[int, int]:
    """`10.0.0.1-10.0.0.9`, or one address."""
    first, dash, last = text.partition("-")
    low = address(first, family)
    high = address(last, family) if dash else low
    if high < low:
        raise Refused(f"`{text}` ends before it begins")
    return low, high


def port(text: str) -> int:
    """A number or a name."""
    if text.isdecimal() and int(text) < 65536:
        return int(text)
    if text in PORTS:
        return PORTS[text]
    raise Refused(f"`{text}` is no port that this reader knows")


def ports(text: str, between: str = ":") -> tuple[int, int]:
    """`502`, `1000:1010`, `:1023`, `1024:`."""
    first, sign, last = text.partition(between)
    low = port(first) if first or not sign else 0
    high = (port(last) if last else 65535) if sign else low
    if high < low:
        raise Refused(f"`{text}` ends before it begins")
    return low, high


def protocol(text: str) -> int | None:
    """A protocol's number; None for `all`."""
    if text.isdecimal() and int(text) < 256:
        return int(text) or None  # to iptables, 0 is every protocol
    if text == "all":
        return None
    found = PROTOCOLS.get(text.lower())
    if found is None:
        raise Refused(f"`{text}` is no protocol that this reader knows")
    return found or None


def icmp(text: str, family: int) -> Spans | None:
    """Types and codes as the destination port's axis has them; None for any."""
    if text == "any":
        return None
    names = ICMP if family == 4 else ICMP6
    if text in names:
        kind, code = names[text]
        return _codes(kind, kind, code, code)
    kinds, slash, codes = text.partition("/")
    first, last = _range(kinds)
    if family == 4 and first == last == 255:
        return None  # to iptables, ICMP type 255 is every type
    return _codes(first, last, *(_range(codes) if slash else (None, None)))


def _range(text: str) -> tuple[int, int]:
    first, sign, last = text.partition(":")
    if not first.isdecimal() or (sign and not last.isdecimal()):
        raise Refused(f"`{text}` is no ICMP type that this reader knows")
    low, high = int(first), int(last or first)
    if not low <= high <= 255:
        raise Refused(f"`{text}` is no ICMP type or code")
    return low, high


def _codes(first: int, last: int, low: int | None, high: int | None) -> Spans:
    bottom, top = (0, 255) if low is None or high is None else (low, high)
    return normal([(kind * 256 + bottom, kind * 256 + top) for kind in range(first, last + 1)])
