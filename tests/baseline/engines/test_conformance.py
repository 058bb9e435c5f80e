"""Every engine that is here answers all questions alike, and as it did when this was written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from segc.baseline.engine import connect
from segc.baseline.engine.duckdb import DuckDB
from segc.baseline.ledger import TEXTS
from segc.diagnostics import SegcError
from tests.baseline.engines.conformance import answers, digest
from tests.baseline.engines.made import baseline

ROOT = Path(__file__).parents[3]
GOLDEN = (
    "812f608cad270820"  # of all answers together; it changes when the made ledger, the questions or their answers do
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return baseline(tmp_path_factory.mktemp("made") / "baseline")


@pytest.fixture(scope="module")
def by_duckdb(made: Path) -> dict[str, str]:
    return answers("duckdb", made)


def test_duckdb_gives_the_golden_answers(by_duckdb: dict[str, str]) -> None:
    assert digest(sorted(by_duckdb.items())) == GOLDEN, json.dumps(by_duckdb, indent=1)
    assert len(set(by_duckdb.values())) > len(by_duckdb) - 3, "answers that are all alike would show nothing"


def interpreter(name: str) -> str:
    """The Python of an engine's own environment: SEGC_CHDB, SEGC_SPARK, or what scripts/engines.sh made."""
    found = os.environ.get(f"SEGC_{name.upper()}", str(ROOT / f".venv-{name}" / "bin" / "python"))
    if not Path(found).exists():
        pytest.skip(f"{name} is not installed: scripts/engines.sh does it, `make soak` calls it")
    return found


@pytest.mark.parametrize("engine", ["chdb", "spark", "spark-standalone"])
def test_another_engine_gives_the_same(engine: str, made: Path, by_duckdb: dict[str, str]) -> None:
    command = (interpreter(engine.partition("-")[0]), "-m", "tests.baseline.engines.conformance", engine, str(made))
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout) == by_duckdb


@pytest.mark.parametrize("variable", ["SEGC_CLICKHOUSE", "SEGC_TRINO"])
def test_a_server_gives_the_same(variable: str, made: Path, by_duckdb: dict[str, str]) -> None:
    where = os.environ.get(variable)
    if not where:
        pytest.skip(
            f"{variable} names no server, e.g. clickhouse://127.0.0.1:8123 or trino://me@127.0.0.1:8080/memory/default"
        )
    assert answers(where, made) == by_duckdb


class Cursor:
    """Trino's DB-API, as far as the adapter uses it, over DuckDB. It cannot show what Trino does; the adapter is its part."""

    def __init__(self, engine: DuckDB, told: list[str]) -> None:
        self._engine, self._told = engine, told
        self.description: Any = None
        self._rows: list[tuple[Any, ...]] = []

    def execute(self, sql: str) -> None:
        self._told.append(sql)
        made = self._engine.execute(sql)
        names = [str(column[0]) for column in made.description or []]
        self.description = [(name, "varchar" if name in TEXTS else "bigint") for name in names]
        self._rows = made.fetchall()

    def fetchall(self) -> list[tuple[Any, ...]]:
        return self._rows


@pytest.fixture
def trino(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A `trino` package that answers out of DuckDB; gives all statements that reached it."""
    told: list[str] = []
    with DuckDB(memory="256MB", threads=1) as engine:
        connection = types.SimpleNamespace(cursor=lambda: Cursor(engine, told), close=lambda: None)
        package, auth, dbapi = (
            types.ModuleType("trino"),
            types.ModuleType("trino.auth"),
            types.ModuleType("trino.dbapi"),
        )
        auth.BasicAuthentication = object  # type: ignore[attr-defined]
        dbapi.connect = lambda **_: connection  # type: ignore[attr-defined]
        for name, module in {"trino": package, "trino.auth": auth, "trino.dbapi": dbapi}.items():
            monkeypatch.setitem(sys.modules, name, module)
        yield told


def test_what_the_trino_adapter_says_means_the_same(trino: list[str], made: Path, by_duckdb: dict[str, str]) -> None:
    import sqlglot

    assert answers("trino://me@127.0.0.1:8080/memory/default", made) == by_duckdb
    assert len(trino) > 20
    for statement in trino:
        sqlglot.parse_one(statement, dialect="trino")
    left = {text.split()[2] for text in trino if text.startswith("CREATE TABLE")}
    assert left == {text.split()[2] for text in trino if text.startswith("DROP TABLE")}, "it takes away what it made"


def test_tables_that_trino_has_already_are_not_sent(trino: list[str], made: Path) -> None:
    engine = connect("trino://me@127.0.0.1:8080/memory/default?ledger=lake.plant.ledger")
    engine.scan("ledger", [Path("anything.parquet")], (("day", "BIGINT"),))
    with pytest.raises(Exception, match=r"lake|plant"):
        engine.get("SELECT l.day FROM ledger l")
    assert trino == ["WITH ledger AS (SELECT * FROM lake.plant.ledger) SELECT l.day FROM ledger l"]
    engine.close()


@pytest.mark.parametrize(
    ("where", "hint"),
    [("spark", "pip install pyspark"), ("chdb", "pip install chdb"), ("trino://a@b/c/d", "pip install trino")],
)
def test_an_engine_that_is_not_installed_is_told(where: str, hint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("pyspark", "pyspark.sql", "chdb", "chdb.session", "trino", "trino.auth", "trino.dbapi"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(SegcError) as stopped:
        connect(where)
    assert stopped.value.diagnostics[0].help == hint
    assert stopped.value.code == 2


def test_without_duckdb_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(SegcError) as stopped:
        connect()
    assert "pip install 'segc[baseline]'" in stopped.value.diagnostics[0].help
    assert ".venv/bin/pip install -e '.[baseline]'" in stopped.value.diagnostics[0].help


def test_there_is_no_engine_of_another_name() -> None:
    with pytest.raises(SegcError, match="no engine `sqlite`"):
        connect("sqlite")
