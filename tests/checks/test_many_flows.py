"""Thousands of flows between two machines, as a draft may have them: each is compared with the few that it may meet."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from segc.checks import CHECKS, cover, near, registry
from segc.model.atoms import Axis, members
from tests.plants import plant_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from segc.checks.cover import Part

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
ZONES = "zone x { net 10.0.0.0/24; asset a 10.0.0.1 }\nzone y { net 10.0.1.0/24; asset b 10.0.1.1 }\n"
WAYS: dict[str, Callable[[int], str]] = {  # what stands beside a flow for each port
    "twice": lambda n: f"conduit two x -> y {{ {flows(n)} }}",
    "granted": lambda n: f"grant g {{ {flows(n)}; until 2027-01-01 }}",
    "within": lambda n: "service all { tcp 1024-65000 }\nconduit two x -> y { allow a -> b : all }",
    "shared": lambda n: (
        "\n".join(f"service q{i} {{ tcp {1025 + 4 * i}-{1026 + 4 * i} }}" for i in range(n))
        + f"\nconduit two x -> y {{ {flows(n).replace(' : p', ' : q')} }}"
    ),
}
FOUND = {
    "twice": "redundant-flow",
    "granted": "grant-opens-nothing",
    "within": "redundant-flow",
    "shared": "overlapping-flow",
}


def flows(count: int) -> str:
    return "; ".join(f"allow a -> b : p{i}" for i in range(count))


def looks(way: str, count: int, folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """How often two flows are compared, where each of so many is found to open what another one opens."""
    counted, touch = [0], cover.touch

    def counting(a: Part, b: Part) -> bool:
        counted[0] += 1
        return touch(a, b)

    ports = "\n".join(f"service p{i} {{ tcp {1024 + 4 * i}-{1025 + 4 * i} }}" for i in range(count))
    folder.mkdir()
    text = f"segc 1\nsite s\n{ports}\n{ZONES}conduit one x -> y {{ {flows(count)} }}\n{WAYS[way](count)}\n"
    plant = plant_of(text.replace("; ", "\n"), folder)
    with monkeypatch.context() as patched:
        patched.setattr(near, "touch", counting)
        found = list(CHECKS[FOUND[way]](plant, registry.moment(plant, AT)))
    assert len(found) == count
    return counted[0]


@pytest.mark.parametrize("way", WAYS)
def test_each_is_compared_with_few_others(way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few, many = (looks(way, count, tmp_path / str(count), monkeypatch) for count in (20, 80))
    assert 0 < many <= 4 * few


@pytest.mark.parametrize("seed", range(10))
def test_the_sets_that_hold_any_number_of_a_range(seed: int) -> None:
    rnd = random.Random(seed)
    sets = [{rnd.randrange(30) for _ in range(rnd.randrange(5))} for _ in range(6)]
    axis = Axis((number, value, value) for number, held in enumerate(sets) for value in sorted(held))
    for low in range(-2, 33):
        for high in range(low, 33):
            due = [number for number, held in enumerate(sets) if held & set(range(low, high + 1))]
            assert members(axis.between(low, high)) == due
