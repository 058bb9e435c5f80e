"""Values of nft's expressions: numbers, names, ranges and prefixes, by the field that they are compared with."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime
from functools import lru_cache

from segc.packets.fields import LAST_SECOND
from segc.packets.machine import Refused

from .reader_names import ICMP, ICMP6, PORTS, PROTOCOLS

Span = tuple[int, int]
WIDTH = {"ip": 32, "ip6": 128}


@lru_cache(65536)
def span(kind: str, text: str) -> Span:
    """A value or range of one kind: ip, ip6, proto, port, icmp, icmpv6, code, time. Inclusive at both ends."""
    if kind in WIDTH:
        return _address(kind, text)
    first, dash, last = _ends(kind, text)
    low = _number(kind, first)
    high = _number(kind, last) if dash else low
    if high < low:
        raise Refused(f"`{text}` ends before it begins")
    if kind == "time" and dash:
        # nft compares nanoseconds: of the second in which a range ends, its first nanosecond alone is inside
        high -= 1
    return (low * 256, high * 256 + 255) if kind in ("icmp", "icmpv6") else (low, high)


def _ends(kind: str, text: str) -> tuple[str, str, str]:
    """A range's two ends. Names and dates may have dashes of their own."""
    if kind == "time" and text.startswith('"'):
        first, dash, last = text.partition('"-"')
        return (first.strip('"'), dash, last.strip('"'))
    if text in _names(kind):
        return text, "", ""
    for at, letter in enumerate(text):
        if letter == "-" and 0 < at < len(text) - 1 and _known(kind, text[:at]) and _known(kind, text[at + 1 :]):
            return text[:at], "-", text[at + 1 :]
    return text, "", ""


def _names(kind: str) -> dict[str, int]:
    return {"proto": PROTOCOLS, "port": PORTS, "icmp": ICMP, "icmpv6": ICMP6}.get(kind, {})


def _known(kind: str, text: str) -> bool:
    return text.isdecimal() or text in _names(kind)


def _number(kind: str, text: str) -> int:
    if text.isdecimal() or text.startswith("0x"):
        try:
            value = int(text, 0 if text.startswith("0x") else 10)
        except ValueError:
            raise Refused(f"`{text}` is no number") from None
    elif kind == "time":
        value = _moment(text)
    elif text in _names(kind):
        value = _names(kind)[text]
    else:
        raise Refused(f"`{text}` is no {kind} that this reader knows")
    if value > {"port": 65535, "time": LAST_SECOND}.get(kind, 255):
        raise Refused(f"`{text}` is too large")
    return value


def _moment(text: str) -> int:
    """A date as nft prints it. It prints local time: what is read here was listed with TZ=UTC."""
    for form in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"):
        try:
            return int(datetime.strptime(text.strip('"'), form).replace(tzinfo=UTC).timestamp())
        except ValueError:
            continue
    raise Refused(f"`{text}` is no moment")


def _address(kind: str, text: str) -> Span:
    one = ipaddress.IPv4Address if kind == "ip" else ipaddress.IPv6Address
    try:
        if "/" in text:
            start, _, length = text.partition("/")
            low, bits = int(one(start)), WIDTH[kind] - int(length)
            if not 0 <= bits <= WIDTH[kind]:
                raise Refused(f"`{text}` is no prefix")
            low = low >> bits << bits
            return low, low + (1 << bits) - 1
        first, dash, last = text.partition("-")
        low = int(one(first))
        high = int(one(last)) if dash else low
    except ValueError:
        raise Refused(f"`{text}` is no {'IPv4' if kind == 'ip' else 'IPv6'} address") from None
    if high < low:
        raise Refused(f"`{text}` ends before it begins")
    return low, high
