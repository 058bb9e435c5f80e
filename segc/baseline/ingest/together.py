"""Scans that show in no log of a sensor but in several together, as where a log was rotated while somebody scanned.

Logs are judged by themselves first, which is exact. Where several logs of a sensor tell of one day, their hours are put
together and judged again, from what each log by itself was judged as: the same in whatever order they were read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.baseline import noise
from segc.baseline.engine.duckdb import path
from segc.baseline.ingest import findings as said
from segc.baseline.ingest.files import reason
from segc.baseline.ingest.tally import DAY, FEW, HOUR
from segc.baseline.ledger import COLUMNS
from segc.baseline.manifest import WHOLE, checked
from segc.baseline.observed import Noise
from segc.diagnostics import SegcError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from segc.baseline.engine.duckdb import DuckDB
    from segc.baseline.manifest import Source
    from segc.diagnostics import Diagnostic

    Nets = tuple[tuple[int, int], ...]

NAMES = ", ".join(COLUMNS)
KEY = "day, src, dst, proto, port, noise"
_OPEN = f"noise IN ({Noise.NONE:d}, {Noise.SCAN:d})"  # what else is noise is so in whatever hour

# The hours in which a row's conversations began follow from the row where all of them ended alike within their hour.
_TRIED = "CASE WHEN unanswered = n THEN hours ELSE 0 END"
_HEARD = "CASE WHEN answered = n THEN hours ELSE 0 END"
_OTHER = "CASE WHEN answered = 0 AND unanswered = 0 THEN hours ELSE 0 END"

# Of the rows of `told`, those of which it does not.
BEGAN = f"""
SELECT {KEY}, tried, heard, other FROM told
WHERE ({_OPEN} OR tried <> 0) AND (tried <> {_TRIED} OR heard <> {_HEARD} OR other <> {_OTHER})
ORDER BY {KEY}
"""

# Sources that tried as many as a scan does at least, and those that a log by itself took for scanners.
SUSPECTS = f"""
SELECT src FROM (SELECT DISTINCT src, dst, proto, port FROM {{rows}} WHERE unanswered > 0)
GROUP BY src HAVING COUNT(*) >= {FEW}
UNION SELECT src FROM {{rows}} WHERE noise = {Noise.SCAN:d}
"""
SHARED = f"""
SELECT {{log}} AS log, l.*, COALESCE(b.tried, {_TRIED}) AS tried, COALESCE(b.heard, {_HEARD}) AS heard,
  COALESCE(b.other, {_OTHER}) AS other
FROM {{rows}} l LEFT JOIN {{began}} b USING ({KEY})
WHERE src IN (SELECT src FROM suspected)
"""
HOURS = f"""
WITH asked AS (
  SELECT day, src, dst, proto, port, BIT_OR(CASE WHEN k.kind = {Noise.NONE:d} THEN tried ELSE 0 END) AS tried,
    BIT_OR(heard) AS heard
  FROM shared JOIN kinds k ON k.canonical = dst
  GROUP BY day, src, dst, proto, port
)
SELECT src, day * 24 + h.range, COUNT(*), SUM((heard >> h.range) & 1)::BIGINT
FROM asked JOIN range(24) h ON ((tried | heard) >> h.range) & 1 = 1
GROUP BY src, day, h.range HAVING SUM((tried >> h.range) & 1) >= {FEW}
"""
# What began within the span of a source's scans, and what outside of it.
MARKED = """
SELECT s.*, tried | heard | other AS begun, COALESCE(w.hours, 0) AS span, begun & span AS inside,
  begun & ~span AS outside
