"""The engines that count: one small protocol, the same SQL on each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.diagnostics import SegcError, finding

if TYPE_CHECKING:
    from pathlib import Path

    from segc.baseline.engine.protocol import Engine

DEFAULT = "duckdb"
KNOWN = "duckdb, spark, spark://HOST:PORT, chdb, clickhouse://HOST:PORT, trino://USER@HOST:PORT/CATALOG/SCHEMA"


def connect(where: str = DEFAULT, spill: Path | None = None) -> Engine:
    """The engine that a word or an address names. `spill` is the folder in which DuckDB may put what memory cannot hold.

    Raises SegcError (exit code 2) for another word, and where the engine's library is not installed.
    """
    kind = where.partition("://")[0]
    if kind == "duckdb":
        from segc.baseline.engine.duckdb import DuckDB

        return DuckDB(spill)
    if kind == "spark":
        from segc.baseline.engine.spark import Spark

        return Spark(where if "://" in where else "local[*]")
    if kind in ("chdb", "clickhouse", "clickhouses"):
        from segc.baseline.engine.clickhouse import ClickHouse, Embedded, Server

        return ClickHouse(Embedded() if kind == "chdb" else Server(where))
    if kind in ("trino", "trinos"):
        from segc.baseline.engine.trino import Trino

        return Trino(where)
    raise SegcError([finding("engine-missing", f"there is no engine `{where}`", help=f"known are {KNOWN}")], code=2)


def missing(what: str, package: str) -> SegcError:
    """An engine's library that is not installed."""
    message = f"counting with {what} needs its library, which is not installed"
    return SegcError([finding("engine-missing", message, help=f"pip install {package}")], code=2)
