"""Which flows cover a key: all of a plant's flows on three axes (source, target, service), a bit each.

Exact as `segc.model.verdict` is, but for source ports, which a key has not: a flow that limits them is told apart as
one that only may cover.
"""

from __future__ import annotations

from socket import AF_INET, AF_INET6, inet_pton
from typing import TYPE_CHECKING, NamedTuple

from segc.baseline.managed import NOWHERE, interfaces
from segc.baseline.observed import NO_PORT
from segc.model.addresses import FAMILIES, Addresses, join, meet, normal
from segc.model.atoms import Axis
from segc.model.plant import ICMP, ICMP6, PORTED, Zone

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

    from segc.baseline.ledger import Key
    from segc.model.plant import Asset, Endpoint, Firewall, Flow, Match, Plant

ALL_PORTS = (0, 65535)
ICMPS = (ICMP, ICMP6)


class End(NamedTuple):
    """An address, who owns it, which declared machine has it, and the flows that have it as source and as target.

    `firewall`: it is an interface's own, and no machine's to declare. `named`: an asset has it, or a zone's own networks; the
    zone of all that nobody owns names none.
    """

    family: int
    value: int
    zone: str | None
    asset: Asset | None
    sources: int
    targets: int
    firewall: Firewall | None = None
    named: bool = False

    @property
    def is_known(self) -> bool:
        """Is it a declared machine's, or a firewall's own?"""
        return self.asset is not None or self.firewall is not None

    @property
    def is_nobody(self) -> bool:
        """0.0.0.0, `::`, and addresses of a link, which every link has."""
        return _is_nobody(self.family, self.value)

    @property
    def is_group(self) -> bool:
        """Multicast, or all of a link: nobody sends from it, or answers."""
        return _is_group(self.family, self.value)

    @property
    def is_noise(self) -> bool:
        """Multicast, link-local, nobody or all, and nobody has declared it: no session goes there through a firewall.

        Groups that routers pass on go into the zone of all that nobody owns, where there is one.
        """
        if self.named or not (self.is_nobody or self.is_group):
            return False
        return self.zone is None or self.is_nobody or _stays(self.family, self.value)


def _is_nobody(family: int, value: int) -> bool:
    return value == 0 or (value >> 16 == 0xA9FE if family == 4 else value >> 118 == 0x3FA)


def _is_group(family: int, value: int) -> bool:
    return (value >> 28 == 0xE or value == 0xFFFFFFFF) if family == 4 else value >> 120 == 0xFF


def parsed(address: str) -> tuple[int, int]:
    """Family and number. A tenth of the time that `ipaddress` takes. Raises ValueError."""
    family = 6 if ":" in address else 4
    try:
        return family, int.from_bytes(inet_pton(AF_INET6 if family == 6 else AF_INET, address))
    except OSError:
        raise ValueError(f"`{address}` is no address") from None


def _stays(family: int, value: int) -> bool:
    """Is a group one that no router passes on: 224.0.0.0/24 (RFC 5771), 255.255.255.255, or ff01:: and ff02:: (RFC 4291)?"""
    if family == 4:
        return value >> 8 == 0xE00000 or value == 0xFFFFFFFF
    return value >> 112 & 0xF <= 2


