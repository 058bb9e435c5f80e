"""`time=` of RouterOS, by the clock that the router shows."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from segc.packets.fields import Packet
from segc.packets.machine import Machine, Refused, Unknown
from segc.packets.trace import trace
from segc.targets import registry

RULES = """\
/ip firewall filter
add action=accept chain=forward time={time}
add action=drop chain=forward
"""
VIENNA = "Europe/Vienna"


def machine(time: str, clock: str | None = VIENNA, more: str = "") -> Machine:
    return registry.read("routeros", {"rules": more + RULES.format(time=time)}, clock)


def passes(machine: Machine, text: str, clock: str = VIENNA) -> bool:
    moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(clock))
    return trace(machine, Packet(4, 1, 2, 6, 502, 1024, "a", "b", int(moment.timestamp()))).kind == "accept"


def decided(machine: Machine) -> bool:
    matches = [match for rules in machine.chains.values() for rule in rules for match in rule.matches]
    return not any(isinstance(match, Unknown) for match in matches)


@pytest.mark.parametrize("clock", [VIENNA, "UTC", "Asia/Kolkata"])
@pytest.mark.parametrize(
    ("time", "text", "expected"),
    [
        ("6h-9h59m59s,sat", "2026-11-28T05:59:59", False),  # a Saturday
        ("6h-9h59m59s,sat", "2026-11-28T06:00:00", True),
        ("6h-9h59m59s,sat", "2026-11-28T09:59:59", True),
        ("6h-9h59m59s,sat", "2026-11-28T10:00:00", False),
        ("6h-10h,sat", "2026-11-28T10:00:00", True),
        ("6h-9h59m59s,sat", "2026-11-27T08:00:00", False),
        ("22h30m-1d,sun,mon", "2026-11-30T23:59:59", True),
        ("22h30m-1d,sun,mon", "2026-12-01T00:00:00", False),
        ("08:00:00-17:00:00", "2026-11-27T08:00:00", True),
        ("!6h-9h59m59s,sat", "2026-11-28T08:00:00", False),
        ("!6h-9h59m59s,sat", "2026-11-28T10:00:00", True),
    ],
)
def test_hours_of_the_week_are_by_the_clock(clock: str, time: str, text: str, expected: bool) -> None:
    assert decided(machine(time, clock))
    assert passes(machine(time, clock), text, clock) == expected


def test_what_is_documented_nowhere_is_not_guessed() -> None:
    assert not decided(machine("22h-2h,mon"))  # over midnight
    assert not decided(machine("6h-10h,sat", None))
    zone = "/system clock\nset time-zone-name={}\n"
    assert not decided(machine("6h-10h,sat", None, zone.format(VIENNA)))
    assert decided(machine("6h-10h,sat", VIENNA, zone.format(VIENNA)))
    assert not decided(machine("6h-10h,sat", VIENNA, zone.format("America/New_York")))


@pytest.mark.parametrize("time", ["6h", "6h-10h,someday", "25h-26h", "six-ten", "6-10"])
def test_what_the_router_would_not_take_is_refused(time: str) -> None:
    with pytest.raises(Refused):
        machine(time)
