"""What a target cannot do stops the build, with the line of the policy that asks for it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from segc.diagnostics import Diagnostic
from segc.lang.loader import load
from segc.model.resolve import resolve
from segc.rules.place import Placement
from segc.targets import registry
from segc.targets.capability import needs
from segc.targets.manifest import Manifest

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
PLANT = """segc 1
site s { owner t }
team t
service web { tcp 80 }
service ping { icmp echo-request }
zone a { level 4; net 10.1.0.0/24, fd00:1::/64; asset old 10.1.0.5; asset new fd00:1::5 }
zone b { level 4; net 10.2.0.0/24, fd00:2::/64; asset four 10.2.0.5; asset six fd00:2::5 }
firewall f { target nftables; interface eth0 a; interface eth1 b; MANAGE }
conduit c a -> b {
  allow old -> four : web
  FLOW
}
"""


def without(capability: str) -> Manifest:
    """nftables, but for one thing that it can do."""
    manifest = registry.targets()["nftables"]
    assert getattr(manifest.can, capability)
    return manifest.model_copy(update={"can": manifest.can.model_copy(update={capability: False})})


def asked(folder: Path, target: Manifest, flow: str = "", manage: str = "", plant: str = PLANT) -> list[Diagnostic]:
    """What is asked of the target in vain."""
    (folder / "plant.zone").write_text(plant.replace("FLOW", flow).replace("MANAGE", manage), encoding="utf-8")
    policy, found = resolve(load(folder))
    assert [one for one in found if one.severity.word == "error"] == []
    return list(needs(Placement(policy, AT).rule_sets()["f"], target))


@pytest.mark.parametrize("flow", ["allow new -> six : web", "allow a -> b : web", "allow new -> b : web"])
def test_an_ipv6_flow_needs_ipv6(flow: str, tmp_path: Path) -> None:
    (one,) = asked(tmp_path, without("ipv6"), flow)
    assert one.name == "unsupported-by-target"
    assert "IPv6" in one.message
    assert one.primary is not None
    assert one.primary.span.text == flow
    assert asked(tmp_path, registry.targets()["nftables"], flow) == []


@pytest.mark.parametrize("flow", ["", "allow old -> b : web", "allow a -> four : web", "allow a -> b : ping"])
def test_flows_of_ipv4_do_not(flow: str, tmp_path: Path) -> None:
    assert asked(tmp_path, without("ipv6"), flow) == []


def test_management_needs_a_target_that_filters_local_traffic(tmp_path: Path) -> None:
    (one,) = asked(tmp_path, without("local_traffic"), manage="manage old : web")
    assert one.name == "unsupported-by-target"
    assert one.primary is not None
    assert one.primary.span.text == "manage old : web"
    assert asked(tmp_path, without("local_traffic")) == []
    assert asked(tmp_path, registry.targets()["nftables"], manage="manage old : web") == []


@pytest.mark.parametrize("line", ["allow old -> four : ping", "manage old : ping"])
def test_a_protocol_needs_a_word(line: str, tmp_path: Path) -> None:
    every = registry.targets()["nftables"]
    few = every.model_copy(update={"can": every.can.model_copy(update={"protocols": (6, 17)})})
    asks = {"manage": line} if line.startswith("manage") else {"flow": line}
    (one,) = asked(tmp_path, few, **asks)
    assert (one.name, one.message) == ("unsupported-by-target", "nftables has no word for IP protocol 1")
    assert one.primary is not None
    assert one.primary.span.text == line
    assert asked(tmp_path, every, **asks) == []


def test_protocols_of_a_family_that_the_target_has_not_need_none(tmp_path: Path) -> None:
    can = without("ipv6").can.model_copy(update={"protocols": (6,)})
    text = PLANT.replace("icmp echo-request", "icmp6 echo-request")
    assert (
        asked(tmp_path, without("ipv6").model_copy(update={"can": can}), "allow old -> four : ping", plant=text) == []
    )


@pytest.mark.parametrize("line", ["allow old -> four : ping", "manage old : ping"])
def test_a_type_of_icmp_needs_a_target_that_knows_types(line: str, tmp_path: Path) -> None:
    asks = {"manage": line} if line.startswith("manage") else {"flow": line}
    (one,) = asked(tmp_path, without("icmp_types"), **asks)
    assert (one.name, one.message) == ("unsupported-by-target", "nftables does not tell types of ICMP apart")
    every = PLANT.replace("icmp echo-request", "icmp 0-255")
    assert asked(tmp_path, without("icmp_types"), **asks, plant=every) == []
