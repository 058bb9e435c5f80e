"""Drafts, on random plants and random ledgers: all that was learned is permitted, and no more than is said."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segc.baseline.classify import Classifier
from segc.baseline.draft.evidence import Unexplained, learnable
from segc.baseline.draft.rules import Rule, Rules, rules
from segc.baseline.draft.services import Shelf
from segc.baseline.draft.text import About, text
from segc.baseline.judged import UNEXPLAINED, Class
from segc.baseline.ledger import Key
from segc.baseline.managed import why_not
from segc.baseline.store import Seen
from segc.cli.library import services
from segc.lang.literals import address_text
from segc.lang.loader import load
from segc.lang.parser import parse
from segc.model.plant import ICMP, ICMP6, PORTED, Plant
from segc.model.resolve import resolve
from segc.model.verdict import ALLOW, Packet, verdict
from segc.source import Source
from tests.plants import policies
from tests.probes import _random, of_flow

if TYPE_CHECKING:
    from pathlib import Path

AT = datetime(2026, 10, 1, 12, 30, tzinfo=UTC)
HOURS = {20000: 1 << 5, 20001: 1 << 23}
ABOUT = About("baseline", "0" * 12, (20000, 20001), AT.date())


def seen_of(key: Key, n: int = 3) -> Seen:
    start = 20000 * 86_400_000_000
    return Seen(*key, 0, 2, n, n, 0, 100, 10, start, start + 3_600_000_000, 5, 0, 0, "", n)


def key_of(packet: Packet) -> Key:
    port = packet.dport * 256 if packet.proto in (ICMP, ICMP6) else packet.dport if packet.proto in PORTED else -1
    source, target = (address_text(packet.family, value) for value in (packet.source, packet.target))
    return Key(source, target, packet.proto, port)


def packets_of(plant: Plant, rng: random.Random, count: int) -> list[Packet]:
    """Some that flows are about, either way round, and some of anything."""
    found = list(_random(plant, rng, count))
    for conduit in plant.conduits.values():
        for flow in conduit.flows:
            found += [p for packet in of_flow(plant, flow, rng) for p in (packet, turned(packet))]
    return rng.sample(found, min(count, len(found)))


def turned(packet: Packet) -> Packet:
    return packet._replace(source=packet.target, target=packet.source)


def together(path: Path, drafted: str) -> tuple[Plant, list[str]]:
    """The plant with the draft as one of its files, and the errors that this makes."""
    bundle = load(path)
    tree, found = parse(Source("draft", drafted))
    bundle.trees.append(tree)
    plant, more = resolve(bundle)
    wrong = [one for one in [*found, *more] if any(label.span.source is tree.source for label in one.labels)]
    return plant, [one.message for one in wrong if one.severity.word == "error"]


def judged_keys(plant: Plant, packets: list[Packet]) -> list[Unexplained]:
    classifier = Classifier(plant, AT)
    keys = sorted({key_of(packet) for packet in packets if packet.proto not in PORTED or packet.dport >= 0})
    return [
        Unexplained(
            classifier.judge(key, HOURS), seen_of(key), frozenset({"tap"}), itself=why_not(classifier.covering, key)
        )
        for key in keys
    ]


def drafted_of(plant: Plant, found: list[Unexplained]) -> tuple[Rules, str]:
    made = rules(plant, Shelf(plant, services()), found)
    return made, text(plant, made, ABOUT)


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
@given(policy=policies(), seed=st.integers(0, 9999))
def test_nothing_that_was_learned_stays_unexplained(
    policy: str, seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("plant") / "plant.zone"
    path.write_text(policy, encoding="utf-8")
    plant, _ = resolve(load(path))
    rng = random.Random(seed)
    found = judged_keys(plant, packets_of(plant, rng, 40))
    made, drafted = drafted_of(plant, found)
    after, errors = together(path, drafted)
    assert errors == []
    left = {one.key for one, _ in made.left}
    classifier = Classifier(after, AT)
    for one in learnable(found):
        if one.key not in left:
            again = classifier.judge(one.key, HOURS)
            assert (again.verdict, again.shut.edge) == (Class.PERMITTED, 0), (one.key, drafted)
    for one, reason in made.left:
        assert reason
        assert one.judged.verdict in UNEXPLAINED
    _permits_no_more(plant, after, made, rng)
    assert drafted_of(plant, rng.sample(found, len(found)))[1] == drafted, "the order of what was found counts"


def _permits_no_more(plant: Plant, after: Plant, made: Rules, rng: random.Random) -> None:
    """What the draft permits is what its rules count, found by asking the verdict of every triple near them."""
    assert made.permitted >= made.observed
    for packet in _random(plant, rng, 60):
        if verdict(after, packet, AT) == ALLOW != verdict(plant, packet, AT):
            assert any(_within(rule, packet) for rule in made), packet


def _within(rule: Rule, packet: Packet) -> bool:
    spans = rule.service.spans
    port = packet.dport if packet.proto in (*PORTED, ICMP, ICMP6) else 0
    return (
        rule.sources.addresses.holds(packet.family, packet.source)
        and rule.targets.addresses.holds(packet.family, packet.target)
        and any(proto == packet.proto and low <= port <= high for proto, low, high in spans)
    )
