"""What an engine must do: six methods. All SQL that goes through them is plain: GROUP BY, equi-join, CASE."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

Value = int | float | str | None
Column = tuple[str, str]  # a name, and `BIGINT` | `DOUBLE` | `VARCHAR`


class Engine(Protocol):
    """A database that counts. Adapters: DuckDB (the default), Spark, ClickHouse, Trino."""

    name: str

    def scan(self, table: str, files: Sequence[Path], columns: Sequence[Column]) -> None:
        """Let a table's name stand for Parquet files with these columns; no files make an empty table."""
        ...

    def put(self, table: str, columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> None:
        """Make a table of rows; one of that name is replaced."""
        ...

    def materialise(self, table: str, sql: str) -> None:
        """Make a table of a query's answer; one of that name is replaced."""
        ...

    def get(self, sql: str) -> list[tuple[Value, ...]]:
        """A query's answer."""
        ...

    def write(self, table: str, file: Path) -> None:
        """Write a table into one Parquet file (zstd)."""
        ...

    def close(self) -> None:
        """Let go of everything, spilled files included."""
        ...
