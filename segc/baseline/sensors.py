"""What each sensor contributed to a baseline, and on which of its days it may have missed some."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from segc.baseline.ingest.places import of_two_places
from segc.baseline.ledger import MICROSECONDS_A_DAY, day_number
from segc.baseline.observed import MISSED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from segc.baseline.manifest import Source


class Sensor(NamedTuple):
    """What a sensor contributed. `days` are those on which it saw anything (since 1970, UTC), `last` is when it last did, and
    `lost` are those days on which it may have missed some. `lossy`: it has no other days. On `silent` ones it wrote nothing:
    sessions that ended later tell of them. On the others, it has records of so many `hours`. Of what its logs tell, so much was
    `read`, and so much was not: it was not understood, or its time cannot be. `dark` are those of its logs of which most was
    not read, `ours` those in which records of our own firewalls were not. `mixed`: two of its logs that are not known to be of
    one place, where no name tells them apart.
    """

    name: str
    days: tuple[int, ...]
    last: int
    lossy: bool
    lost: tuple[int, ...] = ()
    read: int = 0
    unread: int = 0
    dark: tuple[str, ...] = ()
    mixed: tuple[str, ...] = ()
    silent: tuple[int, ...] = ()
    hours: int = 0
    ours: tuple[str, ...] = ()

    @property
    def blind(self) -> float:
        """The share of what its logs tell that was not read, 0 to 1."""
        return self.unread / (self.read + self.unread) if self.unread else 0.0

    @property
    def is_blind(self) -> bool:
        """May what was not read be more than a few records?"""
        return bool(self.dark or self.ours) or is_blind(self.unread, self.read)

    @property
    def counting(self) -> frozenset[int]:
        """The days on which what it did not see was not there; of one that has none, all on which it wrote."""
        return frozenset(self.days).difference(self.silent, () if self.lossy else self.lost)


def is_blind(unread: int, read: int) -> bool:
    """May what was not read be more than a few records, beside so many that were?"""
    return unread > MISSED * (read + unread)


def sensors(sources: Sequence[Source], on: Iterable[tuple[str, int, int, int, int]]) -> dict[str, Sensor]:
    """Every sensor by its name, also one whose logs told nothing. `on` is the answer to `SENSOR_DAYS` (`segc.baseline.sql`)."""
    days: dict[str, dict[int, int]] = {}
    lost: defaultdict[str, set[int]] = defaultdict(set)
    until: dict[str, int] = {}
    for name, day, hours, lossy, last in sorted(on):
        wrote = days.setdefault(name, {})
        wrote[day] = wrote.get(day, 0) | hours
        until[name] = max(last, until.get(name, last))
        if lossy:
            lost[name].add(day)
    for source in sources:
        lost[source.sensor].update(_lost(source, days.get(source.sensor, ())))
    found = {s.sensor: Sensor(s.sensor, (), 0, s.lossy) for s in sources}
    for name, of in days.items():
        missed = tuple(day for day in of if day in lost[name])
        silent = tuple(day for day, hours in of.items() if not hours)
        found[name] = Sensor(
            name, tuple(of), until[name], len(missed) == len(of), missed, silent=silent,
            hours=sum(map(int.bit_count, of.values())),
        )  # fmt: skip
    return {name: _with_unread(found[name], sources) for name in sorted(found)}


def _with_unread(sensor: Sensor, sources: Iterable[Source]) -> Sensor:
    """How much of its logs was not read. Lines have no day, so that no other than the sensor as a whole can be asked; and
    each log, since a long one beside it would hide one that tells nothing: of that, no record is known to be like those
    that were read, as a few in many are.
    """
    own = [source for source in sources if source.sensor == sensor.name]
    logs: dict[str, tuple[str, int, int]] = {}
    whole: dict[str, str] = {}  # the first part of a log that has grown, by the part
    for one in own:
        first = whole[one.digest] = whole.get(one.follows or "", one.digest)
        _, read, unread = logs.get(first, ("", 0, 0))
        logs[first] = one.name, read + (one.records or one.observed), unread + one.unread + one.untimed
    return sensor._replace(
        read=sum(read for _, read, _ in logs.values()),
        unread=sum(unread for _, _, unread in logs.values()),
        dark=tuple(name for name, read, unread in logs.values() if unread > read),
        mixed=of_two_places(own),
        ours=tuple(dict.fromkeys(source.name for source in own if source.ours)),
    )


def _lost(source: Source, days: Iterable[int]) -> Iterable[int]:
    """The days on which a log may lack records: also those of which it tells nothing, since all of them may be lost. One that
    tells of no time at all may be about any of its sensor's `days`.
    """
    said = {day_number(date.fromisoformat(day)) for day in source.lost}
    if not source.lossy:
        return said
    if source.first is None or source.last is None:
        return days
    until = max(source.last, source.cut or 0)
    return said.union(range(source.first // MICROSECONDS_A_DAY, until // MICROSECONDS_A_DAY + 1))
