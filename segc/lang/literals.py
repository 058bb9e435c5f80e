"""Literals to values. Each function takes text and gives a value, or raises `BadLiteral`.

Addresses become integers with their family, so that IPv4 and IPv6 are handled
by the same code everywhere behind this module.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import NamedTuple

BITS = {4: 32, 6: 128}
FIRST_YEAR, LAST_YEAR = 1990, 2099  # nothing in a plant is older, and nothing that ends is planned further ahead
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_UNITS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
# Nine digits are enough for anything, and far from what Python's int() refuses to read.
_WHOLE = re.compile(r"[0-9]{1,9}\Z")
_NUMBER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?\Z")
_DURATION = re.compile(r"([0-9]{1,9})(ms|s|min|h|d)\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_HOURS = re.compile(r"([0-9]{2}):([0-9]{2})-([0-9]{2}):([0-9]{2})\Z")
_PORTS = re.compile(r"([0-9]{1,9})(?:-([0-9]{1,9}))?\Z")
_BYTES = {str(number): number for number in range(256)}


class BadLiteral(ValueError):
    """Says what is wrong (as a finding's name and message) and, where it can, the text that was meant."""

    def __init__(self, name: str, message: str, *, instead: str | None = None, help: str = "") -> None:  # noqa: A002
        super().__init__(message)
        self.name = name
        self.message = message
        self.instead = instead
        self.help = help


class Range(NamedTuple):
    """Addresses of one family (4 or 6), both ends included."""

    family: int
    low: int
    high: int


class InterfaceAddress(NamedTuple):
    """An address on an interface and the length of its network's prefix."""

    family: int
    address: int
    length: int

    def network(self) -> Range:
        """The network in which it lies."""
        rest = (1 << (BITS[self.family] - self.length)) - 1
        return Range(self.family, self.address & ~rest, self.address | rest)


class Hours(NamedTuple):
    """Minutes since midnight; an end at or before the start lies on the next day."""

    start: int
    end: int


def address_text(family: int, value: int) -> str:
    """An address as people write it (RFC 5952 for IPv6)."""
    if family == 4:
        return f"{value >> 24}.{value >> 16 & 255}.{value >> 8 & 255}.{value & 255}"
    return _sixth_text(value)


@lru_cache(65536)  # many rules name the same
def _sixth_text(value: int) -> str:
    return str(IPv6Address(value))


def address(text: str) -> tuple[int, int]:
    """A single address: its family and value."""
    try:
        a, b, c, d = map(_BYTES.__getitem__, text.split("."))
        return 4, a << 24 | b << 16 | c << 8 | d
    except (KeyError, ValueError):
        return _slowly(text)


def _slowly(text: str) -> tuple[int, int]:
    """The same of whatever is no plain IPv4 address."""
    try:
        if "%" not in text:  # a scope such as fe80::1%eth0 means something on one machine only
            return (6, int(IPv6Address(text))) if ":" in text else (4, int(IPv4Address(text)))
    except (AddressValueError, ValueError):
        pass
    raise BadLiteral("bad-address", f"`{text}` is not an IPv4 or IPv6 address")


def _prefix(text: str) -> InterfaceAddress:
    base, _, tail = text.partition("/")
    family, value = address(base)
    if not _WHOLE.match(tail) or int(tail) > BITS[family]:
        limit = BITS[family]
        raise BadLiteral("bad-address", f"`/{tail}` is not a prefix length: 0 to {limit} is possible here")
    return InterfaceAddress(family, value, int(tail))


def network(text: str) -> Range:
    """A prefix (`10.3.0.0/24`); host bits must be zero. One host says so by its length, `/32` or `/128`."""
    if "/" not in text:
        raise _without_length(
            text, f"the length is missing: a network is written as `{text}/LENGTH`", "for this one host"
        )
    return _prefix_range(text)


def _without_length(text: str, message: str, what: str) -> BadLiteral:
    family, _ = address(text)
    return BadLiteral("bad-address", message, help=f"{what}, write `{text}/{BITS[family]}`")


def _prefix_range(text: str) -> Range:
    family, value, length = _prefix(text)
    size = 1 << (BITS[family] - length)
    low = value & ~(size - 1)
    if low != value:
        meant = f"{address_text(family, low)}/{length}"
        raise BadLiteral("host-bits", f"`{text}` has host bits set; the network is `{meant}`", instead=meant)
    return Range(family, low, low + size - 1)


def addresses(text: str) -> Range:
    """An address, a prefix, or a range of addresses (`10.3.0.32-10.3.0.47`)."""
    if "/" in text and "-" not in text:
        return _prefix_range(text)
    if "-" not in text:
        family, value = address(text)
        return Range(family, value, value)
    first, _, last = text.partition("-")
    (family, low), (other, high) = address(first), address(last)
    if family != other:
        raise BadLiteral("bad-address", f"`{text}` mixes IPv4 and IPv6")
    if high < low:
        meant = f"{last}-{first}"
        raise BadLiteral("reversed-range", f"`{text}` ends before it starts", instead=meant)
    return Range(family, low, high)


def interface_address(text: str) -> InterfaceAddress:
    """An interface's own address, with the length of its network's prefix."""
    if "/" not in text:
        message = f"the length is missing: an interface's address is written as `{text}/LENGTH`"
        raise _without_length(text, message, "if no network lies behind it but this one host")
    return _prefix(text)


def ports(text: str) -> tuple[int, int]:
    """A port or a range of ports, 0 to 65535."""
    if text == "any":
        return 0, 65535
    match = _PORTS.match(text)
    if match is None:
        raise BadLiteral("bad-port", f"`{text}` is not a port (502), a range (9000-9010) or `any`")
    low, high = int(match[1]), int(match[2] or match[1])
    for port in (low, high):
        if port > 65535:
            raise BadLiteral("bad-port", f"there is no port {port}: ports end at 65535")
    if high < low:
        raise BadLiteral("reversed-range", f"`{text}` ends before it starts", instead=f"{high}-{low}")
    return low, high


def number(text: str, low: float, high: float) -> float:
    """A number within bounds, both included."""
    if not _NUMBER.match(text):
        raise BadLiteral("wrong-value", f"`{text}` is not a number")
    value = float(text)
    if not low <= value <= high:
        raise BadLiteral("wrong-value", f"{text} is out of bounds: {low:g} to {high:g} is possible here")
    return value


def whole(text: str, low: int, high: int) -> int:
    """A whole number within bounds, both included."""
    if not _WHOLE.match(text):
        raise BadLiteral("wrong-value", f"`{text}` is not a whole number")
    return int(number(text, low, high))


def duration(text: str) -> float:
    """A time span in seconds: `10ms`, `15min`, `4h`, `30d`."""
    match = _DURATION.match(text)
    if match is None:
        raise BadLiteral("wrong-value", f"`{text}` is not a time span such as 10ms, 30s, 15min, 4h or 30d")
    return int(match[1]) * _UNITS[match[2]]


def day(text: str) -> date:
    """A calendar date, `YYYY-MM-DD`."""
    if _DATE.match(text):
        try:
            value = date.fromisoformat(text)
        except ValueError:
            raise BadLiteral("wrong-value", f"there is no date {text}") from None
        if not FIRST_YEAR <= value.year <= LAST_YEAR:
            raise BadLiteral(
                "wrong-value", f"{text} is out of bounds: years from {FIRST_YEAR} to {LAST_YEAR} are possible"
            )
        return value
    raise BadLiteral("wrong-value", f"`{text}` is not a date", help="write dates as YYYY-MM-DD, e.g. 2027-06-30")


def weekdays(text: str) -> frozenset[int]:
    """A day or a span of days (`Sat`, `Mon-Fri`, `daily`): 0 is Monday."""
    if text == "daily":
        return frozenset(range(7))
    first, _, last = text.partition("-")
    if first not in DAYS or (last and last not in DAYS):
        raise BadLiteral("wrong-value", f"`{text}` is no day: {', '.join(DAYS)}, a span such as Mon-Fri, or daily")
    start, end = DAYS.index(first), DAYS.index(last or first)
    return frozenset((start + i) % 7 for i in range((end - start) % 7 + 1))


def hours(text: str) -> Hours:
    """Hours of the day, `06:00-10:00`; `22:00-06:00` ends on the next day."""
    match = _HOURS.match(text)
    if match is None:
        raise BadLiteral("wrong-value", f"`{text}` is not a time of day such as 06:00-10:00")
    values = [int(x) for x in match.groups()]
    start, end = values[0] * 60 + values[1], values[2] * 60 + values[3]
    if values[1] > 59 or values[3] > 59 or start >= 1440 or end > 1440:
        raise BadLiteral("wrong-value", f"`{text}` has a time that no clock shows")
    if start == end:
        raise BadLiteral(
            "wrong-value", f"`{text}` is empty: it ends when it starts", help="the whole day is 00:00-24:00"
        )
    return Hours(start, end)
