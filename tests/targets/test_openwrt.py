"""OpenWrt: what has no words there, what a rule becomes, and how grants end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.targets.one_flow import GRANTED, assert_unsupported, killed, rules, rules_of_all


def rendered(folder: Path, service: str, flow: str = "x -> y") -> list[str]:
    text = rules(folder, "openwrt", service, flow)
    return [section for section in text.split("\n\n") if f"'c: {flow} : it'" in section]


def test_ports_of_other_protocols_stop_the_build(tmp_path: Path) -> None:
    assert_unsupported(tmp_path, "openwrt", "sctp 2000")


@pytest.mark.parametrize("service", ["sctp any", "proto 0", "icmp 255", "tcp any", "udp any { source-port 123 }"])
def test_all_else_is_said(service: str, tmp_path: Path) -> None:
    assert len(rendered(tmp_path, service)) == 1


def test_a_side_of_one_family_makes_no_rule_in_the_other(tmp_path: Path) -> None:
    found = rendered(tmp_path, "tcp 502", "six -> y")
    assert len(found) == 1
    assert "family 'ipv6'" in found[0]


def test_the_whole_space_is_said_in_halves(tmp_path: Path) -> None:
    """A condition that holds for every address might be taken for none."""
    text = rules_of_all(tmp_path, "openwrt")
    assert "list dest_ip '8000::/1'" in text
    assert "/0'" not in text


def test_sessions_of_grants_are_ended_by_their_two_ends() -> None:
    assert killed("openwrt") == GRANTED
