"""At which of a firewall's interfaces a machine's packets come in, if not where its zone lies.

    laptop 10.3.1.50, a machine of `mes`        eth0  mes   10.30.0.1/24
                                                eth1  cell  10.3.1.1/24   <- here: its own network says so

A firewall sends to a network of its own directly, and takes what comes from there at that interface. A longer prefix that
the machine's zone has in that network may be routed elsewhere, and says nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.model.plant import Zone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from segc.graph.topology import Topology
    from segc.lang.literals import Range
    from segc.model.plant import Asset, Endpoint, Firewall, Interface, Plant


class Stray(NamedTuple):
    """A machine with addresses (`part`) in the network of an interface behind which its zone does not lie."""

    asset: Asset
    part: Range
    firewall: Firewall
    interface: Interface


def strays(topology: Topology, firewall: Firewall, plant: Plant, ends: Iterable[Endpoint]) -> Iterator[Stray]:
    """Of some ends of flows, the machines that a firewall has at another interface than rules look for them."""
    for end in ends:
        if isinstance(end, Zone):
            continue
        for part in end.addresses.ranges():
            interface = arrives(topology, firewall, plant.zones[end.zone], part)
            if interface is not None:
                yield Stray(end, part, firewall, interface)


def arrives(topology: Topology, firewall: Firewall, zone: Zone, part: Range) -> Interface | None:
    """The interface in whose network addresses of a zone lie, where that is none behind which the zone is."""
    behind = topology.behind(firewall, zone.name)
    near = [(network, interface) for network, interface in _networks(firewall) if _meet(network, part)]
    if not behind or not near:
        return None
    smallest = min(network.high - network.low for network, _ in near)
    own = [interface for network, interface in near if network.high - network.low == smallest]
    network = next(network for network, _ in near if network.high - network.low == smallest)
    if any(interface.name in behind for interface in own) or _is_routed(zone, network, part):
        return None
    return own[0]


def _networks(firewall: Firewall) -> Iterator[tuple[Range, Interface]]:
    for interface in firewall.interfaces:
        for address in interface.addresses:
            yield address.network(), interface


def _meet(network: Range, part: Range) -> bool:
    return network.family == part.family and network.low <= part.high and part.low <= network.high


def _is_routed(zone: Zone, network: Range, part: Range) -> bool:
    """Has the zone a part of the network, with these addresses in it? Then a route may lead there."""
    low, high = max(part.low, network.low), min(part.high, network.high)
    return any(
        first <= low and high <= last and not (first <= network.low and network.high <= last)
        for first, last in zone.declared.of(part.family)
    )
