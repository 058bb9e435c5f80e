"""The machines of a plant, as the analyses count them, and what the loss of each would weigh.

A declared asset is one machine, however many addresses it has. A zone that owns
addresses and declares no asset stands for one unnamed machine: nobody can reach
less than one. Addresses beside the assets of a zone are not counted; whoever
reaches one of them reaches the zone's assets in one more step at most, since
nothing filters inside a zone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.model.addresses import FAMILIES, Addresses, meet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.model.plant import Asset, Plant, Zone
    from segc.source import Span

# What the loss of a machine weighs. Ordinal words need numbers to be added up; these are ours, and every weighted
# figure is printed with the words that it came from. A machine of a safety function weighs twice.
WEIGHTS = {None: 1, "low": 1, "medium": 2, "high": 5, "critical": 10}
SAFETY_FACTOR = 2


class Machine(NamedTuple):
    """An asset, or (`asset` is None) the one unnamed machine of a zone without assets."""

    number: int
    zone: Zone
    asset: Asset | None
    families: frozenset[int]

    @property
    def path(self) -> str:
        """`zone.asset`, or the zone's name."""
        return self.asset.path if self.asset is not None else self.zone.name

    @property
    def span(self) -> Span:
        """Where it is declared."""
        return self.asset.span if self.asset is not None else self.zone.span

    @property
    def safety(self) -> bool:
        """Is it part of a safety function?"""
        return self.zone.kind == "safety" or (
            self.asset is not None and (self.asset.safety or self.asset.kind == "safety-controller")
        )

    @property
    def weight(self) -> int:
        """What its loss would weigh, at least 1."""
        criticality = self.asset.criticality if self.asset is not None else None
        return WEIGHTS[criticality] * (SAFETY_FACTOR if self.safety else 1)

    @property
    def jewel(self) -> bool:
        """A crown jewel: critical to production, or part of a safety function."""
        return self.asset is not None and (self.safety or self.asset.criticality == "critical")


def machines(plant: Plant) -> tuple[Machine, ...]:
    """All machines, in declared order."""
    found: list[Machine] = []
    for zone in plant.zones.values():
        for asset, addresses in _of(plant, zone):
            families = frozenset(family for family in FAMILIES if addresses.of(family))
            found.append(Machine(len(found), zone, asset, families))
    return tuple(found)


def _of(plant: Plant, zone: Zone) -> Iterator[tuple[Asset | None, Addresses]]:
    own = plant.ownership.own(zone.name)
    if not zone.assets and own:
        yield None, own
    for asset in zone.assets:
        yield asset, (asset.addresses if asset.addresses.size() == 1 else meet(asset.addresses, own))
