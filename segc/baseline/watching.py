"""On which days a sensor watched two zones: not those on which it only was there.

    plc ----- switch ----- mes        a port that mirrors nothing any more hears mDNS, one that lost a network hears the
                |                     others, and a firewall elsewhere is as busy as ever
               tap

So a sensor watched two zones on a day on which it heard a machine of each in a conversation that may have had an answer,
and on the days between two such days that are not further apart than what comes there: a week, or the period
that all flows of the conduit have at least. What a device stopped is none, since it does not show that what it passes is told.

It must have written something on that day. A session that goes on for two weeks is told by one record, when it ends: it shows
that the two talked, and not that there are logs of these weeks. And where another sensor saw a session of the two zones on a
day, and this one did not, it was not on the way, whatever else it heard: if it would have written something of it. A firewall
tells of what is opened, and nothing more while that goes on.

A day on which the sensor lost records shows that it was in its place, and not that nothing else was there: the days around
it count, and it does not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from segc.baseline.calendar import noon
from segc.model.clock import zone_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from segc.baseline.compare import Entry
    from segc.baseline.covering import Covering
    from segc.baseline.heard import Heard
    from segc.baseline.sensors import Sensor
    from segc.baseline.store import Ledger

WEEKLY = 8  # days that a job of the week may be apart, if one of them runs past midnight
PERIODS = {"month": 36, "quarter": 99, "year": 372}  # the same of what comes less often, by date or on a first Monday


class Days(NamedTuple):
    """Days of UTC, as the ledger has them, and the plant's days which they are (`segc.baseline.calendar`); since 1970."""

    utc: frozenset[int] = frozenset()
    dates: frozenset[int] = frozenset()


class Met(NamedTuple):
    """Days on which a sensor saw conversations between two zones, as bits; of them, those on which any began, or ended."""

    days: int = 0
    began: int = 0
    ended: int = 0


@dataclass(frozen=True, slots=True)
class Watching:
    """Sets of days as bits, from the day `begin` (since 1970, UTC) on: a plant has thousands of conduits to ask for.

    `heard` has, by sensor and zone, the days on which a machine of it was in a conversation; `awake`, by sensor, those on
    which any conversation was written, whoever's, `beside` those of them on which none was on the plant's day of their noon,
    and `lost` those on which it lost some, if it has others. `met` has, by zones, the days on which each sensor saw a
    conversation between them.
    """

    begin: int = 0
    heard: Mapping[tuple[str, str], int] = field(default_factory=dict)
    awake: Mapping[str, int] = field(default_factory=dict)
    lost: Mapping[str, int] = field(default_factory=dict)
    beside: Mapping[str, int] = field(default_factory=dict)
    met: Mapping[frozenset[str], Mapping[str, Met]] = field(default_factory=dict)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))

    def days(
        self,
        sensors: Iterable[str],
        zones: Collection[str | None],
        last: int,
        apart: int = WEEKLY,
        *,
        lossy: bool = False,
        missing: bool = False,
    ) -> Days:
        """The days, up to the last one, on which any of these sensors watched all of these zones and lost nothing. `lossy`:
        also those on which it lost some; `missing`: also those on which another one saw what it did not.
        """
        by_noon = beside = 0
        for sensor in sensors:
            both = self.awake.get(sensor, 0)
            for zone in zones:
                both &= self.heard.get((sensor, zone or ""), 0)
            bits = _between(both, self.awake.get(sensor, 0), apart) & ~(0 if lossy else self.lost.get(sensor, 0))
            bits &= ~(0 if missing else self.missed(sensor, zones))
            by_noon |= bits & ~self.beside.get(sensor, 0)
            beside |= bits & self.beside.get(sensor, 0)
        return _days(self.zone, self.begin, by_noon, beside & ~by_noon, last)

    def dates(self, sensor: str, days: Iterable[int]) -> Iterator[int]:
        """Days (UTC) of a sensor as the plant's."""
        beside = self.beside.get(sensor, 0)
        for day in days:
            at = noon(self.zone, day)
            yield at.other if day >= self.begin and beside >> day - self.begin & 1 else at.day

    def missed(self, sensor: str, zones: Collection[str | None]) -> int:
        """The days on which others saw a session between these zones, of which this one would have written, and it saw none."""
        missed = 0
        met = self.met.get(frozenset(zone or "" for zone in zones), {})
        own = met.get(sensor, Met()).days
        for other, seen in met.items():
            missed |= _missed(seen, own, self.awake.get(sensor, 0)) if other != sensor else 0
        return missed


