"""The inventory against the plant's logs: who talks and is not declared, who is declared and silent, who is who.

A machine is here what has an address in a zone of the plant, or in none; what lies in an `external` zone is not ours to
declare. Who was only asked, and never answered, need not exist.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from segc.baseline.covering import Covering
from segc.baseline.crowds import alike
from segc.baseline.hardware import differ, maker, own, plain, told
from segc.baseline.observed import Noise
from segc.baseline.words import service
from segc.model.addresses import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from segc.baseline.covering import End
    from segc.baseline.crowds import Crowd
    from segc.baseline.store import Address, Ledger, Seen
    from segc.model.plant import Asset, Plant

SERVICES = 3  # that a talker is told by


@dataclass(frozen=True, slots=True)
class Talker:
    """A machine that no asset declares. `offers` and `uses` are services, the most frequent first.

    `heard`: did it send anything? Of others a log told only that somebody asked them.
    """

    address: str
    zone: str | None
    sessions: int
    days: int
    first: int
    last: int
    offers: tuple[str, ...]
    uses: tuple[str, ...]
    macs: tuple[str, ...]
    heard: bool


class Oddity(NamedTuple):
    """Something about addresses that cannot be right, or should be known.

    `kind`: two-machines, replaced, several-addresses, mac or vendor.
    """

    kind: str
    address: str
    asset: Asset | None
    text: str


@dataclass(frozen=True, slots=True)
class Inventory:
    """`known` of the plant's talkers are declared, as machines or as firewalls. `silent` are assets of which no address was
    ever seen to talk.

    `has_macs`: did any log tell hardware addresses? `crowds` are addresses that stand for many (`segc.baseline.crowds`).
    """

    plant: Plant
    digest: str
    days: tuple[int, ...]
    known: int
    talkers: tuple[Talker, ...]
    silent: tuple[Asset, ...]
    oddities: tuple[Oddity, ...]
    has_macs: bool
    crowds: Mapping[str, Crowd] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many talk. Of a crowd one is among the talkers."""
        more = sum(self.crowds[one.address].talking - 1 for one in self.talkers if one.address in self.crowds)
        return self.known + len(self.talkers) + more

    @property
    def coverage(self) -> float:
        """The share of talkers that are declared, 0 to 1; 1 where nobody talks."""
        total = self.total
        return self.known / total if total else 1.0


def inventory(plant: Plant, ledger: Ledger, registered: Mapping[str, str] | None = None) -> Inventory:
    """What a baseline says of the declared machines. `registered`: makers by the first six digits of hardware addresses."""
    known = Covering(plant, ())
    ledger.gather(alike([known]))
    talked = _talked(ledger)
    ours = _ours(plant, known, talked)
    seen = ledger.addresses()
    macs = own(seen, {one.address: known.end(one.address).zone for one in seen})
    unknown = [_talker(a, end, talked[a], macs.get(a, {})) for a, end in ours.items() if not end.is_known]
    return Inventory(
        plant,
        ledger.digest,
        ledger.days(),
        len(ours) - len(unknown),
        tuple(sorted(unknown, key=lambda one: (one.zone is None, -one.sessions, one.address))),
        tuple(_silent(plant, known, talked)),
        tuple(sorted(_oddities(known, macs, registered or {}), key=lambda one: one[:2])),
        bool(macs),
        ledger.crowds,
    )


def talkers(plant: Plant, known: Covering, ledger: Ledger) -> dict[str, tuple[End, list[Seen]]]:
    """The plant's addresses that talk, each with all that it sent or answered. `known` are its declared machines."""
    talked = _talked(ledger)
    return {address: (end, talked[address]) for address, end in _ours(plant, known, talked).items()}


def _ours(plant: Plant, known: Covering, talked: Iterable[str]) -> dict[str, End]:
    return {address: end for address in talked if _is_ours(plant, end := known.end(address))}


def _talked(ledger: Ledger) -> dict[str, list[Seen]]:
    """What each address that talks was seen in: who sent anything, and who answered."""
    found: dict[str, list[Seen]] = {}
    for one in ledger.keys():  # noqa: SIM118 - a ledger is no mapping
        found.setdefault(one.src, []).append(one)
        if not one.is_attempt:
            found.setdefault(one.dst, []).append(one)
    for one in ledger.noise():
        found.setdefault(one.src, []).append(one)
        if one.noise == Noise.SCAN and one.answered:
            found.setdefault(one.dst, []).append(one)
    return found


