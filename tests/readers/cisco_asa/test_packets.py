"""Verdicts and records of a running configuration, packet by packet."""

from __future__ import annotations

import pytest

from tests.readers.cisco_asa.given import EXPORT, INPUT, PART, run

THROUGH = [
    # a group of services: ports stay with their protocols
    ("tcp 198.51.100.9@5 10.2.0.10@443 outside dmz", "accept", "%ASA-5-106100: access-list outside_in permitted"),
    ("udp 198.51.100.9@123 10.2.0.10@123 outside cell", "accept", "%ASA-5-106100: access-list outside_in permitted"),
    ("udp 198.51.100.9@124 10.2.0.10@123 outside cell", "drop", None),
    ("udp 198.51.100.9@5 10.2.0.10@443 outside cell", "drop", None),
    ("50 198.51.100.9 10.2.0.10 outside cell", "accept", "%ASA-5-106100: access-list outside_in permitted"),
    ("tcp 203.0.113.5@5 10.2.0.10@502 outside dmz", "accept", "%ASA-5-106100: access-list outside_in permitted"),
    ("tcp 198.51.100.200@5 10.2.0.10@502 outside dmz", "drop", None),
    # `log` without a level is level 6; a port by name
    ("tcp 198.51.100.200@5 10.2.0.10@80 outside dmz", "accept", "%ASA-6-106100: access-list outside_in permitted"),
    # a group of protocols with a group of ports
    ("udp 8.8.8.8@5 10.2.0.53@5304 outside cell", "accept", None),
    ("tcp 8.8.8.8@5 10.2.0.53@53 outside cell", "accept", None),
    ("tcp 8.8.8.8@5 10.2.0.53@54 outside cell", "drop", None),
    ("icmp 8.8.8.8 10.2.0.99@13 outside cell", "accept", None),
    ("icmp 8.8.8.8 10.2.0.99@17 outside cell", "drop", '%ASA-4-106023: Deny by access-group "outside_in"'),
    # an alias, gt and neq
    ("tcp 8.8.8.8@5 10.9.0.7@5450 outside inside", "accept", None),
    ("udp 8.8.8.8@1024 10.2.0.54@162 outside cell", "accept", None),
    ("udp 8.8.8.8@1023 10.2.0.54@162 outside cell", "drop", None),
    ("udp 8.8.8.8@1024 10.2.0.54@161 outside cell", "drop", None),
    ("tcp 203.0.113.66@5 10.2.0.10@22 outside cell", "drop", None),  # an inactive line; the implicit deny is silent
    ("tcp 8.8.8.8@5 10.2.0.10@23 outside dmz", "drop", '%ASA-4-106023: Deny by access-group "outside_in"'),
    ("icmp6 fd00:9::1 fd00:1::5@128 outside inside", "drop", "%ASA-3-106100: access-list outside_in denied"),
    # no list: from higher to lower levels, between equal ones as permitted, never up, nor back out
    ("tcp 10.1.0.5@5 8.8.8.8@443 inside outside", "accept", None),
    ("tcp 10.3.0.5@5 10.1.0.5@443 cell inside", "drop", None),
    ("tcp 10.3.0.5@5 10.2.0.10@443 cell dmz", "accept", None),
    ("tcp 10.3.0.5@5 10.3.0.6@443 cell cell", "drop", None),
    ("tcp 10.99.0.5@5 8.8.8.8@443 mgmt outside", "drop", None),
    ("tcp 10.1.0.5@5 10.99.0.8@443 inside mgmt", "drop", None),
    # a list out of an interface comes on top
    ("tcp 10.1.0.5@5 10.2.0.11@443 inside dmz", "drop", None),
    ("tcp 10.1.0.5@5 10.2.0.10@443 inside dmz", "accept", None),
]


@pytest.mark.parametrize(("line", "kind", "said"), THROUGH)
def test_packets_through_the_box(line: str, kind: str, said: str | None) -> None:
    found = run(EXPORT, line)
    assert (found.kind, found.logs) == (kind, [] if said is None else [said])


@pytest.mark.parametrize(
    ("line", "kind", "logs"),
    [
        ("tcp 198.51.100.7@5 192.0.2.1@22 outside", "accept", 0),  # ssh and http: before the list
        ("tcp 198.51.100.8@5 192.0.2.1@22 outside", "drop", 1),
        ("tcp 198.51.100.8@5 192.0.2.1@8443 outside", "accept", 0),
        ("tcp 198.51.100.8@5 192.0.2.1@443 outside", "drop", 1),
        ("icmp 8.8.8.8 192.0.2.1@8 outside", "accept", 0),
        ("50 8.8.8.8 192.0.2.1 outside", "accept", 0),
        ("tcp 10.1.0.5@5 10.1.0.1@22 inside", "accept", 0),  # no control-plane list there
    ],
)
def test_packets_to_the_box(line: str, kind: str, logs: int) -> None:
    found = run(EXPORT, line, hooks=INPUT)
    assert (found.kind, len(found.logs)) == (kind, logs)


