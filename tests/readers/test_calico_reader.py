"""Calico's reader: what a cluster really exports, what Calico does without being told, and traps."""

from __future__ import annotations

import ipaddress
import json
import re
from pathlib import Path
from typing import Any

import pytest

from segc.diagnostics import SegcError
from segc.packets.fields import Packet
from segc.packets.machine import Machine, Refused
from segc.packets.trace import Trace, trace
from segc.proof.gate import Gate
from segc.proof.prove import Prover
from segc.targets import registry
from segc.targets.build import build
from tests.conformance.cases import AT, built, plant
from tests.plants import plant_of
from tests.targets.test_every_target import rule_files

API = "projectcalico.org/v3"
Json = dict[str, Any]


def resource(kind: str, name: str, spec: Json, **labels: str) -> Json:
    managed = {"creationTimestamp": "2026-01-01T00:00:00Z", "resourceVersion": "7", "uid": "u", "managedFields": []}
    return {"apiVersion": API, "kind": kind, "metadata": {"name": name, "labels": labels, **managed}, "spec": spec}


def policy(name: str, *rules: Json, **spec: Any) -> Json:
    whole = {"selector": "role == 'gateway'", "types": ["Ingress"], "ingress": list(rules), **spec}
    return resource("GlobalNetworkPolicy", name, whole)


ENDPOINT = resource("HostEndpoint", "gw-eth0", {"node": "gw", "interfaceName": "eth0"}, role="gateway")
ALLOWING = resource(
    "HostEndpoint",
    "gw-eth0",
    {"node": "gw", "interfaceName": "eth0", "profiles": ["projectcalico-default-allow"], "expectedIPs": ["10.9.0.1"]},
    role="gateway",
)
NETS = resource("GlobalNetworkSet", "plc", {"nets": ["10.1.0.0/24", "fd00::/64"]}, zone="plc")
ONLY4 = resource("GlobalNetworkSet", "four", {"nets": ["10.2.0.0/24"]}, zone="four")
FROM_SET = {"selector": "zone == 'plc'", "namespaceSelector": "global()"}
DENY = {"action": "Deny"}


def machine(*resources: Json) -> Machine:
    items = {"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": ""}, "items": list(resources)}
    return registry.reader("calico").read({"rules": json.dumps(items, indent=4)})


def packet(source: str = "10.1.0.5", port: int = 502, **more: Any) -> Packet:
    address = ipaddress.ip_address(source)
    target = int(ipaddress.ip_address("10.9.0.9" if address.version == 4 else "fd09::9"))
    values = {"proto": 6, "dport": port, "sport": 50000, "iif": "eth0", "oif": "eth1", **more}
    return Packet(address.version, int(address), target, **values)


def forwarded(found: Machine, sent: Packet) -> str:
    return trace(found, sent).kind


def to_host(found: Machine, sent: Packet) -> str:
    return trace(found, sent._replace(oif=""), ("input",)).kind


def from_host(found: Machine, sent: Packet) -> str:
    return trace(found, sent._replace(iif="", oif="eth0"), ("output",)).kind


def test_without_policies_forwarded_packets_pass_and_the_hosts_own_do_not() -> None:
    found = machine(ENDPOINT)
    assert forwarded(found, packet()) == "accept"
    assert to_host(found, packet()) == "drop"
    assert to_host(machine(ALLOWING), packet()) == "accept"
    assert to_host(found, packet(iif="eth7")) == "accept", "there is no endpoint"
    assert (from_host(found, packet()), from_host(machine(ALLOWING), packet())) == ("drop", "accept")


def test_a_policy_for_the_host_leaves_forwarded_packets_alone() -> None:
    found = machine(ALLOWING, policy("p", DENY))
    assert forwarded(found, packet()) == "accept"
    assert to_host(found, packet()) == "drop"


def test_a_policy_for_forwarded_packets_is_for_the_host_as_well() -> None:
    found = machine(ALLOWING, policy("p", DENY, applyOnForward=True))
    assert (forwarded(found, packet()), to_host(found, packet())) == ("drop", "drop")


