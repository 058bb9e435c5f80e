"""The sessions that a command ends, as a target's `kill_reader.py` tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.model.addresses import Addresses
from segc.model.plant import Match

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network


class Unclear(ValueError):
    """A line of which its reader does not know what it ends."""


class Named(NamedTuple):
    """Sessions by the packet that opened them."""

    family: int
    sources: Addresses
    targets: Addresses
    match: Match

    @classmethod
    def of(
        cls,
        source: IPv4Network | IPv6Network,
        target: IPv4Network | IPv6Network,
        proto: int,
        sport: tuple[int, int],
        dport: tuple[int, int],
    ) -> Named:
        """From networks and ports. Raises `Unclear` where the two are not of one family."""
        if source.version != target.version:
            raise Unclear(f"{source} -> {target}")
        sides = []
        for net in (source, target):
            spans = ((int(net.network_address), int(net.broadcast_address)),)
            sides.append(Addresses(spans, ()) if net.version == 4 else Addresses((), spans))
        return cls(source.version, sides[0], sides[1], Match(proto, *dport, *sport))
