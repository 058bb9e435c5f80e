"""Observations of sources in Python, handed to DuckDB through a file: what is alike within an hour as one row."""

from __future__ import annotations

import csv
import io
import re
import time
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from segc.baseline.engine.duckdb import path, quoted
from segc.baseline.ingest.tally import COLUMNS, DAY, HOUR, MOST
from segc.baseline.observed import NO_PORT, Unread
from segc.baseline.sources import registry
from segc.baseline.sources.text import FOREIGN, Lines
from segc.rules.ir import ALERTED, ALERTED_ASTRAY, BLOCKED, BLOCKED_ASTRAY, PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from segc.baseline.engine.duckdb import DuckDB
    from segc.baseline.observed import Observed
    from segc.baseline.sources.protocol import Context, Source

SHOWN = 3  # unread lines that are quoted
ALL, ONE_IN = 10_000, 100  # lines of something else that are looked at one by one, and how many of the rest
TOGETHER = 1 << 16  # rows that wait for others like them; some 40 MB
# What our own firewalls write of what enforcing would stop, or stops, and who reads that.
OURS = re.compile(rf"{re.escape(PREFIX)}[{ALERTED}{ALERTED_ASTRAY}{BLOCKED}{BLOCKED_ASTRAY}]:")
READ_OURS = ("kernel", "ulogd")
_HEARD = {True: 1, False: 0, None: -1}


class Relayed(NamedTuple):
    """How much of a log was not read: `unread` lines with a few of them, and which `others` would know some of the rest.

    Of these, `aside` tell of no traffic, and of those, `missing` say that records are. `n` is how many conversations were
    read, of so many `packets`; lines of other programs are `foreign`, and about so many of these `known` to `others`. `gaps`
    are the days on which it says that records are missing (0: it does not say when); `cut`: of its end nothing was read.
    `ours` are records of our own firewalls, about what enforcing would stop, which were not read since the log is of another
    format.
    """

    n: int
    unread: int
    others: tuple[str, ...]
    examples: tuple[Unread, ...]
    aside: int = 0
    packets: int = 0
    foreign: int = 0
    gaps: frozenset[int] = frozenset()
    cut: bool = False
    missing: int = 0
    known: int = 0
    ours: int = 0


def relay(
    source: Source, stream: BinaryIO, context: Context, engine: DuckDB, file: Path, *, halved: bool = False
) -> Relayed:
    """Read a log into `file`, and make the view `conversations` of it. `halved`: its last record is known to be cut off."""
    unread, aside, told, foreign, ours = 0, 0, 0, Foreign(source), 0
    cut, gaps = False, set[int]()
    examples: list[Unread] = []
    with file.open("w", encoding="utf-8", newline="", errors="replace") as out:
        rows = Rows(csv.writer(out, lineterminator="\n").writerow)
        for one in source.read(stream, context):
            bad = one if isinstance(one, Unread) else rows.add(one)
            if bad is None:
                continue
            ours += _is_ours(source, bad)
            if bad.why == FOREIGN:
                foreign.look(bad.text)
                continue
            cut |= bad.cut
            if bad.cut and halved:
                continue
            unread += bad.n
            aside += bad.n if bad.aside else 0
            told += bad.n if bad.gap is not None else 0
            gaps |= _days(bad.gap)
            if len(examples) < SHOWN and bad.gap is None:
                examples.append(bad)
        rows.flush()
    kinds = ", ".join(f"{quoted(name)}: {quoted(kind)}" for name, kind in COLUMNS.items())
    engine.execute(
        "CREATE OR REPLACE VIEW conversations AS SELECT * REPLACE (COALESCE(tag, '') AS tag, "
        "COALESCE(src_mac, '') AS src_mac, COALESCE(dst_mac, '') AS dst_mac) "
        f"FROM read_csv({path(file)}, hive_partitioning = false, columns = {{{kinds}}}, header = false, auto_detect = false, "
        "delim = ',', quote = '\"', escape = '\"', new_line = '\\n', max_line_size = 4194304)"
    )
    others = tuple(sorted(foreign.found))
    return Relayed(
        rows.n,
        unread,
        others,
        tuple(examples),
        aside,
        rows.packets,
        foreign.seen,
        frozenset(gaps),
        cut,
        told,
        foreign.known,
        ours,
    )


