"""Clocks of sensors that saw the same conversations."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from segc.baseline.clocks import told
from segc.baseline.store import Ledger
from tests.baseline.store.logs import conn, learn, row


def baseline(folder: Path, shift: float, *, jitter: float = 0.01) -> Path:
    rnd = random.Random(1)
    starts = [(rnd.randrange(10_000, 70_000), f"10.0.0.{n}") for n in range(1, 30)]
    for sensor, by in (("dmz", 0.0), ("line", shift)):
        file = folder / f"{sensor}.log"
        file.write_text(
            conn(row(start + by + rnd.random() * jitter * bool(by), src, "10.0.1.1") for start, src in starts),
            encoding="utf-8",
        )
        learn(folder / "baseline", file, sensor=sensor)
    return folder / "baseline"


def test_an_hour_is_a_time_zone(tmp_path: Path) -> None:
    with Ledger.open(baseline(tmp_path, 3600)) as ledger:
        (skew,) = ledger.skews()
    assert (skew.early, skew.late, round(skew.seconds), skew.pairs) == ("dmz", "line", 3600, 29)
    assert told(skew).name == "clocks-disagree"
    assert "--zone" in told(skew).help


@pytest.mark.parametrize("rare", [0, 6])
def test_what_comes_each_minute_tells_nothing_of_an_hour(rare: int, tmp_path: Path) -> None:
    """By each clock the first poll after midnight is another one, and 63 minutes would look like 3."""
    polls = [(n + 300 * k, f"10.0.0.{n}") for n in range(1, 30) for k in range(80 * 3)]
    polls += [(9000 + 5000 * n, f"10.0.0.{100 + n}") for n in range(rare)]
    for sensor, by in (("dmz", 0), ("line", 3780)):
        file = tmp_path / f"{sensor}.log"
        file.write_text(conn(row((start + by) % 86_400, src, "10.0.1.1") for start, src in polls), encoding="utf-8")
        learn(tmp_path / "baseline", file, sensor=sensor)
    with Ledger.open(tmp_path / "baseline") as ledger:
        assert [(round(skew.seconds), skew.pairs) for skew in ledger.skews()] == ([(3780, rare)] if rare else [])


def test_a_clock_that_is_behind(tmp_path: Path) -> None:
    with Ledger.open(baseline(tmp_path, -95)) as ledger:
        (skew,) = ledger.skews()
    assert (skew.early, skew.late) == ("line", "dmz")
    assert "NTP" in told(skew).help


def test_clocks_that_agree(tmp_path: Path) -> None:
    with Ledger.open(baseline(tmp_path, 2)) as ledger:
        assert ledger.skews() == []


def test_conversations_that_are_not_the_same_show_nothing(tmp_path: Path) -> None:
    with Ledger.open(baseline(tmp_path, 100, jitter=9000)) as ledger:
        assert ledger.skews() == []
