"""On which days a sensor watched two zones: not those on which it only was there.

    plc ----- switch ----- mes        a port that mirrors nothing any more hears mDNS, one that lost a network hears the
                |                     others, and a firewall elsewhere is as busy as ever
               tap

So a sensor watched two zones on a day on which it heard a machine of each in a conversation that may have had an answer,
and on the days between two such days that are not further apart than what comes there: a week, or the period
that all flows of the conduit have at least. What a device stopped is none, since it does not show that what it passes is told.

A day on which the sensor lost records shows that it was in its place, and not that nothing else was there: the days around
it count, and it does not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from segc.baseline.compare import Entry
    from segc.baseline.covering import Covering
    from segc.baseline.sensors import Sensor
    from segc.baseline.store import Ledger

WEEKLY = 8  # days that a job of the week may be apart, if one of them runs past midnight
PERIODS = {"month": 36, "quarter": 99, "year": 372}  # the same of what comes less often, by date or on a first Monday


@dataclass(frozen=True, slots=True)
class Watching:
    """Sets of days as bits, from the day `begin` (since 1970, UTC) on: a plant has thousands of conduits to ask for.

    `heard` has, by sensor and zone, the days on which a machine of it was in a conversation; `awake`, by sensor, those on
    which any conversation was heard, whoever's, and `lost` those on which it lost some, if it has others.
    """

    begin: int = 0
    heard: Mapping[tuple[str, str], int] = field(default_factory=dict)
    awake: Mapping[str, int] = field(default_factory=dict)
    lost: Mapping[str, int] = field(default_factory=dict)

    def days(
        self,
        sensors: Iterable[str],
        zones: Collection[str | None],
        last: int,
        apart: int = WEEKLY,
        *,
        lossy: bool = False,
    ) -> frozenset[int]:
        """The days, up to the last one, on which any of these sensors watched all of these zones and lost nothing. `lossy`:
        also those on which it lost some.
        """
        bits = 0
        for sensor in sensors:
            both = self.awake.get(sensor, 0)
            for zone in zones:
                both &= self.heard.get((sensor, zone or ""), 0)
            bits |= _between(both, self.awake.get(sensor, 0), apart) & ~(0 if lossy else self.lost.get(sensor, 0))
        return _days(self.begin, bits, last)


@lru_cache(maxsize=4096)
def _between(bits: int, awake: int, apart: int) -> int:
    """These days, and those between two of them that are not too far apart, if the sensor was awake."""
    days = [bit for bit in range(bits.bit_length()) if bits >> bit & 1]
    for first, second in pairwise(days):
        if second - first <= apart:
            bits |= awake & ((1 << second) - (1 << first))
    return bits


@lru_cache(maxsize=4096)
def _days(begin: int, bits: int, last: int) -> frozenset[int]:
    return frozenset(begin + bit for bit in range(min(bits.bit_length(), last + 1 - begin)) if bits >> bit & 1)


def watching(ledger: Ledger, covering: Covering, entries: Iterable[Entry], sensors: Mapping[str, Sensor]) -> Watching:
    """Ask a baseline. `entries` are the keys that may have been answered."""
    addresses = {end for entry in entries for end in (entry.seen.src, entry.seen.dst)}
    zones = {address: covering.end(address).zone or "" for address in addresses}
    heard: dict[tuple[str, str], int] = {}
    awake: dict[str, int] = {}
    shown = ledger.heard(zones)
    begin = min((day for _, _, day in shown), default=0)
    for sensor, zone, day in shown:
        heard[sensor, zone] = heard.get((sensor, zone), 0) | 1 << day - begin
        awake[sensor] = awake.get(sensor, 0) | 1 << day - begin
    lost = {
        one.name: sum(1 << day - begin for day in one.lost if day >= begin) for one in sensors.values() if not one.lossy
    }
    return Watching(begin, heard, awake, lost)
