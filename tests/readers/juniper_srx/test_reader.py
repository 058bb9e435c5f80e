"""The reader of Junos on configurations that nobody here rendered, and on what the box itself would refuse."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest

from segc.packets.fields import Packet
from segc.packets.machine import Machine, Refused, Unknown
from segc.packets.trace import trace
from segc.targets import registry

EXPORT = r"""
admin@cell-4> show configuration | display set | no-more
set version 21.4R3-S5.4
set groups node0 system host-name cell-4a
set apply-groups "${node}"
set system host-name cell-4
set system root-authentication encrypted-password "$6$x y{;}"
set system services ssh root-login deny
set security log mode stream
set security log stream plant host 10.9.0.5
set security alg sip disable
set security screen ids-option untrust-screen icmp ping-death
set security forwarding-options family inet6 mode flow-based
set security nat source rule-set out from zone cell
set security nat source rule-set out rule r1 match source-address 10.3.0.0/24
set security address-book global address plc-1 10.3.0.11/32
set security address-book global address plc-2 description "the \"new\" line"
set security address-book global address plc-2 10.3.0.12/32
set security address-book global address spare range-address 10.3.0.16 to 10.3.0.31
set security address-book global address six fd00:3::/64
set security address-book global address-set plcs address plc-1
set security address-book global address-set plcs address plc-2
set security address-book global address-set all-plcs address-set plcs
set security address-book global address-set all-plcs address spare
set security address-book global address-set all-plcs address six
set security address-book global address ntp dns-name time.example.org
set security address-book office address pcs 10.1.0.0/24
set security address-book office address plc-1 10.1.0.99/32
set security address-book office attach zone office
set security policies from-zone office to-zone cell policy engineers match source-address pcs
set security policies from-zone office to-zone cell policy engineers match destination-address all-plcs
set security policies from-zone office to-zone cell policy engineers match application s7
set security policies from-zone office to-zone cell policy engineers match application junos-ssh
set security policies from-zone office to-zone cell policy engineers then permit
set security policies from-zone office to-zone cell policy engineers then log session-close
set security policies from-zone office to-zone cell policy engineers then count
set security policies from-zone office to-zone cell policy not-these match source-address pcs
set security policies from-zone office to-zone cell policy not-these match source-address-excluded
set security policies from-zone office to-zone cell policy not-these match destination-address plcs
set security policies from-zone office to-zone cell policy not-these match application any
set security policies from-zone office to-zone cell policy not-these match source-identity any
set security policies from-zone office to-zone cell policy not-these then reject
set security policies from-zone office to-zone cell policy not-these then log session-init
set security policies from-zone office to-zone junos-host policy ssh match source-address [ pcs plc-1 ]
set security policies from-zone office to-zone junos-host policy ssh match destination-address any
set security policies from-zone office to-zone junos-host policy ssh match application junos-ssh
set security policies from-zone office to-zone junos-host policy ssh then permit
set security policies global policy old match source-address any
set security policies global policy old match destination-address any
set security policies global policy old match application any
set security policies global policy old then permit
deactivate security policies global policy old
set security policies global policy ping match source-address any-ipv4 destination-address plc-1 application echo
set security policies global policy ping match from-zone guests
set security policies global policy ping match from-zone office
set security policies global policy ping then permit
set security policies global policy ping then log session-init
set security policies global policy ping then log session-close
set security policies global policy end match source-address any
set security policies global policy end match destination-address any
set security policies global policy end match application any
set security policies global policy end then deny
set security policies global policy end then log session-init
set security policies default-policy permit-all
set security policies policy-rematch
set security zones functional-zone management interfaces ge-0/0/7.0
set security zones security-zone office interfaces ge-0/0/1.0 host-inbound-traffic system-services ssh
set security zones security-zone office interfaces ge-0/0/1.0 host-inbound-traffic protocols ospf except
set security zones security-zone cell screen untrust-screen
set security zones security-zone cell host-inbound-traffic system-services ping
set security zones security-zone cell interfaces ge-0/0/2.0
set security zones security-zone cell interfaces ge-0/0/3.0
set security zones security-zone guests interfaces irb.10
set interfaces ge-0/0/1 unit 0 description "filter of the office"
set interfaces ge-0/0/1 unit 0 family inet address 10.1.0.1/24
set applications application s7 protocol tcp
set applications application s7 destination-port 102
set applications application s7 inactivity-timeout never
set applications application echo term t1 protocol icmp icmp-type echo-request icmp-code 0
set applications application echo term t2 protocol udp
set applications application echo term t2 source-port 1024-65535
set applications application echo term t2 destination-port 7
set applications application-set unused application s7
set applications application-set unused application junos-rsh

