"""Schedules of PAN-OS by the clock that the firewall shows."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from segc.packets.fields import Packet
from segc.packets.machine import Machine, Refused, Unknown
from segc.packets.trace import trace
from segc.targets import registry

RULES = """\
set zone a network layer3 eth0
set zone b network layer3 eth1
set schedule s schedule-type {kind}
{more}
set rulebase security rules r from a to b
set rulebase security rules r source any destination any
set rulebase security rules r application any service any
set rulebase security rules r action allow schedule {name}
"""
SPAN = "2026/10/24@22:00-2026/10/25@05:59"


def machine(clock: str | None, kind: str = f"non-recurring {SPAN}", more: str = "", name: str = "s") -> Machine:
    return registry.read("panos", {"rules": RULES.format(kind=kind, more=more, name=name)}, clock)


def passes(machine: Machine, text: str, clock: str = "Europe/Vienna") -> bool:
    moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(clock))
    found = trace(machine, Packet(4, 1, 2, 6, 502, 1024, "eth0", "eth1", int(moment.timestamp())))
    return found.kind == "accept"


def decided(machine: Machine) -> bool:
    matches = [match for rules in machine.chains.values() for rule in rules for match in rule.matches]
    return not any(isinstance(match, Unknown) and "schedule" in match.text for match in matches)


@pytest.mark.parametrize("clock", ["Europe/Vienna", "UTC", "Asia/Kolkata"])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-10-24T21:59:59", False),
        ("2026-10-24T22:00:00", True),
        ("2026-10-25T02:30:00", True),
        ("2026-10-25T05:59:59", True),
        ("2026-10-25T06:00:00", False),
        ("2027-10-24T22:30:00", False),
    ],
)
def test_a_span_is_on_by_the_clock(clock: str, text: str, expected: bool) -> None:
    assert passes(machine(clock), text, clock) == expected


ZONE = "set deviceconfig system timezone"


@pytest.mark.parametrize(
    ("clock", "more", "told"),
    [
        ("Europe/Vienna", "", True),
        ("Europe/Vienna", f"{ZONE} Europe/Vienna", True),
        ("Europe/Vienna", f"{ZONE} UTC", False),
        ("UTC", f"{ZONE} Etc/UTC", True),
        ("UTC", f"{ZONE} Nowhere/Else", False),
        (None, "", False),
        (None, f"{ZONE} UTC", False),
    ],
)
def test_where_the_clock_is_not_known_nothing_is(clock: str | None, more: str, told: bool) -> None:
    assert decided(machine(clock, more=more)) == told


@pytest.mark.parametrize("kind", ["recurring daily 06:00-10:00", "recurring weekly saturday 06:00-10:00"])
def test_weeks_are_left_undecided(kind: str) -> None:
    assert not decided(machine("UTC", kind))


@pytest.mark.parametrize(
    "span", ["2026/10/24-2026/10/25", "2026/13/24@22:00-2027/10/25@05:59", f"{SPAN[17:]}-{SPAN[:16]}"]
)
def test_what_is_no_span_is_refused(span: str) -> None:
    with pytest.raises(Refused):
        machine("UTC", f"non-recurring {span}")


def test_a_schedule_that_is_not_there_is_left_undecided() -> None:
    assert not decided(machine("UTC", name="t"))
