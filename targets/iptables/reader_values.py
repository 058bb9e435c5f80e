"""Values behind flags: addresses, ports, protocols, ICMP types. None of them is ever guessed."""

from __future__ import annotations

import re
import socket
from functools import lru_cache

from segc.packets.fields import ADDRESS_BITS, Spans, normal
from segc.packets.machine import Refused

from .reader_names import ICMP, ICMP6, PORTS, PROTOCOLS

# Without leading zeros: iptables takes 010 for eight, and nobody who writes it means that.
_PLAIN = re.compile(r"0|[1-9][0-9]{0,9}", re.ASCII)


def number(text: str, most: int) -> int | None:
    """A plain decimal number up to `most`; None for anything else."""
    if _PLAIN.fullmatch(text) is None or int(text) > most:
        return None
    return int(text)


@lru_cache(65536)
def address(text: str, family: int) -> int:
    """One address. `10` and `10.1` are filled up with zeros, as iptables does."""
    if family == 4 and text.count(".") < 3:
        text += ".0" * (3 - text.count("."))
    try:
        return int.from_bytes(socket.inet_pton(socket.AF_INET if family == 4 else socket.AF_INET6, text), "big")
    except (OSError, ValueError):
        raise Refused(f"`{text}` is no IPv{family} address") from None


@lru_cache(65536)
def network(text: str, family: int) -> tuple[int, int]:
    """`10.0.0.1`, `10.0.0.0/8`, `10.0.0.0/255.0.0.0`; host bits are cut off, as iptables does."""
    host, slash, mask = text.partition("/")
    low = address(host, family)
    if not slash:
        return low, low
    size = (1 << (ADDRESS_BITS[family] - _length(mask, family))) - 1
    return low & ~size, low | size


def _length(mask: str, family: int) -> int:
    bits = ADDRESS_BITS[family]
    length = number(mask, bits)
    if length is None:
        if not {".", ":"} & set(mask):
            raise Refused(f"`/{mask}` is no IPv{family} address's mask")
        ones = address(mask, family)
        length = ones.bit_count()
        if ones != ((1 << length) - 1) << (bits - length):  # 0.0.0.255 compares the last byte alone
            raise Refused(f"`/{mask}` is no IPv{family} address's mask: its ones do not stand in front")
    return length


def networks(text: str, family: int) -> Spans:
    """A list of them."""
    if "," not in text:
        return (network(text, family),)
    return normal([network(one, family) for one in text.split(",")])


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
    found = number(text, 65535)
    found = PORTS.get(text) if found is None else found
    if found is None:
        raise Refused(f"`{text}` is no port that this reader knows")
    return found


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
    found = number(text, 255)
    if found is None:
        found = 0 if text.lower() == "all" else PROTOCOLS.get(text.lower())
    if found is None:
        raise Refused(f"`{text}` is no protocol that this reader knows")
    return found or None  # to iptables, 0 is every protocol


def icmp(text: str, family: int) -> Spans | None:
    """Types and codes as the destination port's axis has them; None for any."""
    if family == 4 and text.lower() == "any":
        return None
    kinds, slash, codes = text.partition("/")
    kind, low, high = number(kinds, 255), 0, 255
    if kind is None:
        kind, named = _named(text, family)
        low, high = (0, 255) if named is None else (named, named)
    elif slash:
        code = number(codes, 255)
        if code is None:
            raise Refused(f"`{codes}` is no ICMP code")
        low = high = code
    if family == 4 and kind == 255:
        return None  # to iptables, ICMP type 255 is every type, whatever the code
    return ((kind * 256 + low, kind * 256 + high),)


def _named(text: str, family: int) -> tuple[int, int | None]:
    """A type by its name, or by the beginning of one name alone."""
    names = ICMP if family == 4 else ICMP6
    wanted = text.lower()
    found = (
        {names[wanted]} if wanted in names else {names[name] for name in names if wanted and name.startswith(wanted)}
    )
    if len(found) != 1:
        raise Refused(f"`{text}` is no ICMP type that this reader knows")
    return found.pop()
