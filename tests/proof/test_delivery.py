"""Delivered end to end: against the verdict on packets, over routes that differ by direction, and machines' own firewalls."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segc.model.plant import ICMP, ICMP6
from segc.model.verdict import ALERT, ALLOW, BLOCK, Packet, covers, verdict
from segc.proof.delivery import BACK, DELIVERED, LOST, RECORDED, STOPPED, THERE, Delivery, delivery
from segc.proof.delivery import of_flow as asked_of
from segc.proof.duties import Policy
from tests.plants import plant_of, policies
from tests.probes import of_flow

AT = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
SAME = ("family", "source", "target", "proto", "sport", "dport")
TEXT = """
segc 1
site s { mode enforce; owner ops }
team ops
service work { tcp 502 }
service other { tcp 503 }
zone mes { net 10.1.0.0/24; asset app 10.1.0.1 }
zone cell { net 10.2.0.0/24; asset plc 10.2.0.1 }
conduit c mes <-> cell { allow mes.app -> cell.plc : work }
firewall one { target iptables; interface eth0 mes; interface eth1 cell }
firewall two { target iptables; interface eth0 mes; interface eth1 cell }
workflow w { needs mes.app -> cell.plc : work }
"""
ROUTES = "route mes -> cell via one\nroute cell -> mes via two\n"


def told(folder: Path, text: str) -> Delivery:
    policy = Policy(plant_of(text, folder), AT)
    return delivery(policy, asked_of(policy, policy.plant.workflows["w"].needs[0]))


@pytest.mark.parametrize(
    ("change", "state", "direction", "firewalls"),
    [
        (("", ""), DELIVERED, THERE, ()),
        (("{ allow mes.app -> cell.plc : work", "{ allow mes.app -> cell.plc : other"), LOST, THERE, ("one", "two")),
        (("workflow w { needs mes.app", "workflow w { needs mes"), LOST, THERE, ("one", "two")),
        (("{ mode enforce", "{ mode monitor"), DELIVERED, THERE, ()),
        (("workflow", ROUTES + "workflow"), LOST, BACK, ("two",)),
        (("workflow", ROUTES.replace("cell -> mes via two", "cell -> mes via one") + "workflow"), DELIVERED, THERE, ()),
    ],
)
def test_where_packets_are_lost(
    tmp_path: Path, change: tuple[str, str], state: str, direction: str, firewalls: tuple[str, ...]
) -> None:
    """By no flow, or on the way back by a firewall that has not seen the session."""
    found = told(tmp_path, TEXT.replace(*change) if change[0] else TEXT)
    assert (found.state, found.direction, found.firewalls) == (state, direction, firewalls)


def test_answers_may_come_back_where_they_are_let_through(tmp_path: Path) -> None:
    """By monitor, or by a flow from the port of the server."""
    text = TEXT.replace("workflow", ROUTES + "workflow")
    assert told(tmp_path, text.replace("{ mode enforce", "{ mode monitor")).state == DELIVERED
    back = "service answers { tcp any { source-port 502 } }\nconduit c"
    flow = "{ allow cell.plc -> mes.app : answers; allow"
    assert told(tmp_path, text.replace("conduit c", back).replace("{ allow", flow)).state == DELIVERED


def test_let_through_by_monitor_only(tmp_path: Path) -> None:
    """Which is worse than permitted, and better than lost."""
    text = TEXT.replace("{ mode enforce", "{ mode monitor").replace("plc : work }\nfirewall", "plc : other }\nfirewall")
    assert told(tmp_path, text).state == RECORDED


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(policies(), policies(), st.randoms(use_true_random=False))
def test_no_packet_fares_worse_than_is_said(tmp_path: Path, old: str, new: str, dice: Random) -> None:
    """The flows of one plant, asked of another one; the verdict is the language's own."""
    (tmp_path / "old").mkdir(exist_ok=True)
    (tmp_path / "new").mkdir(exist_ok=True)
    was, now = (Policy(plant_of(text, tmp_path / name), AT) for text, name in ((old, "old"), (new, "new")))
    for flow in [flow for conduit in was.plant.conduits.values() for flow in conduit.flows]:
        found = delivery(now, asked_of(was, flow))
        if found.packet is not None and found.direction == THERE and found.why in (STOPPED, ""):
            packet = Packet(*(getattr(found.packet, name) for name in SAME))
            if packet.proto in (ICMP, ICMP6):
                packet = packet._replace(sport=0, dport=packet.dport >> 8)
            assert verdict(now.plant, packet, AT) == (BLOCK if found.state == LOST else ALERT)
        for probe in of_flow(was.plant, flow, dice):
            ends = [now.plant.ownership.zone_of(probe.family, end) for end in (probe.source, probe.target)]
            seen = None in ends or now.topology.crossed(str(ends[0]), str(ends[1]))
            if seen and ends[0] != ends[1] and covers(was.plant, flow, probe):
                told = verdict(now.plant, probe, AT)
                assert found.state == LOST or told != BLOCK
                assert found.state != DELIVERED or told == ALLOW
