"""Between which machines: assets by their names, drafted ones where there is none, whole zones where most use it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.lang.literals import Range, address_text
from segc.model.addresses import Addresses, union

if TYPE_CHECKING:
    from collections.abc import Iterable

    from segc.baseline.draft.evidence import Address
    from segc.model.plant import Asset, Plant, Zone

MOST = 2  # one in so many machines of a zone (or addresses of an asset that is a range) stands for the whole
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

        With `whole`, the zone itself where at least three machines, and half of those that it declares, are meant.
        """
        declared = sum(asset.addresses.size() for asset in zone.assets)
        if whole and not zone.outside and declared >= FEWEST <= len(addresses) and MOST * len(addresses) >= declared:
            note = f"{len(addresses)} machines of `{zone.name}`, which declares {declared}, so the zone is named"
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
            if len(used) >= FEWEST and MOST * len(used) >= asset.addresses.size():
                named[asset.path] = asset.addresses
            else:
                named |= {self._draft(zone.name, address): _one(address) for address in sorted(used)}
        return Side(tuple(sorted(named)), _union(named.values()))

    def _draft(self, zone: str, address: Address) -> str:
        """The path of a machine that the draft declares."""
        if address not in self.drafted:
            name = f"host-{_dashed(address)}"
            while (zone, name) in self._taken:
                name += "-x"
            self._taken.add((zone, name))
            self.drafted[address] = (zone, name)
        return ".".join(self.drafted[address])


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
