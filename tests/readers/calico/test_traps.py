"""Faults of other tools, put into our own file, and our file as kubectl shows it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from segc.packets.machine import Refused
from segc.proof.prove import Prover
from tests.conformance.cases import AT, built, plant
from tests.readers.calico.given import resource
from tests.targets.test_every_target import rule_files

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


def test_what_runs_is_compared_as_kubectl_shows_it(tmp_path: Path) -> None:
    """Other order, other layout, fields that the server added, other things of the cluster's."""
    one = built("basic", "calico", "declared").built[0]
    items = json.loads(one.texts()["rules"])["items"]
    for item in items:
        item["metadata"] |= {"uid": "1", "resourceVersion": "5", "creationTimestamp": "2026-01-01T00:00:00Z"}
    items = [resource("IPPool", "p", {}), resource("Tier", "default", {"order": 1000000}), *sorted(items, key=str)]
    text = json.dumps({"kind": "List", "apiVersion": "v1", "metadata": {}, "items": items}, indent=4, sort_keys=True)
    assert Prover(plant("basic", "calico"), AT, None).prove(one.firewall, {"rules": text}, one.entry).equal
