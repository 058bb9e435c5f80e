"""The reader of FortiOS on configurations that nobody here rendered: verdicts by packet, traps, refusals by line."""

from __future__ import annotations

import ipaddress
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segc.packets.fields import Packet
from segc.packets.machine import Machine, Refused
from segc.packets.trace import trace
from segc.targets import registry

EXPORT = (Path(__file__).parent / "data" / "fortios-7.6.conf").read_text(encoding="utf-8")
TCP, UDP, SCTP, ICMP, ICMP6 = 6, 17, 132, 1, 58
INPUT = ("prerouting", "input")
# One policy over whatever its test sets otherwise; `edit` of an entry that is there goes on with it.
SMALL = """\
config system global
    set allow-traffic-redirect disable
    set ipv6-allow-traffic-redirect disable
end
config firewall address
    edit "a"
        set subnet 10.1.0.0/24
    next
    edit "b"
        set subnet 10.2.0.5 255.255.255.255
    next
end
config firewall address6
    edit "a"
        set ip6 fd00:1::/64
    next
end
config firewall service custom
    edit "s"
        set tcp-portrange 502
    next
end
config firewall policy
    edit 1
        set srcintf "in"
        set dstintf "out"
        set action accept
        set srcaddr "a"
        set dstaddr "b"
        set schedule "always"
        set service "s"
        set logtraffic all
    next
end
"""


def reader(module: str) -> ModuleType:
    registry.reader("fortios")
    return import_module(f"segc_targets.fortios.{module}")


def machine(text: str) -> Machine:
    return registry.reader("fortios").read({"rules": text})


def packet(
    source: str, target: str, proto: int = TCP, dport: int = 0, sport: int = 40000, *, iif: str = "in", oif: str = "out"
) -> Packet:
    a, b = ipaddress.ip_address(source), ipaddress.ip_address(target)
    return Packet(a.version, int(a), int(b), proto, dport, sport if proto in (TCP, UDP, SCTP) else 0, iif, oif)


def policy(*lines: str) -> str:
    """The small configuration, with more in its policy."""
    return SMALL + "config firewall policy\nedit 1\n" + "".join(f"{line}\n" for line in lines) + "next\nend\n"


def fares(text: str, one: Packet, hooks: tuple[str, ...] = ("forward",)) -> tuple[str, list[str]]:
    run = trace(machine(text), one, hooks)
    return run.kind, run.logs


MODBUS = packet("10.1.0.7", "10.2.0.5", dport=502)
NO: tuple[str, list[str]] = ("drop", [])
YES = ("accept", ["policy 1"])

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
    assert role("fg.txt", f"FG-Halle # show\n{SMALL}") == "rules"
    assert role("fg.txt", SMALL) == "rules"
    assert role("x", "*filter\nCOMMIT\n") is None
    assert role("x", "config interface 'lan'\n") is None


def test_what_a_terminal_kept_before_it_is_passed_over() -> None:
    assert fares(f"FG-Halle # show\n{SMALL}", MODBUS) == YES


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


# ---- objects ---------------------------------------------------------------------------------------------------------


def test_an_address_without_one_is_everything() -> None:
    text = 'config firewall address\nedit "a"\nunset subnet\nnext\nend\n'
    anybody = packet("192.0.2.1", "10.2.0.5", dport=502)
    assert fares(SMALL, anybody) == NO
    assert fares(SMALL + text, anybody) == YES


def test_an_address_of_six_without_one_is_everything() -> None:
    text = policy('set srcaddr6 "x"', 'set dstaddr6 "a"') + 'config firewall address6\nedit "x"\nnext\nend\n'
    assert fares(text, packet("2001:db8::1", "fd00:1::5", dport=502)) == YES


def test_bits_behind_the_mask_are_nothing() -> None:
    more = "config firewall address{}\nedit a\nset {}\nnext\nend\n"
    assert fares(SMALL + more.format("", "subnet 10.1.0.9 255.255.255.0"), MODBUS) == YES
    assert fares(SMALL + more.format("", "subnet 10.1.0.9/24"), MODBUS) == YES
    six = policy("set srcaddr6 a", "set dstaddr6 a") + more.format("6", "ip6 fd00:1::9/64")
    assert fares(six, packet("fd00:1::5", "fd00:1::6", dport=502)) == YES


def test_members_are_excluded_where_that_is_on() -> None:
    group = "config firewall addrgrp\nedit g\nset member a\nset exclude-member a\nnext\nend\n"
    assert fares(policy("set srcaddr g") + group, MODBUS) == YES


def test_a_family_that_is_not_named_does_not_match() -> None:
    six = packet("fd00:1::5", "fd00:1::6", dport=502)
    assert fares(SMALL, six) == NO
    assert fares(policy("set srcaddr all", "set dstaddr all"), six) == NO
    only6 = policy("unset srcaddr", "unset dstaddr", 'set srcaddr6 "a"', 'set dstaddr6 "a"')
    assert fares(only6, MODBUS) == NO
    assert fares(only6, packet("fd00:1::5", "fd00:1::6", dport=502)) == YES


