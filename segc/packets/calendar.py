"""When a clock of local time shows what a vendor's schedule says, in seconds of UTC: for readers.

A schedule is on while its box's clock shows a time between two dates, and within them some hours of some days of the
week. The clock goes by an IANA time zone: what it shows twice in a night counts twice, what it skips never comes.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from segc.packets.fields import LAST_SECOND, Spans, normal

DAY = 86400
WEEK = 7 * DAY
MONDAY = 4 * DAY  # 1970-01-05
# A schedule of weeks without an end is listed until here, and taken for always on afterwards.
LISTED = int(datetime(2051, 1, 1, tzinfo=UTC).timestamp())
LAST_YEAR = int(datetime(2200, 1, 1, tzinfo=UTC).timestamp())
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - what a clock shows has no time zone


class Offset(NamedTuple):
    """From `start` to `end`, both included, the clock shows UTC and this many seconds more."""

    start: int
    end: int
    seconds: int


def known(zone: str) -> bool:
    """Is there a time zone of this name?"""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


@cache
def offsets(zone: str) -> tuple[Offset, ...]:
    """The clock of a time zone, from 1970 on; beyond the year 2200 as it is then."""
    info = ZoneInfo(zone)

    def at(moment: int) -> int:
        found = datetime.fromtimestamp(moment, info).utcoffset() or timedelta()
        return int(found.total_seconds())

    found: list[Offset] = []
    start, now = 0, at(0)
    for day in range(DAY, LAST_YEAR, DAY):
        if at(day) != now:
            low, high = day - DAY, day
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if at(middle) == now else (low, middle)
            found.append(Offset(start, high - 1, now))
            start, now = high, at(high)
    return (*found, Offset(start, LAST_SECOND, now))


def seconds(shown: datetime) -> int:
    """What a clock shows, as seconds since it would have shown 1970."""
    return int((shown - EPOCH).total_seconds())


def spans(zone: str, first: int | None, last: int | None, week: Spans | None = None) -> Spans:
    """When the clock of a zone shows a time from `first` to `last`, both included, in the `week`'s seconds.

    `first` and `last` are what `seconds` says; None: since ever, for ever. `week` has ranges of seconds since Monday
    0:00, both ends included, and may run over Sunday's end; None is all of it.
    """
    found: list[tuple[int, int]] = []
    for offset in offsets(zone):
        low = offset.start if first is None else max(offset.start, first - offset.seconds)
        high = offset.end if last is None else min(offset.end, last - offset.seconds)
        if low > high:
            continue
        found += [(low, high)] if week is None else _weeks(low, high, offset.seconds, week, endless=last is None)
    return normal(found)


def _weeks(low: int, high: int, shift: int, week: Spans, *, endless: bool) -> list[tuple[int, int]]:
    """The hours of weeks within a span of one offset."""
    until = min(high, LISTED if endless else LAST_YEAR)
    found = [(max(low, until + 1), high)] if until < high else []
    monday = (
        (low + shift - MONDAY) // WEEK * WEEK + MONDAY - shift - WEEK
    )  # a week more, whose end may run into this one
    while monday <= until:
        for start, end in week:
            a, b = max(low, monday + start), min(until, monday + end)
            if a <= b:
                found.append((a, b))
        monday += WEEK
    return found
