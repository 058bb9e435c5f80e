"""What needs no merging is not merged, and the answers are those of merging everything."""

from __future__ import annotations

from pathlib import Path

import pytest

from segc.baseline.store import Ledger
from tests.baseline.store.logs import conn, learn, row

DAY = 86_400
LOGS = {
    "one log a day": (("tap", 0), ("tap", DAY)),
    "two logs of a day": (("tap", 0), ("tap", 3600)),
    "two sensors of a day": (("tap", 0), ("span", 0)),
    "both": (("tap", 0), ("tap", 3600), ("span", 0)),
}
MERGED = {
    "one log a day": {"per_sensor": "ledger", "daily": "ledger"},
    "two logs of a day": {"per_sensor": "per_sensor", "daily": "per_sensor"},
    "two sensors of a day": {"per_sensor": "ledger", "daily": "daily"},
    "both": {"per_sensor": "per_sensor", "daily": "daily"},
}


@pytest.fixture(params=sorted(LOGS))
def asked(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path]:
    name = str(request.param)
    for number, (sensor, since) in enumerate(LOGS[name]):
        # Each sensor misses one, and each log has one of its own; the last one was never answered.
        rows = [row(since + n * 60 + 7 * (sensor == "span"), f"10.0.0.{n}", "10.0.1.1") for n in range(1, 9 - number)]
        rows.append(row(since + 600, "10.0.0.9", "10.0.1.1", state="S0", sport=50_100 + number))
        file = tmp_path / f"conn-{number}.log"
        file.write_text(conn(rows), encoding="utf-8")
        learn(tmp_path / "baseline", file, sensor=sensor)
    return name, tmp_path / "baseline"


def answers(folder: Path) -> list[object]:
    with Ledger.open(folder) as ledger:
        return [ledger.keys(), ledger.noise(), ledger.incidences(), ledger.skews()]


def test_answers_are_those_of_merging(asked: tuple[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    _, folder = asked
    quick = answers(folder)
    monkeypatch.setattr(Ledger, "_merged", lambda _, table: table)
    assert answers(folder) == quick


def test_only_what_may_have_two_rows_is_merged(asked: tuple[str, Path]) -> None:
    name, folder = asked
    with Ledger.open(folder) as ledger:
        assert {table: ledger._merged(table) for table in ("per_sensor", "daily")} == MERGED[name]
