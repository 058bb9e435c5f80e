"""On which days a sensor watched two zones: not those on which it only was there.

A firewall's log tells of what it was asked to pass, so that any line shows that it worked. A tap shows what its mirror
port is given: one that lost a network, or all of them, still gets what is sent to everybody there.

    plc ----- switch ----- mes        a port that mirrors nothing any more hears mDNS, and no answer of anybody
                |
               tap

So a day of a tap counts for the zones of which it saw a machine in a conversation that may have had an answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from segc.baseline.compare import Entry
    from segc.baseline.covering import Covering
    from segc.baseline.store import Ledger


@dataclass(frozen=True, slots=True)
class Watching:
    """Sets of days as bits, from the day `begin` (since 1970, UTC) on: a plant has thousands of conduits to ask for.

    `devices` has by sensor the days on which a device told what it did, `taps` a tap's by sensor and zone.
    """

    begin: int = 0
    devices: Mapping[str, int] = field(default_factory=dict)
    taps: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def days(self, sensors: Iterable[str], zones: Collection[str | None], last: int) -> frozenset[int]:
        """The days, up to the last one, on which any of these sensors watched any of these zones."""
        bits = 0
        for sensor in sensors:
            bits |= self.devices.get(sensor, 0)
            for zone in zones:
                bits |= self.taps.get((sensor, zone or ""), 0)
        return _days(self.begin, bits, last)


@lru_cache(maxsize=4096)
def _days(begin: int, bits: int, last: int) -> frozenset[int]:
    return frozenset(begin + bit for bit in range(min(bits.bit_length(), last + 1 - begin)) if bits >> bit & 1)


def watching(ledger: Ledger, covering: Covering, entries: Iterable[Entry]) -> Watching:
    """Ask a baseline. `entries` are the keys that may have been answered."""
    addresses = {end for entry in entries for end in (entry.seen.src, entry.seen.dst)}
    zones = {address: zone for address in addresses if (zone := covering.end(address).zone) is not None}
    worked, shown = ledger.worked(), ledger.shown(zones)
    begin = min((*(day for _, day in worked), *(day for _, _, day in shown)), default=0)
    devices: dict[str, int] = {}
    for sensor, day in worked:
        devices[sensor] = devices.get(sensor, 0) | 1 << day - begin
    taps: dict[tuple[str, str], int] = {}
    for sensor, zone, day in shown:
        taps[sensor, zone] = taps.get((sensor, zone), 0) | 1 << day - begin
    return Watching(begin, devices, taps)
