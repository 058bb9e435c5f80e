"""Addresses as the ASA writes them: IPv4 with a mask that has its ones in front, IPv6 with a length."""

from __future__ import annotations

from segc.lang.literals import address_text
from segc.model.addresses import prefixes


def host_text(family: int, address: int) -> str:
    """One address."""
    return f"host {address_text(family, address)}"


def prefix_text(family: int, first: int, length: int) -> str:
    """A network."""
    if family == 6:
        return f"{address_text(6, first)}/{length}"
    mask = (0xFFFFFFFF << (32 - length)) & 0xFFFFFFFF
    return f"{address_text(4, first)} {address_text(4, mask)}"


def network_text(family: int, low: int, high: int) -> str:
    """What stands in an `object network` for a range."""
    if low == high:
        return host_text(family, low)
    [(first, length), *more] = prefixes(family, low, high)
    if more:
        return f"range {address_text(family, low)} {address_text(family, high)}"
    return f"subnet {prefix_text(family, first, length)}"


def span_text(family: int, low: int, high: int) -> str:
    """Addresses as `clear conn` takes them."""
    first = address_text(family, low)
    return f"address {first}" if low == high else f"address {first}-{address_text(family, high)}"
