"""`[[expected-deny]]` of segc.toml against keys: what was seen, is not permitted, and shall be stopped."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from segc.baseline.words import service

if TYPE_CHECKING:
    from segc.baseline.compare import Comparison, Entry
    from segc.settings import Expected, Gate

ANY = "any"  # a service, where it is written


def expects(gate: Gate, compared: Comparison, entry: Entry) -> bool:
    """Has somebody said that it may be stopped?"""
    return any(_is(one, compared, entry) for one in gate.expected)


def _is(one: Expected, compared: Comparison, entry: Entry) -> bool:
    key = entry.seen.key
    return (
        one.service in (ANY, service(key))
        and _end(one.source, compared, key.src, entry.judged.source)
        and _end(one.target, compared, key.dst, entry.judged.target)
    )


def _end(name: str, compared: Comparison, address: str, zone: str | None) -> bool:
    """A zone's name, an asset's (`zone.asset`, or its own), an address or a prefix."""
    asset = compared.asset(address)
    if name == zone or (asset is not None and name in (asset.name, asset.path)):
        return True
    try:
        return ip_address(address) in ip_network(name)
    except ValueError:
        return False