{primary:node0}
admin@cell-4>
"""
THROUGH, ITSELF = ("prerouting", "forward"), ("prerouting", "input")


def read(text: str = EXPORT) -> Machine:
    module = registry.module("juniper-srx", "reader")
    kept, _ = module.reader_terminal.cut(text, module.PROMPT)
    return registry.reader("juniper-srx").read({"rules": kept})


def fate(text: str, hooks: tuple[str, ...] = THROUGH, **values: Any) -> tuple[str, list[str]]:
    """What becomes of a packet from an office PC to a PLC, unless told otherwise."""
    ends: dict[str, Any] = {"source": "10.1.0.5", "target": "10.3.0.11", "proto": 6}
    ends |= {"iif": "ge-0/0/1.0", "oif": "ge-0/0/3.0"} | values
    source, target = (ipaddress.ip_address(ends.pop(end)) for end in ("source", "target"))
    run = trace(read(text), Packet(source.version, int(source), int(target), **ends), hooks)
    return run.kind, run.logs


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"dport": 102}, ("accept", ["engineers"])),
        ({"dport": 22}, ("accept", ["engineers"])),
        ({"dport": 103}, ("drop", ["end"])),
        ({"dport": 102, "target": "10.3.0.31"}, ("accept", ["engineers"])),
        ({"dport": 102, "target": "10.3.0.32"}, ("drop", ["end"])),
        ({"dport": 102, "source": "10.2.0.5"}, ("reject", ["not-these"])),
        ({"dport": 102, "source": "10.2.0.5", "target": "10.3.0.31"}, ("drop", ["end"])),
        ({"dport": 102, "oif": "irb.10"}, ("drop", ["end"])),  # another pair of zones
        ({"dport": 102, "iif": "ge-0/0/2.0"}, ("drop", ["end"])),
        ({"dport": 102, "source": "fd00:1::5", "target": "fd00:3::1"}, ("drop", ["end"])),  # pcs are of IPv4 only
        ({"dport": 103, "state": "established"}, ("accept", [])),
        ({"proto": 1, "dport": 3 * 256, "state": "related"}, ("accept", [])),
        ({"dport": 103, "state": "related"}, ("drop", ["end"])),
        ({"proto": 1, "dport": 8 * 256}, ("accept", ["ping"])),
        ({"proto": 1, "dport": 8 * 256 + 1}, ("drop", ["end"])),
        ({"proto": 1, "dport": 8 * 256, "iif": "irb.10", "source": "10.7.0.1"}, ("accept", ["ping"])),
        ({"proto": 1, "dport": 8 * 256, "iif": "ge-0/0/3.0"}, ("drop", ["end"])),
        ({"proto": 17, "dport": 7, "sport": 1024}, ("accept", ["ping"])),
        ({"proto": 17, "dport": 7, "sport": 1023}, ("drop", ["end"])),
    ],
)
def test_an_export_means_what_junos_does(values: dict[str, Any], expected: tuple[str, list[str]]) -> None:
    assert fate(EXPORT, **values) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"dport": 22}, "accept"),
        ({"dport": 22, "source": "10.1.0.99"}, "accept"),  # the zone's own plc-1, not the global one
        ({"dport": 22, "source": "10.3.0.11"}, "accept"),  # what fits no policy is the default's
        ({"dport": 22, "iif": "ge-0/0/3.0"}, "accept"),  # no policy speaks of this zone
        ({"dport": 22, "iif": "lo"}, "accept"),
    ],
)
def test_traffic_to_the_box_meets_its_zones_policies(values: dict[str, Any], expected: str) -> None:
    assert fate(EXPORT, ITSELF, **values)[0] == expected
    denied = EXPORT.replace("permit-all", "deny-all")
    fits = values.get("source") != "10.3.0.11"
    assert fate(denied, ITSELF, **values)[0] == (expected if fits else "drop")


def test_a_name_that_only_a_zone_knows_is_not_the_global_ones() -> None:
    denied = EXPORT.replace("permit-all", "deny-all").replace("[ pcs plc-1 ]", "plc-1")
    assert fate(denied, ITSELF, dport=22, source="10.1.0.99")[0] == "accept"
    assert fate(denied, ITSELF, dport=22, source="10.3.0.11")[0] == "drop"


def test_the_default_policy_is_deny_and_records_nothing() -> None:
    bare = "set security zones security-zone a interfaces ge-0/0/1.0\nset security policies policy-stats\n"
    assert fate(bare, dport=1) == ("drop", [])
    assert fate(bare + "set security policies default-policy permit-all\n", dport=1) == ("accept", [])


def test_a_whole_configuration_drops_ipv6_unless_it_says_otherwise() -> None:
    six: dict[str, Any] = {"source": "fd00:1::5", "target": "fd00:3::1", "dport": 1, "state": "established"}
    mode = "set security forwarding-options family inet6 mode flow-based\n"
    assert fate(EXPORT, **six)[0] == "accept"
    assert fate(EXPORT.replace(mode, ""), **six) == ("drop", [])
    assert fate(EXPORT.replace("flow-based", "drop"), **six) == ("drop", [])
    part = "\n".join(line for line in EXPORT.split("\n") if " version " not in line and "set system" not in line)
    assert fate(part.replace(mode, ""), **six)[0] == "accept"
    assert read(EXPORT.replace("flow-based", "packet-based")).unknown


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("match source-address pcs\n", "match source-address pca\n", "no address is called `pca`"),
        ("address-set plcs address plc-2", "address-set plcs address plc-9", "no address is called `plc-9`"),
        ("address-set plcs address plc-2", "address-set plcs address-set all-plcs", "holds itself"),
        ("match application s7", "match application s8", "no application is called `s8`"),
        ("unused application s7", "unused application s8", "no application is called `s8`"),
        ("application s7 protocol tcp\n", "application s7 description x\n", "no protocol"),
        ("application s7 protocol tcp", "application s7 protocol esp", "no ports"),
        ("destination-port 102", "destination-port 102-99", "no range"),
        ("destination-port 102", "destination-port s7comm", "no number"),
        ("icmp-type echo-request", "icmp6-type 128", "belongs to"),
        ("policy engineers match application", "policy engineers then count application", "no application"),
        ("policy end match source-address any\n", "policy end description x\n", "no source-address"),
        ("policy end then deny\n", "policy end then count\n", "no action"),
        ("match from-zone guests", "match from-zone guest", "no security-zone is called `guest`"),
        (
            "from-zone office to-zone cell policy engineers",
            "from-zone offices to-zone cell policy engineers",
            "no security-zone",
        ),
        ("match from-zone guests", "match frm-zone guests", "no match"),
        ("policy end then deny", "policy end then drop", "no action"),
        ("policy end then log session-init", "policy end then log sesion-init", "no action"),
        ("default-policy permit-all", "default-policy permit", "security policies"),
        ("guests interfaces irb.10", "guests interfaces ge-0/0/2.0", "is in `cell` already"),
        ("guests interfaces irb.10", "guests interfaces all", "all other interfaces"),
        ("10.3.0.11/32", "10.3.0.11/31", "behind its length"),
        ("10.3.0.11/32", "10.3.0.256/32", "no address"),
        ("10.3.0.16 to 10.3.0.31", "10.3.0.31 to 10.3.0.16", "no range"),
        ("set security alg sip", "set security agl sip", "nothing of security"),
        ("set apply-groups", "set logical-systems", "nothing that this reader knows"),
        ("set version", "edit security", "depends on what went before"),
        ("set version", "frobnicate", "no command"),
        ('"filter of the office"', '"filter of the office', "not closed"),
        ("[ pcs plc-1 ]", "[ pcs plc-1", "brackets"),
        (
            "match source-address any-ipv4 destination-address",
            "match to-zone junos-host source-address any destination-address",
            "box itself",
        ),
    ],
)
def test_what_the_box_would_refuse_is_refused(old: str, new: str, why: str) -> None:
    assert old in EXPORT
    with pytest.raises(Refused) as caught:
        read(EXPORT.replace(old, new))
    assert why in caught.value.why
    assert caught.value.line > 0


def test_a_set_without_members_and_a_policy_without_matches_are_never_any() -> None:
    with pytest.raises(Refused, match="no address is called `empty`"):
        read(EXPORT.replace("match destination-address all-plcs", "match destination-address empty"))
    lost = EXPORT.replace(
        "set security policies from-zone office to-zone cell policy engineers match application s7\n", ""
    )
    with pytest.raises(Refused, match="no application"):
        read(
            lost.replace(
                "set security policies from-zone office to-zone cell policy engineers match application junos-ssh\n", ""
            )
        )


@pytest.mark.parametrize(
    "line",
    [
        "set interfaces ge-0/0/1 unit 0 family inet filter input protect",
        "set groups all security policies default-policy permit-all",
        "set groups all interfaces <*> unit <*> family inet filter input protect",
        "set security policies apply-groups all",
        "set schedulers scheduler end daily all-day\nset security policies global policy end scheduler-name end",
        "set security policies global policy end match dynamic-application junos:FTP",
        "set security policies global policy ping then permit application-services idp",
        "set security policies global policy ping match destination-address ntp",
        "set security policies global policy ping match application junos-ms-rpc",
        "set forwarding-options family inet filter input protect",
    ],
)
def test_what_cannot_be_decided_is_told_by_line(line: str) -> None:
    text = EXPORT + line + "\n"
    machine = read(text)
    assert machine.unknown
    assert all(0 < number <= text.count("\n") for _, number, _ in machine.unknown)
    in_policies = any(isinstance(m, Unknown) for rules in machine.chains.values() for r in rules for m in r.matches)
    assert in_policies == (" policy " in line)


def test_unknown_addresses_may_match_or_not() -> None:
    text = EXPORT.replace("destination-address plc-1 application echo", "destination-address ntp application echo")
    machine = read(text)
    packet = Packet(4, int(ipaddress.ip_address("10.1.0.5")), 1, 1, 8 * 256, iif="ge-0/0/1.0", oif="x")
    assert trace(machine, packet, THROUGH, unknown=lambda _: True).kind == "accept"
    assert trace(machine, packet, THROUGH, unknown=lambda _: False).kind == "drop"
    flag = "set security policies global policy ping match destination-address-excluded\n"
    machine = read(text + flag)
    assert trace(machine, packet, THROUGH, unknown=lambda _: True).kind == "drop"
    assert trace(machine, packet, THROUGH, unknown=lambda _: False).kind == "accept"


# ---- commands --------------------------------------------------------------------------------------------------------


def test_delete_takes_what_was_set_before_and_nothing_else() -> None:
    text = EXPORT + "delete security policies from-zone office to-zone cell policy engineers\n"
    assert fate(text, dport=102) == ("drop", ["end"])
    assert fate(text, dport=102, source="10.2.0.5") == ("reject", ["not-these"])
    again = text + "set security policies from-zone office to-zone cell policy engineers then permit\n"
    with pytest.raises(Refused, match="no application"):
        read(again)


def test_deactivated_statements_hold_no_more_until_they_are_activated() -> None:
    assert fate(EXPORT + "activate security policies global policy old\n", dport=103)[0] == "accept"
    text = EXPORT + "deactivate security address-book global address-set plcs address plc-1\n"
    assert fate(text, dport=102) == ("drop", ["end"])
    assert fate(text, dport=102, target="10.3.0.12") == ("accept", ["engineers"])


@pytest.mark.parametrize("where", ["before", "after"])
def test_insert_puts_a_policy_beside_another(where: str) -> None:
    text = EXPORT + f"insert security policies global policy end {where} policy ping\n"
    expected = ("drop", ["end"]) if where == "before" else ("accept", ["ping"])
    assert fate(text, proto=1, dport=8 * 256) == expected
    with pytest.raises(Refused, match="not there"):
        read(EXPORT + f"insert security policies global policy end {where} policy pong\n")


def test_the_last_of_two_actions_holds() -> None:
    text = EXPORT + "set security policies global policy end then permit\n"
    assert fate(text, dport=103) == ("accept", ["end"])
    assert fate(text + "set security policies global policy end then reject\n", dport=103) == ("reject", ["end"])
    # one that is set again holds again, and its policy stays where it is
    text += "set security policies global policy end then deny\nset security policies global policy end then permit\n"
    assert fate(text, dport=103) == ("accept", ["end"])
    again = EXPORT + "set security policies global policy ping then permit\n"
    assert fate(again, proto=1, dport=8 * 256) == ("accept", ["ping"])


def test_what_does_not_decide_is_passed_over() -> None:
    text = EXPORT + "set security policies global policy ping then permit tcp-options syn-check-required\n"
    assert read(text).unknown == read().unknown
    assert fate(text, proto=1, dport=8 * 256) == ("accept", ["ping"])
    text = EXPORT + "set security policies global policy end then reject profile page\n"
    assert fate(text, dport=103) == ("reject", ["end"])


def test_of_a_denied_session_no_close_is_recorded() -> None:
    text = EXPORT.replace("policy end then log session-init", "policy end then log session-close")
    assert fate(text, dport=103) == ("drop", [])


def test_a_running_configuration_is_known_by_what_it_says() -> None:
    role = registry.reader("juniper-srx").role
    assert role("running.set", EXPORT) == "rules"
    assert role("running.conf", "version 21.4;\nsecurity {\n    zones {\n    }\n}\n") == "rules"
    assert role("x", "set interfaces ge-0/0/1 unit 0\n") is None
    assert role("x", "*filter\n:FORWARD ACCEPT [0:0]\nCOMMIT\n") is None
    assert role("x", "table inet segc {\n}\n") is None
