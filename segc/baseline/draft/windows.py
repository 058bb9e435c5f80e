"""The windows of a drafted grant: those of the grant that covered what was seen, in whole hours where a ledger knows no more.

What was seen at some time of the hour of 05:00 is permitted for sure by a window that holds this hour whole, and not by one
that begins at 05:30. Hours are those of UTC, which in some zones begin at half past.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from segc.lang.literals import Hours
from segc.model.clock import zone_of

if TYPE_CHECKING:
    from datetime import date

    from segc.baseline.draft.pairs import Pair
    from segc.model.plant import Grant, Plant, Window

DAY = 1440  # minutes
OUTSIDE = "some was seen outside its windows, so this has none: give it one"
NO_HOURS = "what was seen is known by the hour, which its windows do not hold whole, so this has none: give it one"
WIDENED = "what was seen is known by the hour, so this has its windows in whole hours"


def given(plant: Plant, pair: Pair, like: Grant, first: date, last: date) -> tuple[tuple[Window, ...], str]:
    """The windows of what is drafted, open from one day to another one; and why they are not those that there were."""
    if not like.windows:
        return (), "it has no window"
    if not pair.within:
        return (), OUTSIDE
    if not pair.hours:
        return like.windows, "this has its windows"
    minute = _minute(plant, first, last)
    widened = [widen(window, minute) for window in like.windows] if minute is not None else [None]
    told = tuple(dict.fromkeys(window for window in widened if window is not None))
    return (told, WIDENED) if None not in widened else ((), NO_HOURS)


def _minute(plant: Plant, first: date, last: date) -> int | None:
    """At which minute of the site's clock the hours of UTC begin; None where that is not the same on all of these days."""
    zone = zone_of(plant)
    days = ((first + timedelta(days=n)) for n in range((last - first).days + 2))
    offsets = {datetime(day.year, day.month, day.day, tzinfo=zone).utcoffset() or timedelta() for day in days}
    minutes = {offset // timedelta(minutes=1) % 60 for offset in offsets}
    return minutes.pop() if len(minutes) == 1 else None


def widen(window: Window, minute: int) -> Window | None:
    """The window in whole hours that begin at a minute; None where the language has no words for these."""
    start, end = window.hours
    end += DAY if end <= start else 0
    start, end = (start - minute) // 60 * 60 + minute, minute - (minute - end) // 60 * 60
    if end - start > DAY or (end - start == DAY and start):
        return None
    if start < 0:
        days = frozenset((day - 1) % 7 for day in window.days)
        return replace(window, days=days, hours=Hours(start + DAY, end))
    return replace(window, hours=Hours(start, end - DAY if end > DAY else end))
