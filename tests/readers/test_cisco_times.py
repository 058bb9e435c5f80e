"""Time ranges of Cisco's, as the readers of IOS and ASA take them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from segc.packets.fields import LAST_SECOND, Packet
from segc.packets.machine import Machine, Refused
from segc.packets.trace import trace
from segc.targets import registry

VIENNA = ZoneInfo("Europe/Vienna")
LINES = """\
time-range saturdays
 absolute start 06:00 01 August 2026 end 23:59 31 December 2026
 periodic Saturday 6:00 to 9:59
{clock}
ip access-list extended in
 permit tcp any any eq 502 time-range {name}
interface eth0
 ip access-group in in
"""


def machine(
    clock: str | None = "Europe/Vienna", *, lines: str = "", name: str = "saturdays", text: str = LINES
) -> Machine:
    return registry.read("cisco-ios", {"rules": text.format(clock=lines, name=name)}, clock)


def passes(machine: Machine, moment: datetime) -> bool:
    packet = Packet(4, 1, 2, 6, 502, 1024, "eth0", "eth1", int(moment.timestamp()))
    return trace(machine, packet).kind == "accept"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-08-01T06:00:00", True),  # a Saturday
        ("2026-08-01T05:59:59", False),
        ("2026-08-01T09:59:59", True),
        ("2026-08-01T10:00:00", False),
        ("2026-08-02T07:00:00", False),
        ("2026-12-26T07:00:00", True),  # by winter time
        ("2027-01-02T07:00:00", False),
        ("2026-07-25T07:00:00", False),
    ],
)
def test_a_range_is_on_by_the_clock(text: str, expected: bool) -> None:
    assert passes(machine(), datetime.fromisoformat(text).replace(tzinfo=VIENNA)) == expected


def test_without_an_end_it_comes_again_for_ever() -> None:
    made = machine(text=LINES.replace(" end 23:59 31 December 2026", ""))
    assert passes(made, datetime(2040, 1, 7, 7, tzinfo=VIENNA))
    assert trace(made, Packet(4, 1, 2, 6, 502, 1024, "eth0", "eth1", LAST_SECOND)).kind == "accept"


@pytest.mark.parametrize("clock", [None, "No/Where"])
def test_without_a_clock_nothing_is_known(clock: str | None) -> None:
    assert machine(clock).unknown


SUMMER = "clock summer-time CEST recurring last Sun Mar 2:00 last Sun Oct 3:00"


@pytest.mark.parametrize(
    ("zone", "lines", "agrees"),
    [
        ("Europe/Vienna", "", True),  # a part of a configuration
        ("Europe/Vienna", f"clock timezone CET 1 0\n{SUMMER}", True),
        ("Europe/Vienna", f"clock timezone CET 1 0\n{SUMMER} 60", True),
        ("Europe/Vienna", "clock timezone CET 1 0", False),
        ("Europe/Vienna", f"clock timezone CET 2 0\n{SUMMER}", False),
        ("Europe/Vienna", "clock timezone CET 1\nclock summer-time CEST recurring", False),
        ("Europe/Vienna", f"clock timezone CET 1\n{SUMMER} 30", False),
        ("Europe/Vienna", f"clock timezone CET 1\n{SUMMER.replace('3:00', '2:00')}", False),
        ("Europe/Vienna", "version 15.2", False),
        ("Europe/Vienna", "clock timezone CET 1\nclock summer-time CEST date 29 Mar 2026 2:00 25 Oct 2026 3:00", False),
        ("UTC", "version 15.2", True),
        ("UTC", "version 15.2\nclock timezone UTC 0 0", True),
        ("America/New_York", "clock timezone EST -5 0\nclock summer-time EDT recurring", True),
        (
            "America/New_York",
            "clock timezone EST -5 0\nclock summer-time EDT recurring 2 Sun Mar 2:00 1 Sun Nov 2:00",
            True,
        ),
        ("America/St_Johns", "clock timezone NST -3 30\nclock summer-time NDT recurring", True),
        ("Asia/Kolkata", "clock timezone IST 5 30", True),
        (
            "Australia/Sydney",
            "clock timezone AEST 10\nclock summer-time AEDT recurring 1 Sun Oct 2:00 1 Sun Apr 3:00",
            True,
        ),
        ("Australia/Sydney", "clock timezone AEST 10", False),
    ],
)
def test_the_clock_is_held_against_the_policy(zone: str, lines: str, agrees: bool) -> None:
    unknown = machine(zone, lines=lines).unknown
    assert (not unknown) == agrees
    assert agrees or any(f"the clock shows {zone}" in text for text, _, _ in unknown)


@pytest.mark.parametrize(
    "body",
    [
        "periodic daily 0:00 to 24:00",  # documented nowhere whether a minute more is meant
        "periodic lunes 6:00 to 7:00",
        "absolute start 6:00 31 June 2026",
        "absolute end 6:00 1 Brumaire 2026",
        "sometimes",
    ],
)
def test_what_is_no_time_is_refused(body: str) -> None:
    with pytest.raises(Refused):
        machine(text=LINES.replace("periodic Saturday 6:00 to 9:59", body))


@pytest.mark.parametrize(
    "lines",
    [
        "time-range saturdays\n absolute end 10:00 1 March 2026",  # two absolute ones
        "time-range saturdays\n periodic daily 22:00 to 5:59",
        "time-range saturdays\n periodic Monday Tuesday 22:00 to Friday 5:59",
    ],
)
def test_what_is_not_documented_is_not_understood(lines: str) -> None:
    assert machine(lines=lines).unknown


def test_a_range_that_is_not_there_is_not_understood() -> None:
    assert machine(name="sundays").unknown
    assert machine(lines="time-range empty", name="empty").unknown


def test_hours_over_several_days() -> None:
    made = machine(text=LINES.replace("Saturday 6:00 to 9:59", "Friday 22:00 to Monday 5:59"))
    assert passes(made, datetime(2026, 8, 10, 5, 59, 59, tzinfo=VIENNA))
    assert not passes(made, datetime(2026, 8, 10, 6, tzinfo=VIENNA))
    assert passes(made, datetime(2026, 8, 7, 22, tzinfo=VIENNA))
    assert not passes(made, datetime(2026, 8, 7, 20, tzinfo=UTC).replace(hour=19))
