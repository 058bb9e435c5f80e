"""Windows as hours of the week without dates: what holds from a moment on, and until when that is what is meant."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from segc.lang.literals import Hours as Literal
from segc.model.clock import Interval, intervals, moved, told
from segc.model.plant import Grant, Window
from segc.rules.timetable import NEVER, Hours, runs, weekly
from segc.source import Source, Span
from tests.conformance.cases import plant

VIENNA = ZoneInfo("Europe/Vienna")
NIGHTS = Hours(frozenset(range(5)), 1320, 1440)
MORNINGS = Hours(frozenset(range(1, 6)), 0, 120)
SATURDAYS = Hours(frozenset((5,)), 360, 600)


def seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


@pytest.mark.parametrize(
    ("at", "hours", "until"),
    [
        ("2026-11-23T12:00+00:00", {NIGHTS, MORNINGS, SATURDAYS}, "2027-01-01T00:00+01:00"),
        ("2026-12-31T22:59+00:00", {NIGHTS, MORNINGS, SATURDAYS}, "2027-01-01T00:00+01:00"),  # its last minute
        ("2026-09-23T12:00+00:00", set(), "2026-10-01T00:00+02:00"),  # before it begins
    ],
)
def test_a_grant_with_windows(at: str, hours: set[Hours], until: str) -> None:
    grant = plant("grants", "iptables").grants["weekly"]
    moment = datetime.fromisoformat(at)
    found = weekly(told(intervals(grant, VIENNA, moment), VIENNA), VIENNA, moment)
    assert found.hours is not None
    assert (set(found.hours), found.until) == (hours, seconds(until))


def test_an_end_alone_is_for_always_until_then() -> None:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    end = seconds("2027-02-01T00:00+01:00")
    assert weekly((Interval(None, end),), VIENNA, at) == (None, end)
    assert weekly((), VIENNA, at) == ((), None)


def test_not_longer_than_until_clocks_are_moved() -> None:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    march = seconds("2027-03-28T01:00+00:00")
    assert moved(VIENNA, at) == march
    assert weekly((Interval(None, march + 1_000_000),), VIENNA, at).until == march
    assert moved(ZoneInfo("UTC"), at) is None


NIGHTS_AND_WEEKENDS = (
    Window(frozenset(range(5)), Literal(1320, 360)),
    Window(frozenset((5, 6)), Literal(0, 1440)),
)


def granted(windows: tuple[Window, ...], first: date, last: date) -> Grant:
    """A grant of which only the times matter."""
    return Grant("g", "", "", (), windows, first, last, None, "", None, Span(Source("", ""), 0, 0))


def shown(windows: tuple[Window, ...], first: date, last: date, at: str) -> tuple[Interval, ...]:
    return told(intervals(granted(windows, first, last), VIENNA, datetime.fromisoformat(at)), VIENNA)


@pytest.mark.parametrize("at", ["2026-11-23T12:00+00:00", "2026-11-28T12:00+00:00", "2026-12-19T12:00+00:00"])
def test_what_lasts_for_days_is_cut_at_midnight(at: str) -> None:
    """Friday night to Monday: the same hours on all days, on a weekend as well as before it."""
    when = shown(NIGHTS_AND_WEEKENDS, date(2026, 10, 26), date(2026, 12, 31), at)
    found = weekly(when, VIENNA, datetime.fromisoformat(at))
    assert found.hours is not None
    assert set(found.hours) == {NIGHTS, Hours(frozenset((1, 2, 3, 4)), 0, 360), Hours(frozenset((5, 6)), 0, 1440)}
    assert found.until == seconds("2027-01-01T00:00+01:00")
    dated = [run for run in runs(when, VIENNA, datetime.fromisoformat(at), NEVER) if run.last > _clock(at)]
    assert [(len(run.hours), run.last) for run in dated] == [(3, _clock("2027-01-01T00:00+01:00"))]


@pytest.mark.parametrize(("last", "hours"), [(25, {Hours(frozenset((0, 1, 2)), 0, 1440)}), (30, None)])
def test_only_what_is_open_for_a_week_has_no_hours(last: int, hours: set[Hours] | None) -> None:
    """Were the next build late, the three days would come again, and no others."""
    at = "2026-11-23T12:00+00:00"
    found = weekly(shown((), date(2026, 11, 23), date(2026, 11, last), at), VIENNA, datetime.fromisoformat(at))
    assert (set(found.hours) if found.hours is not None else None) == hours
    assert found.until == seconds(f"2026-11-{last}T00:00+01:00") + 86400


def _clock(at: str) -> datetime:
    return datetime.fromisoformat(at).astimezone(VIENNA).replace(tzinfo=None)
