"""`-m time` as seconds since 1970: dates, times of day and weekdays, all inclusive, all UTC (net/netfilter/xt_time.c)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from segc.packets.fields import Spans, normal
from segc.packets.machine import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .reader_lines import Flag

DAY = 86400
LAST = 2147483647  # 2038-01-19 03:14:07: the kernel's default, and the end of what it can tell
MOST_DAYS = 20000
WEEKDAYS = {name: i for i, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}


def spans(flags: Iterable[Flag]) -> Spans | None:
    """When a match holds; None where that cannot be told."""
    first, last, start, stop = 0, LAST, 0, DAY - 1
    days, month = set(range(7)), set(range(1, 32))
    for flag in flags:
        value = flag.values[0] if flag.values else ""
        if flag.negate and flag.name not in ("--weekdays", "--monthdays"):
            raise Refused(f"`{flag.name}` cannot be negated")
        match flag.name:
            case "--datestart":
                first = _date(value)
            case "--datestop":
                last = min(_date(value), LAST)
            case "--timestart":
                start = _clock(value)
            case "--timestop":
                stop = _clock(value)
            case "--weekdays":
                days = _chosen(set(range(7)), [_weekday(one) for one in value.split(",")], negate=flag.negate)
            case "--monthdays":
                month = _chosen(set(range(1, 32)), [_number(one) for one in value.split(",")], negate=flag.negate)
            case "--utc":
                pass
            case _:
                return None  # --kerneltz and --contiguous
    if (start, stop) == (0, DAY - 1) and len(days) == 7 and len(month) == 31:
        return ((first, last),) if first <= last else ()
    if (last - first) // DAY > MOST_DAYS:
        return None
    return _each_day(first, last, (start, stop), days, month)


def _each_day(first: int, last: int, clock: tuple[int, int], days: set[int], month: set[int]) -> Spans:
    start, stop = clock
    pieces = [(start, stop)] if start < stop else [(0, stop), (start, DAY - 1)]
    found = []
    midnight = first - first % DAY
    day = datetime.fromtimestamp(midnight, UTC)
    while midnight <= last:
        if day.weekday() in days and day.day in month:
            for low, high in pieces:
                a, b = max(midnight + low, first), min(midnight + high, last)
                if a <= b:
                    found.append((a, b))
        midnight += DAY
        day += timedelta(days=1)
    return normal(found)


def _chosen(every: set[int], listed: list[int], *, negate: bool) -> set[int]:
    return every - set(listed) if negate else set(listed)


def _date(text: str) -> int:
    """YYYY[-MM[-DD[Thh[:mm[:ss]]]]]."""
    day, _, clock = text.partition("T")
    parts = [int(part) for part in day.split("-") if part.isdecimal()]
    if not 1 <= len(parts) <= 3 or day.count("-") != len(parts) - 1:
        raise Refused(f"`{text}` is no date")
    try:
        year, month, number = [*parts, 1, 1][:3]
        moment = datetime(year, month, number, tzinfo=UTC)
    except ValueError:
        raise Refused(f"`{text}` is no date") from None
    return int(moment.timestamp()) + (_clock(clock) if clock else 0)


def _clock(text: str) -> int:
    parts = text.split(":")
    if not 1 <= len(parts) <= 3 or not all(part.isdecimal() for part in parts):
        raise Refused(f"`{text}` is no time of day")
    hours, minutes, seconds = (*map(int, parts), 0, 0)[:3]
    if hours > 23 or minutes > 59 or seconds > 59:
        raise Refused(f"`{text}` is no time of day")
    return hours * 3600 + minutes * 60 + seconds


def _weekday(text: str) -> int:
    if text.isdecimal() and 1 <= int(text) <= 7:
        return int(text) - 1
    found = WEEKDAYS.get(text.lower()[:3])
    if found is None:
        raise Refused(f"`{text}` is no weekday")
    return found


def _number(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 31:
        raise Refused(f"`{text}` is no day of a month")
    return int(text)
