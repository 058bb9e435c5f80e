"""The module `time`, second by second."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segc.packets.machine import In, Unknown
from segc.packets.trace import trace
from tests.readers.iptables.given import only, packet, rule

TIMES = [
    ("--datestart 2026-11-25T06:00:00 --datestop 2026-11-25T09:59:59", 1795586400, "drop"),
    ("--datestart 2026-11-25T06:00:00 --datestop 2026-11-25T09:59:59", 1795586399, "accept"),
    ("--datestart 2026-11-25T06:00:00 --datestop 2026-11-25T09:59:59", 1795600799, "drop"),
    ("--datestart 2026-11-25T06:00:00 --datestop 2026-11-25T09:59:59", 1795600800, "accept"),
    (
        "--datestart 2026-11-01 --datestop 2026-11-30 --timestart 22:00 --timestop 06:00 --weekdays Wed",
        1795564800 + 3600,
        "drop",
    ),
    (
        "--datestart 2026-11-01 --datestop 2026-11-30 --timestart 22:00 --timestop 06:00 --weekdays Wed",
        1795564800 + 43200,
        "accept",
    ),
    (
        "--datestart 2026-11-01 --datestop 2026-11-30 --timestart 22:00 --timestop 06:00 --weekdays Thu",
        1795564800 + 3600,
        "accept",
    ),
    ("--datestart 2026-11-01 --datestop 2026-11-30 ! --weekdays Wed", 1795564800 + 3600, "accept"),
]


@pytest.mark.parametrize(("text", "second", "kind"), TIMES)
def test_times(text: str, second: int, kind: str) -> None:
    """2026-11-25 is a Wednesday; 1795564800 is its midnight."""
    sent = packet("1.1.1.1", "2.2.2.2", time=second)
    assert trace(rule(f"-m time {text} -j DROP"), sent).kind == kind


clocks = st.tuples(st.integers(0, 23), st.sampled_from([0, 30])).map(lambda t: t[0] * 3600 + t[1] * 60)


@given(clocks, clocks, st.sets(st.integers(0, 6), min_size=1), st.sets(st.integers(1, 31), min_size=1), st.booleans())
def test_times_are_those_of_xt_time(start: int, stop: int, week: set[int], month: set[int], contiguous: bool) -> None:
    """time_mt() of net/netfilter/xt_time.c, second by second, about every end that can matter."""
    text = (
        f"-m time --datestart 2026-02-26T01:00 --datestop 2026-03-03T22:30 --timestart {_hours(start)} --timestop "
        f"{_hours(stop)} --weekdays {','.join(str(day + 1) for day in week)} --monthdays {','.join(map(str, month))}"
    )
    (found,) = only(text + " --contiguous" * contiguous).matches
    assert isinstance(found, In)
    first, last = 1772067600, 1772577000
    for half_hour in range(first - 90000, last + 90000, 1800):
        for now in (half_hour - 1, half_hour, half_hour + 1):
            stamp, clock = now, now % 86400
            expected = first <= now <= last
            if start < stop:
                expected &= start <= clock <= stop
            else:
                expected &= not stop < clock < start
                stamp -= 86400 * (contiguous and clock <= stop)
            day = datetime.fromtimestamp(stamp, UTC)
            expected &= day.weekday() in week and day.day in month
            assert any(low <= now <= high for low, high in found.spans) == expected, (now, day)


def _hours(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}"


def test_times_without_dates_are_told_where_they_are_few() -> None:
    weekly, hourly = (
        only(f"-m time {text}").matches[0] for text in ("--weekdays Mon", "--timestart 6:00 --timestop 7:00")
    )
    assert isinstance(weekly, In)
    assert len(weekly.spans) in range(3540, 3560)
    assert isinstance(hourly, Unknown)
    assert isinstance(only("-m time --weekdays Mon --kerneltz").matches[0], Unknown)
