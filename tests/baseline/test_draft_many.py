"""Drafts of very many machines or ports: the same meaning, and no look at all of them for each of them."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from typing import TYPE_CHECKING

import pytest

from segc import api
from segc.baseline.classify import Classifier
from segc.baseline.draft import rules as drafting
from segc.baseline.draft import services as shelves
from segc.baseline.draft.evidence import Unexplained
from segc.baseline.draft.services import Shelf
from segc.baseline.draft.text import About, text
from segc.baseline.draft.volume import Box, volume
from segc.baseline.ledger import Key
from segc.baseline.observed import Grade
from segc.baseline.store import Seen
from segc.checks import levels
from segc.cli.library import services
from segc.lang.literals import Range
from segc.model.addresses import union
from segc.model.flows import zone_name
from segc.model.plant import TCP, UDP
from tests.baseline.plants import plant

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from segc.model.addresses import Addresses
    from segc.model.plant import Endpoint, Plant

AT = datetime(2026, 10, 30, 12, tzinfo=UTC)
ABOUT = About("baseline", "0" * 12, (20000,), AT.date())
APP, PLC, HMI = "10.30.0.10", "10.3.0.11", "10.3.0.21"


@pytest.fixture
def made(tmp_path: Path) -> Plant:
    return api.check(plant(tmp_path / "plant"), AT)[0]


def unexplained(made: Plant, keys: Iterable[Key]) -> list[Unexplained]:
    classifier = Classifier(made, AT)
    return [
        Unexplained(classifier.judge(key), Seen(*key, 0, 1, 3, 3, 0, 300, 9, 0, 9, 5, 0, 0, "", 3), frozenset({"tap"}))
        for key in keys
    ]


def _few(rnd: random.Random) -> Addresses:
    spans = [(4, low, low + rnd.randrange(4)) for low in rnd.sample(range(20), rnd.randrange(1, 4))]
    return union([Range(*span) for span in spans])


@pytest.mark.parametrize("seed", range(20))
def test_a_triple_counts_once_however_many_boxes_hold_it(seed: int) -> None:
    rnd = random.Random(seed)
    boxes = []
    for _ in range(rnd.randrange(1, 7)):
        spans = [(rnd.choice((TCP, UDP)), low, low + rnd.randrange(6)) for low in rnd.sample(range(12), 2)]
        boxes.append(Box(_few(rnd), _few(rnd), tuple(spans)))
    held = set()
    for box in boxes:
        a, b = ([n for low, high in side.v4 for n in range(low, high + 1)] for side in (box.sources, box.targets))
        ports = [(proto, port) for proto, low, high in box.spans for port in range(low, high + 1)]
        held |= set(product(a, b, ports))
    assert volume(boxes) == len(held)


def test_ten_times_as_many_machines_ask_the_library_no_more(made: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = [0]
    before = shelves.expanded

    def expanded(matches: object) -> object:
        asked[0] += 1
        return before(matches)  # type: ignore[arg-type]

    monkeypatch.setattr(shelves, "expanded", expanded)
    counts = []
    for number in (20, 200):
        asked[0] = 0
        found = unexplained(made, (Key(f"10.40.0.{n}", PLC, 6, 4000 + n) for n in range(20, 20 + number)))
        drafted = drafting.rules(made, Shelf(made, services()), found)
        assert len(list(drafted)) == number
        counts.append(asked[0])
    assert counts[0] == counts[1]


def test_what_a_flow_opens_is_told_by_zone_with_one_look_at_each_end(
    made: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = []

    def name(end: Endpoint) -> str:
        looks.append(end)
        return zone_name(end)

    monkeypatch.setattr(levels, "zone_name", name)
    ends = tuple(asset for zone in made.zones.values() for asset in zone.assets)
    found = levels._by_zone(ends)
    assert found == {zone.name: tuple(zone.assets) for zone in made.zones.values() if zone.assets}
    assert len(looks) == len(ends)


def test_no_flow_is_made_of_a_sweep_of_ports(made: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor of a known service's port that it came upon. The same machine's other conversations are drafted."""
    monkeypatch.setattr(drafting, "MANY_PORTS", 50)
    swept = [Key(APP, HMI, 6, port) for port in (22, *range(7001, 7061))]
    just = [Key(APP, PLC, 6, port) for port in range(7101, 7151)]
    drafted = drafting.rules(made, Shelf(made, services()), unexplained(made, [*swept, *just]))
    assert [one.key for one, _ in drafted.left] == swept
    assert {reason for _, reason in drafted.left} == {
        f"one of 61 ports of {HMI} that {APP} asked for: find out what for"
    }
    assert {one.key for rule in drafted for one in rule.seen} == set(just)
    told = text(made, drafted, ABOUT)
    assert "# ---- not drafted: 61 ----" in told
    assert f"# {APP} -> {HMI}, 61 keys (tcp 22, tcp 7001, tcp 7002 and 58 more): seen 183 times on up to 1 day" in told
    assert told.count("find out what for") == 1


def test_what_has_no_flow_is_told_by_pairs_of_machines(made: Plant) -> None:
    """What most have in common comes first; a reason that names a machine is told once for all who met it."""
    lost = [Key(f"10.40.0.{n}", "192.0.2.1", 6, 443) for n in range(20, 23)]
    either = [Key(APP, f"10.3.0.{n}", 17, port) for n in range(100, 142) for port in (9600, 123)]
    ones = unexplained(made, [*lost, *either])
    ones = [replace(one, seen=one.seen._replace(grade=Grade.NONE)) if one.key.proto == 17 else one for one in ones]
    told = text(made, drafting.rules(made, Shelf(made, services()), ones), ABOUT)
    assert "# ---- not drafted: 87 ----" in told
    assert "# 10.40.0.20 -> 192.0.2.1 and 2 other pairs of machines, 3 keys: seen 9 times on up to 1 day" in told
    assert told.count("no zone owns 192.0.2.1") == 1
    assert f"# {APP} -> 10.3.0.100, 2 keys (udp 123, udp 9600): seen 6 times on up to 1 day" in told
    assert told.count("nothing tells which end opened it") == 39
    assert "# and 6 more: segc baseline compare tells all of them" in told


def test_the_draft_of_a_day_has_one_day(made: Plant) -> None:
    assert "# 1 day, " in text(made, drafting.rules(made, Shelf(made, services()), []), ABOUT)
