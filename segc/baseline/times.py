"""When a key was seen, against when a grant is open. A ledger knows hours, so a window of minutes is judged by hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from segc.model.clock import expired, intervals, zone_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from segc.model.clock import Interval
    from segc.model.plant import Grant, Plant

HOUR = 3600
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def hours_of(first: int, last: int) -> dict[int, int]:
    """All hours from one moment to another (microseconds since 1970), as days and masks."""
    found: dict[int, int] = {}
    for hour in range(first // 3_600_000_000, last // 3_600_000_000 + 1):
        found[hour // 24] = found.get(hour // 24, 0) | 1 << hour % 24
    return found


class Times:
    """The open times of a plant's grants, over all that a baseline has seen."""

    def __init__(self, plant: Plant, at: datetime) -> None:
        self._zone = zone_of(plant)
        self._at = at
        self._open: dict[str, tuple[int, tuple[Interval, ...]]] = {}

    def outside(self, grant: Grant, seen: Mapping[int, int]) -> int:
        """In how many of the hours in which a key was seen the grant was shut all the time."""
        spans = self._intervals(grant, min(seen)) if seen else ()
        return sum(
            not any((one.start is None or one.start < start + HOUR) and start < one.end for one in spans)
            for start in _starts(seen)
        )

    def last_open(self, grant: Grant, seen: Mapping[int, int]) -> int | None:
        """The last hour (seconds since 1970) in which a key was seen and the grant was open at some time; None: no such."""
        spans = self._intervals(grant, min(seen)) if seen else ()
        open_then = [
            start
            for start in _starts(seen)
            if any((one.start is None or one.start < start + HOUR) and start < one.end for one in spans)
        ]
        return max(open_then, default=None)

    def over(self, grant: Grant, seen: Mapping[int, int]) -> bool:
        """Was a key seen after the grant's last day?"""
        return bool(seen) and expired(grant, self._zone, EPOCH + timedelta(seconds=max(_starts(seen))))

    def _intervals(self, grant: Grant, day: int) -> tuple[Interval, ...]:
        known = self._open.get(grant.name)
        if known is None or known[0] > day:
            # Occurrences are listed from some days before a moment on: the first at which anything was seen.
            known = self._open[grant.name] = day, intervals(grant, self._zone, EPOCH + timedelta(days=day))
        return known[1]


def _starts(seen: Mapping[int, int]) -> Iterator[int]:
    """The hours, as seconds since 1970."""
    return (day * 86_400 + hour * HOUR for day, mask in seen.items() for hour in range(24) if mask >> hour & 1)