def test_the_end_of_a_tier_denies_once_a_policy_applies() -> None:
    rule = {"action": "Allow", "protocol": "TCP", "destination": {"ports": [502, "600:610"]}}
    found = machine(ENDPOINT, policy("p", rule, applyOnForward=True))
    kinds = [forwarded(found, packet(port=port)) for port in (502, 503, 600, 610, 611)]
    assert kinds == ["accept", "drop", "accept", "accept", "drop"]
    assert forwarded(found, packet(proto=17)) == "drop"


def test_failsafe_ports_are_open_to_the_host_unless_they_are_closed() -> None:
    blocked = policy("p", DENY)
    closed = resource("FelixConfiguration", "node.gw", {"failsafeInboundHostPorts": []})
    other = resource("FelixConfiguration", "node.other", {"failsafeInboundHostPorts": []})
    some = resource(
        "FelixConfiguration",
        "default",
        {"failsafeInboundHostPorts": [{"protocol": "tcp", "port": 22, "net": "10.1.0.0/24"}]},
    )
    assert to_host(machine(ENDPOINT, blocked, other), packet(port=22)) == "accept"
    assert to_host(machine(ENDPOINT, blocked, closed), packet(port=22)) == "drop"
    assert to_host(machine(ENDPOINT, blocked, some, closed), packet(port=22)) == "drop", "the node's own comes first"
    assert to_host(machine(ENDPOINT, blocked, some), packet(port=22)) == "accept"
    assert to_host(machine(ENDPOINT, blocked, some), packet("10.7.0.5", 22)) == "drop"
    assert forwarded(machine(ENDPOINT, policy("p", DENY, applyOnForward=True)), packet(port=22)) == "drop"


def test_established_and_related_come_before_everything_and_invalid_falls() -> None:
    stopping = machine(ENDPOINT, policy("p", DENY, applyOnForward=True))
    assert [forwarded(stopping, packet(state=s)) for s in ("established", "related")] == ["accept", "accept"]
    letting = policy("p", {"action": "Allow"}, applyOnForward=True)
    unchecked = resource("FelixConfiguration", "default", {"disableConntrackInvalidCheck": True, "vxlanEnabled": True})
    assert forwarded(machine(ENDPOINT, letting), packet(state="invalid")) == "drop"
    assert forwarded(machine(ENDPOINT, letting, unchecked), packet(state="invalid")) == "accept"


@pytest.mark.parametrize(
    ("prefix", "logged"),
    [(None, "calico-packet"), ("%n", "p"), ("x %t-%k-%p %z", "x default-gnp-p %z"), ("", "calico-packet")],
)
def test_records_carry_the_prefix(prefix: str | None, logged: str) -> None:
    felix = resource("FelixConfiguration", "default", {} if prefix is None else {"logPrefix": prefix})
    found = machine(ENDPOINT, felix, policy("p", {"action": "Log"}, DENY, applyOnForward=True))
    assert trace(found, packet()) == Trace("drop", [logged], trace(found, packet()).steps, trace(found, packet()).last)


def test_tiers_and_orders_and_names() -> None:
    tier = resource("Tier", "first", {"order": 5})
    allow, deny = {"action": "Allow"}, DENY
    both = {"applyOnForward": True}
    assert forwarded(machine(ENDPOINT, policy("b", deny, **both), policy("a", allow, **both)), packet()) == "accept"
    late = machine(ENDPOINT, policy("a", allow, **both), policy("b", deny, order=3, **both))
    assert forwarded(late, packet()) == "drop", "no order is the last"
    early = machine(ENDPOINT, tier, policy("a", deny, order=1, **both), policy("first.z", allow, tier="first", **both))
    assert forwarded(early, packet()) == "accept"


def test_a_pass_goes_on_with_the_next_tier() -> None:
    tier = resource("Tier", "first", {"order": 5})
    first = policy("first.z", {"action": "Pass"}, DENY, tier="first", applyOnForward=True)
    found = machine(ENDPOINT, tier, first, policy("p", {"action": "Log"}, {"action": "Allow"}, applyOnForward=True))
    assert (trace(found, packet()).kind, trace(found, packet()).logs) == ("accept", ["calico-packet"])
    assert forwarded(machine(ENDPOINT, tier, first), packet()) == "whatever", "the rest of the host's rules decides"
    passing = resource("Tier", "first", {"order": 5, "defaultAction": "Pass"})
    some = policy("first.z", {**DENY, "protocol": "UDP"}, tier="first", applyOnForward=True)
    last = policy("p", {"action": "Allow"}, applyOnForward=True)
    assert [forwarded(machine(ENDPOINT, one, some, last), packet()) for one in (passing, tier)] == ["accept", "drop"]


