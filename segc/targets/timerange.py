"""Cisco's `time-range`: one absolute span and within it hours of days, by the time that the device's clock shows.

The minute at the end is included ("because the end time is inclusive", ASA CLI Configuration Guide 8.4, *Configuring
Time Ranges*), so what ends at four o'clock is written 15:59. Where times have seconds, it is 15:59:59.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from segc.rules.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from segc.rules.ir import Rule
    from segc.rules.timetable import Hours, Run
    from segc.targets.job import Job

MINUTE = timedelta(minutes=1)
# Not the locale's.
MONTHS = tuple("January February March April May June July August September October November December".split())  # noqa: SIM905
DAYS = tuple("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split())  # noqa: SIM905
SETS = {frozenset(range(7)): "daily", frozenset(range(5)): "weekdays", frozenset((5, 6)): "weekend"}


class TimeRange(NamedTuple):
    """One object: its name, which changes with its lines, since a merge would add to what the device has."""

    name: str
    lines: tuple[str, ...]


def time_ranges(
    job: Job, rule: Rule | None, longest: int = 63, *, seconds: bool = False
) -> tuple[TimeRange, ...] | None:
    """The ranges in any of which a rule holds; None for one that always does. `seconds`: do times of day have some?"""
    runs = job.runs(rule) if rule is not None else None
    if rule is None or runs is None:
        return None
    return tuple(_made(rule.within, run, longest, seconds=seconds) for run in runs)


def every(job: Job, rules: Iterable[Rule], longest: int = 63, *, seconds: bool = False) -> list[TimeRange]:
    """All ranges that rules need, each once."""
    found = (one for rule in rules for one in time_ranges(job, rule, longest, seconds=seconds) or ())
    return sorted(dict.fromkeys(found))


def _made(grant: str, run: Run, longest: int, *, seconds: bool) -> TimeRange:
    first, last = (":00", ":59") if seconds else ("", "")
    start = f" start {_moment(run.first, first)}" if run.first is not None else ""
    absolute = f"absolute{start} end {_moment(run.last - MINUTE, last)}"
    lines = (absolute, *(_periodic(hours, first, last) for hours in run.hours))
    mark = blake2b("\n".join(lines).encode(), digest_size=4).hexdigest()
    return TimeRange(f"segc-{Words(longest - len('segc--') - len(mark), r'[^A-Za-z0-9-]')(grant)}-{mark}", lines)


def _moment(shown: datetime, second: str) -> str:
    return f"{shown.hour:02}:{shown.minute:02}{second} {shown.day:02} {MONTHS[shown.month - 1]} {shown.year}"


def _periodic(hours: Hours, first: str, last: str) -> str:
    days = SETS.get(hours.days) or " ".join(DAYS[day] for day in sorted(hours.days))
    return f"periodic {days} {_clock(hours.start)}{first} to {_clock(hours.end - 1)}{last}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"
