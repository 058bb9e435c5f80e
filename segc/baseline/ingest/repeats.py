"""Logs of one sensor that hold the same records, though neither is the beginning of the other: they must not add up."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.baseline.engine.duckdb import quoted
from segc.baseline.manifest import checked
from segc.baseline.store import moment_text
from segc.diagnostics import finding

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from segc.baseline.engine.duckdb import DuckDB
    from segc.baseline.manifest import Source
    from segc.diagnostics import Diagnostic

# Rows that are equal in all of these tell the same records: times are as exact as the log's, to the microsecond. Not in
# their noise: a scan that one log shows may be none in a part of it, until both are judged together.
SAME = ("day", "src", "dst", "proto", "port", "n", "answered", "unanswered", "bytes", "pkts", "first", "last")
MANY = 5  # equal rows: two records of one key in one second may be alike, but not five keys on one day


class Repeat(NamedTuple):
    """Another log with which a log shares records: `same` of the `within` rows that lie in the time of both are equal.

    Both times of `exact` ones have a fraction of a second: a single such row is equal by no chance.
    """

    other: Source
    same: int
    exact: int
    within: int
    first: int
    last: int


def repeats(engine: DuckDB, folder: Path, source: Source, others: Iterable[Source]) -> list[Repeat]:
    """The logs that share records with one whose rows are in the table `told`.

    Raises SegcError (exit code 2) where a file of such a log is gone or damaged.
    """
    found = []
    for other in others:
        if other.sensor != source.sensor or None in (source.first, source.last, other.first, other.last):
            continue
        first, last = max(source.first or 0, other.first or 0), min(source.last or 0, other.last or 0)
        if first >= last:
            continue  # of a folder of many logs nearly all, so nothing is asked of their files
        files = [file for file, day in zip(other.alone(folder), other.days, strict=True) if day in source.days]
        if not files:
            continue
        checked(files, other.files(folder))
        one = Repeat(other, *_counted(engine, files, first, last), first, last)
        if one.same >= MANY or one.exact or 0 < one.same == one.within:
            found.append(one)
    return found


def _counted(engine: DuckDB, files: list[Path], first: int, last: int) -> tuple[int, int, int]:
    """Equal rows, those of them that are exact, and the rows of the log with fewer that lie between two moments."""
    there = f"read_parquet([{', '.join(quoted(str(file)) for file in files)}])"
    inside = f"first >= {first} AND last <= {last}"
    sql = f"""
    WITH same AS (SELECT {", ".join(SAME)} FROM told INTERSECT SELECT {", ".join(SAME)} FROM {there})
    SELECT (SELECT COUNT(*) FROM same), (SELECT COUNT(*) FROM same WHERE first % 1000000 <> 0 AND last % 1000000 <> 0),
      LEAST((SELECT COUNT(*) FROM told WHERE {inside}), (SELECT COUNT(*) FROM {there} WHERE {inside}))
    """
    ((same, exact, within),) = engine.execute(sql).fetchall()
    return int(same), int(exact), max(int(same), int(within))


def told(name: str, one: Repeat) -> Diagnostic:
    """The finding: what counts once, and what cannot be told apart."""
    message = (
        f"`{name}` and `{one.other.name}` are of one sensor and overlap from {moment_text(one.first)} to "
        f"{moment_text(one.last)}: {one.same:,} of {one.within:,} rows within are the same, and count once"
    )
    notes = ("a row is a key on a day; of a key that goes on beyond the overlap, sessions count twice",)
    return finding("logs-overlap", message, notes=notes, help="give whole logs: each record of a sensor in one of them")
