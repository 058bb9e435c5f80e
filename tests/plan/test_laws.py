"""Laws of plans on random plants, held against the one slow verdict."""

from __future__ import annotations

import re
from random import Random
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segc.model.verdict import Packet, covers, flows_at, verdict
from segc.packets.fields import DPORT, PROTO, SOURCE, SPORT, TARGET
from segc.plan.difference import difference
from segc.plan.document import plan
from tests.plan.conftest import AT, side_of
from tests.plants import policies

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pytest

    from segc.model.plant import Plant
    from segc.plan.difference import Change

    Kind = tuple[str, bool]

ICMPS = (1, 58)
PORTED = (6, 17, 132)
NEVER = {
    4: (58, 33, 136),
    6: (1, 33, 136, 0, 43, 44, 60, 135, 139, 140),
}  # no packet has it, or the readers differ on it
LAW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
NAMED = re.compile(
    r"\b(mes|filling|x|hall-north-of-the-river-line[\w-]*|s\d+|g\d+|a\d+|mixed|some-of-[\w-]+)\b(?![\w-])"
)


@LAW
@given(policies(), policies(), st.integers(0, 9999))
def test_what_is_said_is_what_the_verdicts_say(
    tmp_path_factory: pytest.TempPathFactory, one: str, two: str, seed: int
) -> None:
    folder = tmp_path_factory.mktemp("plan")
    before, after = side_of(one, folder), side_of(two, folder)
    ahead, back = difference(before, after), difference(after, before)
    for packet in _edges((before.plant, after.plant), Random(seed), 120):
        want = _kind(before.plant, packet), _kind(after.plant, packet)
        said = [(each.was.kind, each.now.kind) for each in ahead if _inside(each, packet)]
        assert said == ([want] if want[0] != want[1] else []), (packet, want)
        mirrored = [(each.now.kind, each.was.kind) for each in back if _inside(each, packet)]
        assert mirrored == said, packet


@LAW
@given(policies(), policies())
def test_every_example_has_the_verdicts_that_are_said(
    tmp_path_factory: pytest.TempPathFactory, one: str, two: str
) -> None:
    folder = tmp_path_factory.mktemp("plan")
    before, after = side_of(one, folder), side_of(two, folder)
    for each in difference(before, after):
        sample = each.sample
        port = sample.dport >> 8 if sample.proto in ICMPS else sample.dport
        packet = Packet(each.family, sample.source, sample.target, sample.proto, sample.sport, port)
        assert (_kind(before.plant, packet), _kind(after.plant, packet)) == (each.was.kind, each.now.kind)


@LAW
@given(policies(), st.randoms(use_true_random=False))
def test_other_names_in_another_order_are_an_empty_plan(
    tmp_path_factory: pytest.TempPathFactory, text: str, dice: Random
) -> None:
    folder = tmp_path_factory.mktemp("plan")
    other = _shuffled(NAMED.sub(lambda found: f"r-{found[1]}", text), dice)
    assert other != text
    document = plan(side_of(text, folder), side_of(other, folder))
    assert document["empty"], (document["changes"], document["modes"], document["grants"], document["firewalls"])
    assert not document["figures"]["jewels"]
    assert not document["figures"]["blast"]
    assert not document["approvals"]


def _shuffled(text: str, dice: Random) -> str:
    """Statements, and facts of all but services, in another order."""
    head, *statements = re.findall(r"^(?:\S[^\n]*\{\n(?:  .*\n)*\}|\S.*)\n", text, re.MULTILINE)
    assert head + "".join(statements) == text
    dice.shuffle(statements)
    made = [head]
    for statement in statements:
        first, *facts = statement.splitlines(keepends=True)
        if facts:
            last = facts.pop()
            dice.shuffle(facts)
            facts.append(last)
        made += [first, *facts]
    return "".join(made)


def _inside(each: Change, packet: Packet) -> bool:
    port = packet.dport * 256 if packet.proto in ICMPS else packet.dport
    fields = {SOURCE: packet.source, TARGET: packet.target, PROTO: packet.proto, DPORT: port, SPORT: packet.sport}
    return each.family == packet.family and any(
        all(any(low <= fields[field] <= high for low, high in spans) for field, spans in box.items())
        for box in each.boxes
    )


def _kind(plant: Plant, packet: Packet) -> Kind:
    said = verdict(plant, packet, AT)
    recorded = said == "allow" and any(flow.facts.log for flow in flows_at(plant, AT) if covers(plant, flow, packet))
    return said, recorded


def _edges(plants: Sequence[Plant], dice: Random, number: int) -> Iterator[Packet]:
    """Packets at the edges of what the plants name."""
    known: dict[int, list[int]] = {4: [], 6: []}
    for plant in plants:
        for zone in plant.zones.values():
            for each in (plant.ownership.own(zone.name), *(asset.addresses for asset in zone.assets)):
                for part in each.ranges():
                    known[part.family] += [part.low, part.high]
    matches = [match for plant in plants for service in plant.services.values() for match in service.matches]
    for _ in range(number):
        family, match = dice.choice([each for each in known if known[each]]), dice.choice(matches)
        if match.family not in (0, family) or match.proto in NEVER[family]:
            continue
        ports = (match.low, match.high, match.low - 1, match.high + 1)
        starts = (match.source_low, match.source_high, match.source_low - 1)
        top = 65535 if match.proto in PORTED else 255 if match.proto in ICMPS else 0
        port = min(max(dice.choice(ports), 0), top)
        start = min(max(dice.choice(starts), 0), 65535 if match.proto in PORTED else 0)
        ends = dice.choice(known[family]), dice.choice(known[family])
        yield Packet(family, *ends, match.proto, start, port)
