"""What several tests of targets set up: one flow between two zones on one firewall, and sessions of grants that end."""

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
service other {{ tcp 4000 }}
zone a {{ level 4; net 10.1.0.0/24, fd00:1::/64; asset x 10.1.0.5; asset six fd00:1::5 }}
zone b {{ level 3; net 10.2.0.0/24, fd00:2::/64; asset y 10.2.0.5 {{ address fd00:2::5 }} }}
conduit c a -> b {{ allow {flow} : it{more} }}
firewall fw {{
  target {target}
  interface eth0 a 10.1.0.1/24
  interface eth1 b 10.2.0.1/24
}}
"""
# Sessions of tests/conformance's grants: protocol, source, target, port.
JUMP, PLC, HMI = "10.1.0.5", "10.2.0.5", "10.2.0.6"
GRANTED = {("tcp", JUMP, end, port) for end in (PLC, HMI) for port in ("102", "443")}


def rules(folder: Path, target: str, service: str, flow: str = "x -> y", more: str = "") -> str:
    """Its rules, which have been proved."""
    return _rules(PLANT.format(target=target, service=service, flow=flow, more=more), folder)


def rules_of_all(folder: Path, target: str) -> str:
    """The same, where zone b is the whole space, and zone a has IPv4 only."""
    text = PLANT.format(target=target, service="tcp 502", flow="x -> y", more="")
    text = text.replace("net 10.2.0.0/24, fd00:2::/64", "net any")
    return _rules(text.replace(", fd00:1::/64", "").replace("; asset six fd00:1::5", ""), folder)


def _rules(text: str, folder: Path) -> str:
    policy = plant_of(text, folder)
    return build(policy, AT, "declared", prove=Gate(policy, AT, None)).built[0].texts()["rules"]


def assert_unsupported(folder: Path, target: str, service: str) -> None:
    """The build stops, and says where."""
    with pytest.raises(SegcError) as stopped:
        rules(folder, target, service)
    assert [one.name for one in stopped.value.diagnostics] == ["unsupported-by-target"]
    assert stopped.value.diagnostics[0].labels


def killed(target: str) -> set[tuple[str, ...]]:
    """The sessions that `conntrack -D` ends, of tests/conformance's grants."""
    text = built("grants", target, "declared").built[0].texts()["kill"]
    return set(re.findall(r"-p (\S+) -s (\S+) -d (\S+) --dport (\S+)", text))