@pytest.mark.parametrize(
    ("service", "one", "matches"),
    [
        ("protocol IP", packet("10.1.0.7", "10.2.0.5", 89), True),  # number 0, the default, is every protocol
        ("protocol IP\nset protocol-number 47", packet("10.1.0.7", "10.2.0.5", 47), True),
        ("protocol IP\nset protocol-number 47", packet("10.1.0.7", "10.2.0.5", 50), False),
        ("protocol ICMP\nunset icmptype", packet("10.1.0.7", "10.2.0.5", ICMP, 13 << 8), True),
        ("protocol ICMP\nset icmptype 3\nset icmpcode 4", packet("10.1.0.7", "10.2.0.5", ICMP, 3 << 8 | 4), True),
        ("protocol ICMP\nset icmptype 3\nset icmpcode 4", packet("10.1.0.7", "10.2.0.5", ICMP, 3 << 8), False),
        ("udplite-portrange 7", packet("10.1.0.7", "10.2.0.5", 136, 7), True),
        ("iprange 0.0.0.0\nset fqdn ''\nset proxy disable", MODBUS, True),  # as `show full-configuration` has it
    ],
)
def test_services(service: str, one: Packet, matches: bool) -> None:
    text = f'{SMALL}config firewall service custom\nedit "s"\nset {service}\nnext\nend\n'
    assert fares(text, one) == (YES if matches else NO)


def test_lists_turned_round() -> None:
    stranger = packet("192.0.2.1", "10.2.0.5", dport=502)
    assert fares(policy("set srcaddr-negate enable"), stranger) == YES
    assert fares(policy("set srcaddr-negate enable"), MODBUS) == NO
    assert fares(policy("set service-negate enable"), MODBUS) == NO
    assert fares(policy("set service-negate enable", "set service ALL"), MODBUS) == NO
    assert fares(policy("set service-negate enable"), packet("10.1.0.7", "10.2.0.5", dport=22)) == YES
    both = ('set srcaddr6 "a"', 'set dstaddr6 "a"', "set srcaddr-negate enable")
    with pytest.raises(Refused, match="perhaps IPv6"):
        machine(policy(*both))
    assert fares(policy(*both, "set srcaddr6-negate enable"), packet("fd00:1::5", "fd00:1::6", dport=502)) == NO


# ---- what is not known -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lines",
    [
        ('set schedule "nights"',),
        ('set groups "engineers"',),
        ("set policy-expiry enable",),
        ("set tos 0x10",),
        ('set dstaddr "camera"',),
        ('set dstaddr "web"',),
        ("unset dstaddr", "set internet-service enable", 'set internet-service-name "Microsoft-Azure"'),
    ],
)
def test_what_may_narrow_a_policy_holds_or_does_not(lines: tuple[str, ...]) -> None:
    more = 'config firewall address\nedit "camera"\nset type mac\nset macaddr "00:00:5e:00:53:01"\nnext\nend\n'
    more += 'config firewall vip\nedit "web"\nset extip 203.0.113.2\nset mappedip "10.2.0.5"\nnext\nend\n'
    found = machine(policy(*lines) + more)
    assert trace(found, MODBUS, ("forward",), unknown=lambda _: False).kind == "drop"
    assert trace(found, MODBUS, ("forward",), unknown=lambda _: True).kind == "accept"
    assert found.unknown or lines == ('set schedule "nights"',)


def test_security_profiles_decide_whatever_they_do() -> None:
    found = machine(policy("set utm-status enable", 'set ips-sensor "default"'))
    assert trace(found, MODBUS, ("forward",)).kind == "whatever"
    assert found.unknown
    logs = machine(policy("set utm-status enable", "set logtraffic utm"))
    assert trace(logs, MODBUS, ("forward",), unknown=lambda _: True).logs == ["policy 1"]
    assert not trace(logs, MODBUS, ("forward",), unknown=lambda _: False).logs
    assert fares(policy('set ips-sensor "default"'), MODBUS) == YES


@pytest.mark.parametrize("table", ["DoS-policy", "acl", "multicast-policy", "policy6", "interface-policy"])
def test_tables_that_decide_elsewhere_are_noted(table: str) -> None:
    assert machine(f"{SMALL}config firewall {table}\nedit 1\nset srcaddr all\nnext\nend\n").unknown
    assert not machine(f"{SMALL}config firewall {table}\nedit 1\nset status disable\nnext\nend\n").unknown
    assert not machine(f"{SMALL}config firewall {table}\nend\n").unknown


def test_routing_that_keeps_no_sessions_is_noted() -> None:
    assert machine(f"{SMALL}config system settings\nset asymroute enable\nend\n").unknown


