"""The reader of FortiOS: what objects stand for, what is refused by line, and what is noted as unknown."""

from __future__ import annotations

import pytest

from segc.packets.fields import Packet
from segc.packets.machine import Refused
from segc.packets.trace import trace
from tests.readers.fortios.small import ICMP, MODBUS, NO, SMALL, YES, fares, machine, packet, policy

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
    low = packet("::5", "::6", dport=502)  # numbers that IPv4 addresses have, too
    assert fares(policy("set srcaddr all", "set dstaddr all"), low) == NO
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
