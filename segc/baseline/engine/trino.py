"""Trino: for ledgers that a lake holds already, e.g. in Hive or Iceberg tables.

    trino://USER@HOST:PORT/CATALOG/SCHEMA?ledger=hive.plant.ledger&addresses=hive.plant.addresses

CATALOG and SCHEMA are where segc may make tables of its own; what follows `?` says which tables hold the ledger. Without
it, the ledger's files are sent row by row, which is for trying out. `trinos://` is by TLS, with TRINO_PASSWORD.
https://github.com/trinodb/trino-python-client
"""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from segc.baseline.engine import missing
from segc.baseline.engine.duckdb import DuckDB, quoted
from segc.diagnostics import SegcError, finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from segc.baseline.engine.protocol import Column, Value

BATCH = 500  # rows in one INSERT; Trino refuses statements of more than a megabyte


class Trino:
    """A coordinator, with tables whose names begin with a word that no other run has."""

    name = "trino"

    def __init__(self, where: str) -> None:
        try:
            from trino.auth import BasicAuthentication  # type: ignore[import-not-found, unused-ignore]
            from trino.dbapi import connect  # type: ignore[import-not-found, unused-ignore]
        except ImportError:
            raise missing("Trino", "trino") from None
        parts = urlsplit(where)
        path = [word for word in parts.path.split("/") if word]
        if len(path) != 2 or not parts.hostname or not parts.username:
            message = f"`{where}` does not say whom to ask: write trino://USER@HOST:PORT/CATALOG/SCHEMA"
            raise SegcError([finding("engine-missing", message)], code=2)
        secure = parts.scheme == "trinos"
        password = os.environ.get("TRINO_PASSWORD")
        auth = BasicAuthentication(parts.username, password) if secure and password else None
        self._there = dict(parse_qsl(parts.query))
        self._connection: Any = connect(
            host=parts.hostname, port=parts.port or (443 if secure else 8080), user=parts.username, catalog=path[0],
            schema=path[1], http_scheme="https" if secure else "http", auth=auth,
        )  # fmt: skip
        self._prefix = f"segc_{secrets.token_hex(6)}_"
        self._tables: dict[str, str] = {}
        self._count = 0

    def scan(self, table: str, files: Sequence[Path], columns: Sequence[Column]) -> None:
        """See `Engine`."""
        self._drop(table)
        if table in self._there:
            self._tables[table] = self._there[table]
            return
        self.put(table, columns, self._rows(files, columns))

    def put(self, table: str, columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> None:
        """See `Engine`."""
        self._drop(table)
        name = self._new()
        self._run(f"CREATE TABLE {name} ({', '.join(f'{column} {kind}' for column, kind in columns)})")
        self._tables[table] = name
        batch: list[str] = []
        for row in rows:
            batch.append(f"({', '.join(_literal(value) for value in row)})")
            if len(batch) == BATCH:
                self._run(f"INSERT INTO {name} VALUES {', '.join(batch)}")
                batch.clear()
        if batch:
            self._run(f"INSERT INTO {name} VALUES {', '.join(batch)}")

    def materialise(self, table: str, sql: str) -> None:
        """See `Engine`."""
        name = self._new()
        self._run(f"CREATE TABLE {name} AS {self._named(sql)}")
        self._drop(table)
        self._tables[table] = name

    def get(self, sql: str) -> list[tuple[Value, ...]]:
        """See `Engine`."""
        return [tuple(row) for row in self._run(self._named(sql))]

    def write(self, table: str, file: Path) -> None:
        """See `Engine`. Through this machine: a lake's own files are the lake's."""
        cursor = self._connection.cursor()
        cursor.execute(self._named(f"SELECT * FROM {table}"))
        rows = cursor.fetchall()
        columns = [(str(told[0]), _kind(str(told[1]).lower())) for told in cursor.description]
        with DuckDB() as local:
            local.put("written", columns, rows)
            local.write("written", file)

    def close(self) -> None:
        """See `Engine`."""
        for table in tuple(self._tables):
            self._drop(table)
        self._connection.close()

    def _rows(self, files: Sequence[Path], columns: Sequence[Column]) -> Iterator[Sequence[Value]]:
        with DuckDB() as local:
            local.scan("sent", files, columns)
            yield from local.get(f"SELECT {', '.join(name for name, _ in columns)} FROM sent")

    def _named(self, sql: str) -> str:
        """A query over tables by their bare names: each becomes a part of the WITH that stands before it."""
        known = ", ".join(f"{name} AS (SELECT * FROM {place})" for name, place in self._tables.items())
        return f"WITH {known} {sql}" if known else sql

    def _run(self, sql: str) -> list[Sequence[Any]]:
        cursor = self._connection.cursor()
        cursor.execute(sql)
        return list(cursor.fetchall())

    def _new(self) -> str:
        self._count += 1
        return f"{self._prefix}{self._count}"

    def _drop(self, table: str) -> None:
        name = self._tables.pop(table, None)
        if name is not None and name != self._there.get(table):
            self._run(f"DROP TABLE {name}")


def _literal(value: Value) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return quoted(value)
    return f"DOUBLE '{value!r}'" if isinstance(value, float) else str(value)


def _kind(told: str) -> str:
    return "VARCHAR" if told.startswith("varchar") else "DOUBLE" if told == "double" else "BIGINT"