def test_sets_match_in_their_own_family_only() -> None:
    """A source of one family and a target of the other is never any."""
    rule = {"action": "Allow", "source": FROM_SET, "destination": {**FROM_SET, "selector": "zone == 'four'"}}
    allow = policy("p", {"action": "Allow", "source": FROM_SET}, applyOnForward=True)
    found = machine(ENDPOINT, NETS, ONLY4, allow)
    assert [forwarded(found, packet(one)) for one in ("10.1.0.5", "10.2.0.5", "fd00::5")] == [
        "accept",
        "drop",
        "accept",
    ]
    mixed = machine(ENDPOINT, NETS, ONLY4, policy("p", rule, applyOnForward=True))
    assert forwarded(mixed, packet("fd00::5")) == "drop"
    assert forwarded(mixed, packet()._replace(target=0x0A020001)) == "accept"


@pytest.mark.parametrize("selector", ["zone == 'plk'", "zone in {}", "has(zones)", "zone contains 'x'", "!all()"])
def test_a_selector_of_nothing_matches_nothing(selector: str) -> None:
    rule = {"action": "Allow", "source": {"selector": selector, "namespaceSelector": "global()"}}
    assert forwarded(machine(ENDPOINT, NETS, policy("p", rule, applyOnForward=True)), packet()) == "drop"


@pytest.mark.parametrize(
    "selector",
    ["zone != 'x'", "zone in {'x', \"plc\"}", "has(zone) && !(zone == 'x')", "zone not in {'x'}", "all()", "",
     "zone == 'x' || zone starts with 'p'", "zone ends with 'lc'", "missing != 'x'", "zone == 'x' && all() || has(zone)"],
)  # fmt: skip
def test_selectors_choose(selector: str) -> None:
    rule = {"action": "Allow", "source": {"selector": selector, "namespaceSelector": "global()"}}
    assert forwarded(machine(ENDPOINT, NETS, policy("p", rule, applyOnForward=True)), packet()) == "accept"


def test_an_endpoint_is_in_a_set_by_its_expected_addresses() -> None:
    rule = {"action": "Allow", "source": {"selector": "has(role)", "namespaceSelector": "global()"}}
    found = machine(ALLOWING, policy("p", rule, applyOnForward=True))
    assert [forwarded(found, packet(one)) for one in ("10.9.0.1", "10.9.0.2")] == ["accept", "drop"]


def test_networks_and_selector_must_both_hold() -> None:
    rule = {"action": "Allow", "source": {**FROM_SET, "nets": ["10.1.0.0/30", "10.7.0.0/24"]}}
    found = machine(ENDPOINT, NETS, policy("p", rule, applyOnForward=True))
    sources = ("10.1.0.1", "10.1.0.5", "10.7.0.1", "fd00::1")
    assert [forwarded(found, packet(one)) for one in sources] == ["accept", "drop", "drop", "drop"]


def test_policies_for_pods_and_previews_say_nothing_of_the_host() -> None:
    pods = policy("pods", DENY, applyOnForward=True, selector="app == 'web'", doNotTrack=True)
    staged = {**policy("p", DENY, applyOnForward=True), "kind": "StagedGlobalNetworkPolicy"}
    assert (
        forwarded(machine(ENDPOINT, pods, staged, resource("IPPool", "pool", {"cidr": "10.0.0.0/8"})), packet())
        == "accept"
    )


