"""The register of grants: its states against the verdict on a packet, and what a build still lets in."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from segc import api
from segc.graph.topology import Topology
from segc.model.plant import Plant
from segc.model.verdict import ALLOW, Packet, verdict
from segc.report.figures import grants
from segc.response.register import ENDED, OPEN, WAITING, Entry, expiring, register
from tests.plants import plant_of

TEXT = """
segc 1
site s {{ timezone "Europe/Vienna"; mode enforce; owner ops }}
team ops
service x {{ tcp 80 }}
zone dmz {{ net 10.1.0.0/24; asset jump 10.1.0.1 }}
zone cell {{ net 10.2.0.0/24; asset plc 10.2.0.1 }}
firewall fw {{ target {target}; interface {first} dmz 10.1.0.254/24; interface {second} cell 10.2.0.254/24 }}
grant early {{ allow dmz.jump -> cell.plc : x; until 2026-06-30 }}
grant weekly {{ allow dmz.jump -> cell.plc : x; window Sat 06:00-10:00; from 2026-10-01; until 2026-10-31 }}
grant late {{ allow dmz.jump -> cell.plc : x; from 2026-12-01; until 2026-12-31 }}
"""
SATURDAY = datetime(2026, 10, 10, 5, 0, tzinfo=UTC)  # seven in Vienna
JUMP, PLC = 0x0A010001, 0x0A020001


def plant(folder: Path, target: str = "iptables", interfaces: tuple[str, str] = ("eth0", "eth1")) -> Plant:
    first, second = interfaces
    return plant_of(TEXT.format(target=target, first=first, second=second), folder)


def entries(built: Plant, at: datetime) -> dict[str, Entry]:
    return {one.grant.name: one for one in register(built, Topology(built), at).entries}


def test_states_and_turns(tmp_path: Path) -> None:
    """On a Saturday morning one grant is open until ten, one is over, one has not begun."""
    found = entries(plant(tmp_path), SATURDAY)
    assert {name: one.state for name, one in found.items()} == {"early": ENDED, "weekly": OPEN, "late": WAITING}
    assert found["weekly"].turns == datetime(2026, 10, 10, 8, 0, tzinfo=UTC)
    assert found["late"].turns == datetime(2026, 11, 30, 23, 0, tzinfo=UTC)  # midnight in Vienna
    assert found["early"].turns is None
    assert found["weekly"].days == 22
    assert found["weekly"].firewalls == ("fw",)


@pytest.mark.parametrize("hours", range(0, 24 * 40, 5))
def test_a_grant_is_open_exactly_when_its_packet_is_allowed(tmp_path: Path, hours: int) -> None:
    """And what the register says of the next turn is when that changes."""
    built = plant(tmp_path)
    at = datetime(2026, 9, 28, 0, 0, tzinfo=UTC) + timedelta(hours=hours)
    packet = Packet(4, JUMP, PLC, 6, 40000, 80)
    found = entries(built, at)
    assert (verdict(built, packet, at) == ALLOW) == any(one.state == OPEN for one in found.values())
    turns = found["weekly"].turns
    if turns is not None:
        before, after = (verdict(built, packet, moment) for moment in (turns - timedelta(seconds=1), turns))
        assert before != after


def test_only_what_ends_soon(tmp_path: Path) -> None:
    """The last day counts; what is over is not about to end."""
    built = plant(tmp_path)
    found = register(built, Topology(built), SATURDAY)
    assert [one.grant.name for one in expiring(found, 22)] == ["weekly"]
    assert [one.grant.name for one in expiring(found, 21)] == []


def test_a_firewall_without_a_clock_lets_in_until_the_next_build(tmp_path: Path) -> None:
    """It was built while the grant was open. One that goes by its clock is no such case."""
    for target, interfaces, stale in (
        ("cisco-nxos", ("Vlan10", "Vlan20"), ("fw",)),
        ("iptables", ("eth0", "eth1"), ()),
    ):
        built = plant(tmp_path, target, interfaces)
        out = tmp_path / target
        api.build(built, out, at=SATURDAY)
        later = register(built, Topology(built), SATURDAY + timedelta(hours=4), out)
        assert {one.grant.name: one.stale for one in later.entries}["weekly"] == stale
        now = register(built, Topology(built), SATURDAY, out)
        assert {one.stale for one in now.entries} == {()}


def test_a_build_may_hold_what_the_policy_has_lost(tmp_path: Path) -> None:
    """A grant that was deleted from the text is not yet deleted from the firewall."""
    built = plant(tmp_path)
    api.build(built, tmp_path / "out", at=SATURDAY)
    text = (tmp_path / "plant.zone").read_text()
    less = plant_of("\n".join(line for line in text.split("\n") if "weekly" not in line), tmp_path)
    assert register(less, Topology(less), SATURDAY, tmp_path / "out").unknown == (("fw", "weekly"),)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert "weekly" in json.dumps(manifest)


def test_what_a_baseline_has_not_seen(tmp_path: Path) -> None:
    """A grant that was open and not used; one that has not begun cannot have been. Without a baseline nothing is said."""
    built = plant(tmp_path)
    seen = {"early": SATURDAY - timedelta(days=150)}
    told = {one.grant.name: one for one in register(built, Topology(built), SATURDAY, None, seen).entries}
    assert {name: one.unused for name, one in told.items()} == {"early": False, "weekly": True, "late": None}
    assert told["early"].used == seen["early"]
    assert {one.unused for one in register(built, Topology(built), SATURDAY).entries} == {None}
    found = register(built, Topology(built), SATURDAY, None, {})
    assert "never used, as far as the baseline has seen: weekly, early" in grants.render(
        built, grants.document(built, found), found
    )
