"""What a baseline saw and a change would stop: every key, against the verdict asked packet by packet."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segc.baseline.ledger import Key
from segc.baseline.store import Seen
from segc.model.plant import ICMP, ICMP6, PORTED
from segc.model.verdict import BLOCK, Packet, verdict
from segc.plan.seen import stopped
from segc.plan.side import Side
from tests.baseline.test_classify import flows_of, key_of
from tests.plants import plant_of, policies
from tests.probes import _random, of_flow

AT = datetime(2026, 10, 1, 12, 30, tzinfo=UTC)


def seen(key: Key, n: int = 1) -> Seen:
    """A key that was answered each time."""
    return Seen(*key, noise=0, days=1, n=n, answered=n, unanswered=0, bytes=0, pkts=0, first=0, last=0, grade=5, said=0,
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