FROM shared s LEFT JOIN windows w USING (src)
WHERE s.log = {log}
"""
CHANGED = f"""
SELECT 1 FROM marked
WHERE (noise = {Noise.NONE:d} AND inside <> 0) OR (noise = {Noise.SCAN:d} AND outside <> 0) LIMIT 1
"""


def _share(count: str, mask: str) -> str:
    """How much of a count lies inside: of a key that went on in both, as if it had come evenly in its hours."""
    part = f"({count})::HUGEINT * bit_count({mask} & span) // GREATEST(bit_count({mask}), 1)"
    return f"CASE WHEN outside = 0 THEN {count} ELSE ({part})::BIGINT END"


_BOTH = "inside <> 0 AND outside <> 0"
_LOWEST, _HIGHEST = "bit_count((hours & -hours) - 1)::BIGINT", "(length(bin(hours)) - 1)"
JUDGED = f"""
WITH shares AS (
  SELECT *, {_share("answered", "heard")} AS a, {_share("unanswered", "tried")} AS u,
    {_share("n - answered - unanswered", "other")} AS o, {_share("bytes", "begun")} AS b, {_share("pkts", "begun")} AS p,
    {_share("ended", "begun")} AS e
  FROM marked WHERE {_OPEN} AND begun <> 0
), parts AS (
  SELECT * REPLACE ({Noise.SCAN:d} AS noise, a + u + o AS n, a AS answered, u AS unanswered, b AS bytes, p AS pkts, e AS ended,
    CASE WHEN {_BOTH} THEN hours & span ELSE hours END AS hours)
  FROM shares WHERE inside <> 0
  UNION ALL
  SELECT * REPLACE ({Noise.NONE:d} AS noise, n - a - u - o AS n, answered - a AS answered, unanswered - u AS unanswered,
    bytes - b AS bytes, pkts - p AS pkts, ended - e AS ended,
    CASE WHEN {_BOTH} THEN hours & ~span ELSE hours END AS hours)
  FROM shares WHERE outside <> 0
), timed AS (
  SELECT * REPLACE (
    CASE WHEN {_BOTH} THEN GREATEST(first, day * {DAY} + {_LOWEST} * {HOUR}) ELSE first END AS first,
    CASE WHEN {_BOTH} THEN LEAST(last, day * {DAY} + ({_HIGHEST} + 1) * {HOUR} - 1) ELSE last END AS last)
  FROM parts
  UNION ALL SELECT *, 0, 0, 0, 0, 0, 0 FROM marked WHERE NOT ({_OPEN} AND begun <> 0)
)
SELECT day, sensor, src, dst, proto, port, SUM(n)::BIGINT AS n, SUM(answered)::BIGINT AS answered,
  SUM(unanswered)::BIGINT AS unanswered, SUM(bytes)::BIGINT AS bytes, SUM(pkts)::BIGINT AS pkts, MIN(first) AS first,
  MAX(last) AS last, BIT_OR(hours) AS hours, MAX(grade) AS grade, MAX(said) AS said, noise::BIGINT AS noise,
  MAX(lossy) AS lossy, MAX(tag) AS tag, SUM(ended)::BIGINT AS ended
