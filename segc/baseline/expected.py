"""`[[expected-deny]]` of segc.toml against keys: what was seen, is not permitted, and shall be stopped."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from segc.baseline.words import service

if TYPE_CHECKING:
    from segc.baseline.classify import Classifier
    from segc.baseline.judged import Judged
    from segc.baseline.ledger import Key
    from segc.settings import Expected, Gate

ANY = "any"  # a service, where it is written


def expects(gate: Gate, known: Classifier, key: Key, judged: Judged) -> bool:
    """Has somebody said that it may be stopped?"""
    return any(_is(one, known, key, judged) for one in gate.expected)


def _is(one: Expected, known: Classifier, key: Key, judged: Judged) -> bool:
    return (
        one.service in (ANY, service(key))
        and _end(one.source, known, key.src, judged.source)
        and _end(one.target, known, key.dst, judged.target)
    )


def _end(name: str, known: Classifier, address: str, zone: str | None) -> bool:
    """A zone's name, an asset's (`zone.asset`, or its own), an address or a prefix."""
    asset = known.covering.end(address).asset
    if name == zone or (asset is not None and name in (asset.name, asset.path)):
        return True
    try:
        return ip_address(address) in ip_network(name)
    except ValueError:
        return False