class Covering:
    """Asks all flows at once. Bits are indices into `flows`. `like`: another one of the same plant, whose machines it takes."""

    def __init__(self, plant: Plant, flows: Sequence[Flow], like: Covering | None = None) -> None:
        self.plant = plant
        self.flows = flows
        self._sources = _ends(plant, [flow.sources for flow in flows])
        self._targets = _ends(plant, [flow.targets for flow in flows])
        matches = [[match for service in flow.services for match in service.matches] for flow in flows]
        self._surely = {family: _services(matches, family, whole=True) for family in FAMILIES}
        self._maybe = {family: _services(matches, family, whole=False) for family in FAMILIES}
        self.assets: list[Asset] = (
            like.assets if like else [asset for zone in plant.zones.values() for asset in zone.assets]
        )
        self.machines: dict[int, Axis] = like.machines if like else _machines(plant, self.assets)
        self.interfaces: dict[tuple[int, int], Firewall] = like.interfaces if like else interfaces(plant)
        self._known: dict[str, End] = {}
        self._speaking: dict[tuple[int, int, int], tuple[int, int]] = {}

    def end(self, address: str) -> End:
        """What is known of an address. Raises ValueError where it is none."""
        known = self._known.get(address)
        if known is None:
            family, value = parsed(address)
            zone = self.plant.ownership.zone_of(family, value)
            at = self.machines[family].at(value)
            asset = self.assets[at.bit_length() - 1] if at and zone is not None else None
            ends = self._sources[family].at(value), self._targets[family].at(value)
            named = zone is not None and (asset is not None or not self.plant.zones[zone].outside)
            firewall = self.interfaces.get((family, value))
            known = self._known[address] = End(family, value, zone, asset, *ends, firewall, named)
        return known

    def apart(self, family: int, value: int) -> Hashable | None:
        """What tells an address apart from others, for every question; None where a declared machine has it, or a firewall."""
        if self.machines[family].at(value) or (family, value) in self.interfaces:
            return None
        zone = self.plant.ownership.zone_of(family, value)
        ends = self._sources[family].at(value), self._targets[family].at(value)
        return zone, ends, _is_nobody(family, value), _is_group(family, value)

    def forget(self, most: int) -> bool:
        """Let go of the addresses and ports that are remembered, where they are more than `most`. Was that so?"""
        if max(len(self._known), len(self._speaking)) <= most:
            return False
        self._known.clear()
        self._speaking.clear()
        return True

    def speaking(self, family: int, key: Key) -> tuple[int, int]:
        """The flows that speak a key's service: surely, and perhaps (they limit source ports, or the port is unknown)."""
        asked = family, key.proto, key.port
        found = self._speaking.get(asked)
        if found is None:
            found = self._speaking[asked] = self._speak(*asked)
        return found

    def _speak(self, family: int, proto: int, port: int) -> tuple[int, int]:
        surely, maybe = (table[family].get(proto, _SILENT) for table in (self._surely, self._maybe))
        if port == NO_PORT:
            if proto in PORTED or proto in ICMPS:
                return surely.every, surely.some | maybe.some
            port = 0
        number = port >> 8 if proto in ICMPS else port
        return surely.axis.at(number), maybe.axis.at(number)


class _Ports(NamedTuple):
    """One protocol: which flows have a port, which have all of them, which have any."""

    axis: Axis
    every: int
    some: int


_SILENT = _Ports(Axis(()), 0, 0)


def _services(matches: Sequence[Iterable[Match]], family: int, *, whole: bool) -> dict[int, _Ports]:
    """By protocol; `whole` takes the matches without limits on source ports, else those with some."""
    spans: dict[int, dict[int, list[tuple[int, int]]]] = {}
    for index, listed in enumerate(matches):
        for match in listed:
            limited = match.proto in PORTED and (match.source_low, match.source_high) != ALL_PORTS
            if limited is not whole and match.family in (0, family):
                spans.setdefault(match.proto, {}).setdefault(index, []).append((match.low, match.high))
    return {proto: _ports(found) for proto, found in spans.items()}


def _ports(spans: dict[int, list[tuple[int, int]]]) -> _Ports:
    joined = {index: normal(parts) for index, parts in spans.items()}
    axis = Axis((index, low, high) for index, parts in joined.items() for low, high in parts)
    every = sum(1 << index for index, parts in joined.items() if any(p[0] == 0 and p[1] >= 65535 for p in parts))
    return _Ports(axis, every, sum(1 << index for index in joined))


def _ends(plant: Plant, ends: Sequence[Iterable[Endpoint]]) -> dict[int, Axis]:
    sets = [join(_addresses(plant, end) for end in listed) for listed in ends]
    return {family: Axis(_spans(sets, family)) for family in FAMILIES}


def _spans(sets: Sequence[Addresses], family: int) -> Iterator[tuple[int, int, int]]:
    return ((index, low, high) for index, one in enumerate(sets) for low, high in one.of(family))


def _addresses(plant: Plant, end: Endpoint) -> Addresses:
    """A zone's own addresses; of an asset those that its zone owns."""
    if isinstance(end, Zone):
        return plant.ownership.own(end.name)
    return meet(end.addresses, plant.ownership.unowned() if end.zone == NOWHERE else plant.ownership.own(end.zone))


def _machines(plant: Plant, assets: Sequence[Asset]) -> dict[int, Axis]:
    """The declared machines; the highest bit at an address is one that has it."""
    owned = [_addresses(plant, asset) for asset in assets]
    return {family: Axis(_spans(owned, family)) for family in FAMILIES}
