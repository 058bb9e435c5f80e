"""`-m time` as seconds since 1970: dates, times of day and weekdays, all inclusive, all UTC (net/netfilter/xt_time.c)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from segc.packets.machine import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from segc.packets.fields import Spans

    from .reader_lines import Flag

DAY = 86400
LAST = 2147483647  # 2038-01-19 03:14:07: the kernel's default, and the end of what it can tell
MOST_SPANS = 20000
# Told by their first two letters, whatever follows them.
WEEKDAYS = {name: i for i, name in enumerate(("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"))}


@dataclass(slots=True)
class _Times:
    """What the flags have said so far."""

    first: int = 0
    last: int = LAST
    start: int = 0
    stop: int = DAY - 1
    weekdays: frozenset[int] = frozenset(range(7))
    monthdays: frozenset[int] = frozenset(range(1, 32))
    contiguous: bool = False
    utc: bool = True

    def always(self) -> bool:
        """Does it say nothing but dates? From a time of day until the same one is all day, too."""
        whole = (self.start, self.stop) == (0, DAY - 1) or (self.start == self.stop and not self.contiguous)
        return whole and len(self.weekdays) == 7 and len(self.monthdays) == 31


def spans(flags: Iterable[Flag]) -> Spans | None:
    """When a match holds; None where that cannot be told."""
    times = _Times()
    for flag in flags:
        _take(flag, times)
    if not times.utc:
        return None
    if times.always():
        return ((times.first, times.last),) if times.first <= times.last else ()
    return _each_day(times)


def _take(flag: Flag, times: _Times) -> None:
    if flag.name in ("--utc", "--kerneltz", "--localtz", "--contiguous"):
        if flag.values or flag.negate:
            raise Refused(f"`{flag.name}` takes no value")
        times.contiguous |= flag.name == "--contiguous"
        times.utc &= flag.name not in ("--kerneltz", "--localtz")
        return
    if len(flag.values) != 1 or (flag.negate and flag.name not in ("--weekdays", "--monthdays")):
        raise Refused(f"`{flag.name}` takes one value" + " and cannot be negated" * flag.negate)
    value = flag.values[0]
    match flag.name:
        case "--datestart":
            times.first = _date(value)
        case "--datestop":
            times.last = min(_date(value), LAST)
        case "--timestart":
            times.start = _clock(value)
        case "--timestop":
            times.stop = _clock(value)
        case "--weekdays":
            times.weekdays = _chosen(times.weekdays, [_weekday(one) for one in value.split(",")], negate=flag.negate)
        case _:
            times.monthdays = _chosen(times.monthdays, [_number(one) for one in value.split(",")], negate=flag.negate)


def _each_day(times: _Times) -> Spans | None:
    """Pieces of days. Behind midnight, a piece is judged by its own day, unless it is contiguous: then by the one before."""
    if times.start < times.stop:
        pieces = [(times.start, times.stop, 0)]
    else:
        pieces = [(0, times.stop, DAY * times.contiguous), (max(times.start, times.stop + 1), DAY - 1, 0)]
    found: list[tuple[int, int]] = []
    for midnight in range(times.first - times.first % DAY, times.last + 1, DAY):
        for low, high, back in pieces:
            a, b = max(midnight + low, times.first), min(midnight + high, times.last)
            if a > b or not _on(midnight - back, times):
                continue
            if found and found[-1][1] + 1 >= a:
                found[-1] = (found[-1][0], b)
            else:
                found.append((a, b))
        if len(found) > MOST_SPANS:
            return None
    return tuple(found)


def _on(midnight: int, times: _Times) -> bool:
    day = date(1970, 1, 1) + timedelta(seconds=midnight)
    return day.weekday() in times.weekdays and day.day in times.monthdays


def _chosen(every: frozenset[int], listed: list[int], *, negate: bool) -> frozenset[int]:
    return every - set(listed) if negate else frozenset(listed)


def _date(text: str) -> int:
    """YYYY[-MM[-DD[Thh[:mm[:ss]]]]]."""
    day, _, clock = text.partition("T")
    parts = [int(part) for part in day.split("-") if part.isdecimal()]
    if not 1 <= len(parts) <= 3 or day.count("-") != len(parts) - 1 or not 1970 <= parts[0] <= 2038:
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
    found = WEEKDAYS.get(text[:2])
    if found is None:
        raise Refused(f"`{text}` is no weekday")
    return found


def _number(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 31:
        raise Refused(f"`{text}` is no day of a month")
    return int(text)
