"""What a clock that shows local time can tell, minute by minute, against the clock itself."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segc.model.clock import Interval, told

ZONES = ("UTC", "Europe/Vienna", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Casablanca")
MINUTE = 60


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


# The nights of 2026 in which clocks move, and a day without.
AROUND = {
    "UTC": ("2026-10-25T01:00",),
    "Europe/Vienna": ("2026-10-25T01:00", "2026-03-29T01:00"),
    "America/New_York": ("2026-11-01T06:00", "2026-03-08T07:00"),
    "Australia/Lord_Howe": ("2026-04-04T15:00", "2026-10-03T15:30"),
    "Asia/Kolkata": ("2026-10-25T01:00",),
    "Africa/Casablanca": ("2026-02-15T02:00", "2026-03-22T02:00"),
}


@given(data=st.data())
def test_what_is_told_is_what_the_clock_shows(data: st.DataObject) -> None:
    """Between the two times that the clock shows at its ends, an interval holds, and nowhere else; nothing is added."""
    name = data.draw(st.sampled_from(ZONES))
    zone, middle = ZoneInfo(name), at(data.draw(st.sampled_from(AROUND[name])))
    start = middle + data.draw(st.integers(-240, 240)) * MINUTE
    one = Interval(start, start + data.draw(st.integers(1, 300)) * MINUTE)
    [*found] = told([one], zone)

    def shown(second: int) -> datetime:
        return datetime.fromtimestamp(second, zone).replace(tzinfo=None)

    minutes = range(middle - 600 * MINUTE, middle + 900 * MINUTE, MINUTE)
    held = {m for m in minutes if any(f.holds(m) for f in found)}
    assert held <= {m for m in minutes if one.holds(m)}
    for each in found:
        assert each.start is not None
        assert {m for m in minutes if each.holds(m)} == {
            m for m in minutes if shown(each.start) <= shown(m) < shown(each.end)
        }
    # what is lost lies in hours that the clock shows twice, and only at the interval's ends
    lost = {m for m in minutes if one.holds(m)} - held
    counts = {m: [*map(shown, minutes)].count(shown(m)) for m in lost}
    assert set(counts.values()) <= {2}
    clear = all([*map(shown, minutes)].count(shown(m)) == 1 for m in (one.start or 0, one.end))
    assert not clear or not lost


@pytest.mark.parametrize(
    ("interval", "expected"),
    [
        # from before the hour that comes twice until behind it: whole
        (("2026-10-24T23:00", "2026-10-25T03:00"), ("2026-10-24T23:00", "2026-10-25T03:00")),
        # half past two is shown twice: shut from two o'clock until clocks show three
        (("2026-10-24T22:00", "2026-10-25T00:30"), ("2026-10-24T22:00", "2026-10-25T00:00")),
        (("2026-10-25T01:30", "2026-10-25T05:00"), ("2026-10-25T02:00", "2026-10-25T05:00")),
        (("2026-10-25T00:10", "2026-10-25T01:50"), None),
    ],
)
def test_the_night_in_which_clocks_go_back(interval: tuple[str, str], expected: tuple[str, str] | None) -> None:
    found = told([Interval(*map(at, interval))], ZoneInfo("Europe/Vienna"))
    assert found == ((Interval(*map(at, expected)),) if expected else ())


def test_since_ever_stays_since_ever() -> None:
    assert told([Interval(None, 1000)], ZoneInfo("UTC")) == (Interval(None, 1000),)
