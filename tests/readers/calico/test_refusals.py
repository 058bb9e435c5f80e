"""What the reader does not know is refused, and what is no JSON by line."""

from __future__ import annotations

import json

import pytest

from segc.packets.machine import Refused
from segc.targets import registry
from tests.readers.calico.given import ENDPOINT, FROM_SET, NETS, Json, machine, policy, resource

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