BOTH = {"applyOnForward": True}
TCP = {"action": "Allow", "protocol": "TCP"}
REFUSED: list[tuple[str, list[Json]]] = [
    ("no host endpoint", [NETS]),
    ("nodes", [ENDPOINT, resource("HostEndpoint", "x", {"node": "b", "interfaceName": "eth0"})]),
    ("two host endpoints", [ENDPOINT, ENDPOINT]),
    ("one interface", [resource("HostEndpoint", "x", {"node": "b", "interfaceName": "*"})]),
    ("stands twice", [ENDPOINT, policy("p"), policy("p")]),
    ("no tier", [ENDPOINT, policy("p", tier="gone")]),
    ("doNotTrack", [ENDPOINT, policy("p", doNotTrack=True)]),
    ("preDNAT", [ENDPOINT, policy("p", preDNAT=True)]),
    ("may choose pods", [ENDPOINT, policy("p", {"action": "Allow", "source": {"selector": "zone == 'plc'"}})]),
    ("notNets", [ENDPOINT, policy("p", {"action": "Allow", "source": {"notNets": ["10.0.0.0/8"]}})]),
    ("soruce", [ENDPOINT, policy("p", {"action": "Allow", "soruce": FROM_SET})]),
    ("ports need", [ENDPOINT, policy("p", {"action": "Allow", "destination": {"ports": [1]}})]),
    ("ports need", [ENDPOINT, policy("p", {"action": "Allow", "protocol": "ICMP", "destination": {"ports": [1]}})]),
    ("no port", [ENDPOINT, policy("p", {**TCP, "destination": {"ports": [0]}})]),
    ("no port", [ENDPOINT, policy("p", {**TCP, "destination": {"ports": ["200:100"]}})]),
    ("no port", [ENDPOINT, policy("p", {**TCP, "destination": {"ports": ["modbus"]}})]),
    ("no port", [ENDPOINT, policy("p", {**TCP, "destination": {"ports": [70000]}})]),
    ("should be Listed", [ENDPOINT, policy("p", {**TCP, "destination": {"ports": 502}})]),
    ("no protocol", [ENDPOINT, policy("p", {**TCP, "protocol": "tpc"})]),
    ("types of ICMP", [ENDPOINT, policy("p", {"action": "Allow", "protocol": "ICMP", "icmp": {"type": 8}})]),
    (
        "ICMP type",
        [ENDPOINT, policy("p", {"action": "Allow", "ipVersion": 4, "protocol": "ICMP", "icmp": {"type": 255}})],
    ),
    ("no network", [ENDPOINT, resource("GlobalNetworkSet", "x", {"nets": ["10.0.0.0/33"]})]),
    ("no selector", [ENDPOINT, policy("p", selector="role = 'gateway'")]),
    ("bpfEnabled", [ENDPOINT, resource("FelixConfiguration", "default", {"bpfEnabled": True})]),
    ("chainInsertMode", [ENDPOINT, resource("FelixConfiguration", "default", {"chainInsertMode": "Append"})]),
    ("logActionRateLimit", [ENDPOINT, resource("FelixConfiguration", "default", {"logActionRateLimit": "1/second"})]),
    ("failSafe", [ENDPOINT, resource("FelixConfiguration", "default", {"failSafeInboundHostPorts": []})]),
    ("interfacePrefix", [ENDPOINT, resource("FelixConfiguration", "default", {"interfacePrefix": "eth"})]),
    ("interfaceExclude", [ENDPOINT, resource("FelixConfiguration", "default", {"interfaceExclude": "/eth0/"})]),
    ("profile", [resource("HostEndpoint", "x", {"node": "b", "interfaceName": "e", "profiles": ["mine"]})]),
    ("that a rule does", [ENDPOINT, policy("p", {"action": "accept"})]),
    ("no API", [{**ENDPOINT, "apiVersion": "crd.projectcalico.org/v1"}]),
    ("GlobalPolicy", [ENDPOINT, resource("GlobalPolicy", "p", {})]),
]


@pytest.mark.parametrize(("why", "resources"), REFUSED, ids=[f"{at}-{one[0]}" for at, one in enumerate(REFUSED)])
def test_what_the_reader_does_not_know_is_refused(why: str, resources: list[Json]) -> None:
    with pytest.raises(Refused, match=why):
        machine(*resources)


