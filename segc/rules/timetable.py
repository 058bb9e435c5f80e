"""When a rule holds, as a clock of local time shows it: dates, and within them hours of some days of the week.

Boxes that know no UTC take dates and hours as their clock shows them. An interval of UTC becomes what the clock shows
at its two ends; `model.clock.told` has made sure that it shows neither of them twice. Intervals that come every week
are gathered into runs within which weekdays and hours say exactly what is meant, so that daylight saving begins a new
run where policy and clock have different time zones, and none where they have the same.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from segc.model.clock import moved

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from zoneinfo import ZoneInfo

    from segc.model.clock import Interval

DAY = timedelta(days=1)
EVER = datetime(1, 1, 1)  # noqa: DTZ001 - what a clock shows has no time zone
NEVER = 1 << 62
WEEK = 7 * DAY  # what lasts that long cannot come every week: it is two dates


class Hours(NamedTuple):
    """Times of day of some days of the week (0 is Monday), in minutes; `end`, up to 1440, is the first that is not."""

    days: frozenset[int]
    start: int
    end: int


class Day(NamedTuple):
    """One day, from minute `start` until just before minute `end`, which is at most 1440."""

    date: date
    start: int
    end: int


class Run(NamedTuple):
    """From `first` (None: since ever) until just before `last`, by local time; within these, in `hours` where there are any."""

    first: datetime | None
    last: datetime
    hours: tuple[Hours, ...] = ()

    def shown(self) -> set[tuple[datetime, datetime]]:
        """Every time that it means. Only for runs with hours, which have a first one."""
        if self.first is None:
            return set()
        days = [self.first.date() + n * DAY for n in range((self.last.date() - self.first.date()).days + 1)]
        every = [(_at(day, h.start), _at(day, h.end)) for day in days for h in self.hours if day.weekday() in h.days]
        return {(max(a, self.first), min(b, self.last)) for a, b in every if a < self.last and b > self.first}


@cache
def runs(when: tuple[Interval, ...], shown: ZoneInfo, at: datetime, horizon: int) -> tuple[Run, ...]:
    """Intervals on a clock that shows the local time of a zone.

    Nothing behind `horizon` (seconds since 1970) is said. What has begun before `at` has no first moment, so that a
    file does not change from day to day.
    """
    begun = _shown(int(at.timestamp()), shown)
    every = map(_plain, _runs(when, shown, horizon))
    return tuple(run._replace(first=None) if run.first is not None and run.first <= begun else run for run in every)


def _runs(when: tuple[Interval, ...], shown: ZoneInfo, horizon: int) -> list[Run]:
    """All runs, by their ends. What lasts a week or longer, or has begun ever since, has no hours; all else has some."""
    found: list[Run] = []
    pieces: dict[tuple[int, int], list[date]] = defaultdict(list)
    for one in when:
        if (one.start or 0) >= horizon:
            continue
        first = _shown(one.start, shown) if one.start is not None else None
        last = _shown(min(one.end, horizon), shown)
        if first is None or last - first >= WEEK:
            found.append(Run(first, last))
            continue
        for day, low, high in _days(first, last):
            pieces[low, high].append(day)
    parts = [run for (low, high), days in sorted(pieces.items()) for run in _weekly(low, high, sorted(days))]
    return sorted((*found, *_joined(parts)), key=lambda run: (run.last, run.first or EVER))


@cache
def dates(
    when: tuple[Interval, ...], shown: ZoneInfo, at: datetime, horizon: int
) -> tuple[tuple[datetime | None, datetime], ...]:
    """The same as single spans from date to date, for boxes whose weeks know no dates. What is over by `at` is left out."""
    kept = [one for one in when if (one.start or 0) < horizon and one.end > int(at.timestamp())]
    return tuple(
        (_shown(one.start, shown) if one.start is not None else None, _shown(min(one.end, horizon), shown))
        for one in kept
    )


class Weekly(NamedTuple):
    """Hours of the week: None for all, none for never; and the second at which they stop to be what is meant, if any."""

    hours: tuple[Hours, ...] | None
    until: int | None


@cache
def weekly(when: tuple[Interval, ...], shown: ZoneInfo, at: datetime) -> Weekly:
    """The same for boxes whose weeks know no dates: what holds from `at` on, and until when.

    Not longer than until clocks are moved: what such a box does then is documented nowhere.
    """
    begun = _shown(int(at.timestamp()), shown)
    now, later = [], []
    for run in _runs(when, shown, NEVER):
        if run.first is not None and run.first > begun:
            later.append(run.first)
        elif run.last > begun:
            now.append(run)
    edges = [*(run.last for run in now), *later]
    ends = [int(edge.replace(tzinfo=shown).timestamp()) for edge in edges]
    ends += [end for end in [moved(shown, at)] if end is not None and ends]
    whole = any(not run.hours for run in now)
    hours = None if whole else tuple(dict.fromkeys(one for run in now for one in run.hours))
    return Weekly(hours, min(ends, default=None))


@cache
def each_day(when: tuple[Interval, ...], shown: ZoneInfo, at: datetime, horizon: int) -> tuple[Day, ...]:
    """The same day by day, for boxes whose schedules know no year. Behind the horizon's day nothing is said.

    What is over by `at` is left out, and of what began before its month all that is before it, so that a file does not
    change from day to day.
    """
    now = int(at.timestamp())
    month = datetime.combine(_shown(now, shown).replace(day=1), time())
    last = datetime.combine(_shown(horizon, shown), time()) + DAY
    found = []
    for one in when:
        if one.end > now and (one.start or 0) < horizon:
            first = max(_shown(one.start, shown), month) if one.start is not None else month
            end = _shown(one.end, shown) if one.end <= horizon else min(_shown(one.end, shown), last)
            found += [Day(*piece) for piece in _days(first, end)]
    return tuple(found)


def _shown(moment: int, zone: ZoneInfo) -> datetime:
    """What the clock shows, rounded down to the minute."""
    return datetime.fromtimestamp(moment, UTC).astimezone(zone).replace(tzinfo=None, second=0, fold=0)


def _at(day: date, minutes: int) -> datetime:
    return datetime.combine(day, time()) + timedelta(minutes=minutes)


def _days(first: datetime, last: datetime) -> Iterator[tuple[date, int, int]]:
    """Each day that is touched, with its first minute and the first that is not."""
    while first < last:
        midnight = datetime.combine(first.date(), time())
        stop = min(last, midnight + DAY)
        yield first.date(), (first - midnight) // timedelta(minutes=1), (stop - midnight) // timedelta(minutes=1)
        first = stop


def _weekly(low: int, high: int, days: list[date]) -> Iterator[Run]:
    """Cut sorted days where the weekdays of a run would also mean a day that is not in it."""
    run: list[date] = []
    for day in days:
        if run and not _goes_on(run, day):
            yield _run(low, high, run)
            run = []
        run.append(day)
    if run:
        yield _run(low, high, run)


def _run(low: int, high: int, days: list[date]) -> Run:
    hours = Hours(frozenset(day.weekday() for day in days), low, high)
    return Run(_at(days[0], low), _at(days[-1], high), (hours,))


def _goes_on(run: list[date], day: date) -> bool:
    """Would the run's weekdays, with this day's, mean just the run and this day?"""
    weekdays = {one.weekday() for one in run} | {day.weekday()}
    every = (run[0] + n * DAY for n in range((day - run[0]).days + 1))
    return [one for one in every if one.weekday() in weekdays] == [*run, day]


def _joined(found: Iterable[Run]) -> list[Run]:
    """Runs of different hours together, where the dates of one do not make the other mean more."""
    joined: list[Run] = []
    meant: list[set[tuple[datetime, datetime]]] = []
    for run in sorted(found):
        mine = run.shown()
        for place, other in enumerate(joined):
            # What lies more than a week behind could be joined only where it means no further week: not worth a try.
            if other.first is None or run.first is None or run.first >= other.last + WEEK:
                continue
            both = _together(other, run)
            every = both.shown()
            if every == meant[place] | mine:
                joined[place], meant[place] = both, every
                break
        else:
            joined.append(run)
            meant.append(mine)
    return joined


def _plain(run: Run) -> Run:
    """Without hours where its two ends say it all."""
    parts = sorted(run.shown())
    if not parts or (parts[0][0], parts[-1][1]) != (run.first, run.last):
        return run
    whole = all(one[1] == following[0] for one, following in pairwise(parts))
    return run._replace(hours=()) if whole else run


def _together(a: Run, b: Run) -> Run:
    first = min(one.first for one in (a, b) if one.first is not None)
    return Run(first, max(a.last, b.last), (*a.hours, *b.hours))
