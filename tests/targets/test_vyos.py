"""VyOS: what has no words there, what a rule becomes, and how grants end."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from segc.targets import registry
from tests.targets.one_flow import GRANTED, assert_unsupported, killed, rules, rules_of_all


def rendered(folder: Path, service: str, flow: str = "x -> y", more: str = "") -> list[str]:
    return rules(folder, "vyos", service, flow, more).splitlines()


def test_ports_of_other_protocols_stop_the_build(tmp_path: Path) -> None:
    assert_unsupported(tmp_path, "vyos", "sctp 2000")


@pytest.mark.parametrize("service", ["sctp any", "proto 0", "icmp 255", "tcp any", "udp any { source-port 123 }"])
def test_all_else_is_said(service: str, tmp_path: Path) -> None:
    assert rendered(tmp_path, service)


def test_port_0_stops_the_build(tmp_path: Path) -> None:
    assert_unsupported(tmp_path, "vyos", "tcp 0-100")


def test_one_service_may_have_ports_that_go_with_other_source_ports(tmp_path: Path) -> None:
    service = "udp 123 { source-port 123 }; udp 500 { source-port 124 }"
    assert sum("port-group segc-it-udp" in line for line in rendered(tmp_path, service)) > 2


def test_the_whole_space_is_listed_in_halves(tmp_path: Path) -> None:
    text = rules_of_all(tmp_path, "vyos")
    assert "set firewall group ipv6-network-group segc-b network '8000::/1'" in text
    assert "/0'" not in text


def test_prefixes_are_networks_and_hosts_are_addresses(tmp_path: Path) -> None:
    lines = rendered(tmp_path, "tcp 502")
    assert "set firewall group network-group segc-a network '10.1.0.0/24'" in lines
    assert "set firewall group address-group segc-b.y address '10.2.0.5'" in lines


def test_a_number_that_is_taken_leads_to_the_next() -> None:
    registry.renderer("vyos")
    rule_sets = importlib.import_module("segc_targets.vyos.rulesets").RuleSets
    one = object.__new__(rule_sets)
    one._taken = set()
    assert {one._number("name x", (1, 4), {"action": "drop"}) for _ in range(3)} == {1, 2, 3}


def test_one_more_flow_changes_no_other_rule(tmp_path: Path) -> None:
    """Numbers come from what a rule says, so that logs go on naming the same rules."""
    before = rendered(tmp_path, "tcp 502")
    after = rendered(tmp_path, "tcp 502", more="; allow a -> y : other")
    assert [line for line in before if line.startswith("set") and line not in after] == []
    new = [line for line in after if line not in before]
    assert 0 < sum("segc-a-b rule" in line for line in new) < 20


def test_a_side_of_one_family_makes_no_rule_in_the_other(tmp_path: Path) -> None:
    lines = [line for line in rendered(tmp_path, "tcp 502", "six -> y") if "'c: six -> y : it'" in line]
    assert len(lines) == 1
    assert lines[0].startswith("set firewall ipv6 ")


def test_sessions_of_grants_are_ended_by_their_two_ends() -> None:
    assert killed("vyos") == GRANTED
