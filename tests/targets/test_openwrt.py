"""OpenWrt: what has no words there, what a rule becomes, and how grants end."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from segc.diagnostics import SegcError
from segc.proof.gate import Gate
from segc.targets.build import build
from tests.conformance.cases import AT, built
from tests.plants import plant_of

PLANT = """segc 1
team ops
site s {{ mode enforce; owner ops }}
service it {{ {service} }}
zone a {{ level 4; net 10.1.0.0/24, fd00:1::/64; asset x 10.1.0.5; asset six fd00:1::5 }}
zone b {{ level 3; net 10.2.0.0/24, fd00:2::/64; asset y 10.2.0.5 {{ address fd00:2::5 }} }}
conduit c a -> b {{ allow {flow} : it }}
firewall fw {{
  target openwrt
  interface eth0 a 10.1.0.1/24
  interface eth1 b 10.2.0.1/24
}}
"""


def rendered(folder: Path, service: str, flow: str = "x -> y") -> list[str]:
    policy = plant_of(PLANT.format(service=service, flow=flow), folder)
    one = build(policy, AT, "declared", prove=Gate(policy, AT, None)).built[0]
    return [section for section in one.texts()["rules"].split("\n\n") if f"'c: {flow} : it'" in section]


def test_ports_of_other_protocols_stop_the_build(tmp_path: Path) -> None:
    with pytest.raises(SegcError) as stopped:
        rendered(tmp_path, "sctp 2000")
    assert [one.name for one in stopped.value.diagnostics] == ["unsupported-by-target"]
    assert stopped.value.diagnostics[0].labels


@pytest.mark.parametrize("service", ["sctp any", "proto 0", "icmp 255", "tcp any", "udp any { source-port 123 }"])
def test_all_else_is_said(service: str, tmp_path: Path) -> None:
    assert len(rendered(tmp_path, service)) == 1


def test_a_side_of_one_family_makes_no_rule_in_the_other(tmp_path: Path) -> None:
    found = rendered(tmp_path, "tcp 502", "six -> y")
    assert len(found) == 1
    assert "family 'ipv6'" in found[0]


def test_the_whole_space_is_said_in_halves(tmp_path: Path) -> None:
    """A condition that holds for every address might be taken for none."""
    text = PLANT.format(service="tcp 502", flow="x -> y").replace("net 10.2.0.0/24, fd00:2::/64", "net any")
    policy = plant_of(text.replace(", fd00:1::/64", "").replace("; asset six fd00:1::5", ""), tmp_path)
    text = build(policy, AT, "declared", prove=Gate(policy, AT, None)).built[0].texts()["rules"]
    assert "list dest_ip '8000::/1'" in text
    assert "/0'" not in text


def test_sessions_of_grants_are_ended_by_their_two_ends() -> None:
    text = built("grants", "openwrt", "declared").built[0].texts()["kill"]
    found = set(re.findall(r"-p (\S+) -s (\S+) -d (\S+) --dport (\S+)", text))
    jump, plc, hmi = "10.1.0.5", "10.2.0.5", "10.2.0.6"
    assert found == {
        ("tcp", jump, plc, "102"),
        ("tcp", jump, plc, "443"),
        ("tcp", jump, hmi, "102"),
        ("tcp", jump, hmi, "443"),
    }
