"""What a flow says of itself is told, and what a gate then asks less for is told as such: none of it is harmless."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from segc.model.plant import FlowFacts
from segc.plan.said import FACETS
from segc.report.plan.sections import headline
from segc.report.plan.text import render
from tests.plan.conftest import planned_of

if TYPE_CHECKING:
    from segc.plan.shape import Plan, SaidEntry

OLD = """
segc 1
site s { mode enforce; owner ops; timezone "UTC" }
team ops
team it
team net
role lead { team ops; phone "1" }
service x { tcp 80 }
service y { tcp 81 }
zone office { level 4; owner it; net 10.1.0.0/24; asset pc 10.1.0.1; asset b 10.1.0.2 }
zone cell { level 2; owner ops; net 10.2.0.0/24; asset plc 10.2.0.1; authority shutdown lead; authority isolate lead }
conduit c office -> cell { latency 10ms; fail open; allow office.pc -> cell.plc : x { %s } }
firewall fw { target iptables; owner net; capacity 100; clock "UTC"; interface eth0 office; interface eth1 cell }
"""
EVERY = 'because "why"; ticket T1; expect periodic; period month; tested 2026-09-01; learned-until 2026-09-30'
SAID = {
    "because": ('because "why"', 'because "other"'),
    "ticket": ("ticket T1", "ticket T2"),
    "log": (EVERY, f"{EVERY}; log"),
    "essential": (EVERY, f"{EVERY}; essential"),
    "review_by": (EVERY, f"{EVERY}; review-by 2027-01-01"),
    "expect": ("expect periodic", "expect steady"),
    "tested": ("tested 2026-09-01", "tested 2026-09-02"),
    "learned_until": ("; learned-until 2026-09-30", ""),
    "period": ("period month", "period week"),
}


def planned(folder: Path, *changes: tuple[str, str], said: str = EVERY) -> Plan:
    return planned_of(OLD % said, folder, *changes)


def told(plan: Plan) -> list[tuple[str, bool]]:
    return [(one["facet"], one["weaker"]) for one in plan["said"]]


@pytest.mark.parametrize("name", [one.name for one in fields(FlowFacts)])
def test_no_fact_of_a_flow_changes_unseen(name: str, tmp_path: Path) -> None:
    """A new one too: it must be among `SAID`, and be told."""
    plan = planned(tmp_path, SAID[name])
    if name.replace("_", "-") in FACETS:
        assert not plan["empty"]
        assert [one["facet"] for one in plan["said"]] == [name.replace("_", "-")]
        assert [one["name"] for one in plan["said"]] == ["office.pc -> cell.plc : x"]
        assert ("asks less" in headline(plan)) is bool(plan["summary"]["asks_less"])
        assert ("said otherwise" in headline(plan)) is not bool(plan["summary"]["asks_less"])
        assert "Said of flows, conduits and firewalls:" in render(plan).splitlines()
    elif name != "essential":  # what is newly promised and delivered harms nobody; a promise that ends is `released`
        assert not plan["empty"]
        assert not plan["said"]


@pytest.mark.parametrize(
    ("old", "new", "facet"),
    [
        ("", "expect rare; tested 2026-09-01", "tested"),
        ("tested 2026-09-01", "tested 2026-09-02", "tested"),
        ("learned-until 2026-09-30", "", "learned-until"),
        ("learned-until 2026-09-30", "learned-until 2026-09-29", "learned-until"),
        ("period month", "", "period"),
        ("period month", "period week", "period"),
        ("expect steady", "expect failover", "expect"),
        ("expect periodic", "expect steady", "expect"),
    ],
)
def test_for_what_the_gate_asks_less(old: str, new: str, facet: str, tmp_path: Path) -> None:
    for folder, said, other, weaker in (("there", old, new, True), ("back", new, old, False)):
        plan = planned(tmp_path / folder, (f"x {{ {said} }}", f"x {{ {other} }}"), said=said)
        assert not plan["changes"]
        assert (facet, weaker) in told(plan)
        assert bool(plan["summary"]["asks_less"]) is weaker
        asked = {name for one in plan["approvals"] for name in one["names"]}
        assert asked == ({"ops", "it"} if weaker else set())


def test_a_reason_is_told_and_asks_nobody(tmp_path: Path) -> None:
    plan = planned(tmp_path, ('because "why"', 'because "other"'))
    [one] = plan["said"]
    expected: SaidEntry = {
        "what": "flow",
        "name": "office.pc -> cell.plc : x",
        "facet": "because",
        "before": "why",
        "after": "other",
        "weaker": False,
        "at": {"file": "plant.zone", "line": 12},
    }
    assert one == expected
    assert not plan["approvals"]


@pytest.mark.parametrize(
    ("change", "weaker"),
    [
        (("capacity 100", "capacity 200"), True),
        (("capacity 100; ", ""), True),
        (("capacity 100", "capacity 50"), False),
        (('clock "UTC"', 'clock "Europe/Vienna"'), False),
    ],
)
def test_what_a_box_is_said_to_be(change: tuple[str, str], *, weaker: bool, tmp_path: Path) -> None:
    plan = planned(tmp_path, change)
    assert told(plan) == [(change[0].split()[0], weaker)]
    assert {name for one in plan["approvals"] for name in one["names"]} == {"net"}


def test_what_a_conduit_is_said_to_be(tmp_path: Path) -> None:
    plan = planned(tmp_path, ("latency 10ms; fail open", "latency 20ms; inspect forbid; fail closed"))
    assert told(plan) == [("latency", False), ("inspect", False), ("fail", False)]
    assert [plan["said"][0][side] for side in ("before", "after")] == ["10ms", "20ms"]


@pytest.mark.parametrize(
    "other",
    [
        "office.pc, office.b -> cell.plc : x",  # with somebody else beside it
        "office.pc -> cell.plc : x, y",
        "office.pc -> cell : x",
        "office -> cell : x, y",
    ],
)
def test_who_writes_the_flow_otherwise_does_not_hide_it(other: str, tmp_path: Path) -> None:
    """Flows are matched by their parts, and by what they share where no part is the same."""
    plan = planned(
        tmp_path, (f"office.pc -> cell.plc : x {{ {EVERY} }}", f"{other} {{ {EVERY[: EVERY.rindex(';')]} }}")
    )
    assert told(plan) == [("learned-until", True)]
    assert plan["changes"]


def test_a_drafted_flow_that_is_moved_or_copied_keeps_its_days(tmp_path: Path) -> None:
    """From the draft's conduit into the one where it belongs, or into both."""
    draft = (
        'conduit draft office -> cell { allow office.b -> cell.plc : y { learned-until 2026-09-30; because "why" } }\n'
    )
    text = OLD % "" + draft
    line = "allow office.pc -> cell.plc : x {  }"
    for folder, gone, facts, expected in (
        ("moved", draft, '{ learned-until 2026-09-30; because "why" }', []),
        ("lost", draft, '{ because "why" }', [("learned-until", True)]),
        ("copied", "", '{ because "why" }', [("learned-until", True)]),
    ):
        changes = [(line, f"{line}; allow office.b -> cell.plc : y {facts}"), *([(gone, "")] if gone else [])]
        assert told(planned_of(text, tmp_path / folder, *changes)) == expected, folder


def test_names_do_not_count(tmp_path: Path) -> None:
    plan = planned(tmp_path, ("asset pc", "asset desk"), ("office.pc", "office.desk"), ("conduit c ", "conduit d "))
    assert plan["said"] == []
    assert plan["empty"]
