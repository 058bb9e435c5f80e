"""Targets that filter IPv4 only: nothing is claimed of IPv6, and nobody is taken to manage them by it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from segc.diagnostics import SegcError
from segc.proof.gate import Gate
from segc.proof.running import running
from segc.targets import registry
from segc.targets.build import build
from tests.conformance.cases import AT, built, plant, renamed
from tests.plants import plant_of

ONLY = tuple(name for name, one in registry.targets().items() if one.can.families == (4,))
pytestmark = pytest.mark.skipif(not ONLY, reason="every target filters both families")
SIX = """segc 1
site s { mode MODE }
service web { tcp 443 }
zone a { level 4; net 10.1.0.0/24, fd00:1::/64; asset admin fd00:1::5, ADMIN }
zone b { level 4; net 10.2.0.0/24, fd00:2::/64 }
conduit c a -> b { allow admin -> b : web }
firewall f {
  target TARGET
  interface eth1 a 10.1.0.1/24, fd00:1::1/64
  interface eth2 b 10.2.0.1/24
  MANAGE
}
"""


@pytest.mark.parametrize("target", ONLY)
def test_the_proof_says_of_which_packets_it_speaks(target: str) -> None:
    policy = plant("basic", target)
    entry = build(policy, AT, "declared", prove=Gate(policy, AT, None)).built[0].entry
    assert entry["proof"]["packets"] == "all of IPv4"


@pytest.mark.parametrize("target", ONLY)
def test_the_guide_says_that_ipv6_must_be_off(target: str) -> None:
    guide = next(file.text for file in built("basic", target, "declared").built[0].files if file.name == "APPLY.md")
    before = guide.split("## Before")[1].split("\n## ")[0]
    assert re.search(r"IPv6 must be off", before)


@pytest.mark.parametrize("target", ONLY)
def test_a_flow_of_ipv6_is_refused(target: str, tmp_path: Path) -> None:
    text = renamed(SIX.replace("TARGET", target).replace("MODE", "monitor").replace(", ADMIN", ", 10.1.0.5"), target)
    with pytest.raises(SegcError) as stopped:
        build(plant_of(text.replace("MANAGE", ""), tmp_path), AT, "declared")
    assert [one.message for one in stopped.value.diagnostics] == [f"{target} has no IPv6"]


@pytest.mark.parametrize("target", [name for name in ONLY if registry.targets()[name].can.local_traffic])
def test_who_could_manage_it_by_ipv6_only_is_locked_out(target: str, tmp_path: Path) -> None:
    text = renamed(SIX.replace("TARGET", target).replace("MODE", "enforce").replace(", ADMIN", ""), target)
    text = text.replace("MANAGE", "manage a.admin : web")
    text = text.replace("admin -> b", "a -> b").replace("net 10.2.0.0/24, fd00:2::/64", "net 10.2.0.0/24")
    with pytest.raises(SegcError) as stopped:
        build(plant_of(text, tmp_path), AT, "declared")
    assert [one.name for one in stopped.value.diagnostics] == ["lock-out"]


@pytest.mark.parametrize("target", ONLY)
def test_what_runs_is_told_of_ipv4(target: str, tmp_path: Path) -> None:
    one = built("basic", target, "declared").built[0]
    paths = []
    for file in one.files:
        if file.role.startswith(("rules", "sets")):
            paths.append(str(tmp_path / file.name))
            (tmp_path / file.name).write_text(file.text, encoding="utf-8")
    told = running(plant("basic", target), paths, AT, "declared", one.firewall)
    assert (told.words, told.found) == ("equal to the policy, for all IPv4 packets", ())
