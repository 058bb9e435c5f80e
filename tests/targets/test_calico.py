"""Calico: what has no words there, what a flow becomes, and what is staged."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from segc.diagnostics import SegcError
from segc.proof.gate import Gate
from segc.targets.build import build
from tests.conformance.cases import AT, built, plant
from tests.plants import plant_of

PLANT = """segc 1
team ops
site s {{ mode enforce; owner ops }}
service one {{ {service} }}
zone a {{ net 10.1.0.0/24, fd00:1::/64; asset x 10.1.0.5 }}
zone b {{ net 10.2.0.0/24, fd00:2::/64 }}
conduit c a -> b {{ allow {flow} : one }}
firewall fw {{ target calico; interface eth0 a; interface eth1 b }}
"""


def rendered(folder: Path, service: str, flow: str = "a -> b") -> str:
    policy = plant_of(PLANT.format(service=service, flow=flow), folder)
    return build(policy, AT, "declared", prove=Gate(policy, AT, None)).built[0].texts()["rules"]


@pytest.mark.parametrize("service", ["proto 0", "icmp 255", "icmp 250-255", "tcp 0-80"])
def test_what_calico_has_no_words_for_stops_the_build(service: str, tmp_path: Path) -> None:
    with pytest.raises(SegcError) as stopped:
        rendered(tmp_path, service)
    assert [one.name for one in stopped.value.diagnostics] == ["unsupported-by-target"]


@pytest.mark.parametrize(
    ("service", "rule"),
    [
        ("tcp any", '"action": "Allow", "protocol": "TCP", "source"'),
        ("icmp 0-255", '"action": "Allow", "ipVersion": 4, "protocol": "ICMP", "source"'),
        ("proto 33", '"action": "Allow", "protocol": 33, "source"'),
        ("sctp 5-6", '"ports": ["5:6"]'),
        ("udp 53 { source-port 1024-65535 }", '"ports": ["1024:65535"]'),
    ],
)
def test_what_calico_has_words_for_is_one_rule(service: str, rule: str, tmp_path: Path) -> None:
    assert rendered(tmp_path, service).count(rule) == 1


def test_one_more_flow_moves_no_other_rule(tmp_path: Path) -> None:
    """Only lines are added, but for the comma behind the one that was the last."""
    text = rendered(tmp_path, "tcp 80", "a -> b : one; allow x -> b")
    before = [line.removesuffix(",") for line in rendered(tmp_path, "tcp 80").split("\n")]
    after = iter(line.removesuffix(",") for line in text.split("\n"))
    assert all(line in after for line in before)


def test_names_are_those_that_kubernetes_and_iptables_take(tmp_path: Path) -> None:
    policy = plant("many", "calico")
    texts = [one.texts()["rules"] for one in build(policy, AT, "declared").built]
    names = [item["metadata"]["name"] for text in texts for item in json.loads(text)["items"]]
    assert all(re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*", one) for one in names)
    policies = [i for t in texts for i in json.loads(t)["items"] if i["kind"] == "GlobalNetworkPolicy"]
    assert all(len(one["metadata"]["name"]) <= 27 for one in policies)


def test_staged_policies_stop_what_is_only_recorded() -> None:
    files = {file.name: file.text for file in built("basic", "calico", "monitor").built[0].files}
    enforced = {
        i["metadata"]["name"]: i
        for i in json.loads(built("basic", "calico", "enforce").built[0].texts()["rules"])["items"]
    }
    staged = json.loads(files["staged.json"])["items"]
    assert {one["kind"] for one in staged} == {"StagedGlobalNetworkPolicy"}
    assert "segc.rest-office-dm" in str(staged)
    for one in staged:
        rules = [rule for rule in enforced[one["metadata"]["name"]]["spec"]["ingress"] if rule["action"] != "Log"]
        assert one["spec"]["ingress"] == rules


def test_a_zone_may_be_called_as_a_policy_is(tmp_path: Path) -> None:
    """A flow from a zone called `inside` or `other` is not what happens inside of its target."""
    text = PLANT.format(service="tcp 80", flow="inside -> other")
    text = (
        text.replace("zone a", "zone inside").replace("zone b", "zone other").replace("c a -> b", "c inside -> other")
    )
    policy = plant_of(text.replace("eth0 a", "eth0 inside").replace("eth1 b", "eth1 other"), tmp_path)
    assert build(policy, AT, "declared", prove=Gate(policy, AT, None)).built[0].entry["proof"]["result"] == "equal"
