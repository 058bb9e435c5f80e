"""The reader of FortiOS on configurations that nobody here rendered: verdicts by packet."""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segc.packets.fields import Packet
from segc.packets.machine import Refused
from segc.packets.trace import trace
from segc.targets import registry
from tests.readers.fortios.small import (
    ICMP,
    ICMP6,
    INPUT,
    MODBUS,
    NO,
    SCTP,
    SMALL,
    TCP,
    UDP,
    YES,
    fares,
    machine,
    packet,
    policy,
)

EXPORT = (Path(__file__).parent.parent / "data" / "fortios-7.6.conf").read_text(encoding="utf-8")

# ---- an export -------------------------------------------------------------------------------------------------------


def world(source: str, target: str, proto: int = TCP, dport: int = 0) -> Packet:
    return packet(source, target, proto, dport, iif="ot", oif="wan1")


def office(source: str, target: str, proto: int = TCP, dport: int = 0, sport: int = 40000) -> Packet:
    return packet(source, target, proto, dport, sport, iif="wan1", oif="ot")


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (office("10.20.31.5", "10.20.3.12", dport=102), ("accept", ["policy 7"])),
        (office("10.20.31.5", "10.20.3.12", dport=102, sport=1023), ("drop", ["policy 0"])),
        (packet("10.20.31.5", "10.20.3.12", dport=102, iif="wan1", oif="hmi"), ("accept", ["policy 7"])),
        (packet("10.20.31.5", "10.20.3.12", dport=102, iif="wan2", oif="ot"), ("drop", ["policy 0"])),
        (office("10.20.31.5", "10.20.3.12", ICMP, 8 << 8), ("accept", ["policy 7"])),
        (office("10.20.31.5", "10.20.3.12", ICMP, 13 << 8), ("drop", ["policy 0"])),
        (office("10.20.31.128", "10.20.3.12", dport=102), ("drop", ["policy 0"])),
        (world("10.20.3.10", "10.20.31.5", UDP, 5353), ("accept", [])),
        (world("10.20.3.10", "10.20.31.5", SCTP, 2905), ("accept", [])),
        (world("10.20.3.10", "10.20.31.5", TCP, 8010), ("accept", [])),
        (world("10.20.3.10", "10.20.31.5", TCP, 5353), ("drop", ["policy 0"])),
        (world("10.20.3.12", "10.20.31.5", TCP, 5900), ("drop", ["policy 0"])),
        (world("fd00:20:3::9", "2001:db8::1", TCP, 5900), ("accept", [])),
        (world("fd00:20:4::9", "2001:db8::1", TCP, 5900), ("drop", ["policy 0"])),
        (packet("10.9.0.1", "10.9.0.2", TCP, 1, iif="ot", oif="hmi"), ("accept", [])),
        (packet("10.9.0.1", "10.9.0.2", TCP, 1, iif="wan1", oif="wan1"), ("drop", ["policy 0"])),
    ],
)
def test_an_export_through_the_box(one: Packet, expected: tuple[str, list[str]]) -> None:
    assert not machine(EXPORT).unknown
    assert fares(EXPORT, one) == expected


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (packet("10.20.31.5", "203.0.113.2", ICMP, 8 << 8, iif="wan1"), ("accept", [])),
        (packet("10.20.31.5", "203.0.113.2", TCP, 443, iif="wan1"), ("drop", ["local-in-policy 2"])),
        (packet("10.20.31.5", "10.20.3.1", TCP, 443, iif="ot"), ("accept", [])),
        (packet("fd00::5", "fd00:20:3::1", TCP, 443, iif="wan1"), ("accept", [])),
        (packet("127.0.0.1", "127.0.0.1", TCP, 443, iif="lo"), ("accept", [])),
    ],
)
def test_an_export_to_the_box(one: Packet, expected: tuple[str, list[str]]) -> None:
    assert fares(EXPORT, one, INPUT) == expected


@pytest.mark.parametrize("state", ["established", "related"])
def test_packets_of_sessions_meet_no_policy(state: str) -> None:
    one = packet("198.51.100.1", "10.20.3.12", UDP, 9, iif="wan1", oif="ot")._replace(state=state)
    assert fares(EXPORT, one) == ("accept", [])
    assert fares(EXPORT, one._replace(state="new")) == ("drop", ["policy 0"])


