"""Schedulers of Junos, by the clock that the box shows."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from segc.packets.fields import Packet
from segc.packets.machine import Machine, Refused, Unknown
from segc.packets.trace import trace
from segc.rules.timetable import Hours, Run
from segc.targets import registry
from targets.juniper_srx.schedules import _schedulers

POLICY = """\
set security zones security-zone a interfaces ge-0/0/0.0
set security policies global policy p match source-address any
set security policies global policy p match destination-address any
set security policies global policy p match application any
set security policies global policy p then permit
set security policies global policy p scheduler-name s
set security policies default-policy deny-all
"""
START = "set schedulers scheduler s"
VIENNA = "Europe/Vienna"
SLOT = f"{START} start-date 2026-10-24.22:00 stop-date 2026-11-30.05:59"


def machine(*lines: str, clock: str | None = VIENNA) -> Machine:
    return registry.read("juniper-srx", {"rules": "\n".join((*lines, POLICY))}, clock)


def passes(machine: Machine, text: str, clock: str = VIENNA) -> bool:
    moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(clock))
    packet = Packet(4, 1, 2, 6, 502, 1024, "ge-0/0/0.0", "ge-0/0/1.0", int(moment.timestamp()))
    return trace(machine, packet).kind == "accept"


def decided(machine: Machine) -> bool:
    matches = [match for rules in machine.chains.values() for rule in rules for match in rule.matches]
    return not any(isinstance(match, Unknown) and "scheduler" in match.text for match in matches)


@pytest.mark.parametrize("clock", [VIENNA, "UTC", "America/New_York"])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-10-24T21:59:59", False),
        ("2026-10-24T22:00:00", True),
        ("2026-11-30T05:59:59", True),
        ("2026-11-30T06:00:00", False),
        ("2027-11-01T12:00:00", False),
    ],
)
def test_dates_are_by_the_clock(clock: str, text: str, expected: bool) -> None:
    assert passes(machine(SLOT, clock=clock), text, clock) == expected
    apart = [f"{START} stop-date 2026-11-30.05.59", f"{START} start-date 10-24.22:00"]  # the year counts for both
    assert passes(machine(*apart, clock=clock), text, clock) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-06T22:00:00", True),  # a Friday
        ("2026-11-06T21:59:59", False),
        ("2026-11-06T23:59:59", True),
        ("2026-11-07T08:00:00", True),  # Saturday has hours of its own
        ("2026-11-07T22:30:00", False),
        ("2026-11-08T22:30:00", False),  # Sunday is left out
        ("2026-11-09T12:00:00", True),  # Monday is whole
        ("2026-12-04T22:30:00", False),  # behind the dates
        ("2026-10-23T22:30:00", False),
    ],
)
def test_hours_count_within_the_dates_and_days_before_daily(text: str, expected: bool) -> None:
    days = [
        f"{START} daily start-time 22:00 stop-time 23:59:59",
        f"{START} saturday start-time 08:00:00",
        f"{START} saturday stop-time 09:00:00",
        f"{START} sunday exclude",
        f"{START} monday all-day",
    ]
    assert decided(machine(SLOT, *days))
    assert passes(machine(SLOT, *days), text) == expected


def test_without_a_year_it_comes_each_year() -> None:
    each = machine(f"{START} start-date 10-24.22:00 stop-date 11-30.05:59")
    assert decided(each)
    assert [passes(each, f"{year}-11-01T12:00:00") for year in (2026, 2027, 2040)] == [True] * 3
    assert not passes(each, "2027-12-01T12:00:00")
    assert not decided(machine(f"{START} start-date 11-24.22:00 stop-date 01-30.05:59"))


def test_the_form_with_braces_says_the_same() -> None:
    braces = """\
schedulers { scheduler s { start-date 2026-10-24.22:00 stop-date 2026-11-30.05:59;
  friday { start-time 22:00:00 stop-time 23:59:59; } } }
security {
  zones { security-zone a { interfaces { ge-0/0/0.0; } } }
  policies {
    global { policy p { match { source-address any; destination-address any; application any; }
      then { permit; } scheduler-name s; } }
    default-policy { deny-all; }
  }
}
"""
    read = registry.read("juniper-srx", {"rules": braces}, VIENNA)
    assert passes(read, "2026-11-06T22:30:00")
    assert not passes(read, "2026-11-05T22:30:00")


@pytest.mark.parametrize(
    "lines",
    [
        [f"{START} start-date 2026-10-24.22:00"],
        [f"{START} daily start-time 22:00:00 stop-time 02:00:00"],
        [f"{START} daily start-time 08:00 stop-time 09:00", f"{START} daily start-time 10:00 stop-time 11:00"],
        [SLOT, f"{START} start-date 2027-10-24.22:00 stop-date 2027-11-30.05:59"],
        [f"{START} sunday exclude"],
        [f"{START} description nothing"],
    ],
)
def test_what_is_documented_nowhere_is_not_guessed(lines: list[str]) -> None:
    found = machine(*lines)
    assert not decided(found)
    assert any("scheduler-name s" in one[0] for one in found.unknown)


def test_without_a_clock_or_on_another_one_nothing_is_known() -> None:
    assert not decided(machine(SLOT, clock=None))
    assert decided(machine("set system time-zone Europe/Vienna", SLOT))
    assert not decided(machine("set system time-zone America/New_York", SLOT))
    assert not decided(machine("set version 21.4R1.12", SLOT))  # a whole configuration, so the box shows UTC
    assert decided(machine("set version 21.4R1.12", SLOT, clock="UTC"))


@pytest.mark.parametrize(
    "line",
    [
        "set schedulers scheduler other daily all-day",
        f"{START} start-date 2026-13-24.22:00 stop-date 2026-11-30.05:59",
        f"{START} start-date 2026-12-24.22:00 stop-date 2026-11-30.05:59",
        f"{START} start-date tomorrow stop-date 2026-11-30.05:59",
        f"{START} daily start-time 25:00 stop-time 26:00",
        f"{START} someday all-day",
        f"{START} daily start-time 08:00 stop-time",
    ],
)
def test_what_the_box_would_not_take_is_refused(line: str) -> None:
    with pytest.raises(Refused):
        machine(line)


def test_what_is_written_says_every_day_and_reads_as_meant() -> None:
    """Nothing is documented of days that nobody names, nor of an hour 24:00."""
    hours = (Hours(frozenset((5, 6)), 0, 1440), Hours(frozenset((0, 1)), 1320, 1440), Hours(frozenset((1,)), 60, 120))
    written = list(_schedulers(Run(None, datetime(2027, 1, 1), hours)))  # noqa: DTZ001 - what a clock shows
    days = [[line.split()[:2] for line in lines[1:]] for lines in written]
    assert days == [
        [
            ["daily", "all-day"],
            ["monday", "start-time"],
            ["tuesday", "start-time"],
            *([day, "exclude"] for day in ("wednesday", "thursday", "friday")),
        ],
        [
            ["daily", "start-time"],
            *([day, "exclude"] for day in ("monday", "wednesday", "thursday", "friday", "saturday", "sunday")),
        ],
    ]
    read = [machine(*(f"{START} {line}" for line in lines)) for lines in written]
    for day in range(23, 30):  # from a Monday on
        for hour in range(24):
            text, weekday = f"2026-11-{day}T{hour:02}:30:00", day - 23
            meant = any(weekday in one.days and one.start <= hour * 60 + 30 < one.end for one in hours)
            assert any(passes(one, text) for one in read) == meant, text
