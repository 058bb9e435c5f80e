"""The packets whose verdict changes: what a plan says of each is what the language's own verdict says of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from segc.model.plant import ICMP, ICMP6, Plant
from segc.model.verdict import ALLOW, Packet, covers, flows_at, verdict
from segc.packets.fields import DPORT, PROTO, SOURCE, SPORT, TARGET
from segc.plan.difference import Change, difference
from segc.plan.document import plan
from segc.plan.side import Side
from tests.plants import plant_of, policies
from tests.probes import of_flow

AT = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
SLOW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def side(text: str, folder: Path, name: str) -> Side:
    place = folder / name
    place.mkdir(exist_ok=True)
    return Side(name, plant_of(text, place), AT)


def holds(change: Change, packet: Packet) -> bool:
    """Is a packet one of a change's? A code of 0 for ICMP."""
    if change.family != packet.family:
        return False
    port = packet.dport * 256 if packet.proto in (ICMP, ICMP6) else packet.dport
    asked = {SOURCE: packet.source, TARGET: packet.target, PROTO: packet.proto, DPORT: port, SPORT: packet.sport}
    return any(
        all(any(low <= asked[field] <= high for low, high in spans) for field, spans in box.items())
        for box in change.boxes
    )


def kind(plant: Plant, packet: Packet) -> tuple[str, bool]:
    """The verdict, and whether an allowed packet is recorded."""
    told = verdict(plant, packet, AT)
    logged = any(flow.facts.log and covers(plant, flow, packet) for flow in flows_at(plant, AT))
    return told, told == ALLOW and logged


def probes(sides: tuple[Side, Side], dice: Random) -> list[Packet]:
    found = []
    for one in sides:
        flows = [flow for conduit in one.plant.conduits.values() for flow in conduit.flows]
        flows += [flow for grant in one.plant.grants.values() for flow in grant.flows]
        for flow in flows:
            found += list(of_flow(one.plant, flow, dice))
    return [packet for packet in found if packet.proto in (1, 6, 17, 58, 132) or (packet.dport, packet.sport) == (0, 0)]


@SLOW
@given(policies(), policies(), st.randoms(use_true_random=False))
def test_each_packet_changes_as_the_plan_says(tmp_path: Path, old: str, new: str, dice: Random) -> None:
    """A packet is in exactly one change if its verdict changes, with both verdicts, and in none if it does not."""
    sides = side(old, tmp_path, "old"), side(new, tmp_path, "new")
    changes = difference(*sides)
    for packet in probes(sides, dice):
        kinds = kind(sides[0].plant, packet), kind(sides[1].plant, packet)
        found = [(one.was.kind, one.now.kind) for one in changes if holds(one, packet)]
        assert found == ([kinds] if kinds[0] != kinds[1] else []), packet


@SLOW
@given(policies(), policies())
def test_the_way_back_is_the_mirror(tmp_path: Path, old: str, new: str) -> None:
    """What stops one way begins the other way."""
    sides = side(old, tmp_path, "old"), side(new, tmp_path, "new")
    there = {(c.was.kind, c.now.kind, c.family, _boxes(c)) for c in difference(*sides)}
    back = {(c.now.kind, c.was.kind, c.family, _boxes(c)) for c in difference(sides[1], sides[0])}
    assert {key[:3] for key in there} == {key[:3] for key in back}


def _boxes(change: Change) -> str:
    return repr(change.boxes)


@SLOW
@given(policies())
def test_the_same_plant_is_an_empty_plan(tmp_path: Path, text: str) -> None:
    told = plan(side(text, tmp_path, "old"), side(text, tmp_path, "new"))
    assert told["empty"]
    assert not told["changes"]
    assert not told["modes"]


@SLOW
@given(policies(), st.randoms(use_true_random=False))
def test_names_and_order_mean_nothing(tmp_path: Path, text: str, dice: Random) -> None:
    """Every zone, asset, conduit, group and service has another name, and what can be reordered is."""
    renamed = re.sub(r"\b(s\d|a\d|some-of-[\w-]+|mixed|g\d)\b", r"other-\1", text)
    renamed = re.sub(r"(?<=-c)(\d)(?= )", r"9\1", renamed)
    statements = re.split(r"\n(?=[a-z])", renamed.strip())
    head, *rest = statements
    assume(head == "segc 1")
    dice.shuffle(rest)
    told = plan(side(text, tmp_path, "old"), side("\n".join([head, *rest, ""]), tmp_path, "new"))
    assert not told["changes"]
    assert not told["modes"]
    assert not told["grants"]
    assert told["empty"]
