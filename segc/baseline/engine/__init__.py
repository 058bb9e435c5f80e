"""The engines that count: one small protocol, the same SQL on each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.diagnostics import SegcError, finding

if TYPE_CHECKING:
    from pathlib import Path

    from segc.baseline.engine.protocol import Engine

DEFAULT = "duckdb"


def connect(where: str = DEFAULT, spill: Path | None = None) -> Engine:
    """The engine that a word or an address names: `duckdb`, `spark://host:7077`, `clickhouse://...`, `trino://...`.

    Raises SegcError (exit code 2) for another word, and where the engine's library is not installed.
    """
    scheme = where.partition("://")[0]
    if scheme == "duckdb":
        from segc.baseline.engine.duckdb import DuckDB

        return DuckDB(spill)
    message = f"there is no engine `{where}`"
    raise SegcError([finding("engine-missing", message, help="known are duckdb, spark, clickhouse and trino")], code=2)
