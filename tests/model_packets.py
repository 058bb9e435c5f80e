"""The language's packets as the packet algebra has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.model.plant import ICMP, ICMP6
from segc.packets.fields import Packet as Read

if TYPE_CHECKING:
    from segc.model.verdict import Packet


def as_read(packet: Packet, interface: str) -> Read:
    """A packet that arrives on an interface. ICMP types stand in the port's place, with code 0."""
    kind = packet.dport * 256 if packet.proto in (ICMP, ICMP6) else packet.dport
    return Read(packet.family, packet.source, packet.target, packet.proto, kind, packet.sport, interface)
