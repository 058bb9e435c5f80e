"""Grants' hours: local wall clock to intervals of UTC, and those to what iptables' `-m time` can say.

`-m time` is read here word by word as iptables-extensions(8) has it: without --kerneltz all is UTC; both dates,
both times of day and all their seconds are included; a rule without a bound has none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from segc.lang.literals import Hours
from segc.model.clock import Interval, intervals, told
from segc.model.plant import Grant, Window
from segc.rules.timetable import NEVER, Run, runs, weekly
from segc.rules.timetable import Hours as Shown
from segc.source import Source, Span
from targets.iptables.times import time_matches

VIENNA = ZoneInfo("Europe/Vienna")
DAY = 86400
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
NOWHERE = Span(Source("", ""), 0, 0)
YEAR = 2026  # clocks change on 29 March and 25 October


@dataclass(frozen=True)
class Match:
    """One `-m time`, taken apart."""

    first: int
    last: int
    opens: int
    closes: int
    weekdays: frozenset[int]

    def holds(self, second: int) -> bool:
        """What the kernel does with a packet of this second."""
        if not self.first <= second <= self.last or second // DAY not in self:
            return False
        clock = second % DAY
        if self.opens < self.closes:
            return self.opens <= clock <= self.closes
        return clock >= self.opens or clock <= self.closes  # over midnight

    def __contains__(self, day: int) -> bool:
        """Is a day since 1970 one of the weekdays? The first of January 1970 was a Thursday."""
        return (day + 3) % 7 in self.weekdays


def read(text: str) -> Match:
    """The words of a match; AssertionError for any that this does not know."""
    words = text.split()
    assert words[:2] == ["-m", "time"]
    given_words = dict(zip(words[2::2], words[3::2], strict=True))
    assert given_words.keys() <= {"--datestart", "--datestop", "--timestart", "--timestop", "--weekdays"}
    days = given_words.get("--weekdays", ",".join(WEEKDAYS)).split(",")
    return Match(
        _moment(given_words.get("--datestart", "1970-01-01T00:00:00")),
        _moment(given_words.get("--datestop", "2038-01-19T04:17:07")),
        _clock(given_words.get("--timestart", "00:00:00")),
        _clock(given_words.get("--timestop", "23:59:59")),
        frozenset(WEEKDAYS.index(day) for day in days),
    )


def _moment(text: str) -> int:
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", text)
    return int(datetime.fromisoformat(f"{text}+00:00").timestamp())


def _clock(text: str) -> int:
    hours, minutes, seconds = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds)


def seconds(when: tuple[Interval, ...], first: int, last: int) -> list[int]:
    """Moments worth a look: on every day the times of day at which anything begins or ends, and a second before."""
    edges = {edge for one in when for edge in one if edge is not None}
    clock = {0} | {edge % DAY for edge in edges}
    return [day + one - before for day in range(first - first % DAY, last, DAY) for one in clock for before in (1, 0)]


def grant(windows: tuple[Window, ...], first: date | None, last: date) -> Grant:
    """A grant of which only the times matter."""
    return Grant("g", "", "", (), windows, first, last, None, "", None, NOWHERE)


def midnight(day: date) -> int:
    """The first second of a day in Vienna."""
    return int(datetime.combine(day, time(), VIENNA).timestamp())


hours = st.builds(Hours, st.integers(0, 1439), st.integers(1, 1440)).filter(lambda h: h.start != h.end)
windows = st.builds(Window, st.frozensets(st.integers(0, 6), min_size=1), hours)
days = st.dates(date(YEAR, 1, 1), date(YEAR, 12, 31))


@settings(max_examples=settings().max_examples // 5)
@given(listed=st.lists(windows, min_size=1, max_size=3).map(tuple), first=days)
def test_iptables_holds_exactly_in_the_intervals_of_a_year(listed: tuple[Window, ...], first: date) -> None:
    when = intervals(grant(listed, first, first + timedelta(days=365)), VIENNA, datetime.combine(first, time(), UTC))
    start = midnight(first)
    assert_exact(when, start - 2 * DAY, start + 368 * DAY)


@given(
    cuts=st.lists(st.integers(0, 20 * 1440), min_size=2, max_size=12, unique=True),
    ever=st.booleans(),
)
def test_iptables_holds_exactly_in_any_intervals(cuts: list[int], ever: bool) -> None:
    """Whole minutes, as the language has them; also longer than days, and without a beginning."""
    base = midnight(date(YEAR, 3, 20))
    ends = [base + 60 * cut for cut in sorted(cuts)[: len(cuts) // 2 * 2]]
    when = [Interval(a, b) for a, b in zip(ends[::2], ends[1::2], strict=True)]
    if ever:
        when[0] = Interval(None, when[0].end)
    assert_exact(tuple(when), base - 3 * DAY, base + 23 * DAY)


def assert_exact(when: tuple[Interval, ...], first: int, last: int) -> None:
    """One of the matches holds in each second of the intervals and in no other."""
    found = [read(text) for text in time_matches(when)]
    for second in seconds(when, first, last):
        wanted = any(one.holds(second) for one in when)
        assert any(one.holds(second) for one in found) == wanted, datetime.fromtimestamp(second, UTC)


def test_iptables_knows_no_time_after_2038() -> None:
    """What lies beyond is closed, never open."""
    late = int(datetime(2038, 1, 20, tzinfo=UTC).timestamp())
    assert time_matches([Interval(late, late + 60)]) == []
    [found] = [read(text) for text in time_matches([Interval(None, late + 60)])]
    assert found.holds(late - 2 * DAY)
    assert not found.holds(late)


def test_a_rule_says_no_more_than_it_must() -> None:
    """One line for each stretch between two changes of the clock."""
    office = (Window(frozenset(range(5)), Hours(8 * 60, 17 * 60)),)
    when = intervals(grant(office, date(YEAR, 1, 1), date(YEAR, 12, 31)), VIENNA, datetime(YEAR, 1, 1, tzinfo=UTC))
    assert len(time_matches(when)) == 3


@settings(max_examples=settings().max_examples // 5)
@given(listed=st.lists(windows, min_size=1, max_size=3).map(tuple), first=days)
def test_intervals_are_what_a_clock_on_the_wall_shows(listed: tuple[Window, ...], first: date) -> None:
    """On all days but those of a clock change and their neighbours."""
    last = first + timedelta(days=100)
    when = intervals(grant(listed, first, last), VIENNA, datetime.combine(first, time(), UTC))
    changes = [midnight(date(YEAR, 3, 29)), midnight(date(YEAR, 10, 25)), midnight(date(YEAR + 1, 3, 28))]
    for second in seconds(when, midnight(first) - 2 * DAY, midnight(last) + 2 * DAY):
        if not any(change - DAY <= second < change + 2 * DAY for change in changes):
            assert any(one.holds(second) for one in when) == shown(listed, first, last, second)


def shown(listed: tuple[Window, ...], first: date, last: date, second: int) -> bool:
    """Is a grant open, going by the wall?"""
    local = datetime.fromtimestamp(second, VIENNA)
    minute = local.hour * 60 + local.minute
    if not first <= local.date() <= last:
        return False
    for window in listed:
        days_open, (opens, closes) = window.days, window.hours
        if closes > opens and local.weekday() in days_open and opens <= minute < closes:
            return True
        evening = local.weekday() in days_open and minute >= opens
        morning = (local.weekday() - 1) % 7 in days_open and minute < closes
        if closes < opens and (evening or morning):
            return True
    return False


def test_nights_and_whole_weekends_are_hours_of_weeks() -> None:
    """Friday night runs into the weekend: in summer and in winter each piece is one match, and not one a weekend."""
    listed = (Window(frozenset(range(5)), Hours(1320, 360)), Window(frozenset((5, 6)), Hours(0, 1440)))
    first = date(YEAR, 1, 5)
    when = intervals(grant(listed, first, first + timedelta(days=360)), VIENNA, datetime.combine(first, time(), UTC))
    assert len(time_matches(when)) < 20
    assert_exact(when, midnight(first) - 2 * DAY, midnight(first) + 362 * DAY)


ZONES = [ZoneInfo(name) for name in ("Europe/Vienna", "UTC", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")]
zones = st.sampled_from(ZONES)


def in_hours(hours: tuple[Shown, ...], shown: datetime) -> bool:
    minute = shown.hour * 60 + shown.minute
    return any(shown.weekday() in one.days and one.start <= minute < one.end for one in hours)


def in_run(run: Run, shown: datetime) -> bool:
    begun = run.first is None or run.first <= shown
    return begun and shown < run.last and (not run.hours or in_hours(run.hours, shown))


def looks(when: tuple[Interval, ...], first: int, last: int) -> list[int]:
    """Each edge, a minute before it, a day and a week around it, and some moments besides."""
    edges = {edge for one in when for edge in one if edge is not None} | set(range(first, last, 7 * 3600))
    around = {edge + by - before for edge in edges for by in (0, DAY, -DAY, 7 * DAY, -7 * DAY) for before in (60, 0)}
    return sorted(moment for moment in around if first <= moment < last)


@given(
    listed=st.lists(windows, max_size=3).map(tuple),
    first=days,
    life=st.integers(0, 60),
    ahead=st.integers(-20, 70),
    pair=st.tuples(zones, zones),
)
def test_a_clock_that_shows_local_time_says_what_is_meant(
    listed: tuple[Window, ...], first: date, life: int, ahead: int, pair: tuple[ZoneInfo, ZoneInfo]
) -> None:
    """With dates over all times; with weeks alone until they say that they are no longer right."""
    here, shown = pair
    at = datetime.combine(first + timedelta(days=ahead), time(11, 30), UTC)
    now = int(at.timestamp())
    when = told(intervals(grant(listed, first, first + timedelta(days=life)), here, at), shown)
    dated, week = runs(when, shown, at, NEVER), weekly(when, shown, at)
    for moment in looks(when, now, now + 100 * DAY):
        clock = datetime.fromtimestamp(moment, shown).replace(tzinfo=None)
        meant = any(one.holds(moment) for one in when)
        assert any(in_run(run, clock) for run in dated) == meant, (moment, clock)
        if week.until is None or moment < week.until:
            assert (week.hours is None or in_hours(week.hours, clock)) == meant, (moment, clock)


def test_weeks_are_whole_only_where_all_of_a_week_is_open() -> None:
    for hours, last in (((0, 1440), 6), ((0, 1439), 30)):
        listed = (Window(frozenset(range(7)), Hours(*hours)),)
        first = date(YEAR, 6, 1)
        at = datetime.combine(first, time(12), UTC)
        found = weekly(intervals(grant(listed, first, first + timedelta(days=last - 1)), VIENNA, at), VIENNA, at)
        assert found.hours
