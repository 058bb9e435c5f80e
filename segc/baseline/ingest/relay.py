"""Observations of sources in Python, handed to DuckDB through a file: no more of a log is in memory than a line."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from segc.baseline.engine.duckdb import path, quoted
from segc.baseline.ingest.tally import COLUMNS, MOST
from segc.baseline.observed import NO_PORT, Unread
from segc.baseline.sources.text import FOREIGN

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from segc.baseline.engine.duckdb import DuckDB
    from segc.baseline.sources.protocol import Context, Source

SHOWN = 3  # unread lines that are quoted
_HEARD = {True: 1, False: 0, None: -1}


class Relayed(NamedTuple):
    """How much of a log was not read: `unread` lines with a few of them, `foreign` ones of other programs."""

    unread: int
    foreign: int
    examples: tuple[Unread, ...]


def relay(source: Source, stream: BinaryIO, context: Context, engine: DuckDB, file: Path) -> Relayed:
    """Read a log into `file`, and make the view `conversations` of it."""
    unread, foreign = 0, 0
    examples: list[Unread] = []
    with file.open("w", encoding="utf-8", newline="", errors="replace") as out:
        write = csv.writer(out, lineterminator="\n").writerow
        for one in source.read(stream, context):
            if isinstance(one, Unread):
                if one.why == FOREIGN:
                    foreign += 1
                else:
                    unread += 1
                if one.why != FOREIGN and len(examples) < SHOWN:
                    examples.append(one)
                continue
            if max(one.n, one.bytes_out, one.bytes_in, one.pkts_out, one.pkts_in) > MOST:
                unread += 1
                if len(examples) < SHOWN:
                    examples.append(
                        Unread(0, "more bytes, packets or hits than there can be", f"{one.src} -> {one.dst}")
                    )
                continue
            write(
                (
                    one.first, one.last, one.src, one.dst, one.proto, NO_PORT, one.dport, 0, one.n,
                    one.bytes_out + one.bytes_in, one.pkts_out + one.pkts_in, 0, 0, _HEARD[one.answered],
                    int(one.grade), int(one.said), one.tag, int(one.lossy), int(one.dst_mac == "ff:ff:ff:ff:ff:ff"),
                    one.src_mac, one.dst_mac,
                )
            )  # fmt: skip
    kinds = ", ".join(f"{quoted(name)}: {quoted(kind)}" for name, kind in COLUMNS.items())
    engine.execute(
        "CREATE OR REPLACE VIEW conversations AS SELECT * REPLACE (COALESCE(tag, '') AS tag, "
        "COALESCE(src_mac, '') AS src_mac, COALESCE(dst_mac, '') AS dst_mac) "
        f"FROM read_csv({path(file)}, hive_partitioning = false, columns = {{{kinds}}}, header = false, auto_detect = false, "
        "delim = ',', quote = '\"', escape = '\"', new_line = '\\n', max_line_size = 4194304)"
    )
    return Relayed(unread, foreign, tuple(examples))


class Counted(io.RawIOBase):
    """A stream that tells how many bytes were read of it."""

    def __init__(self, inner: BinaryIO, seen: Callable[[int], None]) -> None:
        self._inner, self._seen, self._total = inner, seen, 0

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: object) -> int:
        """As of any raw stream."""
        count: int = self._inner.readinto(buffer)  # type: ignore[attr-defined]
        self._total += count
        self._seen(self._total)
        return count
