"""Schedules of pfSense and OPNsense: days of months and hours of theirs, by the time that the firewall's clock shows.

They know no year, so a schedule lists the days until the end, or until the next build is due, which is before the first
of them comes again. The box looks at them every quarter of an hour (filter_tdr_install_cron in pfSense's filter.inc).
`month` and `day` are lists that the box takes apart from one another (filter_get_time_based_rule_status): a range with
days of two months would mean each day in both, so each range has one month.
"""

from __future__ import annotations

from collections import defaultdict
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from segc.rules.timetable import each_day
from segc.rules.words import Words

from .pf_names import LONGEST, PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from segc.model.clock import Interval
    from segc.rules.ir import Rule
    from segc.rules.timetable import Day
    from segc.targets.job import Job

QUARTER = 15
LATE = "looks at its schedules every quarter of an hour: a window with other minutes would shut late"


class Range(NamedTuple):
    """One `<timerange>`."""

    month: str
    day: str
    hour: str


class Schedule(NamedTuple):
    """One `<schedule>`. States are killed by their `label` when it ends."""

    name: str
    label: str
    grant: str
    ranges: tuple[Range, ...]


class Schedules:
    """Hands out names of schedules, and remembers those that are used.

    A name says its grant and nothing of its times: the schedule of before would be better than none, which is always on.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._words = Words(LONGEST, "[^A-Za-z0-9_]", "_")
        self._used: dict[str, Schedule] = {}

    def __iter__(self) -> Iterator[Schedule]:
        """All that are used, by name."""
        return iter(sorted(self._used.values()))

    def __call__(self, rule: Rule | None) -> str | None:
        """The name of a rule's schedule; empty for a rule that always holds, None for one that never does."""
        days = self._job.days(rule) if rule is not None else None
        if rule is None or days is None:
            return ""
        if not days:
            return None
        if _late(days):
            raise self._job.unsupported(rule.span, LATE)
        name = self._words(f"{PREFIX}{rule.within}")
        label = blake2b(name.encode(), digest_size=7).hexdigest()[:13]  # as uniqid() of PHP makes them
        self._used[name] = Schedule(name, label, rule.within, tuple(_ranges(days)))
        return name


def unsaid(when: tuple[Interval, ...], zone: ZoneInfo, at: datetime, horizon: int) -> str:
    """Why a window cannot be kept; see segc/targets/clocks.py."""
    return LATE if _late(each_day(when, zone, at, horizon)) else ""


def _late(days: Iterable[Day]) -> bool:
    """Does one begin or end when the box does not look?"""
    return any(minute % QUARTER for day in days for minute in (day.start, day.end))


def _ranges(days: Iterable[Day]) -> Iterator[Range]:
    found: dict[tuple[int, int, int, int], list[int]] = defaultdict(list)
    for day in days:
        found[day.date.year, day.date.month, day.start, day.end].append(day.date.day)
    for (_, month, start, end), listed in sorted(found.items()):
        hour = f"{start // 60}:{start % 60:02}-{end // 60}:{end % 60:02}"
        yield Range(",".join([str(month)] * len(listed)), ",".join(map(str, sorted(listed))), hour)