@pytest.mark.parametrize(
    ("text", "why", "line"),
    [
        (SMALL.replace('set srcaddr "a"', 'set srcaddr "aa"'), "no IPv4 address or group is called `aa`", 28),
        (SMALL.replace('set service "s"', 'set service "HTPP"'), "no service or group is called `HTPP`", 31),
        (SMALL.replace("        set dstaddr", "        set dstaddr6"), "on one side only", 24),
        (policy('set srcaddr6 "a"'), "IPv6 addresses on one side only", 24),
        (policy("unset srcaddr", "unset dstaddr"), "without addresses", 24),
        (policy("unset srcintf"), "without `srcintf`", 24),
        (policy("unset service"), "without `service`", 24),
        (policy("unset schedule"), "without `schedule`", 24),
        (policy("set action ipsec"), "no action", 37),
        (policy("set logtraffic sometimes"), "no word for `logtraffic`", 37),
        (policy("set status maybe"), "enable or disable", 37),
        (policy('set srcintf "lo"'), "`lo` is the name", 37),
        (policy("frobnicate"), "no command", 37),
        (policy("set srcaddr"), "no command", 37),
        (f"{SMALL}config firewall policy\nedit 0\nnext\nend\n", "takes whatever number", 36),
        (f"{SMALL}config firewall policy\nset name x\nend\n", "stands in no policy", 36),
        (f'{SMALL}config firewall policy\nedit "x"\nnext\nend\n', "no number of a policy", 36),
        (f"{SMALL}config firewall policy\nmove 1 after 2\nend\n", "no command", 36),
        (f"{SMALL}config firewall policy\ndelete 2\nend\n", "no command", 36),
        (f"{SMALL}config frobnicate gizmo\nend\n", "no section", 35),
        (f"{SMALL}config firewall gizmo\nend\n", "no section", 35),
        (f"{SMALL}config system settings\nset ngfw-mode policy-based\nend\n", "by application", 36),
        (f"{SMALL}next\n", "no command", 35),
        (f"{SMALL}FG-Halle # show\n", "no command", 35),
        (f"{SMALL}config system dns\nset x 'y\nend\n", "quote that does not end", 36),
        (f"{SMALL}config system dns\n", "ends within", 35),
        (SMALL.replace("10.1.0.0/24", "10.1.0.0/33"), "no prefix", 7),
        (SMALL.replace("10.1.0.0/24", "10.1.0.0 255.0.255.0"), "mask with holes", 7),
        (SMALL.replace("10.1.0.0/24", "10.1.0.0"), "no address with its mask", 7),
        (SMALL.replace("10.1.0.0/24", "10.1.0.256/24"), "no IPv4 address", 7),
        (SMALL.replace("set subnet 10.1.0.0/24", "set type iprange"), "no IPv4 address", 6),
        (
            SMALL.replace("set subnet 10.1.0.0/24", "set type iprange\nset start-ip 10.0.0.2\nset end-ip 10.0.0.1"),
            "ends before it begins",
            9,
        ),
        (SMALL.replace("set subnet 10.1.0.0/24", "set frobnicate 1"), "no setting of an address", 7),
        (SMALL.replace("portrange 502", "portrange 502-"), "no range of ports", 20),
        (SMALL.replace("portrange 502", "portrange 503-502"), "no range of ports", 20),
        (SMALL.replace("portrange 502", "portrange 65536"), "no range of ports", 20),
        (SMALL.replace("set tcp-portrange 502", "set visibility enable"), "names no packets", 31),
        (SMALL.replace("set tcp-portrange 502", "set protocol HTTP"), "policies do not take", 20),
        (SMALL.replace("set tcp-portrange 502", "set iprange 10.0.0.1-10.0.0.2"), "no setting of a service", 20),
    ],
)
def test_is_refused_by_line(text: str, why: str, line: int) -> None:
    with pytest.raises(Refused, match=why) as refused:
        machine(text)
    assert (refused.value.line, refused.value.file) == (line, "rules")


@pytest.mark.parametrize(
    ("groups", "why"),
    [
        ('edit "g"\nnext\n', "is empty"),
        ('edit "g"\nset member "a"\nset exclude enable\nset exclude-member "a"\nnext\n', "is empty"),
        ('edit "g"\nset member "g"\nnext\n', "member of itself"),
        ('edit "g"\nset member "h"\nnext\nedit "h"\nset member "g"\nnext\n', "member of itself"),
        ('edit "g"\nset member "nobody"\nnext\n', "called `nobody`"),
    ],
)
def test_groups_of_nothing_are_refused(groups: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        machine(policy('set srcaddr "g"') + f"config firewall addrgrp\n{groups}end\n")


def test_groups_of_services() -> None:
    group = 'config firewall service group\nedit "g"\nset member "s" "{}"\nnext\nend\n'
    assert fares(policy('set service "g"') + group.format("DNS"), MODBUS) == YES
    for wrong, why in (("g", "member of itself"), ("nothing", "called `nothing`")):
        with pytest.raises(Refused, match=why):
            machine(policy('set service "g"') + group.format(wrong))


# ---- words -----------------------------------------------------------------------------------------------------------


def test_words() -> None:
    lines = reader("reader_words").lines
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
