"""What is no matter of packets is told as well, and whoever answered until now is asked: nothing dangerous looks harmless."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from segc.plan.document import plan
from segc.report.plan.sections import headline
from segc.report.plan.text import render
from tests.plan.conftest import planned_of, side_of

if TYPE_CHECKING:
    from segc.plan.shape import Plan

OLD = """
segc 1
site s { mode enforce; owner ops; timezone "UTC" }
team ops "Operations" { contact "@w/ops" }
team it "IT" { contact "@w/it" }
team guests "Guests" { contact "@w/guests" }
role lead "Shift lead" { team ops; phone "1"; deputy chief }
role chief "Chief" { team ops; phone "2" }
role guest "Guest" { team guests; phone "3" }
service x { tcp 80 }
service y { tcp 81 }
zone office { level 4; owner it; net 10.1.0.0/24; asset pc 10.1.0.1 }
zone cell { level 2; net 10.2.0.0/24; asset plc 10.2.0.1; authority shutdown lead; authority isolate lead }
conduit c office -> cell { allow office.pc -> cell.plc : x { review-by 2027-01-01 } }
grant g {
  vendor "Fillmatic"
  allow office.pc -> cell.plc : y
  window Sat 06:00-08:00
  from 2026-10-06
  until 2026-10-20
  approved-by lead
  ticket T1
}
firewall fw { target iptables; interface eth0 office; interface eth1 cell }
assert never cell -> office
assert blast-radius office.pc <= 2
workflow w { needs office.pc -> cell.plc : x }
playbook p { isolate cell; authority lead; within 5min; drilled 2026-09-01 }
"""


def planned(folder: Path, *changes: tuple[str, str]) -> Plan:
    return planned_of(OLD, folder, *changes)


def asked(told: Plan) -> set[str]:
    return {name for one in told["approvals"] for name in one["names"]}


@pytest.mark.parametrize(
    ("old", "new", "facet", "names"),
    [
        ("authority shutdown lead", "authority shutdown guest", "shutdown", {"ops", "lead", "guest"}),
        ("authority isolate lead", "authority isolate lead, guest", "isolate", {"ops", "lead", "guest"}),
        ("deputy chief", "deputy guest", "deputy", {"ops"}),
        ("; deputy chief", "", "deputy", {"ops"}),
        ('team ops; phone "1"', 'team guests; phone "1"', "team", {"ops", "guests"}),
        ('phone "2"', 'phone "9"', "phone", {"ops"}),
        ('contact "@w/it"', 'contact "@w/guests"', "contact", {"it", "ops"}),
        ("level 4; owner it", "level 4; owner guests", "owner", {"it", "guests"}),
        ("firewall fw { target", "firewall fw { owner it; target", "owner", {"ops", "it"}),
        ("workflow w { needs", "workflow w { owner it; needs", "owner", {"ops", "it"}),
        ("cell { allow office.pc", "cell { owner guests; allow office.pc", "owner", {"ops", "it", "guests"}),
        ("enforce; owner ops", "enforce; owner it", "owner", {"ops", "it"}),
        ("review-by 2027-01-01", "review-by 2029-01-01", "review-by", {"ops", "it"}),
        (" { review-by 2027-01-01 }", "", "review-by", {"ops", "it"}),
    ],
)
def test_who_answers(tmp_path: Path, old: str, new: str, facet: str, names: set[str]) -> None:
    told = planned(tmp_path, (old, new))
    assert not told["changes"]
    assert not told["empty"]
    assert facet in {one["facet"] for one in told["answers"]}
    assert names <= asked(told)
    assert "who answers" in headline(told)
    assert "Who answers and decides, and by when:" in render(told).splitlines()


def test_both_owners_are_asked_where_a_zone_changes_hands(tmp_path: Path) -> None:
    """Who opens a zone and takes it over in one change has still to ask those whose it was."""
    told = planned(tmp_path, ("level 4; owner it", "level 4; owner guests"), ("plc : x {", "plc : x, y {"))
    owners = [one["names"] for one in told["approvals"] if one["because"] == "owns" and "office" in one["zones"]]
    assert owners == [["it"], ["guests"]]


def test_another_name_is_nobody_else(tmp_path: Path) -> None:
    told = planned(
        tmp_path,
        ("role lead", "role head"),
        *((f"{word} lead", f"{word} head") for word in ("shutdown", "isolate", "authority", "approved-by")),
        ("zone cell", "zone room"),
        ("cell.plc", "room.plc"),
        ("office -> cell {", "office -> room {"),
        ("eth1 cell", "eth1 room"),
        ("isolate cell", "isolate room"),
        ("never cell", "never room"),
    )
    assert told["empty"], [told["answers"], told["assertions"], told["grants"], told["playbooks"]]


@pytest.mark.parametrize(
    ("old", "new", "facet", "days", "widens"),
    [
        ("until 2026-10-20", "until 2026-10-30", "dates", 10, True),
        ("until 2026-10-20", "until 2026-10-10", "dates", -10, False),
        ("from 2026-10-06", "from 2026-10-01", "dates", 0, True),
        ("  from 2026-10-06\n", "", "dates", 0, True),
        ("window Sat 06:00-08:00", "window daily 06:00-08:00", "windows", 0, True),
        ("window Sat 06:00-08:00", "window Sat 07:00-08:00", "windows", 0, False),
        ("window Sat 06:00-08:00", "window Sat 22:00-23:00", "windows", 0, True),
        ("window Sat 06:00-08:00", "window Sat 06:00-07:00; window Sat 07:00-08:00", "windows", 0, False),
        ("  window Sat 06:00-08:00\n", "", "windows", 0, True),
        ("approved-by lead", "approved-by chief", "approved-by", 0, False),
        ('  vendor "Fillmatic"\n', "", "vendor", 0, False),
        ("ticket T1", "ticket T2", "ticket", 0, False),
        ("office.pc -> cell.plc : y", "office.pc -> cell.plc : y, x", "packets", 0, True),
    ],
)
def test_a_grant_that_is_shut_changes(tmp_path: Path, old: str, new: str, facet: str, days: int, widens: bool) -> None:
    """No packet passes otherwise today; the plan says what will, for how long, and asks both ends and who approves."""
    told = planned(tmp_path, (old, new))
    assert not told["changes"]
    [one] = told["grants"]
    assert facet in one["facets"]
    assert (one["days_longer"], one["widens"]) == (days, widens)
    assert {"ops", "it", "lead"} <= asked(told)
    assert "mean the same" not in render(told)
    if days:
        words = f"granted for {abs(days)} days {'longer' if days > 0 else 'less'}, until {one['until']} (before: 2026-10-20)"
        assert words in render(told)


def test_the_old_and_the_new_approver_are_asked(tmp_path: Path) -> None:
    assert {"lead", "chief"} <= asked(planned(tmp_path, ("approved-by lead", "approved-by chief")))


@pytest.mark.parametrize(
    ("old", "new", "facet", "names"),
    [
        ("cell; authority lead", "cell; authority guest", "authority", {"lead", "guest", "ops"}),
        ("within 5min", "within 5h", "within", {"lead", "ops"}),
        ("drilled 2026-09-01", "drilled 2026-10-01", "drilled", {"lead", "ops"}),
        ("; drilled 2026-09-01", "", "drilled", {"lead", "ops"}),
    ],
)
def test_what_a_playbook_says_of_itself(tmp_path: Path, old: str, new: str, facet: str, names: set[str]) -> None:
    told = planned(tmp_path, (old, new))
    [book] = told["playbooks"]
    assert facet in book["facets"]
    assert facet in [one["facet"] for one in book["details"]]
    assert names <= asked(told)
    assert not told["empty"]


@pytest.mark.parametrize(
    ("old", "new", "instead"),
    [
        ("assert never cell -> office\n", "", []),
        ("assert blast-radius office.pc <= 2", "assert blast-radius office.pc <= 9", ["blast-radius office.pc <= 9"]),
        ("never cell -> office", "never cell.plc -> office", ["never cell.plc -> office"]),
    ],
)
def test_an_assertion_that_is_taken_away_or_weakened(tmp_path: Path, old: str, new: str, instead: list[str]) -> None:
    told = planned(tmp_path, (old, new))
    [one] = [each for each in told["assertions"] if each["change"] == "ends"]
    assert (one["before"], one["after"], one["instead"]) == (True, None, instead)
    assert {"ops", "it"} & asked(told)
    assert "taken away" in headline(told)
    assert not told["empty"]


def test_what_must_no_longer_work_is_told_while_it_still_does(tmp_path: Path) -> None:
    """Else a workflow is deleted today, and the flow that it needs tomorrow, and neither breaks anything."""
    told = planned(tmp_path, ("workflow w { needs office.pc -> cell.plc : x }\n", ""))
    [one] = told["deliveries"]
    assert (one["released"], one["breaks"], one["before"], one["after"]) == (True, False, "delivered", "delivered")
    assert {"ops", "it"} <= asked(told)
    assert not told["empty"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("firewall fw {", "link office -- cell\nfirewall fw {"),
        ("interface eth0 office; interface eth1 cell", "interface eth0 office, cell"),
    ],
)
def test_a_firewall_that_is_gone_round(tmp_path: Path, old: str, new: str) -> None:
    """No verdict changes, and nobody enforces it any more."""
    told = planned(tmp_path, (old, new))
    assert not told["changes"]
    [one] = told["ways"]
    assert one["unfiltered"]
    assert {(pair["source"], pair["target"]) for pair in one["pairs"]} == {("office", "cell"), ("cell", "office")}
    assert one["before"] == ["fw"]
    assert {"ops", "it"} <= asked(told)
    assert "mean the same" not in render(told)
    assert not told["empty"]


def test_a_route_that_leaves_a_firewall_out(tmp_path: Path) -> None:
    more = "firewall fw2 { target iptables; interface eth0 office; interface eth1 cell }\n"
    two = OLD + more
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
    routed = two + "route office -> cell via fw2\n"
    told = plan(side_of(two, tmp_path / "old"), side_of(routed, tmp_path / "new"))
    [one] = told["ways"]
    assert (one["before"], one["after"], one["unfiltered"]) == (["fw", "fw2"], ["fw2"], False)


def test_reviews_and_drills_that_are_late(tmp_path: Path) -> None:
    told = planned(
        tmp_path, ("review-by 2027-01-01", "review-by 2026-10-01"), ("drilled 2026-09-01", "drilled 2025-01-01")
    )
    late = {one["what"]: one["days"] for one in told["next"] if one["days"] < 0}
    assert set(late) == {"was to be reviewed by then", "was to be drilled by then"}
    ahead = planned(tmp_path / "more")["next"]
    assert {one["what"] for one in ahead} >= {"is to be reviewed by then", "is to be drilled by then"}


def test_a_firewall_newly_managed_asks_its_owner(tmp_path: Path) -> None:
    told = planned(tmp_path, ("firewall fw { target", "firewall fw { owner it; manage cell.plc : x; target"))
    assert ["fw"] in [one["zones"] for one in told["approvals"] if one["names"] == ["it"]]


@pytest.mark.parametrize(
    ("old", "new", "facet"),
    [
        ("zone cell { level 2", "zone cell { level 3", "level"),
        ("zone cell { level 2", "zone cell { level 2; sl-t 1", "sl-t"),
        ("asset plc 10.2.0.1", 'asset plc 10.2.0.1 { unpatchable "old" }', "unpatchable"),
        ("asset plc 10.2.0.1", "asset plc 10.2.0.1 { kind plc }", "kind"),
        ("service x { tcp 80 }", "service x { tcp 80; commands responder }", "service"),
    ],
)
def test_what_checks_go_by(tmp_path: Path, old: str, new: str, facet: str) -> None:
    """Nobody silences a finding by another word for a zone or machine, unseen: either way, since both are told."""
    for at, change in enumerate([[(old, new)], []]):
        (tmp_path / str(at)).mkdir()
        told = planned(tmp_path / str(at), *change)
        assert [one["facet"] for one in told["facts"]] == ([facet] if change else [])
        assert told["empty"] == (not change)
        assert not change or "ops" in asked(told)


def test_an_assertion_about_a_zone_that_shrinks_is_the_same(tmp_path: Path) -> None:
    """Its words are; but not if the names were exchanged, and it speaks of something else."""
    assert not planned(tmp_path / "a", ("net 10.2.0.0/24", "net 10.2.0.0/25"))["assertions"]
    swapped = OLD.replace("cell", "@").replace("office", "cell").replace("@", "office")
    told = planned(tmp_path / "b", (OLD, swapped.replace("never office -> cell", "never cell -> office")))
    assert "ends" in [one["change"] for one in told["assertions"]]


def test_another_clock_moves_all_windows(tmp_path: Path) -> None:
    [one] = planned(tmp_path, ('timezone "UTC"', 'timezone "Asia/Tokyo"'))["grants"]
    assert {"facet": "time zone", "before": "UTC", "after": "Asia/Tokyo"} in one["details"]
    assert one["widens"]
