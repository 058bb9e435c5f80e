"""Assertions: each kind holds and fails, in both states, and for the reason that is given."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segc.assertions.judge import Assertions, Result, breaking, findings
from segc.model.plant import Plant
from segc.model.verdict import ALERT, ALLOW, PASS, Packet, verdict
from tests.graph.test_reach import joined_today, packets
from tests.plants import plant_of, policies

AT = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
TEXT = """
segc 1
site s { mode enforce }
service x { tcp 80 }
service both { tcp 80, 81 }
zone office { net 10.1.0.0/24; asset pc 10.1.0.1; asset pc2 10.1.0.2 }
zone mes { net 10.2.0.0/24; asset app 10.2.0.1 }
zone cell { net 10.3.0.0/24; asset plc 10.3.0.1; asset hmi 10.3.0.2 }
firewall fw { target iptables; interface eth0 office; interface eth1 mes; interface eth2 cell }
conduit a office -> mes { allow office.pc -> mes.app : x }
conduit b mes -> cell { allow mes.app -> cell.plc : x }
grant late { allow office.pc -> cell.plc : x; from 2026-12-01; until 2026-12-31 }
"""


def judged(text: str, folder: Path, *asserts: str) -> list[Result]:
    plant = plant_of("\n".join([text, *(f"assert {one}" for one in asserts), ""]), folder)
    return Assertions(plant, AT).results()


@pytest.mark.parametrize(
    ("assertion", "declared", "monitored"),
    [
        ("never office -> cell", True, False),
        ("never office -> mes", False, False),
        ("never office.pc2 -> mes", True, False),
        ("never cell.plc -> cell.hmi", False, False),  # inside a zone nothing is filtered
        ("can office.pc -> mes.app : x", True, True),
        ("can office.pc -> mes.app : both", False, True),
        ("can office.pc2 -> mes.app : x", False, True),
        ("only mes -> cell", True, False),
        ("only office -> cell", False, False),
        ("only office.pc -> mes", True, False),
        ("only office.pc2 -> mes", False, False),
        ("unreachable office.pc -> cell.hmi", False, False),
        ("unreachable mes -> office", True, False),
        ("unreachable cell -> office, mes", True, False),
        ("blast-radius mes.app <= 2", True, False),
        ("blast-radius mes.app <= 1", False, False),
        ("blast-radius cell.plc <= 1", True, False),
        ("flatness <= 0.5", True, False),
        ("flatness <= 0.3", False, False),
    ],
)
def test_each_kind_holds_and_fails(tmp_path: Path, assertion: str, declared: bool, monitored: bool) -> None:
    """As declared a monitored plant is like an enforced one; today it is open."""
    for text in (TEXT, TEXT.replace("mode enforce", "mode monitor")):
        (one,) = judged(text, tmp_path, assertion)
        assert one.outcome.holds == declared
    (one,) = judged(TEXT, tmp_path, f"{assertion} today")
    assert one.outcome.holds == declared
    (one,) = judged(TEXT.replace("mode enforce", "mode monitor"), tmp_path, f"{assertion} today")
    assert one.outcome.holds == monitored
    assert one.other.holds == declared


def test_a_chain_is_told_by_its_lines(tmp_path: Path) -> None:
    """From the office to a panel: two flows, and a step inside the cell."""
    (one,) = judged(TEXT, tmp_path, "unreachable office -> cell.hmi")
    assert one.outcome.says == "office.pc reaches cell.hmi in 3 hops"
    lines = [label.span.text for label in one.outcome.trace]
    assert lines[:2] == ["allow office.pc -> mes.app : x", "allow mes.app -> cell.plc : x"]
    (found,) = findings([one])
    assert (found.name, found.severity.word, len(found.trace)) == ("assertion-failed", "error", 3)


def test_a_permitted_packet_is_shown(tmp_path: Path) -> None:
    """With the line that permits it."""
    (one,) = judged(TEXT, tmp_path, "never office -> mes")
    assert one.outcome.says == "permitted: office.pc -> mes.app : tcp 80"
    assert [label.span.text for label in one.outcome.trace] == ["allow office.pc -> mes.app : x"]
    assert "10.1.0.1 (office.pc) -> 10.2.0.1 (mes.app) : tcp 80" in one.outcome.notes[0]


def test_a_link_is_open_today(tmp_path: Path) -> None:
    """Nothing stands between, whatever the modes are."""
    first, second = judged(
        f"{TEXT}\nlink office -- cell\n", tmp_path, "never office -> cell", "never office -> cell today"
    )
    assert first.outcome.holds
    assert not second.outcome.holds
    assert any("a link joins the zones" in note for note in second.outcome.notes)


def test_a_grant_that_will_break_it_is_named(tmp_path: Path) -> None:
    """It holds now, and will not from December on."""
    results = judged(TEXT, tmp_path, "never office -> cell", "never office.pc2 -> cell")
    plant = plant_of((tmp_path / "plant.zone").read_text(), tmp_path)
    told = breaking(plant, AT, results)
    assert [one.grants for one in told] == [("late",), ()]


def test_grants_that_break_it_together_are_told(tmp_path: Path) -> None:
    """One that is open now is half of a chain, and one that opens later is the other half."""
    halves = """
