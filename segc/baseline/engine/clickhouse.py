"""ClickHouse: in the process as chdb, or a server by HTTP. For logs that are in ClickHouse already.

https://clickhouse.com/docs/interfaces/http and https://clickhouse.com/docs/chdb. A server gets a database of its own for
the time of a connection; the ledger's files are sent to it, so that it needs no disk in common with segc.
"""

from __future__ import annotations

import json
import os
import secrets
from typing import TYPE_CHECKING, Any, Protocol, cast
from urllib.parse import urlencode, urlsplit

from segc.baseline.engine import missing
from segc.baseline.engine.duckdb import quoted
from segc.diagnostics import SegcError, finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from segc.baseline.engine.protocol import Column, Value

BATCH = 50_000  # rows that are sent at a time
KINDS = {"BIGINT": "Nullable(Int64)", "DOUBLE": "Nullable(Float64)", "VARCHAR": "Nullable(String)"}
SETTINGS = {
    "output_format_json_quote_64bit_integers": "0",
    "output_format_parquet_compression_method": "zstd",
    "session_timezone": "UTC",
}


class Transport(Protocol):
    """How a statement reaches ClickHouse."""

    def run(self, sql: str, form: str = "JSONCompactEachRow", data: bytes = b"") -> bytes:
        """A statement with what it inserts; gives its answer in a format."""

    def use(self, base: str) -> None:
        """Take names without a database as those of `base`."""

    def table(self, file: Path) -> str:
        """SQL that reads a file in place; empty where the file must be sent."""

    def close(self) -> None:
        """Let go."""


class Embedded:
    """chdb: ClickHouse in the process."""

    def __init__(self) -> None:
        try:
            from chdb.session import Session  # type: ignore[import-not-found, unused-ignore]
        except ImportError:
            raise missing("chdb", "chdb") from None
        self._session: Any = Session()
        for name, value in SETTINGS.items():
            self._session.query(f"SET {name} = {quoted(value)}")

    def run(self, sql: str, form: str = "JSONCompactEachRow", data: bytes = b"") -> bytes:
        """See `Transport`."""
        text = f"{sql}\n{data.decode()}" if data else sql
        return bytes(self._session.query(text, form).bytes())

    def use(self, base: str) -> None:
        """See `Transport`."""
        self._session.query(f"USE {base}")

    def table(self, file: Path) -> str:
        """See `Transport`."""
        return f"file({quoted(str(file.resolve()))}, Parquet)"

    def close(self) -> None:
        """See `Transport`."""
        self._session.close()


class Server:
    """A server at clickhouse://HOST:PORT (HTTP) or clickhouses://HOST:PORT (TLS).

    The account is that of CLICKHOUSE_USER and CLICKHOUSE_PASSWORD, so that none stands on a command line.
    """

    def __init__(self, where: str) -> None:
        parts = urlsplit(where)
        scheme = "https" if parts.scheme == "clickhouses" else "http"
        self._url = f"{scheme}://{parts.hostname or 'localhost'}:{parts.port or 8123}/"
        self._base: dict[str, str] = {}
        self._headers = {"X-ClickHouse-User": os.environ.get("CLICKHOUSE_USER", "default")}
        if "CLICKHOUSE_PASSWORD" in os.environ:
            self._headers["X-ClickHouse-Key"] = os.environ["CLICKHOUSE_PASSWORD"]

    def run(self, sql: str, form: str = "JSONCompactEachRow", data: bytes = b"") -> bytes:
        """See `Transport`."""
        from urllib.error import HTTPError, URLError
        from urllib.request import Request, urlopen

        query = urlencode({**SETTINGS, **self._base, "default_format": form, **({"query": sql} if data else {})})
        body = data or sql.encode()
        request = Request(f"{self._url}?{query}", body, self._headers, method="POST")  # noqa: S310 - http or https
        try:
            with urlopen(request) as answer:  # noqa: S310
                return bytes(answer.read())
        except HTTPError as problem:
            why = problem.read().decode("utf-8", "replace").strip().split("\n")[0]
        except URLError as problem:
            why = str(problem.reason)
        raise SegcError([finding("engine-failed", f"ClickHouse at {self._url} did not answer: {why}")], code=2)

    def use(self, base: str) -> None:
        """See `Transport`."""
        self._base = {"database": base}

    def table(self, file: Path) -> str:
        """See `Transport`."""
        del file
        return ""

    def close(self) -> None:
        """See `Transport`: nothing is held."""


class ClickHouse:
    """ClickHouse behind the protocol of engines."""

    name = "clickhouse"

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._base = f"segc_{secrets.token_hex(8)}"
        self._tables: set[str] = set()
        self._transport.run(f"CREATE DATABASE {self._base}")
        self._transport.use(self._base)

    def scan(self, table: str, files: Sequence[Path], columns: Sequence[Column]) -> None:
        """See `Engine`."""
        places = [self._transport.table(file) for file in files]
        if files and all(places):
            names = ", ".join(name for name, _ in columns)
            parts = " UNION ALL ".join(f"SELECT {names} FROM {place}" for place in places)
            self._make(table, f"CREATE VIEW {table} AS {parts}")
            return
        self.put(table, columns, ())
        for file in files:
            self._transport.run(f"INSERT INTO {table} FORMAT Parquet", data=file.read_bytes())

    def put(self, table: str, columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> None:
        """See `Engine`."""
        kinds = ", ".join(f"{name} {KINDS[kind]}" for name, kind in columns)
        self._make(table, f"CREATE TABLE {table} ({kinds}) ENGINE = MergeTree ORDER BY tuple()")
        batch: list[str] = []
        for row in rows:
            batch.append(json.dumps(list(row), ensure_ascii=False))
            if len(batch) == BATCH:
                self._send(table, batch)
        self._send(table, batch)

    def materialise(self, table: str, sql: str) -> None:
        """See `Engine`."""
        self._transport.run(f"CREATE TABLE {table}_fresh ENGINE = MergeTree ORDER BY tuple() AS {sql}")
        self._make(table, f"RENAME TABLE {table}_fresh TO {table}")

    def get(self, sql: str) -> list[tuple[Value, ...]]:
        """See `Engine`."""
        answer = self._transport.run(sql, "JSONCompactEachRowWithNamesAndTypes").decode()
        _, kinds, *rows = (json.loads(line) for line in answer.split("\n") if line)
        floats = [place for place, kind in enumerate(kinds) if "Float" in kind]
        for row in rows:
            for place in floats:  # 0.0 is written as 0
                row[place] = None if row[place] is None else float(row[place])
        return [tuple(cast("list[Value]", row)) for row in rows]

    def write(self, table: str, file: Path) -> None:
        """See `Engine`."""
        file.write_bytes(self._transport.run(f"SELECT * FROM {table}", "Parquet"))

    def close(self) -> None:
        """See `Engine`."""
        self._transport.run(f"DROP DATABASE {self._base}")
        self._transport.close()

    def _make(self, table: str, sql: str) -> None:
        """Make a table, in place of one of that name."""
        if table in self._tables:
            self._transport.run(f"DROP TABLE {table}")
        self._tables.add(table)
        self._transport.run(sql)

    def _send(self, table: str, batch: list[str]) -> None:
        if batch:
            self._transport.run(f"INSERT INTO {table} FORMAT JSONCompactEachRow", data="\n".join(batch).encode())
            batch.clear()
