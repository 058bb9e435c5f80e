"""What a baseline saw and a change would stop: every key, against the verdict asked packet by packet."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segc import api
from segc.baseline.ledger import Key
from segc.baseline.store import Ledger, Seen
from segc.model.plant import ICMP, ICMP6, PORTED
from segc.model.verdict import BLOCK, Packet, verdict
from segc.plan.document import plan
from segc.plan.seen import observed, stopped
from segc.plan.shape import Plan, StoppedEntry
from segc.plan.side import Side
from segc.report.plan.sections import headline
from tests.baseline.made import Line, learn
from tests.baseline.plants import plant
from tests.baseline.test_classify import flows_of, key_of
from tests.baseline.test_either_way import BOTH, FINS, STATUS
from tests.baseline.test_learned_until import LATER
from tests.baseline.test_readiness import BACKUP, MODBUS
from tests.plants import plant_of, policies
from tests.probes import _random, of_flow

AT = datetime(2026, 10, 1, 12, 30, tzinfo=UTC)


def seen(key: Key, n: int = 1) -> Seen:
    """A key that was answered each time."""
    return Seen(*key, noise=0, days=1, n=n, answered=n, unanswered=0, bytes=0, pkts=0, first=0, last=0, grade=5, said=0, there=n,
                lossy=0, tag="")  # fmt: skip


def source_ports(sides: list[Side], packet: Packet) -> list[int]:
    """Where any flow begins or ends to care."""
    if packet.proto not in PORTED:
        return [packet.sport]
    found = {0, 65535}
    for side in sides:
        for match in (m for flow in flows_of(side.plant) for service in flow.services for m in service.matches):
            found |= {match.source_low, match.source_high, match.source_low - 1, match.source_high + 1}
    return sorted(port for port in found if 0 <= port <= 65535)


@given(data=st.data())
def test_stops_what_the_verdict_lets_through_before_and_blocks_after(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("plants")
    sides = []
    for name in ("a", "b"):
        (folder / name).mkdir()
        sides.append(Side(name, plant_of(data.draw(policies()), folder / name), AT))
    rng = random.Random(data.draw(st.integers(0, 9999)))
    packets = [p for side in sides for flow in flows_of(side.plant) for p in of_flow(side.plant, flow, rng)]
    packets += list(_random(sides[0].plant, rng, 20))
    for packet in rng.sample(packets, min(40, len(packets))):
        key = key_of(packet)
        fates = {
            tuple(verdict(side.plant, packet._replace(sport=port), AT) != BLOCK for side in sides)
            for port in source_ports(sides, packet)
        }
        told = stopped(sides[0], sides[1], [seen(key)])
        if packet.proto not in (*PORTED, ICMP, ICMP6):
            assert bool(told) == ((True, False) in fates), key
        if (True, False) in fates:
            assert told, f"{key} would stop"
        if told:
            assert (True, False) in fates or not told[0].surely
            assert told[0].surely == (fates == {(True, False)}), key


TEXT = """
segc 1
site s "Works" { mode monitor; owner ops }
team ops "Operations"
role lead "Shift lead" { team ops; phone "1" }
service x { tcp 80 }
service odd { tcp 90 { source-port 7000 } }
zone office "Office" { level 4; net 10.1.0.0/24; asset pc 10.1.0.1 }
zone cell "Cell" { level 2; net 10.2.0.0/24; asset plc 10.2.0.1; authority shutdown lead; authority isolate lead }
conduit c office -> cell { mode monitor; allow office.pc -> cell.plc : x }
firewall fw { target iptables; interface eth0 office; interface eth1 cell }
"""
KNOWN, STRANGER = Key("10.1.0.1", "10.2.0.1", 6, 80), Key("10.1.0.7", "10.2.0.1", 6, 80)


def test_enforcing_stops_what_was_only_recorded(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    old = Side("old", plant_of(TEXT, tmp_path / "a"), AT)
    new = Side("new", plant_of(TEXT.replace("c office -> cell { mode monitor", "c office -> cell { mode enforce"),
                               tmp_path / "b"), AT)  # fmt: skip
    attempt = seen(STRANGER)._replace(dst="10.2.0.9", answered=0, unanswered=1)
    keys = [seen(KNOWN), seen(STRANGER, 3), attempt, seen(STRANGER._replace(src="10.1.0.8"), 9)]
    told = stopped(old, new, keys)
    assert [(one.seen.src, one.seen.n, one.was.verdict, one.surely) for one in told] == [
        ("10.1.0.8", 9, "alert", True),
        ("10.1.0.7", 3, "alert", True),
    ]
    assert not stopped(new, old, keys)
    assert not stopped(new, new, keys)


def test_a_flow_that_limits_source_ports_may_stop_a_part(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    text = TEXT.replace("mode monitor", "mode enforce")
    old = Side("old", plant_of(text.replace(": x", ": x, odd"), tmp_path / "a"), AT)
    new = Side("new", plant_of(text, tmp_path / "b"), AT)
    [one] = stopped(old, new, [seen(KNOWN._replace(port=90))])
    assert not one.surely
    assert one.was.flow is not None


# -- what a baseline holds and does not compare ---------------------------------------

EWS, HMI = "10.30.0.50", "10.3.0.21"


def asked(folder: Path, lines: list[Line], enforced: str) -> Plan:
    """The plan that enforces a conduit of `BOTH`, asked of a baseline of these lines, as `segc plan` asks."""
    sides = [
        Side(name, api.check(plant(folder / name, text), LATER)[0], LATER)
        for name, text in (
            ("old", BOTH),
            ("new", BOTH.replace(f"conduit {enforced} {{", f"conduit {enforced} {{\n  mode enforce")),
        )
    ]
    with Ledger.open(learn(folder / "baseline", [MODBUS, BACKUP, STATUS, *lines])) as ledger:
        return plan(sides[0], sides[1], observed(sides[0], sides[1], ledger))


def stops(made: Plan) -> tuple[list[StoppedEntry], list[StoppedEntry]]:
    """What would stop of what was compared, and of what was set aside."""
    assert made["seen"] is not None
    return made["seen"]["stopped"], made["seen"].get("aside", [])


def told(made: Plan) -> tuple[list[str], list[str]]:
    """The same by services."""
    compared, aside = stops(made)
    return [one["service"] for one in compared], [one["service"] for one in aside]


SCAN = [Line(EWS, f"10.3.0.{100 + n}", 502, range(14), state="S0") for n in range(30)]
ANSWERED = Line(EWS, "10.3.0.11", 102, range(14))
RECIPES, BACK = "recipes mes -> line", "back line -> mes"


def test_what_answered_a_scanner_was_seen(tmp_path: Path) -> None:
    """An engineering station that polls a line of which most is off, and programs one controller of it each day."""
    made = asked(tmp_path, [*SCAN, ANSWERED], RECIPES)
    assert told(made) == ([], ["tcp 102"])
    [one] = stops(made)[1]
    assert (one["aside"], one["sessions"], one["surely"]) == ("scan", 14, True)
    first = headline(made)
    assert "None of it was seen" not in first
    assert "1 flow, 14 sessions" in first


def test_what_no_change_stops_is_not_told(tmp_path: Path) -> None:
    assert told(asked(tmp_path, [*SCAN, ANSWERED], BACK)) == ([], [])


def test_what_was_set_aside_on_one_day_and_compared_on_another_counts_once(tmp_path: Path) -> None:
    scans = [one._replace(days=range(7)) for one in SCAN]
    assert told(asked(tmp_path, [*scans, ANSWERED], RECIPES)) == (["tcp 102"], [])


@pytest.mark.parametrize("conduit", [RECIPES, BACK])
def test_of_what_either_end_may_have_opened_a_part_may_stop(conduit: str, tmp_path: Path) -> None:
    made = asked(tmp_path, [FINS], conduit)
    assert told(made) == (["udp 9600"], [])
    [one] = stops(made)[0]
    assert (one["surely"], one.get("either")) == (False, True), "one way it still passes"
    assert headline(made).startswith("May interrupt what was seen: 1 flow, 2 sessions")


@pytest.mark.parametrize("conduit", [RECIPES, BACK])
def test_udp_that_keeps_coming_without_an_answer_was_seen(conduit: str, tmp_path: Path) -> None:
    made = asked(tmp_path, [FINS._replace(state="S0")], conduit)
    assert told(made) == ([], ["udp 9600"])
    assert stops(made)[1][0]["aside"] == "never-answered"
    assert "None of it was seen" not in headline(made)


def test_what_is_stopped_both_ways_is_stopped_whoever_opened_it(tmp_path: Path) -> None:
    old = Side("old", api.check(plant(tmp_path / "a", BOTH), LATER)[0], LATER)
    closed = BOTH.replace(f"conduit {RECIPES} {{", f"conduit {RECIPES} {{\n  mode enforce")
    closed = closed.replace(f"conduit {BACK} {{", f"conduit {BACK} {{\n  mode enforce")
    new = Side("new", api.check(plant(tmp_path / "b", closed), LATER)[0], LATER)
    key = seen(Key(EWS, HMI, 17, 9600))._replace(grade=0)
    [one] = stopped(old, new, [key])
    assert (one.surely, one.either) == (True, False)
    [one] = stopped(old, new, [key._replace(grade=1)])
    assert one.surely


def test_who_loses_the_flow_that_its_answers_came_by_is_told(tmp_path: Path) -> None:
    """Only an answer was seen, and its own direction is enforced already; the flow of the question goes."""
    closed = BOTH.replace(f"conduit {RECIPES} {{", f"conduit {RECIPES} {{\n  mode enforce")
    closed = closed.replace(f"conduit {BACK} {{", f"conduit {BACK} {{\n  mode enforce")
    flow = '\n  allow hmi -> ews : fins { because "x" }'
    old = Side(
        "old",
        api.check(
            plant(tmp_path / "a", closed.replace("mode enforce\n  owner", f"mode enforce{flow}\n  owner")), LATER
        )[0],
        LATER,
    )
    new = Side("new", api.check(plant(tmp_path / "b", closed), LATER)[0], LATER)
    key = seen(Key(EWS, HMI, 17, 9600))._replace(grade=0)
    [one] = stopped(old, new, [key])
    assert one.was.flow is not None
    assert not stopped(old, old, [key])
