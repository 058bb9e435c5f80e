"""Sessions with a firewall itself: `manage` lines alone permit them, and a firewall without any leaves them alone.

It takes them from whichever zone they come, that of the interface itself as well; all targets render it so.

Its other firewalls let management through (`segc.proof.duties`), so a `manage` line is asked as a flow is, from its
sources to the addresses of the firewall's interfaces.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.lang.literals import Range
from segc.model.addresses import union
from segc.model.plant import ICMP6, Asset, Flow

if TYPE_CHECKING:
    from segc.baseline.covering import Covering, End
    from segc.baseline.ledger import Key
    from segc.graph.topology import Topology
    from segc.model.plant import Firewall, Plant

# Neighbour discovery and MLD, which every target lets in to the firewall itself (RFC 4890, 4.4).
LINK = frozenset({*range(130, 137), 143})
NOWHERE = ""  # the zone of an interface's address that no zone owns
_WITHIN = "manage "  # no conduit or grant has a blank in its name


def interfaces(plant: Plant) -> dict[tuple[int, int], Firewall]:
    """The firewalls, by family and number of their interfaces' addresses."""
    found: dict[tuple[int, int], Firewall] = {}
    for firewall in plant.firewalls.values():
        for interface in firewall.interfaces:
            for own in interface.addresses:
                found.setdefault((own.family, own.address), firewall)
    return found


def flows(plant: Plant) -> list[Flow]:
    """The `manage` lines as flows to the firewalls' addresses."""
    return [
        Flow(f"{_WITHIN}{name}", f"{_WITHIN}{name}", line.sources, _itself(plant, firewall), line.services, line.text, line.span)
        for name, firewall in plant.firewalls.items()
        for line in firewall.manage
    ]  # fmt: skip


def managing(flow: Flow) -> str | None:
    """The firewall whose management a flow is; None of a conduit's or a grant's."""
    return flow.within.removeprefix(_WITHIN) if flow.within.startswith(_WITHIN) else None


def _itself(plant: Plant, firewall: Firewall) -> tuple[Asset, ...]:
    """A firewall's addresses, as a machine of each zone that owns some."""
    owned: dict[str, list[Range]] = {}
    for interface in firewall.interfaces:
        for own in interface.addresses:
            zone = plant.ownership.zone_of(own.family, own.address) or NOWHERE
            owned.setdefault(zone, []).append(Range(own.family, own.address, own.address))
    return tuple(Asset(firewall.name, zone, union(parts), firewall.span) for zone, parts in owned.items())


def judges(target: End, proto: int, port: int) -> bool:
    """Is it a firewall that judges what comes to itself, by its `manage` lines and nothing else?"""
    firewall = target.firewall
    return firewall is not None and bool(firewall.manage) and not (proto == ICMP6 and port >> 8 in LINK)


def left_alone(topology: Topology, source: str | None, target: End) -> bool:
    """Does nothing on the way from a zone to a firewall filter? No other firewall stands there, and it lets in all."""
    firewall = target.firewall
    if firewall is None or firewall.manage or source is None or not topology.behind(firewall, source):
        return False
    return not topology.towards(source, firewall.name)


def why_not(covering: Covering, key: Key) -> str:
    """What can be done about sessions with a firewall itself that nothing permits, since no machine is drafted for it.

    Empty where neither end is one.
    """
    helps = (
        (key.dst, "a `manage` line there says who may reach it"),
        (key.src, "declare it as an asset, and write the flow by hand"),
    )
    for address, how in helps:
        firewall = covering.end(address).firewall
        if firewall is not None:
            return f"{address} is firewall `{firewall.name}` itself: {how}"
    return ""
