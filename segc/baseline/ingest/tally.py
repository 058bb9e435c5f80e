"""From conversations to the ledger's rows, in DuckDB: by day, turned the right way, with noise set apart.

The view `conversations` has the columns below. It may be a text file of many gigabytes, so it is grouped in one pass.
Whatever needs to see the whole log works on the groups. Only the sources that scanned are read once more, by the hour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.baseline import noise
from segc.baseline.engine.duckdb import quoted
from segc.baseline.ingest.turning import ANY_OPEN, SETTLED, STEPS, TURNED
from segc.baseline.observed import MISSED, NO_PORT, Noise, Said
from segc.baseline.sources.notread import NotRead
from segc.baseline.sources.words import TCP, address

if TYPE_CHECKING:
    from collections.abc import Mapping

    from segc.baseline.engine.duckdb import DuckDB

# `sport` is NO_PORT where the direction is settled. `mutual` is 1 where it is too, for what stays as it came: peers of
# which only the first one sent, and UDP that nothing explains. It is 2 for peers that both sent: `back_bytes` and
# `back_pkts` are then the other one's. It is 3 where the catalogue says that `src` was asked, if nothing says more.
# `heard`: 1 answered, 0 not, -1 unknown. `broadcast`: 1 where a MAC address says so.
COLUMNS = {
    "first": "BIGINT",
    "last": "BIGINT",
    "src": "VARCHAR",
    "dst": "VARCHAR",
    "proto": "INTEGER",
    "sport": "INTEGER",
    "port": "INTEGER",
    "mutual": "INTEGER",
    "n": "BIGINT",
    "bytes": "BIGINT",
    "pkts": "BIGINT",
    "back_bytes": "BIGINT",
    "back_pkts": "BIGINT",
    "heard": "INTEGER",
    "grade": "INTEGER",
    "said": "INTEGER",
    "tag": "VARCHAR",
    "lossy": "INTEGER",
    "broadcast": "INTEGER",
    "src_mac": "VARCHAR",
    "dst_mac": "VARCHAR",
}
HOUR = 3_600_000_000
DAY = 24 * HOUR
ALL_HOURS = (1 << 24) - 1
# Bytes, packets or conversations that a record may tell of; with more, sums would not fit into 64 bits.
MOST = (1 << 44) - 1
FEW = noise.SCAN_TARGETS - int(noise.SCAN_ANSWERED * noise.SCAN_TARGETS)  # no scan leaves fewer unanswered


def _sum(column: str) -> str:
    return f"SUM({column}::DOUBLE)::BIGINT AS {column}"


# A row of `packed`, in few columns because each one costs. `slot` is the hour of what was not answered, since that is
# how scans are found, and of what `by_hour` asks for; else the first hour of the day; times 65536, plus the hours to the
# end of what went on past midnight. `what` is all that is small: protocol, kind and ports. `marks` has the bits of the
# hours in which it was there (24), those in which it began (24), and of each grade (6), loss (1) and answer (4).
# Each row pays for all of this: 64 bits are divided once, and sums are numbers that are exact up to 9e15, since adding
# without end takes a fifth of grouping.
_STOPPED = f"said = {Said.STOPPED:d}"
_BITS = (
    f"""(2::BIGINT << CASE WHEN late THEN 23 ELSE until - day * 24 END) + ({ALL_HOURS}::BIGINT << (hour - day * 24))"""
)
PACKED = f"""
WITH timed AS (
  SELECT *, (first // {HOUR})::INTEGER AS hour, (last // {HOUR})::INTEGER AS until FROM conversations WHERE {{condition}}
), dated AS (
  SELECT *, hour // 24 AS day, until // 24 > hour // 24 AS late FROM timed
), placed AS (
  SELECT *, CASE WHEN {{by_hour}} OR heard = 0{{or_stopped}} THEN hour ELSE day * 24 END AS slot FROM dated
)
SELECT src, dst, slot::BIGINT * 65536 + CASE WHEN late THEN until - slot ELSE 0 END AS place,
  proto::BIGINT * {1 << 40} + mutual::BIGINT * {1 << 38} + {{heard}} + broadcast::BIGINT * {1 << 34}
    + (sport + 1)::BIGINT * {1 << 17} + port + 1 AS what,
  {{n}} AS n, {{losing}} AS losing, {_sum("bytes")}, {_sum("pkts")}, {_sum("back_bytes")}, {_sum("back_pkts")},
  MIN(first) AS first, MAX(last) AS last,
  BIT_OR(({_BITS}) | ({1 << 48} << grade) | (lossy::BIGINT << 54) | {{said}}) AS marks, {{tag}} AS tag, {{macs}}
FROM placed
GROUP BY src, dst, place, what{{by_macs}}
"""
# What a record stands for. One of a sensor that only listens is one conversation that nobody stopped.
_ANY = {
    "{or_stopped}": f" OR {_STOPPED}",
    "{heard}": f"CASE WHEN {_STOPPED} THEN {3 << 35} ELSE (heard + 1)::BIGINT * {1 << 36} END",
    "{n}": "SUM(n)::BIGINT",
    "{losing}": "SUM(n * lossy)::BIGINT",
    "{said}": "(1::BIGINT << (55 + said))",
}
_HEARD = {
    "{or_stopped}": "",
    "{heard}": f"(heard + 1)::BIGINT * {1 << 36}",
    "{n}": "COUNT(*)",
    "{losing}": "SUM(lossy::DOUBLE)::BIGINT",
    "{said}": str(1 << (55 + Said.NOTHING)),
}
# Each pair of MAC addresses is a group of its own: a machine that was replaced at noon is not two at one time.
_MACS = "src_mac, dst_mac"
_NO_MACS = "'' AS src_mac, '' AS dst_mac"
GROUPED = """
SELECT * EXCLUDE (place, what), place // 65536 AS slot, place % 65536 AS more, (what >> 40)::INTEGER AS proto,
  ((what >> 38) & 3)::INTEGER AS mutual, ((what >> 36) & 3)::INTEGER - 1 AS heard, ((what >> 35) & 1)::INTEGER AS stopped,
  ((what >> 34) & 1)::INTEGER AS broadcast, ((what >> 17) & 131071)::INTEGER - 1 AS sport,
  (what & 131071)::INTEGER - 1 AS port
FROM {table}
"""


def _highest(low: int, bits: int) -> str:
    """The number of the highest bit that is set, of some in `marks`."""
    cases = " ".join(f"WHEN (marks >> {low + bit}) & 1 = 1 THEN {bit}" for bit in range(bits - 1, 0, -1))
    return f"(CASE {cases} ELSE 0 END)::BIGINT"


# No `=` between the two families: DuckDB would join by it first, each address with each other one.
RENAMED = """
SELECT g.* REPLACE (s.canonical AS src, d.canonical AS dst)
FROM {table} g JOIN named s ON g.src = s.address JOIN named d ON g.dst = d.address
WHERE CASE WHEN contains(s.canonical, ':') THEN contains(d.canonical, ':') ELSE NOT contains(d.canonical, ':') END
"""

# Whom a source tried in an hour. What was answered lies by the day, with its hours as a mask.
TRIED = f"""
SELECT DISTINCT r.src, r.slot, r.dst, r.proto, r.port
FROM directed r JOIN kinds a ON a.canonical = r.dst
WHERE r.heard = 0 AND a.kind = {Noise.NONE:d}
"""
SUSPECTS = f"SELECT src, slot FROM tried GROUP BY src, slot HAVING COUNT(*) >= {FEW}"
HOURS = """
SELECT src, slot, COUNT(*), SUM(answered) FROM (
  SELECT src, slot, dst, proto, port, MAX(answered) AS answered FROM (
    SELECT t.src, t.slot, t.dst, t.proto, t.port, 0 AS answered FROM tried t JOIN suspects s USING (src, slot)
    UNION ALL
    SELECT r.src, s.slot, r.dst, r.proto, r.port, 1
    FROM directed r JOIN suspects s ON r.src = s.src AND r.slot // 24 = s.slot // 24
    WHERE r.heard = 1 AND (r.marks >> (24 + s.slot % 24)) & 1 = 1
  ) GROUP BY src, slot, dst, proto, port
) GROUP BY src, slot
"""

# A broadcast that only the plant's networks make one; a session shows that it is a machine (`segc.baseline.noise.of`).
_OF_NET = f"{{one}}.kind = {Noise.BROADCAST:d} AND {{one}}.canonical <> '255.255.255.255'"

# The hours of a day in which those began that were answered, those that were not, and those of which nobody knows.
_BEGUN = f"BIT_OR(CASE WHEN r.begun AND r.heard = {{heard}} THEN (r.marks >> 24) & {ALL_HOURS} ELSE 0 END)"

# What went on past midnight was there on each day, and ended on the last; its bytes and packets are those of the first,
# and sorting is left to each file.
LEDGER = f"""
WITH spread AS (
  SELECT slot // 24 AS day, true AS begun, * FROM directed
  UNION ALL
  SELECT unnest(range(slot // 24 + 1, (slot + more) // 24 + 1)), false, * FROM directed WHERE more > 0
), daily AS (
  SELECT * REPLACE ((marks >> 24 << 24) | CASE WHEN begun THEN marks & {ALL_HOURS}
    WHEN day = (slot + more) // 24 THEN (1::BIGINT << (1 + (slot + more) % 24)) - 1 ELSE {ALL_HOURS} END AS marks)
  FROM spread
), summed AS (
  SELECT r.day, r.src, r.dst, r.proto::BIGINT AS proto, r.port::BIGINT AS port,
    SUM(r.n)::BIGINT AS n, SUM(CASE WHEN r.heard = 1 THEN r.n ELSE 0 END)::BIGINT AS answered,
    SUM(CASE WHEN r.heard = 0 THEN r.n ELSE 0 END)::BIGINT AS unanswered,
    SUM(CASE WHEN r.begun THEN r.bytes ELSE 0 END)::BIGINT AS bytes,
    SUM(CASE WHEN r.begun THEN r.pkts ELSE 0 END)::BIGINT AS pkts,
    MIN(GREATEST(r.first, r.day * {DAY})) AS first, MAX(LEAST(r.last, r.day * {DAY} + {DAY - 1})) AS last,
    SUM(CASE WHEN r.day = (r.slot + r.more) // 24 THEN r.n ELSE 0 END)::BIGINT AS ended,
    BIT_OR(r.marks) AS marks, {_BEGUN.format(heard=0)} AS tried, {_BEGUN.format(heard=1)} AS heard,
    {_BEGUN.format(heard=-1)} AS other,
    (CASE
      WHEN r.stopped = 1 THEN {Noise.STOPPED:d}
      WHEN d.kind <> {Noise.NONE:d} AND NOT (({_OF_NET.format(one="d")}) AND (r.proto = {TCP} OR r.heard = 1)) THEN d.kind
      WHEN s.kind <> {Noise.NONE:d} AND NOT ({_OF_NET.format(one="s")}) THEN {Noise.LINK_LOCAL:d}
      WHEN r.broadcast = 1 THEN {Noise.BROADCAST:d}
      WHEN q.src IS NOT NULL THEN {Noise.SCAN:d}
      ELSE {Noise.NONE:d} END)::BIGINT AS noise,
    {{tag}} AS tag
  FROM daily r
  LEFT JOIN kinds s ON s.canonical = r.src
  LEFT JOIN kinds d ON d.canonical = r.dst
  LEFT JOIN quarantined q ON q.src = r.src AND r.slot BETWEEN q.since AND q.until
  GROUP BY r.day, r.src, r.dst, r.proto, r.port, noise
)
SELECT day, {{sensor}} AS sensor, src, dst, proto, port, n, answered, unanswered, bytes, pkts, first, last,
  marks & {ALL_HOURS} AS hours, {_highest(48, 6)} AS grade, {_highest(55, 4)} AS said, noise,
  {{lossy}} AS lossy, tag, ended, tried, heard, other
FROM summed
"""

# How many conversations were there on a day, and how many of them lost something; by the records' own days, since one share
# of a fortnight hides a day on which all of them did.
DAILY = """
SELECT day, SUM(losing)::BIGINT, SUM(n)::BIGINT FROM (
  SELECT slot // 24 AS day, losing, n FROM grouped
  UNION ALL SELECT unnest(range(slot // 24 + 1, (slot + more) // 24 + 1)), losing, n FROM grouped WHERE more > 0
)
GROUP BY day
"""
TOTAL = "SELECT NULL, SUM(losing)::BIGINT, SUM(n)::BIGINT FROM grouped"

MACS = """
SELECT slot // 24 AS day, {sensor} AS sensor, address, mac, SUM(n)::BIGINT AS n, MIN(first) AS first, MAX(last) AS last
FROM (
  SELECT slot, src AS address, src_mac AS mac, n, first, last FROM directed
  UNION ALL SELECT slot, dst, dst_mac, n, first, last FROM directed WHERE heard <> 0
)
WHERE mac <> ''
GROUP BY ALL ORDER BY ALL
"""


class Tallied(NamedTuple):
    """What became of a log: times of its records (None where it told nothing), conversations, and whom it shows.

    `unplaced` are records whose addresses are none. `missed` is the share of conversations that lost packets, by day where
    each one tells it, else of the log at once (day None): those days on which it is more than `MISSED`, of so many `days`.
    """

    first: int | None
    last: int | None
    n: int
    unplaced: int
    missed: Mapping[int | None, float]
    days: int
    scanners: tuple[str, ...]
    macs: bool
    ported: bool

    @property
    def lossy(self) -> bool:
        """May the sensor have missed whole conversations, on all days that the log tells of?"""
        return None in self.missed or 0 < self.days <= len(self.missed)


def tally(
    engine: DuckDB,
    sensor: str,
    nets: tuple[tuple[int, int], ...] = (),
    *,
    lossy: bool = False,
    only: str = "true",
    tags: bool = True,
    macs: bool = True,
    devices: bool = True,
) -> Tallied:
    """Make the tables `told` (the ledger's rows) and `told_addresses` of the view `conversations`.

    Behind the ledger's columns `told` has the hours in which what was not answered began (`tried`), what was (`heard`),
    and what nobody can tell of (`other`), as masks.
    `only` leaves out records, such as those with impossible times. Without `tags` or `macs` there are none to look
    for; without `devices`, each record is one conversation that nobody stopped, and a lossy one lost a part of
    itself, as some do each day, so that only the share of a day tells; a device's means that others are missing.
    Reads the view once, and the sources that scanned once more. Raises the engine's errors.
    """
    run = engine.execute
    packed = packing(tags=tags, macs=macs, devices=devices)
    engine.materialise_as_written("packed", packed.format(by_hour="false", condition=only))
    unplaced = _name_addresses(engine, nets)
    run(f"CREATE OR REPLACE VIEW grouped AS {GROUPED.format(table='packed')}")
    directed = _directed(engine)
    engine.materialise("directed", directed.format(table="grouped"))
    windows = _scans(engine)
    engine.put("quarantined", (("src", "VARCHAR"), ("since", "BIGINT"), ("until", "BIGINT")), windows)
    if windows:
        _by_hour(engine, packed.format(by_hour="true", condition=f"{only} AND {_OF_SCANNERS}"), directed)
    (found,) = run(
        f"SELECT MIN(first), MAX(last), SUM(n)::BIGINT, MAX(CASE WHEN port <> {NO_PORT} THEN 1 ELSE 0 END) FROM grouped"
    ).fetchall()
    first, last, n, ported = found
    missed, days = _missed(engine, devices=devices)
    loss = "1" if lossy else _loss(missed, devices=devices)
    name = quoted(sensor)
    engine.materialise("told", LEDGER.format(sensor=name, lossy=loss, tag=_tag(tags=tags)))
    shown = 0
    if macs:
        engine.materialise("told_addresses", MACS.format(sensor=name))
        ((shown,),) = run("SELECT COUNT(*) FROM told_addresses").fetchall()
    scanners = tuple(sorted({window[0] for window in windows}))
    return Tallied(first, last, n or 0, unplaced, missed, days, scanners, bool(shown), bool(ported))


def _missed(engine: DuckDB, *, devices: bool) -> tuple[dict[int | None, float], int]:
    """See `Tallied.missed`, and the number of days. A device's log is asked as a whole: nobody knows for how long others
    were missing.
    """
    rows = engine.execute(TOTAL if devices else DAILY).fetchall()
    shares = {day: losing / n for day, losing, n in rows if n}
    return {day: share for day, share in shares.items() if share > MISSED}, len(rows)


def _loss(missed: Mapping[int | None, float], *, devices: bool) -> str:
    """What makes a row lossy, as SQL."""
    if None in missed:
        return "1"
    if devices:
        return "(marks >> 54) & 1"
    return f"(day IN ({', '.join(map(str, missed))}))::BIGINT" if missed else "0"


def _directed(engine: DuckDB) -> str:
    """How each conversation is turned, as SQL over a table of groups; makes the tables that it stands on."""
    if not engine.execute(ANY_OPEN).fetchall():
        return SETTLED
    for table, sql in STEPS:
        engine.materialise(table, sql)
    return f"{SETTLED} UNION ALL {TURNED}"


def packing(*, tags: bool, macs: bool, devices: bool) -> str:
    """The query that reads the view, without what the log does not tell; `{by_hour}` and `{condition}` are left open."""
    told = PACKED.replace("{tag}", _tag(tags=tags)).replace("{macs}", _MACS if macs else _NO_MACS)
    for place, words in (_ANY if devices else _HEARD).items():
        told = told.replace(place, words)
    return told.replace("{by_macs}", ", src_mac, dst_mac" if macs else "")


def _tag(*, tags: bool) -> str:
    return "MAX(tag)" if tags else "''"


def _name_addresses(engine: DuckDB, nets: tuple[tuple[int, int], ...]) -> int:
    """Bring addresses into one form, take out what is none, and say what kind each is."""
    names, kinds, odd = [], {}, []
    for (text,) in engine.execute("SELECT src FROM packed UNION SELECT dst FROM packed").fetchall():
        canonical = canonical_address(text)
        if canonical is None:
            odd.append((text,))
            continue
        names.append((text, canonical))
        kinds[canonical] = int(noise.of_address(canonical, nets))
    engine.put("named", (("address", "VARCHAR"), ("canonical", "VARCHAR")), names)
    engine.put("kinds", (("canonical", "VARCHAR"), ("kind", "BIGINT")), kinds.items())
    mixed = engine.execute("SELECT 1 FROM packed WHERE contains(src, ':') <> contains(dst, ':') LIMIT 1").fetchall()
    if not odd and not mixed and all(text == canonical for text, canonical in names):
        return 0
    total = "SELECT COALESCE(SUM(n), 0)::BIGINT FROM packed"
    ((before,),) = engine.execute(total).fetchall()
    engine.materialise("packed", RENAMED.format(table="packed"))
    ((after,),) = engine.execute(total).fetchall()
    return int(before) - int(after)


def canonical_address(text: str | None) -> str | None:
    """An address as the ledger writes it: without zone index, IPv4-mapped ones as IPv4; None where it is none."""
    try:
        return address(text or "")
    except NotRead:
        return None


def _scans(engine: DuckDB) -> list[tuple[str, int, int]]:
    engine.materialise("tried", TRIED)
    if not engine.execute(f"SELECT 1 FROM tried LIMIT 1 OFFSET {FEW - 1}").fetchall():
        return []  # nobody can have tried enough of them, within an hour or ever
    engine.materialise("suspects", SUSPECTS)
    hours = [noise.Hour(*row) for row in engine.execute(HOURS).fetchall()]
    return [(src, since, until) for (src, _), (since, until) in sorted(noise.quarantine(hours).items())]


# The addresses as the log writes them, at either end: who opened is told by what the whole log has shown.
_SCANNERS = "(SELECT n.address FROM named n JOIN quarantined q ON n.canonical = q.src)"
_OF_SCANNERS = f"(src IN {_SCANNERS} OR dst IN {_SCANNERS})"


def _by_hour(engine: DuckDB, packed: str, directed: str) -> None:
    """Take what scanners did out of what is told by the day, and put it back by the hour."""
    engine.materialise("again", packed)
    engine.materialise("again", RENAMED.format(table="again"))
    again = f"({GROUPED.format(table='again')})"
    engine.materialise("anew", directed.format(table=again))
    engine.execute("DELETE FROM directed WHERE src IN (SELECT src FROM quarantined)")
    engine.execute("INSERT INTO directed SELECT * FROM anew WHERE src IN (SELECT src FROM quarantined)")
