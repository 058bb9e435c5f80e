"""Time ranges of NX-OS, by the clock that the device shows."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from segc.packets.fields import Packet
from segc.packets.machine import Machine, Refused
from segc.packets.trace import trace
from segc.targets import registry

LIST = """\
time-range t
  {lines}
ip access-list a
  10 permit tcp any any eq 502 time-range t
  20 deny ip any any
interface Ethernet1/1
  ip access-group a in
{more}
"""
VIENNA = "Europe/Vienna"
SPAN = "10 absolute start 22:00:00 24 October 2026 end 5:59:59 30 November 2026"


def machine(*lines: str, clock: str | None = VIENNA, more: str = "") -> Machine:
    return registry.read("cisco-nxos", {"rules": LIST.format(lines="\n  ".join(lines), more=more)}, clock)


def passes(machine: Machine, text: str, clock: str = VIENNA) -> bool:
    moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(clock))
    packet = Packet(4, 1, 2, 6, 502, 1024, "Ethernet1/1", "x", int(moment.timestamp()))
    return trace(machine, packet).kind == "accept"


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
def test_a_span_is_on_by_the_clock(clock: str, text: str, expected: bool) -> None:
    read = machine(SPAN, clock=clock)
    assert not read.unknown
    assert passes(read, text, clock) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-06T22:30:00", True),  # a Friday, in the first span
        ("2026-11-06T21:30:00", False),
        ("2026-12-04T22:30:00", False),  # between the spans
        ("2027-01-08T22:30:00", True),  # in the second
        ("2027-01-09T22:30:00", False),
        ("2027-01-10T08:00:30", True),  # a Sunday: to 8:00:30
        ("2027-01-10T08:00:31", False),
    ],
)
def test_any_span_and_any_of_the_hours(text: str, expected: bool) -> None:
    second = "20 absolute start 0:00:00 1 January 2027"
    hours = ["30 remark nights", "40 periodic weekdays 22:00:00 to 23:59:59", "50 periodic sunday 8:00 to 8:00:30"]
    read = machine(SPAN, second, *hours)
    assert not read.unknown
    assert passes(read, text) == expected


def test_hours_that_never_come_within_the_dates_are_known_to_be_never() -> None:
    read = machine("absolute start 8:00:00 2 November 2026 end 9:00:00 2 November 2026", "periodic sunday 8:00 to 9:00")
    assert not read.unknown
    assert not passes(read, "2026-11-02T08:30:00")


ZONE = "clock timezone CET 1 0\n"
SUMMER = "clock summer-time CEST 5 Sunday March 02:00 5 Sunday October 03:00 60\n"


@pytest.mark.parametrize(
    ("more", "clock", "agrees"),
    [
        ("", VIENNA, True),  # a part of a configuration
        (ZONE + SUMMER, VIENNA, True),
        (ZONE, VIENNA, False),
        (ZONE + SUMMER.replace("5 Sunday October", "4 Sunday October"), VIENNA, False),
        (ZONE + SUMMER, "America/New_York", False),
        ("version 10.2(3)\n", VIENNA, False),  # a whole one, which shows UTC
        ("version 10.2(3)\n", "UTC", True),
        ("", None, False),
    ],
)
def test_the_device_s_own_clock_is_held_against_the_policy_s(more: str, clock: str | None, agrees: bool) -> None:
    assert (not machine(SPAN, clock=clock, more=more).unknown) == agrees


@pytest.mark.parametrize("line", ["absolute end 25:00:00 1 May 2026", "absolute end 1:00:99 1 May 2026", "monthly"])
def test_what_the_device_would_not_take_is_refused(line: str) -> None:
    with pytest.raises(Refused):
        machine(line)