@lru_cache(maxsize=4096)
def _missed(other: Met, own: int, awake: int) -> int:
    """Of another one's days those that a sensor missed, which is awake on some days and has seen sessions on its own ones.

    While a session goes on, who saw it open, or had no log of that day, has nothing to write until it ends.
    """
    missed = opened = 0
    for day in (1 << bit for bit in range(other.days.bit_length())):
        opened = day if other.began & day else opened
        told = other.days & day and (other.ended & day or opened == day or awake & opened or not opened)
        if told and not own & (day | opened):
            missed |= day
    return missed


@lru_cache(maxsize=4096)
def _between(bits: int, awake: int, apart: int) -> int:
    """These days, and those between two of them that are not too far apart, if the sensor was awake."""
    days = [bit for bit in range(bits.bit_length()) if bits >> bit & 1]
    for first, second in pairwise(days):
        if second - first <= apart:
            bits |= awake & ((1 << second) - (1 << first))
    return bits


@lru_cache(maxsize=4096)
def _days(zone: ZoneInfo, begin: int, by_noon: int, beside: int, last: int) -> Days:
    one, other = ([day for day in _set(begin, bits) if day <= last] for bits in (by_noon, beside))
    dates = [noon(zone, day).day for day in one] + [noon(zone, day).other for day in other]
    return Days(frozenset(one + other), frozenset(dates))


def _set(begin: int, bits: int) -> Iterator[int]:
    return (begin + bit for bit in range(bits.bit_length()) if bits >> bit & 1)


def watching(ledger: Ledger, covering: Covering, entries: Iterable[Entry], sensors: Mapping[str, Sensor]) -> Watching:
    """Ask a baseline. `entries` are the keys that may have been answered."""
    addresses = {end for entry in entries for end in (entry.seen.src, entry.seen.dst)}
    zones = {address: covering.end(address).zone or "" for address in addresses}
    heard: dict[tuple[str, str], int] = {}
    awake: dict[str, int] = {}
    by_noon: dict[str, int] = {}
    zone = zone_of(covering.plant)
    shown = ledger.heard(zones)
    begin = min((one.day for one in shown), default=0)
    for one in shown:
        bit = 1 << one.day - begin
        heard[one.sensor, one.zone] = heard.get((one.sensor, one.zone), 0) | bit
        awake[one.sensor] = awake.get(one.sensor, 0) | (bit if one.late >= 0 else 0)
        by_noon[one.sensor] = by_noon.get(one.sensor, 0) | (bit if _is_by_noon(zone, one) else 0)
    lost = {
        one.name: sum(1 << day - begin for day in one.lost if day >= begin) for one in sensors.values() if not one.lossy
    }
    beside = {name: bits & ~by_noon[name] for name, bits in awake.items()}
    return Watching(begin, heard, awake, lost, beside, _met(ledger, begin) if len(sensors) > 1 else {}, zone)


def _is_by_noon(zone: ZoneInfo, one: Heard) -> bool:
    """Did a conversation end on the plant's day in which the noon lies?"""
    at = noon(zone, one.day)
    return at.since <= one.late and one.early < at.until


def _met(ledger: Ledger, begin: int) -> dict[frozenset[str], dict[str, Met]]:
    met: dict[frozenset[str], dict[str, Met]] = {}
    for sensor, one, other, day, began, ended in ledger.met():
        by = met.setdefault(frozenset((one, other)), {})
        known, bit = by.get(sensor, Met()), 1 << day - begin
        by[sensor] = Met(known.days | bit, known.began | bit * began, known.ended | bit * ended)
    return {zones: by for zones, by in met.items() if len(by) > 1}
