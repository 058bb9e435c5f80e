"""Values behind the words of Junos: addresses, ports, protocols. None of them is ever guessed."""

from __future__ import annotations

import re
import socket

from segc.packets.fields import ADDRESS_BITS, Spans
from segc.packets.machine import Refused

from .reader_names import PORTS, PROTOCOLS

_PLAIN = re.compile(r"0|[1-9][0-9]{0,9}", re.ASCII)


def number(text: str, most: int) -> int:
    """A plain decimal number up to `most`."""
    if _PLAIN.fullmatch(text) is None or int(text) > most:
        raise Refused(f"`{text}` is no number from 0 to {most}")
    return int(text)


def address(text: str) -> tuple[int, int]:
    """One address: family, number."""
    family = 6 if ":" in text else 4
    try:
        packed = socket.inet_pton(socket.AF_INET6 if family == 6 else socket.AF_INET, text)
    except (OSError, ValueError):
        raise Refused(f"`{text}` is no address") from None
    return family, int.from_bytes(packed, "big")


def prefix(text: str) -> tuple[int, tuple[int, int]]:
    """A prefix: family, range. A host needs no length; Junos refuses bits behind the length."""
    host, slash, length = text.partition("/")
    family, low = address(host)
    bits = ADDRESS_BITS[family]
    size = 1 << (bits - (number(length, bits) if slash else bits))
    if low % size:
        raise Refused(f"`{text}` has bits set behind its length")
    return family, (low, low + size - 1)


def between(first: str, last: str) -> tuple[int, tuple[int, int]]:
    """The addresses from one to another: family, range."""
    (family, low), (other, high) = address(first), address(last)
    if family != other or high < low:
        raise Refused(f"`{first} to {last}` is no range")
    return family, (low, high)


def protocol(text: str) -> int:
    """A protocol by its name or number."""
    return PROTOCOLS[text] if text in PROTOCOLS else number(text, 255)


def ports(text: str) -> tuple[int, int]:
    """A port, a range, or a port by its name."""
    if text in PORTS:
        return PORTS[text], PORTS[text]
    low, dash, high = text.partition("-")
    first = number(low, 65535)
    last = number(high, 65535) if dash else first
    if last < first:
        raise Refused(f"`{text}` is no range of ports")
    return first, last


def types(kind: int, code: int | None = None) -> Spans:
    """An ICMP type, of all codes or of one."""
    return ((kind * 256, kind * 256 + 255),) if code is None else ((kind * 256 + code, kind * 256 + code),)