grant now { allow office.pc2 -> mes.app : both; from 2026-09-01; until 2026-12-31 }
grant half { allow mes.app -> cell.hmi : x; from 2026-11-01; until 2026-12-31 }
"""
    text = TEXT.replace("conduit b mes -> cell { allow mes.app -> cell.plc : x }", halves)
    asked = ("unreachable office.pc2 -> cell", "never office -> cell.hmi", "can office.pc2 -> mes.app : both")
    results = judged(text, tmp_path, *asked)
    assert all(one.outcome.holds for one in results)
    plant = plant_of((tmp_path / "plant.zone").read_text(), tmp_path)
    results = Assertions(plant, AT).results()
    assert [one.grants for one in breaking(plant, AT, results)] == [("half", "late"), (), ()]


def test_what_cannot_be_judged_does_not_hold(tmp_path: Path) -> None:
    """Ends without a family in common, and zones without an address."""
    text = f"{TEXT}\nzone six {{ net fd00::/64; asset v6 fd00::1 }}\nzone empty {{ level 2 }}\n"
    asked = ("can office.pc -> six.v6 : x", "unreachable empty -> cell", "blast-radius empty <= 99")
    for one in judged(text, tmp_path, *asked):
        assert not one.outcome.holds
        assert re.search("no such packet|has no", one.outcome.says)


def _permitted(plant: Plant, packet: Packet, state: str) -> bool:
    told = verdict(plant, packet, AT)
    if told in (ALLOW, PASS):
        return True
    a, b = (plant.ownership.zone_of(packet.family, one) for one in (packet.source, packet.target))
    opened = a is not None and b is not None and joined_today(plant, a, b) == "open"
    return state == "today" and (told == ALERT or opened)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(policies(), st.data())
def test_never_is_what_the_verdict_says_of_packets(tmp_path: Path, text: str, data: st.DataObject) -> None:
    """If it holds no packet is permitted; if not, the example is one that is."""
    plant = plant_of(text, tmp_path)
    machines = Assertions(plant, AT)._chains["declared"].analysis.ways().machines
    if not machines:
        return
    a, b = data.draw(st.sampled_from(machines)), data.draw(st.sampled_from(machines))
    for state in ("declared", "today"):
        ends = f"{a.path} -> {b.path}{' today' if state == 'today' else ''}"
        plant = plant_of(f"{text}\nassert never {ends}\n", tmp_path)
        (one,) = Assertions(plant, AT).results()
        assert one.outcome.holds == (not any(_permitted(plant, p, state) for p in packets(plant, a, b)))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(policies(), st.data())
def test_only_is_what_the_verdict_says_of_all_others(tmp_path: Path, text: str, data: st.DataObject) -> None:
    """It fails if another machine of another zone has a packet there, and holds if nobody but the named one has."""
    plant = plant_of(text, tmp_path)
    machines = Assertions(plant, AT)._chains["declared"].analysis.ways().machines
    if not machines:
        return
    a, b = data.draw(st.sampled_from(machines)), data.draw(st.sampled_from(machines))
    plant = plant_of(f"{text}\nassert only {a.path} -> {b.path}\n", tmp_path)
    (one,) = Assertions(plant, AT).results()
    mine = plant_of(text, tmp_path).zones[a.zone.name]
    named = a.asset.addresses if a.asset is not None else plant.ownership.own(mine.name)
    others = [
        packet
        for machine in machines
        if machine.zone.name != b.zone.name
        for packet in packets(plant, machine, b)
        if not named.holds(packet.family, packet.source) and _permitted(plant, packet, "declared")
    ]
    assert not (one.outcome.holds and others)
    if one.outcome.notes:
        assert not one.outcome.holds
