"""Days of the ledger on the plant's calendar. A day of UTC counts as the local day in which its noon lies."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from segc.model.clock import zone_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from zoneinfo import ZoneInfo

    from segc.model.plant import Plant

SATURDAY = 5
# How many days lie at least between what comes in one period and in the next: half of one. What runs over midnight, or
# from the last of a month into the first, is one run.
APART = {"day": 1, "week": 4, "month": 15, "quarter": 46, "year": 183}


def local(plant: Plant, day: int) -> date:
    """A day since 1970 (UTC) as the plant's date."""
    return _date(zone_of(plant), day)


@lru_cache(maxsize=4096)
def _date(zone: ZoneInfo, day: int) -> date:
    return datetime.fromtimestamp(day * 86_400 + 43_200, UTC).astimezone(zone).date()


def weekdays_and_weekends(plant: Plant, days: Iterable[int]) -> tuple[int, int]:
    """How many of the days are working days, and how many lie on a weekend."""
    zone = zone_of(plant)
    on = [_date(zone, day).weekday() >= SATURDAY for day in days]
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