def test_a_running_configuration_is_known_by_its_beginning() -> None:
    role = registry.reader("fortios").role
    assert role("fg.conf", EXPORT) == "rules"
    assert role("fg.txt", SMALL) == "rules"
    assert role("x", "*filter\nCOMMIT\n") is None
    assert role("x", "config interface 'lan'\n") is None


def test_what_a_terminal_kept_before_it_is_passed_over() -> None:
    kept, left_out = registry.sections("fortios", "fg.txt", f"FG-Halle # show\n{SMALL}")
    assert fares(kept["rules"], MODBUS) == YES
    assert left_out == [1]


# ---- VDOMs -----------------------------------------------------------------------------------------------------------


def vdoms(*others: str) -> str:
    shared, _, own = SMALL.partition("config firewall address\n")
    own = "config firewall address\n" + own
    return (
        "config vdom\nedit root\nnext\nedit OT\nnext\nend\n"
        f"config global\n{shared}end\n"
        f"config vdom\nedit root\n{''.join(others)}config system settings\nend\nend\n"
        f"config vdom\nedit OT\n{own}end\n"
    )


def test_the_vdom_that_filters_is_read() -> None:
    assert not machine(vdoms()).unknown
    assert fares(vdoms(), MODBUS) == YES


def test_two_that_filter_are_refused() -> None:
    with pytest.raises(Refused, match="root, OT have policies"):
        machine(vdoms("config firewall policy\nedit 1\nset srcintf any\nnext\nend\n"))


def test_sections_outside_all_vdoms_are_judged_too() -> None:
    with pytest.raises(Refused, match="no section"):
        machine(vdoms() + "config frobnicate gizmo\nend\n")
    with pytest.raises(Refused, match="no section"):
        machine(vdoms() + "config global\nconfig frobnicate gizmo\nend\nend\n")


# ---- what the box does without being told ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "silent"),
    [
        ("", False),
        ("#config-version=FG70FR-7.4.9-FW-build1:opmode=0\n", False),
        ("#config-version=FG70FR-7.4.10-FW-build1:opmode=0\n", True),
        ("#config-version=FG70FR-7.6.4-FW-build1:opmode=0\n", False),
        ("#config-version=FG70FR-7.6.5-FW-build1:opmode=0\n", True),
        ("#config-version=FG70FR-8.0.0-FW-build1:opmode=0\n", True),
    ],
)
def test_packets_that_leave_as_they_came(header: str, silent: bool) -> None:
    """No policy sees them, by default of older releases; whether it is so depends on their source's network."""
    text = header + SMALL.partition("end\n")[2]
    same = packet("10.9.0.1", "10.9.0.2", iif="in", oif="in")
    assert fares(text, same) == NO
    assert trace(machine(text), same, ("forward",), unknown=lambda _: True).kind == ("drop" if silent else "accept")
    assert bool(machine(text).unknown) is not silent


def test_a_default_is_one_even_where_it_is_unset() -> None:
    assert fares(policy("unset action"), MODBUS) == ("drop", ["policy 1"])
    assert fares(policy("unset logtraffic"), MODBUS) == ("accept", [])
    assert fares(policy("unset status"), MODBUS) == YES


def test_order_is_the_tables_and_not_the_numbers() -> None:
    deny = SMALL.partition("config firewall policy\n")[2].replace("edit 1", "edit 9").replace("accept", "deny")
    text = f"{SMALL}config firewall policy\n{deny}"
    assert fares(text, MODBUS) == YES
    moved = f"{text}config firewall policy\nmove 9 before 1\nend\n"
    assert fares(moved, MODBUS) == ("drop", ["policy 9"])
    assert fares(f"{moved}config firewall policy\nmove 9 after 1\nend\n", MODBUS) == YES
    assert fares(f"{moved}config firewall policy\ndelete 9\nend\n", MODBUS) == YES
    assert fares(f"{moved}config firewall policy\npurge\nend\n", MODBUS) == NO


def test_lists_grow_and_shrink() -> None:
    other = packet("10.2.0.5", "10.2.0.5", dport=502)
    assert fares(SMALL, other) == NO
    assert fares(policy('append srcaddr "b"'), other) == YES
    assert fares(policy('append srcaddr "b"', 'unselect srcaddr "a"'), MODBUS) == NO
    assert fares(policy('set srcaddr "b"'), MODBUS) == NO


