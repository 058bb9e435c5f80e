"""Many pairs of zones with a flow or two each: what a pair costs in lines, since that is what such a file is made of."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from segc.targets.build import build
from tests.benchmarks.plants import Plant
from tests.plants import plant_of


def test_a_sparse_pair_takes_few_lines(tmp_path: Path) -> None:
    """Its way in, its flow, record and verdict, and the same for what is astray; no tail that others have, too."""
    file = tmp_path / "one.zone"
    Plant("one", 500).write(file)
    [one] = build(
        plant_of(file.read_text(encoding="utf-8"), tmp_path), datetime(2026, 11, 23, tzinfo=UTC), "declared"
    ).built
    [text] = [artefact.text for artefact in one.files if artefact.name == "iptables.rules"]
    rules = sum(line.startswith("-A ") for line in text.splitlines())
    assert rules <= 8 * len(one.rules.pairs)