def test_sessions_pass_before_any_list_and_icmp_only_where_it_is_followed() -> None:
    answer = "tcp 10.2.0.10@80 8.8.8.8@5 outside cell"
    ping = "icmp 10.2.0.99 8.8.8.8@0 outside cell"
    followed = EXPORT.replace("  inspect ftp\n", "  inspect ftp\n  inspect icmp\n")
    assert run(EXPORT, answer, "established", reply=True).kind == "accept"
    assert run(EXPORT, ping, "established", reply=True).kind == "drop"
    assert run(followed, ping, "established", reply=True).kind == "accept"
    assert run(followed, ping).kind == "drop"


def test_the_first_class_that_inspects_a_packet_counts() -> None:
    """`inspection_default` takes ICMP, whether it inspects it or not; a list narrows it to addresses."""
    ping = ("icmp 10.2.0.99 8.8.8.8@0 outside cell", "established")
    behind = EXPORT.replace(" class class-default\n", " class pings\n  inspect icmp\n class class-default\n")
    pings = "class-map pings\n match access-list pings\nclass-map inspection_default\n"
    behind = behind.replace("class-map inspection_default\n", pings)
    behind = behind.replace("pager lines", "access-list pings extended permit icmp any any\npager lines")
    assert run(behind, *ping, reply=True).kind == "drop"
    narrowed = behind.replace("inspection-traffic\n", "inspection-traffic\n match access-list narrow\n")
    some = "access-list narrow extended deny ip host 8.8.8.8 any\naccess-list narrow extended permit ip any any\npager lines"
    narrowed = narrowed.replace("pager lines", some)
    assert run(narrowed, *ping, reply=True).kind == "accept"
    assert run(narrowed, "icmp 10.2.0.99 8.8.4.4@0 outside cell", "established", reply=True).kind == "drop"


def test_errors_that_belong_to_sessions_need_a_line() -> None:
    error = "icmp 10.2.0.99 8.8.8.8@3 outside cell"
    assert run(EXPORT, error, "related").kind == "drop"
    first = "access-list outside_in extended permit icmp any any unreachable\naccess-list outside_in remark w"
    assert run(EXPORT.replace("access-list outside_in remark w", first, 1), error, "related").kind == "accept"


def test_a_global_list_comes_behind_an_interfaces_and_before_the_implicit_deny() -> None:
    more = "access-list all extended permit tcp any any eq 22 log\naccess-group all global\npager lines"
    text = EXPORT.replace("pager lines", more)
    said = ["%ASA-6-106100: access-list all permitted"]
    assert run(text, "tcp 8.8.8.8@5 10.3.0.5@22 outside cell").logs == said
    assert run(text, "tcp 8.8.8.8@5 10.3.0.5@23 outside cell").kind == "drop"
    # security levels count no more, on interfaces without a list either
    assert run(text, "tcp 10.3.0.5@5 10.1.0.5@22 cell inside").kind == "accept"
    assert run(text, "tcp 10.1.0.5@5 8.8.8.8@443 inside outside").kind == "drop"


def test_equal_levels_are_apart_whatever_lists_say() -> None:
    text = EXPORT.replace("same-security-traffic permit inter-interface\n", "")
    text = text.replace(
        "pager lines", "access-list a extended permit ip any any\naccess-group a in interface cell\npager"
    )
    assert run(text, "tcp 10.3.0.5@5 10.2.0.10@443 cell dmz").kind == "drop"
    assert run(text, "tcp 10.3.0.5@5 10.1.0.5@443 cell inside").kind == "accept"
    assert run(text, "tcp 10.3.0.5@5 10.3.0.6@443 cell cell").kind == "drop"


def test_a_part_says_nothing_of_interfaces_that_it_does_not_show() -> None:
    assert run(PART, "tcp 1.1.1.1@5 2.2.2.2@6 y z").kind == "whatever"
    assert run(PART, "tcp 1.1.1.1@5 2.2.2.2@6 x z").kind == "accept"


def test_an_object_has_one_address_and_the_last_one_counts() -> None:
    lines = "object network o\n host 10.0.0.1\n host 10.0.0.2\naccess-list a extended permit ip object o any\n"
    text = lines + "access-group a in interface x\n"
    assert run(text, "tcp 10.0.0.1@5 2.2.2.2@6 x y").kind == "drop"
    assert run(text, "tcp 10.0.0.2@5 2.2.2.2@6 x y").kind == "accept"


def test_lt_leaves_its_port_out() -> None:
    text = "access-list a extended permit tcp any lt 1024 any\naccess-group a in interface x\n"
    assert run(text, "tcp 10.0.0.1@1023 2.2.2.2@6 x y").kind == "accept"
    assert run(text, "tcp 10.0.0.1@1024 2.2.2.2@6 x y").kind == "drop"


def test_what_the_box_sends_meets_no_list() -> None:
    assert run(EXPORT, "udp 10.2.0.1@5 10.2.0.11@514 lo dmz", hooks=("output", "postrouting")).kind == "accept"


def test_the_level_of_denials_can_be_changed() -> None:
    text = EXPORT.replace("logging enable", "logging enable\nlogging message 106023 level notifications")
    found = run(text, "tcp 8.8.8.8@5 10.2.0.10@23 outside dmz")
    assert found.logs == ['%ASA-5-106023: Deny by access-group "outside_in"']


def test_protocol_0_is_all_of_ip() -> None:
    text = "access-list a extended permit 0 any any\naccess-group a in interface x\n"
    assert run(text, "tcp 1.1.1.1@5 2.2.2.2@6 x y").kind == "accept"