def test_records_need_their_switches() -> None:
    local = 'config firewall local-in-policy6\nedit 4\nset intf any\nset srcaddr "a"\nset dstaddr all\n'
    local += "set service ALL\nset schedule always\nset logtraffic enable\nnext\nend\n"
    one = packet("fd00:1::5", "fd00:1::1", ICMP6, 128 << 8)
    assert fares(SMALL + local, one, INPUT) == NO
    for switch in ("local-in-policy-log", "local-in-deny-unicast"):
        log = f"config log setting\nset {switch} enable\nend\n"
        assert fares(SMALL + local + log, one, INPUT) == ("drop", ["local-in-policy6 4"])
    allowed = f"{SMALL}config log setting\nset local-in-allow enable\nend\n"
    assert fares(allowed, one, INPUT) == ("accept", ["local-in-policy6 0"])


ANY_LOCAL = "set intf any\nset srcaddr all\nset dstaddr all\nset service ALL\nset schedule always\n"


def local(*lines: str) -> str:
    """The small configuration, and one local-in policy that denies everything unless it is told otherwise."""
    more = "".join(f"{line}\n" for line in lines)
    return f"{SMALL}config firewall local-in-policy\nedit 4\n{ANY_LOCAL}{more}next\nend\n"


def test_the_box_hears_itself() -> None:
    assert fares(local(), MODBUS, INPUT) == NO
    assert fares(local(), MODBUS._replace(iif="lo"), INPUT) == ("accept", [])
    assert fares(local("set status disable"), MODBUS, INPUT) == ("accept", [])


def test_one_switch_logs_all_that_is_let_in_and_another_what_is_not() -> None:
    allow, deny = (
        f"config log setting\nset {key} enable\nend\n" for key in ("local-in-allow", "local-in-deny-unicast")
    )
    assert fares(local("set action accept") + allow, MODBUS, INPUT) == ("accept", ["local-in-policy 4"])
    assert fares(local("set action accept") + deny, MODBUS, INPUT) == ("accept", [])
    assert fares(local() + allow, MODBUS, INPUT) == NO


def test_interfaces_on_both_sides() -> None:
    assert fares(SMALL, MODBUS._replace(oif="elsewhere")) == NO
    assert fares(SMALL, MODBUS._replace(iif="elsewhere")) == NO
    assert fares(policy("set dstintf any"), MODBUS._replace(oif="elsewhere")) == YES


def test_zones_stand_for_their_interfaces() -> None:
    zone = 'config system zone\nedit "z"\nset interface "in" "in2"\nnext\nend\n'
    assert fares(policy('set srcintf "z"') + zone, MODBUS._replace(iif="in2")) == YES
    assert fares(policy('set srcintf "z"') + zone, MODBUS._replace(oif="in2")) == NO
    sdwan = "config system sdwan\nconfig members\nedit 1\nset interface in\nnext\nend\nend\n"
    assert fares(policy('set srcintf "virtual-wan-link"') + sdwan, MODBUS) == YES


def test_what_is_denied_may_be_told_so() -> None:
    assert fares(policy("set action deny", "set send-deny-packet enable"), MODBUS) == ("reject", ["policy 1"])


def test_each_family_has_its_own_switch_for_packets_that_leave_as_they_came() -> None:
    text = SMALL.replace("    set allow-traffic-redirect disable\n", "")
    same4, same6 = (packet(*ends, iif="in", oif="in") for ends in (("10.9.0.1", "10.9.0.2"), ("fd00::1", "fd00::2")))
    assert trace(machine(text), same4, ("forward",), unknown=lambda _: True).kind == "accept"
    assert trace(machine(text), same6, ("forward",), unknown=lambda _: True).kind == "drop"


# ---- words -----------------------------------------------------------------------------------------------------------


def test_words() -> None:
    registry.reader("fortios")
    lines = import_module("segc_targets.fortios.reader_words").lines
    text = 'set a "b \\"c\\" \\\\" \'d \\e\' f\\ g h\\\ni\n  # no\nset j "k\n# l" m#n\nset x \'\''
    assert [(line.words, line.number) for line in lines(text)] == [
        (("set", "a", 'b "c" \\', "d \\e", "f g", "hi"), 1),
        (("set", "j", "k\n# l", "m#n"), 4),
        (("set", "x", ""), 6),
    ]


@given(st.text(alphabet="\"'\\# \nconfigedsetnx01", max_size=80))
def test_nothing_but_refusals(text: str) -> None:
    """No other exception gets out."""
    with suppress(Refused):
        machine(f"{SMALL}config firewall policy\n{text}")
