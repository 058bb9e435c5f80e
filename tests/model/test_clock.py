"""Windows in local time, on the two nights a year that have no such hour, or have it twice."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from segc.lang.literals import Hours
from segc.model.clock import intervals
from segc.model.plant import Grant, Window
from segc.source import Source, Span

VIENNA = ZoneInfo("Europe/Vienna")
ALWAYS = frozenset(range(7))


def granted(first: date, last: date, start: str, end: str) -> Grant:
    """A grant with a window every day."""
    minutes = [int(text[:2]) * 60 + int(text[3:]) for text in (start, end)]
    span = Span(Source("x", ""), 0, 0)
    return Grant("g", "", "", (), (Window(ALWAYS, Hours(*minutes)),), first, last, None, "", None, span)


def opened(day: date, start: str, end: str) -> list[tuple[str, str]]:
    """When a window of one day is open, in UTC."""
    found = intervals(granted(day, day, start, end), VIENNA, datetime(day.year, day.month, day.day, tzinfo=UTC))
    return [
        (
            datetime.fromtimestamp(one.start or 0, UTC).strftime("%d %H:%M"),
            datetime.fromtimestamp(one.end, UTC).strftime("%d %H:%M"),
        )
        for one in found
    ]


def test_an_ordinary_day() -> None:
    """Winter: an hour ahead of UTC."""
    assert opened(date(2026, 11, 23), "06:00", "10:00") == [("23 05:00", "23 09:00")]


def test_hours_that_clocks_skip_end_and_begin_at_the_jump() -> None:
    """At two it is three: nobody stays half an hour longer because there was no half past two."""
    spring = date(2026, 3, 29)
    assert opened(spring, "01:00", "02:30") == [("29 00:00", "29 01:00")]
    assert opened(spring, "02:30", "04:00") == [("29 01:00", "29 02:00")]
    assert opened(spring, "02:15", "02:45") == []
    assert opened(spring, "00:00", "24:00") == [("28 23:00", "29 22:00")]


def test_hours_that_clocks_show_twice_are_the_first() -> None:
    """At three it is two again."""
    autumn = date(2026, 10, 25)
    assert opened(autumn, "01:00", "02:30") == [("24 23:00", "25 00:30")]
    assert opened(autumn, "00:00", "24:00") == [("24 22:00", "25 23:00")]


def test_a_window_over_midnight_ends_with_the_last_day() -> None:
    """What begins on the evening before the first day, or goes on behind the last one, is cut."""
    assert opened(date(2026, 11, 23), "22:00", "02:00") == [("22 23:00", "23 01:00"), ("23 21:00", "23 23:00")]


def test_what_was_long_ago_is_not_listed() -> None:
    """Eight days back, so that a weekly window's last occurrence stays; what is to come stays whole."""
    year = granted(date(2026, 1, 1), date(2026, 12, 31), "06:00", "10:00")
    all_of_it = intervals(year, VIENNA, datetime(2026, 1, 1, tzinfo=UTC))
    assert len(all_of_it) == 365
    at = datetime(2026, 11, 23, 12, tzinfo=UTC)
    listed = intervals(year, VIENNA, at)
    assert listed == tuple(one for one in all_of_it if one.end > datetime(2026, 11, 15, tzinfo=UTC).timestamp())
    assert len(listed) == 9 + 38
