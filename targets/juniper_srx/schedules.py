"""Schedulers for grants: dates and, within them, hours of days of the week, by the time that the box's clock shows.

A policy names one scheduler, and one scheduler has one slot a day here; so hours that take several become several
policies. The last minute of the dates and the last second of the hours are written as included: were they not, a window
would shut that much earlier, and never later. No day has an hour 24:00, so a day that is whole is `all-day`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING

from segc.rules.words import Words

from .names import LONGEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from segc.rules.ir import Rule
    from segc.rules.timetable import Hours, Run
    from segc.targets.job import Job

EVER = datetime(2010, 1, 1)  # noqa: DTZ001 - what a clock shows has no time zone
MINUTE = timedelta(minutes=1)
MIDNIGHT = 1440
DAYS = tuple("monday tuesday wednesday thursday friday saturday sunday".split())  # noqa: SIM905


class Schedulers:
    """Hands out the names of schedulers, and writes those that were asked for."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._made: dict[str, list[str]] = {}

    def names(self, rule: Rule | None) -> list[str | None]:
        """In any of which a rule holds: a policy each. None stands for always; empty is never."""
        runs = self.job.runs(rule) if rule is not None else None
        if rule is None or runs is None:
            return [None]
        zone = self.job.target.zone(self.job.clock)
        begun = self.job.at.astimezone(zone).replace(tzinfo=None)
        return [self._add(rule.within, lines) for run in runs if run.last > begun for lines in _schedulers(run)]

    def lines(self) -> list[str]:
        """All of them, sorted by name."""
        return [f"set schedulers scheduler {name} {line}" for name in sorted(self._made) for line in self._made[name]]

    def _add(self, grant: str, lines: list[str]) -> str:
        """Called by what it says, since a load adds to what the box has."""
        mark = blake2b("\n".join(lines).encode(), digest_size=4).hexdigest()
        name = f"{Words(LONGEST - 1 - len(mark))(grant)}_{mark}"
        self._made[name] = lines
        return name


def _schedulers(run: Run) -> Iterator[list[str]]:
    """The lines of each scheduler that a run takes."""
    dates = f"start-date {_moment(run.first or EVER)} stop-date {_moment(run.last - MINUTE)}"
    for hours in _layers(run.hours) or [[]]:
        yield [dates, *_slots(hours)]


def _layers(hours: Iterable[Hours]) -> list[list[Hours]]:
    """Hours that share no day together."""
    layers: list[list[Hours]] = []
    for one in hours:
        free = next((layer for layer in layers if not any(one.days & other.days for other in layer)), None)
        if free is None:
            layers.append([one])
        else:
            free.append(one)
    return layers


def _slots(layer: list[Hours]) -> Iterator[str]:
    """What each day is: the most frequent hours are those of every day, of which the others are taken out.

    `exclude` is for days of a `daily` schedule only, and of a day that nobody names nothing is documented.
    """
    if not layer:
        return
    days = {day: _slot(hours) for hours in layer for day in sorted(hours.days)}
    daily = max(dict.fromkeys(days.values()), key=list(days.values()).count)
    yield f"daily {daily}"
    yield from (f"{name} {slot}" for day, name in enumerate(DAYS) if (slot := days.get(day, "exclude")) != daily)


def _slot(hours: Hours) -> str:
    if (hours.start, hours.end) == (0, MIDNIGHT):
        return "all-day"
    return f"start-time {_clock(hours.start)}:00 stop-time {_clock(hours.end - 1)}:59"


def _moment(shown: datetime) -> str:
    return f"{shown:%Y-%m-%d.%H:%M}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
