"""Spark: for fleets whose logs lie in a cluster already. Never faster than DuckDB on one machine.

https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/index.html. The driver is this process, and needs
Java 17. Executors must see the ledger's files under the same paths.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from segc.baseline.engine import missing
from segc.diagnostics import SegcError, finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from segc.baseline.engine.protocol import Column, Value

SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "8",
    "spark.sql.ansi.enabled": "true",  # an overflow is an error and not a wrong number
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}
KINDS = {"BIGINT": "bigint", "DOUBLE": "double", "VARCHAR": "string"}


class Spark:
    """A session of its own at a master: `local[2]`, or `spark://HOST:PORT`."""

    name = "spark"

    def __init__(self, master: str) -> None:
        try:
            from pyspark.sql import SparkSession  # type: ignore[import-not-found, unused-ignore]
        except ImportError:
            raise missing("Spark", "pyspark") from None
        if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
            message = "Spark needs Java 17, which is not installed"
            raise SegcError(
                [finding("engine-missing", message, help="apt-get install openjdk-17-jre-headless")], code=2
            )
        builder = SparkSession.builder.master(master).appName("segc")
        for name, value in SETTINGS.items():
            builder = builder.config(name, value)
        if master.startswith("local") or "//127.0.0.1:" in master:
            builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
        self._place = tempfile.TemporaryDirectory(prefix="segc-spark-")
        builder = builder.config("spark.sql.warehouse.dir", f"{self._place.name}/warehouse")
        self._spark: Any = builder.getOrCreate()

    def scan(self, table: str, files: Sequence[Path], columns: Sequence[Column]) -> None:
        """See `Engine`."""
        if not files:
            self.put(table, columns, ())
            return
        names = [name for name, _ in columns]
        found = self._spark.read.parquet(*(file.resolve().as_uri() for file in files))
        found.select(*names).createOrReplaceTempView(table)

    def put(self, table: str, columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> None:
        """See `Engine`."""
        schema = ", ".join(f"{name} {KINDS[kind]}" for name, kind in columns)
        self._spark.createDataFrame([tuple(row) for row in rows], schema).createOrReplaceTempView(table)

    def materialise(self, table: str, sql: str) -> None:
        """See `Engine`. Kept by the executors: it is worked out once."""
        made = self._spark.sql(sql).cache()
        made.count()
        made.createOrReplaceTempView(table)

    def get(self, sql: str) -> list[tuple[Value, ...]]:
        """See `Engine`."""
        return [tuple(row) for row in self._spark.sql(sql).collect()]

    def write(self, table: str, file: Path) -> None:
        """See `Engine`."""
        folder = Path(self._place.name) / "written"
        self._spark.table(table).coalesce(1).write.mode("overwrite").option("compression", "zstd").parquet(
            folder.as_uri()
        )
        (part,) = folder.glob("part-*.parquet")
        shutil.move(part, file)

    def close(self) -> None:
        """See `Engine`."""
        self._spark.stop()
        self._place.cleanup()
