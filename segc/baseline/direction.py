"""Who opened a conversation, by evidence and with a grade; a port being the lower one tells nothing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Known:
    """Ports of services, as (protocol, port): from the library and the plant.

    `ports` are what a server listens at. `peers`, a part of them, are those of services in which both ends use the
    port and either may begin (BACnet, EGD, CIP I/O).
    """

    ports: frozenset[tuple[int, int]] = frozenset()
    peers: frozenset[tuple[int, int]] = frozenset()
