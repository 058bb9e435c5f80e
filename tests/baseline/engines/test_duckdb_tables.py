"""DuckDB's tables: made anew again and again, from themselves or from files, with few statements for a small log."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from segc.baseline.engine.duckdb import DuckDB
from segc.baseline.engine.protocol import Column
from tests.baseline.store.logs import conn, learn, row

pytest.importorskip("duckdb")
COLUMNS: tuple[Column, ...] = (("a", "BIGINT"),)
MOST = 60  # statements for a log, each of which costs a millisecond or more however little it reads


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[DuckDB]:
    with DuckDB(tmp_path) as made:
        yield made


def held(engine: DuckDB) -> list[object]:
    return [value for (value,) in engine.get("SELECT a FROM t ORDER BY a")]


def test_a_table_is_made_anew_from_itself(engine: DuckDB) -> None:
    engine.put("t", COLUMNS, [(1,), (2,)])
    engine.materialise("t", "SELECT a + 1 AS a FROM t")
    assert held(engine) == [2, 3]


def test_a_name_may_be_files_and_then_a_table(engine: DuckDB, tmp_path: Path) -> None:
    engine.put("t", COLUMNS, [(1,)])
    file = tmp_path / "t.parquet"
    engine.write("t", file)
    for _ in range(2):
        engine.scan("t", [file], COLUMNS)
        engine.materialise("t", "SELECT a + 1 AS a FROM t")
        assert held(engine) == [2]
        engine.scan("t", [file], COLUMNS)
        engine.scan("t", [file, file], COLUMNS)
        assert held(engine) == [1, 1]
        engine.put("t", COLUMNS, [(7,)])
        assert held(engine) == [7]
    engine.scan("t", [], COLUMNS)
    assert held(engine) == []


def test_a_variable_is_set_where_it_changes(engine: DuckDB) -> None:
    for value in ("1", "2", "2", "1"):
        engine.variable("v", value)
        assert engine.get("SELECT getvariable('v')") == [(int(value),)]


def test_sums_over_what_has_nothing_to_join_with_are_right(engine: DuckDB) -> None:
    """DuckDB 2.0.1 believes such a sum to be 0, and kept the last eight bits of it where it sorted."""
    engine.put("t", (("a", "BIGINT"), ("n", "BIGINT")), [(number % 3, number * 1000) for number in range(30)])
    engine.put("u", COLUMNS, [(0,), (1,), (2,)])
    sql = (
        "SELECT t.a, SUM(CASE WHEN t.n >= 0 THEN t.n ELSE 0 END)::BIGINT FROM t LEFT JOIN (FROM u WHERE a > 2) e ON "
        "e.a = t.a GROUP BY t.a ORDER BY t.a"
    )
    right = [(rest, sum(number * 1000 for number in range(rest, 30, 3))) for rest in range(3)]
    assert engine.get(sql) == right
    engine.materialise_as_written("other", "SELECT a FROM t")
    with pytest.raises(engine.error):
        engine.materialise_as_written("other", "SELECT nothing FROM t")
    assert engine.get(sql) == right
    assert "filter_pushdown" not in str(engine.get("SELECT current_setting('disabled_optimizers')"))


def test_a_small_log_takes_few_statements(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[str] = []
    execute = DuckDB.execute

    def counted(self: DuckDB, sql: str) -> object:
        asked.append(sql)
        return execute(self, sql)

    monkeypatch.setattr(DuckDB, "execute", counted)
    for number in range(12):
        (tmp_path / f"{number:02}.log").write_text(
            conn(row(number * 86_400 + n, "10.0.0.1", "10.0.1.1") for n in range(9))
        )
    learn(tmp_path / "baseline", *(tmp_path / f"{number:02}.log" for number in range(2)))
    few = len(asked)
    asked.clear()
    learn(tmp_path / "other", *(tmp_path / f"{number:02}.log" for number in range(12)))
    assert len(asked) - few <= 10 * MOST
    assert not [sql for sql in asked if "information_schema" in sql]
    assert sum("SET VARIABLE" in sql for sql in asked) == 3, "once for all logs"
