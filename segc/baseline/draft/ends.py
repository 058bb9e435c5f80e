"""Between which machines: assets by their names, drafted ones where there is none, whole zones where most use it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.lang.literals import Range, address_text
from segc.model.addresses import Addresses, union

if TYPE_CHECKING:
    from collections.abc import Iterable

    from segc.baseline.draft.evidence import Address
    from segc.model.plant import Asset, Plant, Zone

MOST = 3, 4  # so many of the declared machines of a zone (or addresses of an asset that is a range) stand for the whole
FEWEST = 3  # and at least so many must use a service


class Side(NamedTuple):
    """One side of a rule: names as a flow writes them, all addresses that they stand for, and words on a zone."""

    names: tuple[str, ...]
    addresses: Addresses
    note: str = ""


class Ends:
    """Names the machines of a draft, and keeps which of them must be declared for it."""

    def __init__(self, plant: Plant) -> None:
        self.plant = plant
        self.drafted: dict[Address, tuple[str, str]] = {}  # the zone and the name
        self._taken = {(zone.name, asset.name) for zone in plant.zones.values() for asset in zone.assets}
        self._declared: dict[tuple[str, int], int] = {}
        self._holding: dict[tuple[str, Address], Asset | None] = {}

    def asset(self, zone: str, address: Address) -> Asset | None:
        """The smallest asset of a zone that has the address."""
        if (zone, address) not in self._holding:
            holding = [a for a in self.plant.zones[zone].assets if a.addresses.holds(*address)]
            smallest = min(holding, key=lambda a: (a.addresses.size(), a.name), default=None)
            self._holding[zone, address] = smallest
        return self._holding[zone, address]

    def side(self, zone: Zone, addresses: frozenset[Address], *, whole: bool) -> Side:
        """The shortest names for these addresses of a zone that stand for no further machine.

        With `whole`, the zone itself where three in four of the machines that it declares are meant, and at least three.
        Machines that nobody declared never make a zone: how many more of them there are, nobody knows.
        """
        known = sum(1 for address in addresses if self.asset(zone.name, address) is not None)
        declared = self._declares(zone, min(addresses).family)
        if whole and not zone.outside and _most(known, declared):
            others = f" (and {len(addresses) - known} that it does not)" if len(addresses) > known else ""
            note = f"{known} machines of `{zone.name}`, which declares {declared}{others}, so the zone is named"
            return Side((zone.name,), self.plant.ownership.own(zone.name), note)
        named: dict[str, Addresses] = {}
        ranges: dict[str, set[Address]] = {}
        for address in sorted(addresses):
            asset = self.asset(zone.name, address)
            if asset is not None and _in_range(asset, address):
                ranges.setdefault(asset.name, set()).add(address)
            elif asset is not None:
                named[asset.path] = asset.addresses
            else:
                named[self._draft(zone.name, address)] = _one(address)
        for asset in zone.assets:
            used = ranges.get(asset.name, set())
            if _most(len(used), asset.addresses.size()):
                named[asset.path] = asset.addresses
            else:
                named |= {self._draft(zone.name, address): _one(address) for address in sorted(used)}
        return Side(tuple(sorted(named)), _union(named.values()))

    def _declares(self, zone: Zone, family: int) -> int:
        """How many addresses of a family are those of a zone's machines, each counted once."""
        if (zone.name, family) not in self._declared:
            spans = _union(asset.addresses for asset in zone.assets).of(family)
            self._declared[zone.name, family] = sum(high - low + 1 for low, high in spans)
        return self._declared[zone.name, family]

    def _draft(self, zone: str, address: Address) -> str:
        """The path of a machine that the draft declares."""
        if address not in self.drafted:
            name = f"host-{_dashed(address)}"
            while (zone, name) in self._taken:
                name += "-x"
            self._taken.add((zone, name))
            self.drafted[address] = (zone, name)
        return ".".join(self.drafted[address])


def _most(some: int, of: int) -> bool:
    part, whole = MOST
    return some >= FEWEST and whole * some >= part * of


def _dashed(address: Address) -> str:
    if address.family == 4:
        return address_text(*address).replace(".", "-")
    return "-".join(f"{address.value >> shift & 0xFFFF:x}" for shift in range(112, -16, -16))


def _in_range(asset: Asset, address: Address) -> bool:
    """Is the address one of several that the asset names as a range? A machine can be declared within such a range."""
    return any(low <= address.value <= high and low != high for low, high in asset.addresses.of(address.family))


def _one(address: Address) -> Addresses:
    return union([Range(address.family, address.value, address.value)])


def _union(each: Iterable[Addresses]) -> Addresses:
    return union(part for addresses in each for part in addresses.ranges())
