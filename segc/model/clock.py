"""When a grant is open, as intervals of UTC. Dates and hours are the site's local time, DST included."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from segc.lang.literals import DAYS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from segc.model.plant import Grant, Plant, Window

STEP = 86400  # clocks are moved once within it, at most
MOVED_WITHIN = 400 * STEP
PAST = timedelta(days=8)  # a window comes once a week, so its last occurrence is in here, even if it is the very last


TESTED = timedelta(days=366)  # for so long a test of a flow says that it works


def tried(tested: date | None, today: date) -> bool:
    """Was a flow tried within the last year? A day that is still to come is a plan."""
    return tested is not None and today - TESTED <= tested <= today


class Interval(NamedTuple):
    """Half open, in seconds since 1970 (UTC); `start` is None for "since ever"."""

    start: int | None
    end: int

    def holds(self, second: int) -> bool:
        """Is the moment inside?"""
        return (self.start is None or self.start <= second) and second < self.end


def utc_text(at: datetime) -> str:
    """A moment in UTC as documents write it: `2026-10-05T09:00:00Z`."""
    return at.isoformat().replace("+00:00", "Z")


def window_text(window: Window) -> str:
    """A window's days and hours as the language writes them: `Mon, Tue 06:00-10:00`."""
    days = "" if len(window.days) == len(DAYS) else f"{', '.join(DAYS[day] for day in sorted(window.days))} "
    start, end = (f"{minutes // 60:02}:{minutes % 60:02}" for minutes in window.hours)
    return f"{days}{start}-{end}"


def zone_of(plant: Plant) -> ZoneInfo:
    """The site's time zone; UTC where none is given."""
    return ZoneInfo(plant.site.timezone if plant.site else "UTC")


def date_of(plant: Plant, at: datetime) -> date:
    """The site's date at a moment."""
    return at.astimezone(zone_of(plant)).date()


def _local(day: date, minutes: int, zone: ZoneInfo) -> int:
    """Seconds since 1970 of a local time; 24:00 is the next day's midnight.

    A time that clocks show twice is the first of the two. One that they skip is
    the moment at which they do: whoever may stay until half past two must not
    stay until half past three because there was no half past two that night.
    """
    moment = datetime.combine(day + timedelta(days=minutes // 1440), time(minutes % 1440 // 60, minutes % 60), zone)
    late, early = int(moment.timestamp()), int(moment.replace(fold=1).timestamp())
    if early >= late:
        return late
    return _edge(early, late, zone)  # the skipped hour lies between


def _edge(early: int, late: int, zone: ZoneInfo) -> int:
    """The moment at which clocks were moved, between two of different offsets."""
    before = datetime.fromtimestamp(early, zone).utcoffset()
    while late - early > 1:
        middle = (early + late) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late


def intervals(grant: Grant, zone: ZoneInfo, at: datetime) -> tuple[Interval, ...]:
    """All times at which a grant is open, in order, joined where they touch.

    A grant without `from` is open since ever. Of windows, occurrences are
    listed from `PAST` before `at`: what ended earlier is never true again.
    """
    end = _local(grant.last, 1440, zone)
    if not grant.windows:
        return (Interval(_local(grant.first, 0, zone) if grant.first else None, end),)
    first = max(grant.first or date.min, at.astimezone(zone).date() - PAST)
    start = _local(first, 0, zone)
    found = [
        Interval(max(a, start), min(b, end))
        for offset in range((grant.last - first).days + 2)
        for window in grant.windows
        for a, b in _occurrence(window, first + timedelta(days=offset - 1), zone)
        if a < end and b > start
    ]
    return joined(found)


def _occurrence(window: Window, day: date, zone: ZoneInfo) -> list[tuple[int, int]]:
    if day.weekday() not in window.days:
        return []
    start, end = window.hours
    return [(_local(day, start, zone), _local(day, end if end > start else end + 1440, zone))]


def joined(found: Iterable[Interval]) -> tuple[Interval, ...]:
    """The times that any of the intervals holds, as disjoint intervals, in order."""
    whole: list[Interval] = []
    for one in sorted(found, key=lambda i: (i.start or 0, i.end)):
        if whole and (one.start or 0) <= whole[-1].end:
            whole[-1] = Interval(whole[-1].start, max(whole[-1].end, one.end))
        elif one.end > (one.start or 0):
            whole.append(one)
    return tuple(whole)


def active(grant: Grant, zone: ZoneInfo, at: datetime) -> bool:
    """Is the grant open at this moment?"""
    second = int(at.timestamp())
    return any(one.holds(second) for one in intervals(grant, zone, at))


def expired(grant: Grant, zone: ZoneInfo, at: datetime) -> bool:
    """Is the grant's last day over?"""
    return int(at.timestamp()) >= _local(grant.last, 1440, zone)


def next_change(grant: Grant, zone: ZoneInfo, at: datetime) -> datetime | None:
    """The next moment at which the grant opens or closes; None where there is none."""
    second = int(at.timestamp())
    edges = [edge for one in intervals(grant, zone, at) for edge in one if edge is not None and edge > second]
    return datetime.fromtimestamp(min(edges), UTC) if edges else None


# ---- clocks that show local time ---------------------------------------------------------------------------------------


def told(found: Iterable[Interval], zone: ZoneInfo) -> tuple[Interval, ...]:
    """What of the intervals a clock that shows a zone's local time can tell: what it shows twice says no moment.

    An interval that begins or ends in an hour which comes twice is shut in all of it. One that begins before such an
    hour and ends behind it stays whole.
    """
    kept = []
    for one in found:
        first = _twice(one.start, zone) if one.start is not None else None
        last = _twice(one.end, zone)
        start, end = first.end if first else one.start, last.start if last else one.end
        if start is None or (end is not None and start < end):
            kept.append(Interval(start, end if end is not None else one.end))
    return tuple(kept)


def moved(zone: ZoneInfo, at: datetime) -> int | None:
    """The next moment at which clocks of a zone are moved, in seconds since 1970; None where that is not in a year."""
    start = int(at.timestamp())
    for early in range(start, start + MOVED_WITHIN, STEP):
        offsets = {datetime.fromtimestamp(moment, zone).utcoffset() for moment in (early, early + STEP)}
        if len(offsets) > 1:
            return _edge(early, early + STEP, zone)
    return None


def _twice(moment: int, zone: ZoneInfo) -> Interval | None:
    """The time around a moment whose hours clocks show twice; None where the moment is shown once."""
    shown = datetime.fromtimestamp(moment, zone)
    first, second = (int(shown.replace(fold=fold).timestamp()) for fold in (0, 1))
    if first >= second:
        return None
    moved = _edge(first, second, zone)
    return Interval(moved - (second - first), moved + (second - first))
