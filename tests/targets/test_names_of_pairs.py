"""Zones whose names, put together, say the same: a-b with c, and a with b-c; and words that targets use themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from segc.diagnostics import SegcError
from segc.proof.gate import Gate
from segc.targets import registry
from segc.targets.build import build
from tests.conformance.cases import AT, fitted
from tests.plants import plant_of

REFUSALS = {"unsupported-by-target", "over-capacity", "bad-interface-name"}
ZONES = ("a-b", "c", "a", "b-c", "from", "firewalls")
PLANT = "\n".join(
    [
        "segc 1",
        "site works { mode enforce }",
        "service s7 { tcp 102 }",
        *(f"zone {name} {{ level 3; net 10.{at}.0.0/24; asset m 10.{at}.0.5 }}" for at, name in enumerate(ZONES, 1)),
        "conduit one a-b -> c { allow a-b.m -> c.m : s7 }",
        "conduit two a -> b-c { allow a.m -> b-c.m : s7 }",
        "conduit three from -> a { allow from.m -> a.m : s7 }",
        "conduit four a -> firewalls { allow a.m -> firewalls.m : s7 }",
        "conduit five a-b -> firewalls { allow a-b.m -> firewalls.m : s7 }",
        "firewall fw {",
        "  target       iptables",
        *(f"  interface eth{at} {name}" for at, name in enumerate(ZONES)),
        "}",
        "",
    ]
)


@pytest.mark.parametrize("target", registry.names())
def test_names_that_run_together_are_told_apart(target: str, tmp_path: Path) -> None:
    text = fitted(PLANT.replace("target       iptables", f"target       {target}"), target)
    policy = plant_of(text, tmp_path)
    if not policy.firewalls:
        pytest.skip("a host firewall, of which there is none here")
    try:
        built = build(policy, AT, "declared", prove=Gate(policy, AT, None)).built
    except SegcError as problem:
        if {one.name for one in problem.diagnostics} <= REFUSALS:  # it has fewer interfaces, or says less
            pytest.skip(problem.diagnostics[0].message)
        raise
    assert [one.entry["proof"]["result"] for one in built] == ["equal"] * len(built)
