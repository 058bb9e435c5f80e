"""Schedules of FortiOS, and policies that expire, by the clock that the box shows."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from segc.packets.fields import Packet
from segc.packets.machine import Machine, Refused, Unknown
from segc.packets.trace import trace
from segc.targets import registry

CONFIG = """\
config system global
    set timezone {timezone}
end
config firewall address
    edit "one"
        set subnet 10.0.0.0 255.0.0.0
    next
end
config firewall schedule recurring
    edit "night"
        set start 22:00
        set end 02:00
        set day friday sunday
    next
    edit "whole"
        set day monday
    next
    edit "none"
        set day none
    next
    edit "always"
        set day sunday monday tuesday wednesday thursday friday saturday
    next
end
config firewall schedule onetime
    edit "once"
        set start 22:00 2026/10/24
        set end "06:00 2026/10/25"
        {more}
    next
end
config firewall schedule group
    edit "both"
        set member "whole" "once"
    next
    edit "nested"
        set member "both"
    next
end
config firewall policy
    edit 1
        set srcintf "eth0"
        set dstintf "eth1"
        set action accept
        set srcaddr "one"
        set dstaddr "one"
        set service "ALL"
        set schedule "{name}"
        {policy}
    next
end
"""
TEN = 10 << 24
VIENNA = "Europe/Vienna"


def machine(
    name: str, clock: str | None = VIENNA, *, more: str = "", policy: str = "", timezone: str = VIENNA
) -> Machine:
    text = CONFIG.format(name=name, more=more, policy=policy, timezone=f'"{timezone}"')
    return registry.read("fortios", {"rules": text}, clock)


def passes(machine: Machine, text: str, clock: str = VIENNA) -> bool:
    moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(clock))
    packet = Packet(4, TEN + 1, TEN + 2, 6, 502, 1024, "eth0", "eth1", int(moment.timestamp()))
    return trace(machine, packet).kind == "accept"


def decided(machine: Machine) -> bool:
    words = ("schedule", "policy-expiry")
    matches = [match for rules in machine.chains.values() for rule in rules for match in rule.matches]
    return not any(isinstance(match, Unknown) and match.text.startswith(words) for match in matches)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("night", "2026-11-27T21:59:59", False),  # a Friday
        ("night", "2026-11-27T22:00:00", True),
        ("night", "2026-11-28T01:59:59", True),
        ("night", "2026-11-28T02:00:00", False),
        ("night", "2026-11-28T22:00:00", False),
        ("night", "2026-11-29T23:00:00", True),
        ("night", "2026-11-30T01:00:00", True),  # behind Sunday's end
        ("night", "2026-11-30T22:00:00", False),
        ("whole", "2026-11-30T00:00:00", True),
        ("whole", "2026-11-30T23:59:59", True),
        ("whole", "2026-12-01T00:00:00", False),
        ("once", "2026-10-24T21:59:59", False),
        ("once", "2026-10-24T22:00:00", True),
        ("once", "2026-10-25T05:59:59", True),
        ("once", "2026-10-25T06:00:00", False),
        ("once", "2027-10-24T22:30:00", False),
        ("both", "2026-10-24T22:00:00", True),
        ("both", "2026-11-30T12:00:00", True),
        ("both", "2026-11-29T12:00:00", False),
        ("none", "2026-11-30T12:00:00", False),
        ("always", "2026-11-30T12:00:00", True),
    ],
)
def test_a_schedule_is_on_by_the_clock(name: str, text: str, expected: bool) -> None:
    assert decided(machine(name))
    assert passes(machine(name), text) == expected


@pytest.mark.parametrize(("text", "expected"), [("2026-11-29T23:59:59", True), ("2026-11-30T00:00:00", False)])
def test_a_policy_expires(text: str, expected: bool) -> None:
    policy = "set policy-expiry enable\nset policy-expiry-date 2026-11-30 00:00:00"
    assert passes(machine("always", policy=policy), text) == expected
    assert passes(machine("always", policy=policy.replace("enable", "disable")), text)


def test_the_moment_in_seconds_must_be_the_same() -> None:
    start, end = (int(datetime.fromisoformat(f"2026-10-{t}").timestamp()) for t in ("24T20:00+00:00", "25T05:00+00:00"))
    assert decided(machine("once", more=f'set start-utc "{start}"\nset end-utc "{end}"'))
    assert not decided(machine("once", more=f'set end-utc "{end + 60}"'))
    policy = "set policy-expiry enable\nset policy-expiry-date 2026-10-25 06:00:00\nset policy-expiry-date-utc"
    assert decided(machine("always", policy=f"{policy} {end}"))
    assert not decided(machine("always", policy=f"{policy} {end + 3600}"))


@pytest.mark.parametrize("name", ["night", "once", "both"])
def test_without_a_clock_or_on_another_one_nothing_is_known(name: str) -> None:
    assert not decided(machine(name, None))
    assert not decided(machine(name, timezone="America/New_York"))
    assert any("timezone America/New_York" in one[0] for one in machine(name, timezone="America/New_York").unknown)
    assert decided(machine("always", None))


def test_numbers_of_before_7_4_are_followed_where_lists_agree() -> None:
    assert decided(machine("night", timezone="26"))
    assert passes(machine("night", timezone="26"), "2026-11-27T22:00:00")
    assert decided(machine("night", "America/Los_Angeles", timezone="04"))
    for other in ("04", "79", "26 dst"):
        assert not decided(machine("night", timezone=other.replace(" dst", '"\n set dst disable\n set hostname "x')))
    [text] = [one[0] for one in machine("night", timezone="79").unknown if "schedule night" in one[0]]
    assert "line 2, `set timezone 79`: the number 79" in text


def test_what_is_not_known_is_not_guessed() -> None:
    assert not decided(machine("elsewhere"))
    assert not decided(machine("always", policy="set policy-expiry enable"))
    with pytest.raises(Refused, match="group in another"):
        machine("nested")
    for wrong in ("set end 06:00 2026/10/24", "set end 25:00 2026/10/25", "set start 06:00 2026/13/24"):
        with pytest.raises(Refused):
            machine("once", more=wrong)