@pytest.mark.parametrize(
    ("text", "line"),
    [('{"kind": "List",\n"kind": "List"}', 2), ("{\n", 1), ('{"a": 1}\n}', 2), ("{'a': 1}", 1), ('{"a": 01}', 1),
     ('{\n"a": [1,\n]}', 3), ('{"a" 1}', 1), ("", 1)],
)  # fmt: skip
def test_what_is_no_json_is_refused_by_line(text: str, line: int) -> None:
    with pytest.raises(Refused) as caught:
        registry.reader("calico").read({"rules": text})
    assert caught.value.line == line


def test_an_export_is_recognised() -> None:
    role = registry.reader("calico").role
    assert role("running.json", json.dumps({"kind": "List", "items": [ENDPOINT]})) == "rules"
    assert role("x.json", '{"kind": "List", "items": []}') is None
    assert role("x.yaml", "apiVersion: projectcalico.org/v3") is None


# ---- traps: what goes wrong in other tools' files must be refuted or refused in ours ----

TRAPS: list[tuple[str, str, str]] = [
    (
        "a source mistyped",
        '"source": {"selector": "segc-set == \'office-fw',
        '"source": {"selector": "segc-set == \'ofice-fw',
    ),
    ("a set emptied", '"10.1.0.10",\n', ""),
    ("ports lost", ', "ports": [69]', ""),
    ("protocol lost", '"protocol": "UDP", ', ""),
    ("a record lost", '"action": "Log", "protocol": "UDP"', '"action": "Allow", "protocol": "UDP"'),
    ("another record", '"name": "segc.rest-office-dmz', '"name": "segc.rest-office-dmx'),
    ("a family too many", '"ipVersion": 4, "protocol": "TCP"', '"ipVersion": 6, "protocol": "TCP"'),
    ("the rest before the flows", '"order": 30000', '"order": 15000'),
    ("forwarded packets forgotten", '"applyOnForward": true', '"applyOnForward": false'),
    ("the host forgotten", '"applyOnForward": false', '"applyOnForward": true'),
    ("any interface", " && segc-interface in {'eth0'}", ""),
    ("a policy that is a preview", '"kind": "GlobalNetworkPolicy"', '"kind": "StagedGlobalNetworkPolicy"'),
    ("invalid packets dropped", '"disableConntrackInvalidCheck": true', '"disableConntrackInvalidCheck": false'),
    ("one prefix for all", '"logPrefix": "%n"', '"logPrefix": "segc"'),
    ("an endpoint without label", '"segc-interface": "eth0"', '"segc-interface": "eth1"'),
    ("a pod may join", ', "namespaceSelector": "global()"', ""),
    ("egress closed", '{"action": "Allow"}\n        ]', '{"action": "Deny"}\n        ]'),
]


@pytest.mark.parametrize(("what", "old", "new"), TRAPS, ids=[one[0] for one in TRAPS])
def test_a_trap_is_refuted_or_refused(what: str, old: str, new: str) -> None:
    one = built("basic", "calico", "enforce").built[0]
    files = rule_files(one.texts())
    assert old in files["rules"], what
    prover = Prover(plant("basic", "calico"), AT, "enforce")
    try:
        proof = prover.prove(one.firewall, {"rules": files["rules"].replace(old, new)}, one.entry)
    except Refused:
        return
    assert not proof.equal


# ---- what the renderer says, and refuses to say ----

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


def test_what_runs_is_compared_as_kubectl_shows_it(tmp_path: Path) -> None:
    """Other order, other layout, fields that the server added, other things of the cluster's."""
    one = built("basic", "calico", "declared").built[0]
    items = json.loads(one.texts()["rules"])["items"]
    for item in items:
        item["metadata"] |= {"uid": "1", "resourceVersion": "5", "creationTimestamp": "2026-01-01T00:00:00Z"}
    items = [resource("IPPool", "p", {}), resource("Tier", "default", {"order": 1000000}), *sorted(items, key=str)]
    text = json.dumps({"kind": "List", "apiVersion": "v1", "metadata": {}, "items": items}, indent=4, sort_keys=True)
    assert Prover(plant("basic", "calico"), AT, None).prove(one.firewall, {"rules": text}, one.entry).equal


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
