"""Times of grants: schedules, and a date on which a policy expires, both as the box's clock shows them.

A recurring schedule knows no dates, and a one-time schedule no weeks. Hours of a week that have begun are a recurring
schedule in a policy that expires; whatever begins later is a one-time schedule for each time that it opens.
"""

from __future__ import annotations

from collections import defaultdict
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from segc.rules.words import Words

from .cli import entry, listed, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from segc.rules.ir import Rule
    from segc.rules.timetable import Hours, Run
    from segc.targets.job import Job

ALWAYS = "always"
LONGEST = 31  # CLI reference of 7.6, `firewall schedule group`
MIDNIGHT = 1440
RECURRING, ONETIME, GROUP = "recurring", "onetime", "group"
DAYS = tuple("monday tuesday wednesday thursday friday saturday sunday".split())  # noqa: SIM905


class Span(NamedTuple):
    """From `first` until just before `last`."""

    first: datetime
    last: datetime


class Time(NamedTuple):
    """What a policy says of the time: its schedule, and the moment at which it expires."""

    schedule: str = ALWAYS
    expiry: datetime | None = None

    def settings(self) -> list[str]:
        """As lines of a policy. Where a schedule ends, the box is told to end sessions with it."""
        found = [f'set schedule "{self.schedule}"']
        if self.schedule != ALWAYS:
            found.append("set schedule-timeout enable")
        if self.expiry is not None:
            found += ["set policy-expiry enable", f'set policy-expiry-date "{self.expiry:%Y-%m-%d %H:%M:%S}"']
        return found


class Schedules:
    """Hands out what policies say of the time, and writes the schedules that they name."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._tables: dict[str, dict[str, list[str]]] = {RECURRING: {}, ONETIME: {}, GROUP: {}}

    def times(self, rule: Rule | None) -> list[Time]:
        """In any of which a rule holds: a policy each. Empty for a rule that never does."""
        runs = self.job.runs(rule) if rule is not None else None
        if rule is None or runs is None:
            return [Time()]
        zone = self.job.target.zone(self.job.clock)
        begun = self.job.at.astimezone(zone).replace(tzinfo=None)
        left = [run for run in runs if run.last > begun]
        found = [Time(self._weekly(rule.within, run.hours), run.last) for run in left if run.first is None]
        spans = _joined(span for run in left for span in _spans(run))
        return [*found, Time(self._spans(rule.within, spans))] if spans else found

    def lines(self) -> list[str]:
        """The tables, sorted by name; groups last, since they name the others."""
        return [
            line
            for kind, entries in self._tables.items()
            for line in table(
                f"firewall schedule {kind}",
                [text for name in sorted(entries) for text in entry(f'"{name}"', entries[name])],
            )
        ]

    def _weekly(self, grant: str, hours: tuple[Hours, ...]) -> str:
        if not hours:
            return ALWAYS
        return self._group(grant, RECURRING, [_recurring(days, *when) for when, days in _nights(hours)])

    def _spans(self, grant: str, spans: list[Span]) -> str:
        return self._group(grant, ONETIME, [[f"set start {_moment(a)}", f"set end {_moment(b)}"] for a, b in spans])

    def _group(self, grant: str, kind: str, members: list[list[str]]) -> str:
        """One schedule, or a group of several."""
        names = [self._add(grant, kind, settings) for settings in members]
        return names[0] if len(names) == 1 else self._add(grant, GROUP, listed("member", names))

    def _add(self, grant: str, kind: str, settings: list[str]) -> str:
        """An object called by what it says: one of an older build stays what it is until nothing names it."""
        mark = blake2b("\n".join((kind, *settings)).encode(), digest_size=4).hexdigest()
        name = f"{Words(LONGEST - 1 - len(mark))(grant)}-{mark}"
        self._tables[kind][name] = settings
        return name


def _nights(hours: Iterable[Hours]) -> list[tuple[tuple[int, int], frozenset[int]]]:
    """Start and end, and the days on which they start; hours over midnight as one, so that none is cut there."""
    days: dict[tuple[int, int], set[int]] = defaultdict(set)
    for one in hours:
        days[one.start, one.end] |= one.days
    for start, end in [(start, end) for start, end in days if end == MIDNIGHT and start]:
        for morning in [low_high for low_high in days if low_high[0] == 0 and low_high[1] <= start]:
            both = {day for day in days[start, end] if (day + 1) % 7 in days[morning]}
            days[start, end] -= both
            days[morning] -= {(day + 1) % 7 for day in both}
            days[start, morning[1]] |= both
    return sorted((when, frozenset(found)) for when, found in days.items() if found)


def _recurring(days: frozenset[int], start: int, end: int) -> list[str]:
    named = " ".join(DAYS[day] for day in sorted(days))
    return [f"set start {_hour(start)}", f"set end {_hour(end)}", f"set day {named}"]


def _spans(run: Run) -> Iterator[Span]:
    """Each time at which a run that has not begun is open."""
    if run.first is not None:
        yield from (Span(*one) for one in (run.shown() if run.hours else {(run.first, run.last)}))


def _joined(found: Iterable[Span]) -> list[Span]:
    """In order, and as one where they touch."""
    spans: list[Span] = []
    for one in sorted(found):
        if spans and one.first <= spans[-1].last:
            spans[-1] = Span(spans[-1].first, max(spans[-1].last, one.last))
        else:
            spans.append(one)
    return spans


def _moment(shown: datetime) -> str:
    return f"{_hour(shown.hour * 60 + shown.minute)} {shown.year}/{shown.month:02}/{shown.day:02}"


def _hour(minutes: int) -> str:
    """Midnight at the end of a day is 00:00."""
    return f"{minutes % MIDNIGHT // 60:02}:{minutes % 60:02}"