def _is_ours(source: Source, bad: Unread) -> bool:
    """Does a line carry a record of our own firewalls? One that is damaged counts as all such, where the log is of these."""
    return (bad.why == FOREIGN or source.name not in READ_OURS) and OURS.search(bad.text) is not None


def _days(gap: int | None) -> set[int]:
    """The days that a gap is about: those who tell of one count for some time before they do, an hour at most."""
    return set() if gap is None else {max(0, gap) // DAY, max(0, gap - HOUR) // DAY}


class Foreign:
    """Which other sources would know lines that a log's own does not. The first lines are looked at, then one in many."""

    def __init__(self, source: Source) -> None:
        self._others = [one for one in registry.SOURCES if isinstance(one, Lines) and one is not source]
        self.seen = 0
        self.known = 0
        self.found: set[str] = set()

    def look(self, text: str) -> None:
        """A line of something else."""
        self.seen += 1
        if self.seen > ALL and self.seen % ONE_IN:
            return
        other = next((one.name for one in self._others if one.sniff(text.encode())), None)
        if other is not None:
            self.found.add(other)
            self.known += 1 if self.seen <= ALL else ONE_IN


class Rows:
    """Rows of `conversations`. Those that are alike but for times and counts, and lie within one hour, are one row.

    Nothing is lost by that: the hour is the finest that is asked of them, apart from the first and last time of all.
    What lies in the future stays apart, since a clock that is wrong by more than a day is told by the row.
    """

    def __init__(self, write: Callable[[tuple[Any, ...]], object]) -> None:
        self._write = write
        self._now = time.time() * 1e6
        self._there: dict[tuple[Any, ...], list[int]] = {}
        self.n = 0
        self.packets = 0

    def add(self, one: Observed) -> Unread | None:
        """Take in an observation, unless it tells more than can be."""
        (
            first, last, src, dst, proto, _, dport, n, sent, got, out, back, answered, grade, _, said, tag, mac, dst_mac, lossy,
        ) = one  # fmt: skip
        if n > MOST or sent > MOST or got > MOST or out > MOST or back > MOST:
            return Unread(0, "more bytes, packets or hits than there can be", f"{src} -> {dst}")
        hour = first // HOUR
        key = src, dst, hour, dport, tag, mac, dst_mac, proto, answered, grade, said, lossy
        there = self._there.get(key)
        if last // HOUR != hour or last >= self._now:
            self._put(key, (first, last, n, sent + got, out + back))
        elif there is None:
            self._there[key] = [first, last, n, sent + got, out + back]
            if len(self._there) >= TOGETHER:
                self.flush()
        else:
            there[0] = min(there[0], first)
            there[1] = max(there[1], last)
            there[2] += n
            there[3] += sent + got
            there[4] += out + back
        return None

    def flush(self) -> None:
        """Write what waited."""
        for key, counts in self._there.items():
            self._put(key, counts)
        self._there.clear()

    def _put(self, key: tuple[Any, ...], counts: Sequence[int]) -> None:
        src, dst, _, dport, tag, mac, dst_mac, proto, answered, grade, said, lossy = key
        first, last, n, size, packets = counts
        self.n += n
        self.packets += packets
        self._write(
            (
                first, last, src, dst, proto, NO_PORT, dport, 0, n, size, packets, 0, 0, _HEARD[answered], int(grade),
                int(said), tag, int(lossy), int(dst_mac == "ff:ff:ff:ff:ff:ff"), mac, dst_mac,
            )
        )  # fmt: skip


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
