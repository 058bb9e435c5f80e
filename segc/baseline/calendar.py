"""Days of the ledger, which are UTC's, on the plant's calendar.

    ledger    | Sat              |              a plant in Los Angeles that works until half past five on Friday writes the
    plant    Fri    | Sat        |   Sun        last of it on the ledger's Saturday, and nothing on its own

A day of the ledger counts as the plant's day in which its noon lies, if anything was written on that one; else as the other
one that it touches.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from segc.baseline.ledger import EPOCH, MICROSECONDS_A_DAY, day_number
from segc.model.clock import zone_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from segc.model.plant import Plant

SATURDAY = 5
# How many days lie at least between what comes in one period and in the next: half of one. What runs over midnight, or
# from the last of a month into the first, is one run.
APART = {"day": 1, "week": 4, "month": 15, "quarter": 46, "year": 183}


class Noon(NamedTuple):
    """The plant's day in which the noon of a day of UTC lies, from which moment to which (microseconds since 1970) the two
    are the same, and the other day that the one of UTC touches. Both days are numbers, as the ledger's.
    """

    day: int
    since: int
    until: int
    other: int


@lru_cache(maxsize=4096)
def noon(zone: ZoneInfo, day: int) -> Noon:
    """Of a day since 1970 (UTC)."""
    on = _date(zone, day)
    start, end = day * MICROSECONDS_A_DAY, (day + 1) * MICROSECONDS_A_DAY
    since, until = max(start, _midnight(zone, on)), min(end, _midnight(zone, on + timedelta(days=1)))
    number = day_number(on)
    return Noon(number, since, until, number - 1 if since > start else number + 1 if until < end else number)


def _midnight(zone: ZoneInfo, on: date) -> int:
    return int(datetime.combine(on, time(), zone).timestamp()) * 1_000_000


def local(plant: Plant, day: int) -> date:
    """A day since 1970 (UTC) as the plant's date, by its noon."""
    return _date(zone_of(plant), day)


def as_date(day: int) -> date:
    """A day of the plant's calendar since 1970 as a date."""
    return date.fromordinal(day + EPOCH)


@lru_cache(maxsize=4096)
def _date(zone: ZoneInfo, day: int) -> date:
    return datetime.fromtimestamp(day * 86_400 + 43_200, UTC).astimezone(zone).date()


def weekdays_and_weekends(days: Iterable[int]) -> tuple[int, int]:
    """How many of some days of the plant's calendar (since 1970) are working days, and how many lie on a weekend."""
    on = [as_date(day).weekday() >= SATURDAY for day in days]
    return len(on) - sum(on), sum(on)


def cycles(days: Iterable[date], period: str) -> int:
    """In how many of the calendar's weeks (from Monday), months, quarters or years something came, a run over a border once."""
    count, last = 0, None
    for day in sorted(set(days)):
        if last is None or (_cycle(day, period) != _cycle(last, period) and (day - last).days >= APART[period]):
            count, last = count + 1, day
    return count


def _cycle(day: date, period: str) -> tuple[int, ...]:
    return {
        "day": (day.toordinal(),),
        "week": day.isocalendar()[:2],
        "month": (day.year, day.month),
        "quarter": (day.year, (day.month - 1) // 3),
        "year": (day.year,),
    }[period]