FROM timed GROUP BY day, sensor, src, dst, proto, port, noise
UNION ALL SELECT {NAMES} FROM {{rows}} WHERE src NOT IN (SELECT src FROM suspected)
ORDER BY {KEY}
"""


def hours(engine: DuckDB) -> bool:
    """Make the table `told_hours` of `told`: hours in which conversations began, of rows that do not tell. Are there any?"""
    engine.materialise("told_hours", BEGAN)
    return bool(engine.get("SELECT 1 FROM told_hours LIMIT 1"))


class Together:
    """Judges days again whose logs changed. `put` writes the rows of a query into a file and gives its SHA-256."""

    def __init__(self, engine: DuckDB, folder: Path, place: Path, nets: Nets, put: Callable[[str, Path], str]) -> None:
        self.engine, self.folder, self.place, self.nets, self.put = engine, folder, place, nets, put
        self.touched: set[tuple[str, str]] = set()  # sensors and days
        self._told: dict[tuple[str, str], Diagnostic] = {}

    @property
    def found(self) -> list[Diagnostic]:
        """What no log showed alone."""
        return list(self._told.values())

    def judge(self, sources: Sequence[Source]) -> list[Source]:
        """The same logs, each with the files that count. What they had before stays where it is.

        Raises SegcError where that cannot be done: nothing may be written then that a scan would be learned from.
        """
        made = {one.digest: one for one in sources}
        for sensor, day in sorted(self.touched):
            logs = [one for one in made.values() if (one.sensor, one.digits) == (sensor, WHOLE) and day in one.days]
            try:
                instead, scanners = self._day(day, logs) if len(logs) > 1 else ({}, ())
            except self.engine.error as problem:
                raise SegcError([said.engine_failed(logs[-1].name, str(problem))], code=2) from None
            except OSError as problem:
                raise SegcError([said.no_place(str(self.folder), reason(problem))], code=2) from None
            made |= {one.digest: one.judged_as(day, instead.get(one.digest, "")) for one in logs}
            self._told.pop((sensor, day), None)
            if scanners:
                self._told[sensor, day] = said.scan_together([one.name for one in logs], day, scanners)
        self.touched.clear()
        return list(made.values())

    def _day(self, day: str, logs: Sequence[Source]) -> tuple[dict[str, str], Sequence[str]]:
        """By log, the SHA-256 of what counts instead of its own file of the day; and who scanned and showed in none."""
        files = {}
        for one in logs:
            (files[one.digest],) = (
                file for file, at in zip(one.alone(self.folder), one.days, strict=True) if at == day
            )
            checked([files[one.digest], *one.hours(self.folder)], one.files(self.folder))
        self.engine.materialise("suspected", SUSPECTS.format(rows=_rows(*files.values())))
        if not self.engine.get("SELECT 1 FROM suspected LIMIT 1"):
            return {}, ()
        each = (_shared(number, files[one.digest], one.hours(self.folder)) for number, one in enumerate(logs))
        self.engine.materialise("shared", " UNION ALL ".join(each))
        windows = _windows(self.engine, self.nets)
        instead = {}
        for number, one in enumerate(logs):
            self.engine.materialise("marked", MARKED.format(log=number))
            if self.engine.get(CHANGED):
                instead[one.digest] = self._written(one, day, JUDGED.format(rows=_rows(files[one.digest])))
        known = {src for (src,) in self.engine.get(f"SELECT DISTINCT src FROM shared WHERE noise = {Noise.SCAN:d}")}
        return instead, sorted(windows - known)

    def _written(self, source: Source, day: str, sql: str) -> str:
        fresh = self.place / "judged"
        total = self.put(sql, fresh)
        file = source.together(self.folder, day, total)
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh.replace(file)
        return total


def _windows(engine: DuckDB, nets: Nets) -> set[str]:
    """Make the table of the hours in which nothing of a source is learned; gives these sources."""
    targets = [str(dst) for (dst,) in engine.get("SELECT DISTINCT dst FROM shared")]
    kinds = ((one, int(noise.of_address(one, nets))) for one in targets)
    engine.put("kinds", (("canonical", "VARCHAR"), ("kind", "BIGINT")), kinds)
    found = noise.quarantine(noise.Hour(*row) for row in engine.execute(HOURS).fetchall())
    masks = [(src, sum(1 << hour % 24 for hour in range(first, last + 1))) for (src, _), (first, last) in found.items()]
    engine.put("windows", (("src", "VARCHAR"), ("hours", "BIGINT")), masks)
    return {src for src, _ in masks}


def _shared(number: int, file: Path, hours: list[Path]) -> str:
    rows = _rows(file)
    nothing = f"(SELECT {KEY}, hours AS tried, hours AS heard, hours AS other FROM {rows} WHERE false)"
    return SHARED.format(log=number, rows=rows, began=_rows(*hours) if hours else nothing)


def _rows(*files: Path) -> str:
    return f"read_parquet([{', '.join(path(file) for file in files)}], hive_partitioning = false)"