def _is_ours(plant: Plant, end: End) -> bool:
    """Not of an outside zone, nor an address that stands for no machine; groups are machines where somebody says so."""
    if end.zone is None:
        return not (end.is_nobody or end.is_group)
    return not plant.zones[end.zone].outside and (end.is_known or not end.is_group)


def _talker(address: str, end: End, keys: Iterable[Seen], macs: Mapping[str, Address]) -> Talker:
    listed = sorted(keys, key=lambda one: -one.n)
    return Talker(
        address,
        end.zone,
        sum(one.n for one in listed),
        max(one.days for one in listed),
        min(one.first for one in listed),
        max(one.last for one in listed),
        _few(service(one.key) for one in listed if one.dst == address),
        _few(service(one.key) for one in listed if one.src == address),
        tuple(told(mac) for mac in sorted(macs)),
        any(one.src == address or one.answered for one in listed),
    )


def _few(services: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(services))[:SERVICES]


def _silent(plant: Plant, known: Covering, talked: Iterable[str]) -> Iterator[Asset]:
    """An asset of several addresses is heard where one of them is, also if that one is declared a second time."""
    heard: dict[int, list[int]] = {family: [] for family in FAMILIES}
    for end in map(known.end, talked):
        heard[end.family].append(end.value)
    for values in heard.values():
        values.sort()
    for zone in plant.zones.values():
        if not zone.outside:
            yield from (asset for asset in zone.assets if not any(_any(asset, f, v) for f, v in heard.items()))


def _any(asset: Asset, family: int, values: list[int]) -> bool:
    """Is one of the sorted numbers an address of the asset?"""
    return any(bisect_left(values, low) < bisect_right(values, high) for low, high in asset.addresses.of(family))


def _oddities(
    known: Covering, macs: Mapping[str, Mapping[str, Address]], registered: Mapping[str, str]
) -> Iterator[Oddity]:
    for address, found in macs.items():
        asset = known.end(address).asset
        yield from _several(address, asset, found)
        if asset is not None:
            yield from _against(address, asset, found, registered)
    held: dict[str, list[str]] = {}
    for address, found in macs.items():
        for mac in found:
            held.setdefault(mac, []).append(address)
    for mac, addresses in held.items():
        owners = {_owner(known.end(a)) or a for a in addresses}
        if len(owners) > 1:
            first = min(addresses)
            text = (
                f"{told(mac)} has {', '.join(sorted(addresses))}: it changed its address, has several, or is a router"
            )
            yield Oddity("several-addresses", first, known.end(first).asset, text)


def _owner(end: End) -> int:
    """Whose address it is, 0 for nobody's: one machine, or one firewall, may have several."""
    owner = end.asset or end.firewall
    return id(owner) if owner is not None else 0


def _several(address: str, asset: Asset | None, found: Mapping[str, Address]) -> Iterator[Oddity]:
    """Hardware addresses that were there in turn are a replacement; those that were there at once, two machines."""
    listed = sorted(found, key=lambda mac: (found[mac].first, mac))
    for n, old in enumerate(listed):
        for new in listed[n + 1 :]:
            if found[new].first <= found[old].last:
                yield Oddity("two-machines", address, asset, f"{told(old)} and {told(new)} have {address} at one time")
            elif new == listed[n + 1]:
                text = f"{address} moved from {told(old)} to {told(new)}: a machine was replaced, or its address reused"
                yield Oddity("replaced", address, asset, text)


def _against(
    address: str, asset: Asset, found: Mapping[str, Address], registered: Mapping[str, str]
) -> Iterator[Oddity]:
    """What the asset says of itself."""
    said = dict(asset.texts)
    declared = plain(said.get("mac", ""))
    for mac in sorted(found):
        if declared and mac != declared:
            yield Oddity("mac", address, asset, f"{asset.path} declares {told(declared)}, and {address} is {told(mac)}")
        made_by = maker(mac, registered)
        if made_by and differ(said.get("vendor", ""), made_by):
            yield Oddity(
                "vendor", address, asset, f"{asset.path} is said to be of {said['vendor']}, {told(mac)} is of {made_by}"
            )
