"""When a key was seen, against when a grant is open. A ledger knows hours, so a window of minutes is judged by hours."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from segc.model.clock import Interval, expired, intervals, joined, zone_of
from segc.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from segc.model.plant import Grant, Plant

HOUR = 3600
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def hours_of(first: int, last: int) -> dict[int, int]:
    """All hours from one moment to another (microseconds since 1970), as days and masks."""
    found: dict[int, int] = {}
    for hour in range(first // 3_600_000_000, last // 3_600_000_000 + 1):
        found[hour // 24] = found.get(hour // 24, 0) | 1 << hour % 24
    return found


class Shut(NamedTuple):
    """Hours in which a key was seen: all, and those in which all grants that cover it were shut, each counted once.

    By one grant's reasons: `outside` its windows, whatever its days; in them, `over` after its last day and `early` before
    its first. Not among these: `edge`, in which some were open, and not all the time, so that nobody knows when it was seen;
    and `gone`, in which some were open that are over by now, and that lie in the window of none that is not.

    Of the grant's windows alone, whatever its days: `part`, hours that they and what else is open hold in part only, and
    `stray`, edges that they do not meet.
    """

    hours: int = 0
    over: int = 0
    outside: int = 0
    early: int = 0
    edge: int = 0
    gone: int = 0
    part: int = 0
    stray: int = 0

    @property
    def shut(self) -> int:
        """In how many all were shut, for whatever reason."""
        return self.over + self.outside + self.early

    @property
    def doubt(self) -> str:
        """Of the edges, in words."""
        return f"in {self.edge} of {_hours(self.hours)} none was open all the time"

    def __str__(self) -> str:
        """`is over in 3 of 10 hours in which it was seen, and was shut by its window in 2`."""
        reasons = [
            (self.over, "is over"),
            (self.outside, "was shut by its window"),
            (self.early, "had not begun"),
            (self.edge, "was open for a part only"),
        ]
        told = [(number, words) for number, words in reasons if number]
        first, *more = [f"{words} in {number}" for number, words in told] or ["was shut in 0"]
        return ", and ".join([f"{first} of {_hours(self.hours)}", *more])


def _hours(number: int) -> str:
    return f"{count(number, 'hour')} in which it was seen"


class Times:
    """The open times of a plant's grants, over all that a baseline has seen."""

    def __init__(self, plant: Plant, at: datetime) -> None:
        self._zone = zone_of(plant)
        self._at = at
        self._open: dict[str, tuple[int, tuple[Interval, ...]]] = {}
        self._ever: dict[str, tuple[int, int, tuple[Interval, ...]]] = {}  # windows alone, and from when to when

    def shut(self, grants: Sequence[Grant], seen: Mapping[int, int]) -> tuple[Grant, Shut]:
        """The hours in which a key was seen, and in how many of them all of some grants were shut all the time.

        The reasons are those of the grant that comes with it: the one that explains most of these hours by its days alone,
        whose windows hold them; of several, the one that was open in most hours.
        """
        starts = list(_starts(seen))
        spans = [self._intervals(grant, min(seen)) if seen else () for grant in grants]
        opened = [{start for start in starts if _meets(one, start)} for one in spans]
        left = [start for start in starts if not any(start in hours for hours in opened)]
        whole = joined(one for listed in spans for one in listed)
        loose = [start for start in starts if not _holds(whole, start)]
        edges = [start for start in loose if any(start in hours for hours in opened)]
        gone = self._gone(grants, [start for start in starts if any(start in hours for hours in opened)])
        told = [self._told(grant, left)._replace(hours=len(starts), edge=len(edges), gone=gone) for grant in grants]
        ranks = [
            (shut.outside, shut.early, -len(hours), n) for n, (shut, hours) in enumerate(zip(told, opened, strict=True))
        ]
        best = min(ranks)[-1]
        grant = grants[best]
        own = self._windows(grant, starts)
        part = sum(_meets(own, start) and not _holds(own, start) for start in loose)
        return grant, told[best]._replace(part=part, stray=sum(not _meets(own, start) for start in edges))

    def _told(self, grant: Grant, shut: Sequence[int]) -> Shut:
        """Why the grant was shut in each of some hours."""
        within = self._within(grant, shut)
        early = sum(self._is_early(grant, start) for start in within)
        return Shut(len(shut), len(within) - early, len(shut) - len(within), early)

    def _gone(self, grants: Sequence[Grant], met: Sequence[int]) -> int:
        """How many of some hours lie in the windows of none of the grants that are not over."""
        running = [grant for grant in grants if not expired(grant, self._zone, self._at)]
        if len(running) == len(grants):
            return 0
        spans = [self._windows(grant, met) for grant in running]
        return sum(not any(_meets(one, start) for one in spans) for start in met)

    def open_at(self, grants: Iterable[Grant], second: int) -> bool:
        """Was any of the grants open at a moment (seconds since 1970)?"""
        return any(one.holds(second) for grant in grants for one in self._intervals(grant, second // 86_400))

    def last_open(self, grant: Grant, seen: Mapping[int, int]) -> int | None:
        """The last hour (seconds since 1970) in which a key was seen and the grant was open at some time; None: no such."""
        spans = self._intervals(grant, min(seen)) if seen else ()
        return max((start for start in _starts(seen) if _meets(spans, start)), default=None)

    def _within(self, grant: Grant, starts: Sequence[int]) -> list[int]:
        """Those hours that lie in the grant's windows, whatever its first and last day are."""
        spans = self._windows(grant, starts)
        return [start for start in starts if _meets(spans, start)]

    def _windows(self, grant: Grant, starts: Sequence[int]) -> tuple[Interval, ...]:
        """The grant's windows around these hours, whatever its first and last day are."""
        if not grant.windows or not starts:
            return (Interval(None, max(starts, default=0) + HOUR),)
        first, last = min(starts), max(starts)
        known = self._ever.get(grant.name)
        if known is None or not (known[0] <= first and last <= known[1]):
            low, high = (min(first, known[0]), max(last, known[1])) if known else (first, last)
            since = EPOCH + timedelta(seconds=low)
            until = (EPOCH + timedelta(seconds=high)).astimezone(self._zone).date() + timedelta(days=1)
            known = low, high, intervals(replace(grant, first=None, last=until), self._zone, since)
            self._ever[grant.name] = known
        return known[2]

    def _is_early(self, grant: Grant, start: int) -> bool:
        """Does an hour in which the grant was shut, though its windows were not, lie before its first day?"""
        moment = (EPOCH + timedelta(seconds=start)).astimezone(self._zone)
        return grant.first is not None and moment.date() < grant.first

    def _intervals(self, grant: Grant, day: int) -> tuple[Interval, ...]:
        known = self._open.get(grant.name)
        if known is None or known[0] > day:
            # Occurrences are listed from some days before a moment on: the first at which anything was seen.
            known = self._open[grant.name] = day, intervals(grant, self._zone, EPOCH + timedelta(days=day))
        return known[1]


def _meets(spans: Sequence[Interval], start: int) -> bool:
    """Is any of the intervals (disjoint, in order) open at some time in the hour?"""
    last = bisect_left(spans, start + HOUR, key=_start) - 1
    return last >= 0 and start < spans[last].end


def _holds(spans: Sequence[Interval], start: int) -> bool:
    """Is one of the intervals (disjoint, in order) open in the whole hour?"""
    last = bisect_left(spans, start + 1, key=_start) - 1
    return last >= 0 and start + HOUR <= spans[last].end


def _start(one: Interval) -> int:
    return one.start or 0


def _starts(seen: Mapping[int, int]) -> Iterator[int]:
    """The hours, as seconds since 1970."""
    return (day * 86_400 + hour * HOUR for day, mask in seen.items() for hour in range(24) if mask >> hour & 1)
