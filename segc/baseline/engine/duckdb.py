"""DuckDB: the default engine, in the process, without a socket."""

from __future__ import annotations

import csv
import re
import signal
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from segc.diagnostics import SegcError, finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from segc.baseline.engine.protocol import Column, Value

MEMORY = "1GB"
INTERRUPTED = "Query interrupted"
# It narrows numbers before they are sorted, by what DuckDB believes of them. Of sums over an outer join with what is
# plainly empty, DuckDB 2.0.1 believes that they are 0, and they come out wrong, without an error. Nothing here is slower
# without it.
NOT_TRUSTED = "compressed_materialization"
# Nothing is loaded that is not in the wheel: DuckDB would otherwise fetch an extension when a query names one.
# https://duckdb.org/docs/stable/operations_manual/securing_duckdb/securing_extensions
SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "allow_unsigned_extensions": False,
    "preserve_insertion_order": False,  # which would hold whole files in memory
    "errors_as_json": False,
    "disabled_optimizers": NOT_TRUSTED,
}


class DuckDB:
    """A database in memory that spills into `spill`, a folder that must be there. Raises SegcError without duckdb."""

    name = "duckdb"

    def __init__(self, spill: Path | None = None, memory: str = MEMORY, threads: int | None = None) -> None:
        try:
            with _uninterrupted():
                import duckdb
        except ImportError:
            message = "counting what logs tell needs DuckDB, which is not installed"
            help_text = "pip install 'segc[baseline]'; in a checkout: .venv/bin/pip install -e '.[baseline]'"
            raise SegcError([finding("engine-missing", message, help=help_text)], code=2) from None
        self.error = duckdb.Error
        self._place = tempfile.TemporaryDirectory(prefix="segc-duckdb-", dir=spill)
        config = {**SETTINGS, "memory_limit": memory, "temp_directory": self._place.name}
        if threads is not None:
            config["threads"] = threads
        self._views: set[str] = set()  # of `scan`
        self._variables: dict[str, str] = {}
        try:
            with _uninterrupted():
                self.connection: Any = duckdb.connect(":memory:", config=config)
        except BaseException:
            self._place.cleanup()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def execute(self, sql: str) -> Any:
        """DuckDB's own cursor over the answer. Only `learn` needs it: to read text, which no SQL is neutral about."""
        with _interruptible():
            return self.connection.execute(sql)

    def variable(self, name: str, value: str) -> None:
        """Set a variable to a value of SQL, if it has another one: a long one costs as much as a small log."""
        if self._variables.get(name) is not value:
            self.execute(f"SET VARIABLE {name} = {value}")
            self._variables[name] = value

    def share(self) -> float:
        """How much of the running query is done, 0 to 1; negative where that is not known yet. For another thread."""
        return float(self.connection.query_progress()) / 100

    def scan(self, table: str, files: Sequence[Path], columns: Sequence[Column]) -> None:
        """See `Engine`."""
        names = ", ".join(name for name, _ in columns)
        if not files:
            self.put(table, columns, ())
            return
        paths = ", ".join(path(file) for file in files)
        self._drop(table)
        self._views.add(table)
        self.execute(f"CREATE VIEW {table} AS SELECT {names} FROM read_parquet([{paths}], hive_partitioning = false)")

    def put(self, table: str, columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> None:
        """See `Engine`. Rows go through a file: executemany takes a hundred times as long."""
        self._drop(table)
        self.execute(f"CREATE TABLE {table} ({', '.join(f'{name} {kind}' for name, kind in columns)})")
        file = Path(self._place.name) / f"{table}.csv"
        with file.open("w", encoding="utf-8", newline="") as out:
            written = _write(out, rows)
        if written:
            types = ", ".join(f"{quoted(name)}: {quoted(kind)}" for name, kind in columns)
            self.execute(
                f"INSERT INTO {table} SELECT * FROM read_csv({path(file)}, columns = {{{types}}}, "
                "hive_partitioning = false, "
                "header = false, auto_detect = false, delim = ',', quote = '\"', escape = '\"', nullstr = '\\N', "
                "allow_quoted_nulls = false, new_line = '\\n', max_line_size = 16777216)"
            )
        file.unlink()

    def materialise(self, table: str, sql: str) -> None:
        """See `Engine`."""
        if table not in self._views:
            self.execute(f"CREATE OR REPLACE TABLE {table} AS {sql}")  # which may ask the old one
            return
        self.execute(f"CREATE TABLE {table}_fresh AS {sql}")
        self._drop(table)
        self.execute(f"ALTER TABLE {table}_fresh RENAME TO {table}")

    def materialise_as_written(self, table: str, sql: str) -> None:
        """The same, with conditions where the query has them. Moved towards the file, what they ask of is computed twice."""
        self.execute(f"SET disabled_optimizers = '{NOT_TRUSTED},filter_pushdown'")
        try:
            self.materialise(table, sql)
        finally:
            self.execute(f"SET disabled_optimizers = '{NOT_TRUSTED}'")

    def get(self, sql: str) -> list[tuple[Value, ...]]:
        """See `Engine`."""
        with _interruptible():
            return list(self.connection.execute(sql).fetchall())

    def write(self, table: str, file: Path) -> None:
        """See `Engine`."""
        self.execute(f"COPY {table} TO {quoted(str(file))} (FORMAT parquet, COMPRESSION zstd)")

    def close(self) -> None:
        """See `Engine`."""
        self.connection.close()
        self._place.cleanup()

    def _drop(self, table: str) -> None:
        """To look into the catalogue for what it is would take as long as to group a small log."""
        self.execute(f"DROP {'VIEW' if table in self._views else 'TABLE'} IF EXISTS {table}")
        self._views.discard(table)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Ctrl-C waits. While DuckDB is loaded or started it would end the process as a crash does."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl-C stays what it is. DuckDB, which finds it while a query runs, raises a RuntimeError in its place."""
    try:
        yield
    except RuntimeError as problem:
        if str(problem) != INTERRUPTED:
            raise
        raise KeyboardInterrupt from None


def _write(out: Any, rows: Iterable[Sequence[Value]]) -> int:
    r"""CSV in which only text is quoted, so that an absent value (`\N`) is no text."""
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    count = 0
    for row in rows:
        writer.writerow(row if None not in row else [_ABSENT if value is None else value for value in row])
        count += 1
    return count


class _Absent(float):
    """Written as it is, without quotes."""

    def __repr__(self) -> str:
        return "\\N"

    __str__ = __repr__


_ABSENT = _Absent()


def path(file: Path) -> str:
    """A file in SQL, and no other: `*`, `?` and `[` in its name would be read as a pattern."""
    return quoted(re.sub(r"[*?\[]", r"[\g<0>]", str(file)))


def quoted(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"
