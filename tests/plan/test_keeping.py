"""What must keep working: a broken workflow is the first line, and a change of an isolation or of autonomy is told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from segc.report.plan.sections import headline
from segc.report.plan.text import render
from tests.plan.conftest import planned_of

if TYPE_CHECKING:
    from segc.plan.shape import Plan

OLD = """
segc 1
use "std/ics"
use "std/it"
site s { mode enforce; owner ops }
team ops
role lead { team ops }
zone office { level 4; net 10.9.0.0/24; asset names 10.9.0.5; asset clock 10.9.0.6 }
zone mes { level 3; net 10.1.0.0/24; asset app 10.1.0.1; asset clock 10.1.0.6 }
zone cell { level 2; net 10.2.0.0/24; asset plc 10.2.0.1; asset hmi 10.2.0.2 }
conduit c mes <-> cell { allow mes -> cell.plc : modbus; allow cell.plc -> mes.clock : ntp }
conduit d mes -> office { allow mes.app -> office.names : dns }
conduit e mes -> cell { allow mes.app -> cell.hmi : https { essential } }
firewall one { target iptables; interface eth0 mes; interface eth1 cell; interface eth2 office }
firewall two { target iptables; interface eth0 mes; interface eth1 cell }
route mes -> cell via one
route cell -> mes via one
workflow steer "Operators steer the line" { needs mes.app -> cell.plc : modbus }
playbook island "Cut the cell off" { isolate cell; keep c; authority lead }
"""


def planned(folder: Path, *changes: tuple[str, str]) -> Plan:
    return planned_of(OLD, folder, *changes)


@pytest.mark.parametrize(
    ("changes", "direction", "firewalls", "why"),
    [
        ([("mes -> cell.plc : modbus", "mes -> cell.plc : s7comm")], "there", ["one"], "no flow permits it"),
        ([("mes -> cell.plc : modbus", "mes.clock -> cell.plc : modbus")], "there", ["one"], "no flow permits it"),
        ([("route cell -> mes via one", "route cell -> mes via two")], "back", ["two"], "has not seen the session"),
        (
            [
                ("allow mes -> cell.plc : modbus; ", ""),
                ('workflow steer "Operators steer the line" { needs mes.app -> cell.plc : modbus }\n', ""),
            ],
            "there",
            ["one"],
            "no flow permits it",
        ),
    ],
)
def test_a_broken_workflow_comes_first(
    tmp_path: Path, changes: list[tuple[str, str]], direction: str, firewalls: list[str], why: str
) -> None:
    """With a packet, and the firewall that loses it; also on the way back, and where the workflow was deleted too."""
    told = planned(tmp_path, *changes)
    assert headline(told).startswith("Error: breaks what must keep working: Operators steer the line")
    [one] = [each for each in told["deliveries"] if each["kind"] == "workflow"]
    assert (one["breaks"], one["before"], one["after"]) == (True, "delivered", "lost")
    assert (one["direction"], one["firewalls"], one["gone"]) == (direction, firewalls, len(changes) == 2)
    assert why in one["why"]
    assert one["example"] is not None
    assert {one["example"]["source"], one["example"]["target"]} == {"10.1.0.1", "10.2.0.1"}
    lines = render(told).splitlines()
    assert next(line for line in lines if line.endswith(":")) == "Breaks:"
    assert "breaks" in told["summary"]


def test_an_essential_flow_that_is_lost(tmp_path: Path) -> None:
    """It is no workflow, and has a name of its own."""
    told = planned(tmp_path, ("allow mes.app -> cell.hmi : https { essential }", ""))
    assert [(one["kind"], one["name"], one["breaks"]) for one in told["deliveries"]] == [("essential", "e", True)]
    assert told["summary"]["breaks"] == 1


def test_names_are_no_change(tmp_path: Path) -> None:
    """Of workflow, zone and conduit."""
    told = planned(tmp_path, ("workflow steer", "workflow guide"), ("conduit c", "conduit see"), ("keep c", "keep see"))
    assert told["deliveries"] == []
    assert told["autonomy"]["changes"] == []
    assert told["empty"]


@pytest.mark.parametrize(
    ("changes", "facets", "holds", "firewalls"),
    [
        ([("cell.plc : modbus;", "cell.plc : modbus, s7comm;")], {"keeps", "files"}, True, ["one"]),
        ([("keep c;", "keep d;")], {"keeps", "cuts", "files"}, True, ["one"]),
        ([("\nplaybook", "\nlink cell -- office\nplaybook")], {"holds"}, False, []),
        ([("\nplaybook", "\n# nothing\nplaybook")], set(), True, []),
    ],
)
def test_a_change_of_an_isolation(
    tmp_path: Path, changes: list[tuple[str, str]], facets: set[str], holds: bool, firewalls: list[str]
) -> None:
    """Other files, other flows that stay, or one that may not be used any more: with what is not true of it."""
    told = planned(tmp_path, *changes)
    if not facets:
        assert told["playbooks"] == []
        return
    [one] = told["playbooks"]
    assert set(one["facets"]) >= facets
    assert one["holds_after"] is holds
    assert one["firewalls"] == firewalls or facets == {"holds"}
    assert [fail["name"] for fail in one["fails"]] == ([] if holds else ["cut"])
    assert told["summary"]["playbooks"] == 1
    assert ("IT DOES NOT HOLD" in render(told)) is not holds


def test_isolations_come_and_go(tmp_path: Path) -> None:
    """Each is told by name."""
    told = planned(tmp_path, ("playbook island", "playbook other"))
    assert {(one["name"], one["change"]) for one in told["playbooks"]} == {("island", "ends"), ("other", "begins")}


def test_a_clock_from_above_is_told(tmp_path: Path) -> None:
    """The controller took the time from a server of the plant's own."""
    told = planned(
        tmp_path,
        (
            "; allow cell.plc -> mes.clock : ntp }",
            " }\nconduit f cell -> office { allow cell.plc -> office.clock : ntp }",
        ),
    )
    assert (told["autonomy"]["before"], told["autonomy"]["after"]) == (1, 2)
    [one] = told["autonomy"]["changes"]
    assert (one["change"], one["what"], one["who"], one["above"]) == ("begins", "time", "cell.plc", "office")
    assert one["essential"]
    assert "time of cell.plc stops: `cell.plc -> office.clock : ntp`, from office" in render(told)
