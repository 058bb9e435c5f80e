"""Flows that share a part of their packets, against counting the packets of a tiny network."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segc.checks import CHECKS, registry
from segc.checks.cover import Part, by_pair
from segc.model.plant import Flow, Plant
from tests.checks.words import Names, conduit
from tests.plants import plant_of

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
HEAD = """segc 1
site s
service a { tcp 1-2 }
service b { tcp 2-3 }
service c { tcp 1; udp 1 }
service d { udp 1-3 { source-port 1-2 } }
service e { udp 1-3 { source-port 3 } }
zone x { net 10.0.0.0/30, fd00::/126; asset x1 10.0.0.0-10.0.0.1; asset x2 10.0.0.1-10.0.0.2; asset x6 fd00::1 }
zone y { net 10.0.1.0/30, fd01::/126; asset y1 10.0.1.0-10.0.1.1 { address fd01::1 }; asset y2 10.0.1.1 }
zone z { net 10.0.2.0/30; asset z1 10.0.2.0-10.0.2.2; asset z2 10.0.2.2-10.0.2.3 }
link x -- y
link y -- z
"""
ENDS = {"x": ("x", "x1", "x2", "x, x6"), "y": ("y", "y1", "y2"), "z": ("z", "z1", "z2"), "y, z": ("y1, z1", "y, z2")}
Packet = tuple[int, int, int, int, int, int]


@st.composite
def drawn(draw: st.DrawFn) -> str:
    """Conduits from x to its neighbours, with flows, and a grant."""

    def flows(source: str, target: str, low: int, high: int) -> list[str]:
        ends = st.tuples(
            st.sampled_from(ENDS[source]),
            st.sampled_from(ENDS[target]),
            st.lists(st.sampled_from("abcde"), min_size=1, max_size=2),
        )
        return [
            f"  allow {one} -> {other} : {', '.join(dict.fromkeys(services))}"
            for one, other, services in draw(st.lists(ends, min_size=low, max_size=high))
        ]

    lines = ["conduit one x -> y {", *flows("x", "y", 1, 4), "}", "conduit two x -> z {", *flows("x", "z", 0, 3), "}"]
    lines += ["grant g {", *flows("x", "y", 1, 2), *flows("x", "y, z", 0, 2), "  until 2027-01-01", "}"]
    return HEAD + "\n".join(lines) + "\n"


def packets(plant: Plant, flow: Flow) -> set[Packet]:
    """Every packet of a flow."""
    return {packet for parts in by_pair(plant, [flow]).values() for part in parts for packet in _packets(part)}


def _packets(part: Part) -> Iterator[Packet]:
    for family, base in ((4, 10 << 24), (6, 0xFD << 120)):
        step = 256 if family == 4 else 1 << 112
        addresses = [base + zone * step + host for zone in range(3) for host in range(4)]
        for source, target in product(addresses, repeat=2):
            if part.sources.holds(family, source) and part.targets.holds(family, target):
                for match in part.matches:
                    sources = (match.source_low, 1, 2, 3) if match.source_low else (0, 1, 2, 3)
                    for port, sport in product(range(match.low, match.high + 1), sources):
                        if match.source_low <= sport <= match.source_high:
                            yield family, source, target, match.proto, port, sport


def named(plant: Plant, check: str) -> dict[int, set[int]]:
    """Flows by where they stand, each with those that are shown beside it."""
    found = CHECKS[check](plant, registry.moment(plant, AT))
    return {one.labels[0].span.start: {label.span.start for label in one.labels[1:]} for one in found}


@settings(max_examples=max(settings().max_examples, 150))
@given(text=drawn())
def test_what_is_said_is_what_counting_says(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    plant = plant_of(text, tmp_path_factory.mktemp("plant"))
    standing = [flow for one in plant.conduits.values() for flow in one.flows]
    granted = [flow for grant in plant.grants.values() for flow in grant.flows]
    of = {flow: packets(plant, flow) for flow in [*standing, *granted]}
    whole = {flow for flow in standing if of[flow] <= set().union(*(of[one] for one in standing if one is not flow))}
    due = {
        flow: [
            one
            for one in standing[:at]
            if not whole & {flow, one} and of[flow] & of[one] and not of[flow] <= of[one] and not of[one] <= of[flow]
        ]
        for at, flow in enumerate(standing)
    }
    assert named(plant, "overlapping-flow") == shown(due)
    every = set().union(*(of[flow] for flow in standing))
    due = {flow: [one for one in standing if of[flow] & of[one]] if not of[flow] <= every else [] for flow in granted}
    assert named(plant, "grant-overlaps-flow") == shown(due)


def shown(due: dict[Flow, list[Flow]]) -> dict[int, set[int]]:
    """What has to be said: of each flow the first few that share packets with it."""
    return {flow.span.start: {one.span.start for one in others[:3]} for flow, others in due.items() if others}


def test_the_flows_that_share_packets_are_shown(names: Names) -> None:
    assert names(conduit("app -> cell : modbus", "mes -> plc : modbus")) == ["overlapping-flow"]
    assert names(conduit("app -> cell : modbus", "mes -> plc : s7comm")) == []
    assert names(conduit("app -> cell : modbus", "app -> plc : modbus")) == ["redundant-flow"]
    assert names(conduit("low -> cell : modbus", "high -> cell : modbus")) == []


@pytest.mark.parametrize(("until", "said"), [("2026-11-24", 1), ("2026-11-22", 0)])
def test_grants_that_are_over_share_nothing(until: str, said: int, tmp_path: Path) -> None:
    """Neither a part nor all: they need no words any more about when they end."""
    ended = (
        f"grant g {{\n  allow x -> y : a\n  until {until}\n}}\ngrant h {{\n  allow x1 -> y : c\n  until {until}\n}}\n"
    )
    plant = plant_of(f"{HEAD}conduit one x -> y {{\n  allow x1 -> y : a\n}}\n{ended}", tmp_path)
    assert len(named(plant, "grant-overlaps-flow")) == 2 * said
    whole = plant_of(f"{HEAD}conduit one x -> y {{\n  allow x -> y : a, c\n}}\n{ended}", tmp_path)
    assert len(named(whole, "grant-opens-nothing")) == 2 * said
