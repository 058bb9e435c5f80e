"""Intervals of UTC as `-m time` matches.

xt_time knows days of the week, times of day and two dates, all inclusive to the
second, up to 2038-01-19. Intervals are cut at UTC midnight and pieces of the
same hours are gathered into runs, within which weekdays tell exactly which days
are meant; daylight saving therefore starts a new run.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from segc.model.clock import Interval

DAY = 86400
WEEK = 7 * DAY
NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LAST_SECOND = int(datetime(2038, 1, 19, tzinfo=UTC).timestamp())


def time_matches(when: Iterable[Interval]) -> list[str]:
    """The matches of which at least one holds exactly during the intervals."""
    found: list[str] = []
    pieces: dict[tuple[int, int], list[date]] = defaultdict(list)
    listed = list(when)
    often = Counter(_in_the_week(one) for one in listed)
    for one in listed:
        start, end = one.start, min(one.end, LAST_SECOND)
        # A weekend that comes every week is hours of days; what lasts longer, or for days and just once, two dates.
        if start is None or end - start >= WEEK or (end - start > 2 * DAY and often[_in_the_week(one)] == 1):
            begin = f" --datestart {_moment(start)}" if start is not None else ""
            found.append(f"-m time{begin} --datestop {_moment(end - 1)}")
            continue
        for day, low, high in _days(start, end):
            pieces[low, high].append(day)
    for (low, high), days in sorted(pieces.items()):
        found += [_run(low, high, run) for run in _runs(sorted(set(days)))]
    return found


def _in_the_week(one: Interval) -> tuple[int | None, int]:
    """What an interval has in common with the next one of the same window."""
    return (None, one.end) if one.start is None else (one.start % WEEK, one.end - one.start)


def _moment(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _days(start: int, end: int) -> Iterable[tuple[date, int, int]]:
    """An interval as (day, first second, last second) of each UTC day that it touches."""
    while start < end:
        midnight = start - start % DAY
        stop = min(end, midnight + DAY)
        yield datetime.fromtimestamp(midnight, UTC).date(), start - midnight, stop - 1 - midnight
        start = stop


def _runs(days: list[date]) -> Iterable[list[date]]:
    """Cut sorted days where the weekdays of a run would also mean a day that is not in it."""
    run: list[date] = []
    weekdays: set[int] = set()
    for day in days:
        if run and not _goes_on(run, weekdays, day):
            yield run
            run, weekdays = [], set()
        run.append(day)
        weekdays.add(day.weekday())
    if run:
        yield run


def _goes_on(run: list[date], weekdays: set[int], day: date) -> bool:
    """Would the run's weekdays, with this day's, mean just the run and this day?"""
    if day.weekday() not in weekdays and (day - run[0]).days >= len(NAMES):
        return False
    missed = (run[-1] + timedelta(days=i) for i in range(1, min((day - run[-1]).days, len(NAMES) + 1)))
    return not any(skipped.weekday() in weekdays for skipped in missed)


def _run(low: int, high: int, run: list[date]) -> str:
    weekdays = ",".join(NAMES[i] for i in sorted({day.weekday() for day in run}))
    hours = "" if (low, high) == (0, DAY - 1) else f" --timestart {_clock(low)} --timestop {_clock(high)}"
    dates = f"--datestart {run[0]}T00:00:00 --datestop {run[-1]}T23:59:59"
    return f"-m time {dates}{hours} --weekdays {weekdays}"


def _clock(second: int) -> str:
    return f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
