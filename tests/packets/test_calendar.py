"""Schedules by local time, second by second, against what the clock shows."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from segc.model.clock import Interval, told
from segc.packets.calendar import LISTED, seconds, spans
from segc.packets.fields import LAST_SECOND, Spans, normal
from segc.rules.timetable import Run, runs

ZONES = ("UTC", "Europe/Vienna", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata")
MINUTE, HOUR, DAY = 60, 3600, 86400
FIRST = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp())


@given(
    zone=st.sampled_from(ZONES),
    first=st.one_of(st.none(), st.integers(0, 250 * 24)),
    length=st.one_of(st.none(), st.integers(1, 250 * 24)),
    week=st.one_of(st.none(), st.lists(st.tuples(st.integers(0, 167), st.integers(1, 30)), min_size=1, max_size=3)),
)
def test_a_schedule_holds_while_the_clock_shows_it(
    zone: str, first: int | None, length: int | None, week: list[tuple[int, int]] | None
) -> None:
    start = FIRST + first * HOUR if first is not None else None
    last = (start or FIRST) + length * HOUR - 1 if length is not None else None
    hours = None if week is None else tuple((a * HOUR, (a + n) * HOUR - 1) for a, n in week)
    found = spans(zone, start, last, hours)
    info = ZoneInfo(zone)
    edges = [edge + step for span in found for edge in span for step in (-1, 0, 1)]
    moments = [*range(FIRST + 17, FIRST + 300 * DAY, 11 * HOUR + 30 * MINUTE), *edges[:60], *edges[-60:]]
    for moment in (one for one in moments if FIRST <= one < FIRST + 300 * DAY):
        shown = datetime.fromtimestamp(moment, info).replace(tzinfo=None)
        clock = seconds(shown)
        holds = (start is None or start <= clock) and (last is None or clock <= last)
        if hours is not None:
            of_week = shown.weekday() * DAY + shown.hour * HOUR + shown.minute * MINUTE + shown.second
            holds = holds and any(a <= of_week + n <= b for a, b in hours for n in (0, 7 * DAY))
        assert holds == within(found, moment), shown


def within(found: Spans, moment: int) -> bool:
    at = bisect_right(found, (moment, LAST_SECOND)) - 1
    return at >= 0 and found[at][0] <= moment <= found[at][1]


def test_a_schedule_without_an_end_never_ends() -> None:
    found = spans("Europe/Vienna", None, None, ((0, HOUR - 1),))
    assert found[-1] == (LISTED + 1, LAST_SECOND)
    assert len(found) < 5000


def intervals(data: st.DataObject) -> list[Interval]:
    """Some hours a day, or longer times, over a year."""
    found: list[Interval] = []
    at = FIRST
    for _ in range(data.draw(st.integers(1, 4))):
        at += data.draw(st.integers(0, 20)) * DAY + data.draw(st.integers(0, 47)) * 30 * MINUTE
        length = data.draw(st.sampled_from([30 * MINUTE, 4 * HOUR, 26 * HOUR, 60 * HOUR, 30 * DAY]))
        step = data.draw(st.sampled_from([DAY, 7 * DAY])) + length
        for _ in range(data.draw(st.integers(1, 40))):
            found.append(Interval(at, at + length))
            at += step
    return found


@given(data=st.data())
def test_runs_mean_the_intervals_that_they_are_made_of(data: st.DataObject) -> None:
    """The compiler's timetable, read back by the readers' calendar, which shares nothing with it."""
    zone = data.draw(st.sampled_from(ZONES))
    kept = told(intervals(data), ZoneInfo(zone))
    now = data.draw(st.sampled_from([FIRST - DAY, FIRST + 30 * DAY]))
    made = runs(kept, ZoneInfo(zone), datetime.fromtimestamp(now, UTC), 1 << 40)
    assert all(
        one.first is None or one.first > datetime.fromtimestamp(now, ZoneInfo(zone)).replace(tzinfo=None)
        for one in made
    )
    found = normal([span for one in made for span in read(zone, one)])
    after = tuple((max(low, now), high) for low, high in found if high >= now)
    assert after == normal([(max(one.start or 0, now), one.end - 1) for one in kept if one.end > now])


def read(zone: str, run: Run) -> tuple[tuple[int, int], ...]:
    week = [(d * DAY + h.start * 60, d * DAY + h.end * 60 - 1) for h in run.hours for d in h.days] or None
    first = seconds(run.first) if run.first is not None else None
    return spans(zone, first, seconds(run.last) - 1, None if week is None else tuple(week))


def test_one_zone_makes_one_run_and_another_one_a_run_each_season() -> None:
    """Saturdays from six to ten in Vienna, from August to May."""
    vienna = ZoneInfo("Europe/Vienna")
    saturdays = [datetime(2026, 8, 1, 6, tzinfo=vienna) + timedelta(days=7 * n) for n in range(40)]
    when = tuple(Interval(int(s.timestamp()), int(s.timestamp()) + 4 * HOUR) for s in saturdays)
    now = datetime(2026, 7, 1, tzinfo=UTC)
    assert len(runs(when, vienna, now, 1 << 40)) == 1
    assert [one.hours[0].start for one in runs(when, ZoneInfo("UTC"), now, 1 << 40)] == [4 * 60, 5 * 60, 4 * 60]
