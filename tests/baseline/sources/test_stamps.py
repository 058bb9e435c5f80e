"""Times and syslog envelopes."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from segc.baseline.sources.notread import NotRead
from segc.baseline.sources.stamps import Clock, epoch
from tests.baseline.sources.reading import at, context

MONTHS = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("line", "time"),
    [
        ("Nov 23 15:03:55 fw x", "2026-11-23T15:03:55"),
        ("<134>Nov  3 15:03:55 fw x", "2026-11-03T15:03:55"),
        ("Dec 31 23:59:59 fw x", "2025-12-31T23:59:59"),  # the log ends in November
        ("Nov 24 20:00:00 fw x", "2026-11-24T20:00:00"),  # a clock that is ahead by less than a day
        ("Nov 26 00:00:00 fw x", "2025-11-26T00:00:00"),
        ("Nov 23 2025 15:03:55 fw : %ASA", "2025-11-23T15:03:55"),
        ("<166>Nov 23 2025 15:03:55: %ASA", "2025-11-23T15:03:55"),
        ("*Mar  1 00:29:02.479: %SEC", "2026-03-01T00:29:02"),
        ("000123: *Mar  1 00:29:02.479: %SEC", "2026-03-01T00:29:02"),
        ("<189>45: sw1: 000123: Mar  1 00:29:02.479 UTC: %SEC", "2026-03-01T00:29:02"),
        ("<134>1 2026-11-23T15:03:55.123456+01:00 fw app 1 - - x", "2026-11-23T14:03:55.123456"),
        ("2026-11-23T15:03:55Z fw x", "2026-11-23T15:03:55"),
        ("2026-11-23T15:03:55.5-0530 fw x", "2026-11-23T20:33:55.500000"),
        ("2026-11-23T15:03:55+01 fw x", "2026-11-23T14:03:55"),
        ("2026-11-23 15:03:55-05 fw x", "2026-11-23T20:03:55"),
        ("2026-11-23 15:03:55 x", "2026-11-23T15:03:55"),
        ("2026/11/23 15:03:55 x", "2026-11-23T15:03:55"),
    ],
)
def test_stamps(line: str, time: str) -> None:
    clock = Clock(context())
    assert clock.envelope(line)[0] == at(time)
    assert clock.envelope(line)[0] == at(time)  # and again, from what is remembered


@pytest.mark.parametrize("head", ["", "<134>1 "])
@pytest.mark.parametrize(
    ("before", "line", "time"),
    [
        ("2026-11-23T15:03:55.123456+01:00 fw x", "2026-11-23T15:03:55.654321+01:00 fw x", "14:03:55.654321"),
        ("2026-11-23T15:03:55.123456+01:00 fw x", "2026-11-23T15:03:55.654321+0100 fw x", "14:03:55.654321"),
        ("2026-11-23T15:03:55.123456+01:00 fw x", "2026-11-23T15:03:55.654321+02:00 fw x", "13:03:55.654321"),
        ("2026-11-23T15:03:55.123456+01:00 fw x", "2026-11-23T15:03:55.65432+01:00 fw x", "14:03:55.654320"),
        ("2026-11-23T15:03:55.123456+01:00 fw x", "2026-11-23T15:03:55.6543217+01:00 fw x", "14:03:55.654321"),
        ("2026-11-23T15:03:55.123456+01:00 fw x", "2026-11-23T15:03:56.123456+01:00 fw x", "14:03:56.123456"),
        ("2026-11-23T15:03:55.123456Z fw x", "2026-11-23T15:03:55.654321Z fw x", "15:03:55.654321"),
        ("2026-11-23T15:03:55.123456-0500 fw x", "2026-11-23T15:03:55.654321-0500 fw x", "20:03:55.654321"),
        ("2026-11-23T15:03:55+01:00 1", "2026-11-23T15:03:55+01:00 123456", "14:03:55"),
        ("2026-11-23T15:03:55.123456 fw x", "2026-11-23T15:03:55.654321 fw x", "15:03:55.654321"),
    ],
)
def test_another_stamp_of_the_same_second(head: str, before: str, line: str, time: str) -> None:
    clock, fresh = Clock(context()), Clock(context())
    clock.envelope(head + before)
    assert clock.envelope(head + line) == fresh.envelope(head + line)
    assert clock.envelope(head + line)[0] == at(f"2026-11-23T{time}")
    stamp, second = before.partition(" ")[0], line.partition(" ")[0]
    clock.iso(stamp)
    assert clock.iso(second) == Clock(context()).iso(second) == at(f"2026-11-23T{time}")


def test_what_may_be_a_host_before_the_real_stamp_is_no_stamp() -> None:
    clock = Clock(context())
    clock.envelope("2026-11-23T15:03:55.123456Z fw x")
    assert clock.envelope("2026-11-23T15:03:55.654321Z Nov 23 16:00:00 fw x")[0] == at("2026-11-23T16:00:00")


def test_a_stamp_without_a_zone_is_in_the_logs() -> None:
    clock = Clock(context(zone=BERLIN))
    assert clock.envelope("Nov 23 15:03:55 fw x")[0] == at("2026-11-23T14:03:55")
    assert clock.envelope("Jul 23 15:03:55 fw x")[0] == at("2026-07-23T13:03:55")
    assert clock.envelope("2026-07-23T15:03:55Z fw x")[0] == at("2026-07-23T15:03:55")


def test_a_leap_day_is_of_a_leap_year() -> None:
    assert Clock(context(until=at("2024-03-02"))).envelope("Feb 29 12:00:00 x")[0] == at("2024-02-29T12:00:00")
    with pytest.raises(NotRead, match="none of the last years"):
        Clock(context(until=at("2027-03-02"))).envelope("Feb 29 12:00:00 x")


@pytest.mark.parametrize(
    "line", ["", "kernel: x", "Nov 99 15:03:55 x", "Nov 23 25:03:55 x", "2026-13-23T15:03:55 x", "[ 812.3] x"]
)
def test_what_is_no_time(line: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Clock(context()).envelope(line)


def test_a_year_that_nothing_tells_is_not_guessed() -> None:
    with pytest.raises(NotRead, match="no year"):
        Clock(context(until=0)).envelope("Nov 23 15:03:55 x")


def test_seconds_are_read_to_the_microsecond() -> None:
    assert epoch("1795446235.123456") == 1795446235_123456
    assert epoch("1795446235.1") == 1795446235_100000
    for bad in ("", "x", "-1", "1e9", "1.x", "9" * 40):
        with pytest.raises(NotRead):
            epoch(bad)


@pytest.mark.parametrize(
    "stamp",
    [
        "Nov 23 {}",
        "Nov 23 2026 {}",
        "2026-11-23T{}",
        "2026-11-23T{}Z",
        "2026/11/23 {}.123456+01:00",
        "<134>1 2026-11-23T{}Z",
    ],
)
@pytest.mark.parametrize("time", ["10:60:00", "10:61:61", "10:00:61", "10:99:00", "24:00:00", "25:00:00"])
def test_a_time_that_no_day_has_is_not_read(stamp: str, time: str) -> None:
    clock = Clock(context())
    clock.envelope(stamp.format("10:00:00") + " x")  # the hour is remembered
    with pytest.raises(NotRead, match="is no"):
        clock.envelope(stamp.format(time) + " x")
    if stamp[:1] == "2":
        with pytest.raises(NotRead, match="is no"):
            clock.iso(stamp.format(time))


def test_a_leap_second_is_a_time() -> None:
    assert Clock(context()).envelope("Nov 23 10:59:60 x")[0] == at("2026-11-23T11:00:00")


@pytest.mark.parametrize("zone", ["+01:60", "+0175", "+24:00"])
def test_an_offset_that_no_zone_has_is_not_read(zone: str) -> None:
    with pytest.raises(ValueError, match="offset"):
        Clock(context()).iso(f"2026-11-23T10:00:00{zone}")


@pytest.mark.parametrize(
    ("zone", "stamp", "time"),
    [
        ("Europe/Berlin", "Jul 23 2026 10:00:00 CEST", "2026-07-23T08:00:00"),
        ("Europe/Berlin", "Jul 23 2026 10:00:00 CET", "2026-07-23T09:00:00"),  # a clock without summer time
        ("Europe/Berlin", "Jul 23 10:00:00 CET", "2026-07-23T09:00:00"),
        ("Europe/Berlin", "Nov 23 2026 10:00:00 CEST", "2026-11-23T08:00:00"),
        ("Europe/Berlin", "Jul 23 2026 10:00:00 MEZ", "2026-07-23T09:00:00"),
        ("Europe/Berlin", "Jul 23 2026 10:00:00 UTC", "2026-07-23T10:00:00"),
        ("Europe/Berlin", "Oct 25 2026 02:30:00 CEST", "2026-10-25T00:30:00"),  # an hour that comes twice
        ("Europe/Berlin", "Oct 25 2026 02:30:00 CET", "2026-10-25T01:30:00"),
        ("Europe/Istanbul", "Jul 23 2026 10:00:00 TRT", "2026-07-23T07:00:00"),
        ("Europe/Istanbul", "Jan 23 2015 10:00:00 EET", "2015-01-23T08:00:00"),
        ("Asia/Tokyo", "Jul 23 2026 10:00:00 JST", "2026-07-23T01:00:00"),
    ],
)
def test_a_zone_by_its_name_is_what_the_logs_zone_calls_so(zone: str, stamp: str, time: str) -> None:
    assert Clock(context(zone=ZoneInfo(zone))).envelope(f"<166>{stamp}: %ASA-6-302013: x")[0] == at(time)


@pytest.mark.parametrize(
    ("zone", "stamp"),
    [
        ("Europe/Berlin", "Jul 23 2026 10:00:00 EST"),
        ("Europe/Berlin", "Jul 23 2026 10:00:00 JST"),
        ("Europe/Berlin", "Jul 23 10:00:00 JST"),
        ("Europe/Istanbul", "Jan 23 2026 10:00:00 EET"),  # no longer
        ("Europe/Istanbul", "Jan 23 10:00:00 EET"),
    ],
)
def test_a_zone_that_the_logs_zone_never_is_is_not_read(zone: str, stamp: str) -> None:
    name = stamp[-3:]
    with pytest.raises(NotRead, match=f"in `{name}`, which is no time of {zone} in 2026"):
        Clock(context(zone=ZoneInfo(zone))).envelope(f"<166>{stamp}: %ASA-6-302013: x")


def test_years_of_a_live_log_move_with_the_clock() -> None:
    moment = "2026-11-23T15:03:55"
    clock = Clock(context(live=True, now=lambda: at(moment)))
    for day in ("2026-11-23", "2027-01-10", "2027-06-20", "2027-11-23", "2028-02-29", "2028-11-23", "2031-11-23"):
        moment = f"{day}T15:03:56"
        stamp = f"{MONTHS[int(day[5:7])]} {day[8:]}"
        assert clock.envelope(f"{stamp} 15:03:55 fw x")[0] == at(f"{day}T15:03:55")
        assert clock.envelope(f"{stamp} 15:03:54 fw x")[0] == at(f"{day}T15:03:54")


def test_a_device_of_a_live_log_may_be_ahead_and_its_old_lines_are_old() -> None:
    clock = Clock(context(live=True, now=lambda: at("2026-11-23T15:03:55")))
    assert clock.envelope("Nov 27 15:03:55 fw x")[0] == at("2026-11-27T15:03:55")
    assert clock.envelope("Jan 10 15:03:55 fw x")[0] == at("2026-01-10T15:03:55")


def test_years_of_a_live_log_without_a_clock_follow_from_its_lines() -> None:
    clock = Clock(context(live=True, until=at("2026-01-05")))
    days = (
        "2025-12-30",
        "2026-01-10",
        "2026-06-20",
        "2026-07-15",
        "2026-12-24",
        "2027-01-11",
        "2027-06-20",
        "2027-12-10",
    )
    for day in days:
        stamp = f"{MONTHS[int(day[5:7])]} {day[8:]} 10:00:00"
        assert clock.envelope(f"{stamp} fw x")[0] == at(f"{day}T10:00:00")


def test_a_clock_that_was_reset_does_not_carry_a_live_log_a_year_on() -> None:
    clock = Clock(context(live=True, until=at("2026-11-23")))
    for stamp in ("Nov 23 10:00:00", "Nov 20 10:00:00", "Mar  1 00:00:01", "Jan  1 00:00:01") * 3:
        clock.envelope(f"{stamp} fw x")
        assert clock.envelope("Nov 23 11:00:00 fw x")[0] == at("2026-11-23T11:00:00")
