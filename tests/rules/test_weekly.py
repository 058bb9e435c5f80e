"""Windows as hours of the week without dates: what holds from a moment on, and until when that is what is meant."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from segc.model.clock import Interval, intervals, moved, told
from segc.rules.timetable import Hours, weekly
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
