"""Values of nft's expressions: numbers, names, ranges and prefixes, by the field that they are compared with."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime
from functools import lru_cache

from segc.packets.fields import LAST_SECOND, normal
from segc.packets.machine import Refused

from .reader_names import CODES, CODES6, ICMP, ICMP6, PORTS, PROTOCOLS

Span = tuple[int, int]
WIDTH = {"ip": 32, "ip6": 128}
TOP = {"ip": (1 << 32) - 1, "ip6": (1 << 128) - 1, "port": 65535, "time": LAST_SECOND}  # of all others it is 255
NAMES = {"proto": PROTOCOLS, "port": PORTS, "icmp": ICMP, "icmpv6": ICMP6, "code": CODES, "code6": CODES6}
ALL = "*"  # an element that stands for all that no other element has


@lru_cache(65536)
def spans(kind: str, text: str, operator: str = "==") -> tuple[Span, ...]:
    """What a value, a range, or less or more than a value is on its field's axis; ranges hold both their ends."""
    top = TOP.get(kind, 255)
    low, high = (0, top) if text == ALL else _range(kind, text)
    if kind == "time":
        return _seconds(low, high, operator, whole=text == ALL)
    if operator not in ("==", "!="):
        low, high = {"<": (0, low - 1), "<=": (0, low), ">": (low + 1, top), ">=": (low, top)}[operator]
    if low > high:
        return ()
    if kind in ("icmp", "icmpv6"):
        return ((low * 256, high * 256 + 255),)
    if kind in ("code", "code6"):
        return normal([(one * 256 + low, one * 256 + high) for one in range(256)])
    return ((low, high),)


def _seconds(low: int, high: int, operator: str, *, whole: bool) -> tuple[Span, ...]:
    """Times. nft compares nanoseconds: a range that ends in a second holds the first nanosecond of it alone, and so
    does a second that is compared for being equal. Neither counts, since our axis has whole seconds.
    """
    if whole:
        return ((low, high),)
    first, last = {"<": (0, low - 1), "<=": (0, low - 1), ">": (low, LAST_SECOND), ">=": (low, LAST_SECOND)}.get(
        operator, (low, high - 1)
    )
    return ((first, last),) if first <= last else ()


def _range(kind: str, text: str) -> Span:
    if kind in WIDTH:
        low, high = _addresses(kind, text)
    else:
        first, dash, last = _ends(kind, text)
        low = _number(kind, first)
        high = _number(kind, last) if dash else low
    if high < low:
        raise Refused(f"`{text}` ends before it begins")
    return low, high


def _ends(kind: str, text: str) -> tuple[str, str, str]:
    """A range's two ends. Names and dates may have dashes of their own."""
    if text.startswith('"'):
        first, dash, last = text.partition('"-"')
        return (first.strip('"'), dash, last.strip('"'))
    if text in NAMES.get(kind, {}):
        return text, "", ""
    for at, letter in enumerate(text):
        if letter == "-" and 0 < at < len(text) - 1 and _known(kind, text[:at]) and _known(kind, text[at + 1 :]):
            return text[:at], "-", text[at + 1 :]
    return text, "", ""


def _known(kind: str, text: str) -> bool:
    return text.isdecimal() or text.startswith("0x") or text in NAMES.get(kind, {})


def _number(kind: str, text: str) -> int:
    names = NAMES.get(kind, {})
    if text.isdecimal() or text.startswith("0x"):
        value = number(text)
    elif kind == "time":
        value = _moment(text)
    elif text in names:
        value = names[text]
    else:
        raise Refused(f"`{text}` is no {kind} that this reader knows")
    if value > TOP.get(kind, 255):
        raise Refused(f"`{text}` is too large")
    return value


def number(text: str) -> int:
    """A number as nft prints it: decimal, or hexadecimal behind 0x."""
    try:
        return int(text, 16 if text.startswith("0x") else 10)
    except ValueError:
        raise Refused(f"`{text}` is no number") from None


def _moment(text: str) -> int:
    """A date as nft prints it. It prints local time: what is read here was listed with TZ=UTC, as docs/proof.md asks.

    No option of nft 1.0.6 prints the number instead: `-T` and `-n` leave dates as they are.
    """
    for form in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"):
        try:
            return int(datetime.strptime(text, form).replace(tzinfo=UTC).timestamp())
        except ValueError:
            continue
    raise Refused(f"`{text}` is no moment")


def _addresses(kind: str, text: str) -> Span:
    one = ipaddress.IPv4Address if kind == "ip" else ipaddress.IPv6Address
    try:
        if "/" in text:
            start, _, length = text.partition("/")
            bits = WIDTH[kind] - int(length)
            if not 0 <= bits <= WIDTH[kind] or not length.isdecimal():
                raise Refused(f"`{text}` is no prefix")
            low = int(one(start)) >> bits << bits
            return low, low + (1 << bits) - 1
        first, dash, last = text.partition("-")
        low = int(one(first))
        return low, int(one(last)) if dash else low
    except ValueError:
        raise Refused(f"`{text}` is no {'IPv4' if kind == 'ip' else 'IPv6'} address") from None
