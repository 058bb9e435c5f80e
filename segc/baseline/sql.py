"""Every question that is asked of a ledger, in SQL that DuckDB, Spark, ClickHouse and Trino read alike.

GROUP BY, equi-joins and CASE, over integers and text. Columns are named with their table, because ClickHouse would
take `n` in `SUM(n) AS n` for the alias. What a row stands for is told in `segc.baseline.ledger`.
"""

from __future__ import annotations

from segc.baseline.observed import Grade, Said
from segc.baseline.recorded import ASTRAY, STOPPED, STOPPED_ASTRAY

KEY = "src, dst, proto, port"
_KEY = "l.src, l.dst, l.proto, l.port"


_SUMMED = """
SELECT l.day AS day, l.sensor AS sensor, l.src AS src, l.dst AS dst, l.proto AS proto, l.port AS port,
  l.noise AS noise, SUM(l.n) AS n, SUM(l.answered) AS answered, SUM(l.unanswered) AS unanswered,
  SUM(l.bytes) AS bytes, SUM(l.pkts) AS pkts, MIN(l.first) AS first, MAX(l.last) AS last,
  MAX(l.grade) AS grade, MAX(l.said) AS said, MAX(l.lossy) AS lossy, MAX(l.tag) AS tag, SUM(l.ended) AS ended
FROM {rows} l
GROUP BY l.day, l.sensor, l.src, l.dst, l.proto, l.port, l.noise
"""
_SAME = (
    f"l.day, l.sensor, {_KEY}, l.noise, l.n, l.answered, l.unanswered, l.bytes, l.pkts, l.first, l.last, l.grade, l.said,"
    " l.lossy, l.ended"
)
_NAMED = ", ".join(f"{name} AS {name.strip().removeprefix('l.')}" for name in _SAME.split(","))

# What one sensor saw on a day, from all the logs of it.
PER_SENSOR = _SUMMED.format(rows="ledger")

# The same where logs of a sensor hold the same records. `copies` says so of each sensor and day: equal rows count once
# where `once` is 1. Logs that only meet in time have none that are equal but by chance, and are not asked.
ONCE = f"""
SELECT {_NAMED}, MAX(l.tag) AS tag, CASE WHEN MAX(c.once) = 1 THEN 1 ELSE COUNT(*) END AS times
FROM ledger l
JOIN copies c ON l.sensor = c.sensor AND l.day = c.day
GROUP BY {_SAME}
"""
PER_SENSOR_ONCE = _SUMMED.format(rows="ledger_once")
for _sum in ("n", "answered", "unanswered", "bytes", "pkts", "ended"):
    PER_SENSOR_ONCE = PER_SENSOR_ONCE.replace(f"SUM(l.{_sum})", f"SUM(l.{_sum} * l.times)")

# Sensors that saw one conversation must not count it twice: the one that saw most tells, and one that lost nothing
# is enough to be sure. Without an answer are those of which no sensor says that they may have had one.
DAILY = f"""
SELECT l.day AS day, l.src AS src, l.dst AS dst, l.proto AS proto, l.port AS port, l.noise AS noise,
  MAX(l.n) AS n, MAX(l.answered) AS answered, MAX(l.n) - MAX(l.n - l.unanswered) AS unanswered, MAX(l.bytes) AS bytes,
  MAX(l.pkts) AS pkts, MIN(l.first) AS first, MAX(l.last) AS last, MAX(l.grade) AS grade, MAX(l.said) AS said,
  MIN(l.lossy) AS lossy, MAX(l.tag) AS tag, MAX(l.ended) AS ended
FROM per_sensor l
GROUP BY l.day, {_KEY}, l.noise
"""

KEYS = f"""
SELECT l.src AS src, l.dst AS dst, l.proto AS proto, l.port AS port, l.noise AS noise, COUNT(*) AS days,
  SUM(l.ended) AS n, SUM(l.answered) AS answered, SUM(l.unanswered) AS unanswered, SUM(l.bytes) AS bytes,
  SUM(l.pkts) AS pkts, MIN(l.first) AS first, MAX(l.last) AS last, MAX(l.grade) AS grade, MAX(l.said) AS said,
  MIN(l.lossy) AS lossy, MAX(l.tag) AS tag, SUM(l.n) AS there
FROM daily l
GROUP BY {_KEY}, l.noise
"""

INCIDENCES = f"SELECT DISTINCT {_KEY}, l.day FROM daily l WHERE l.noise = 0"

# On which days a sensor saw anything, on which of them it lost some, when it saw the last of each, and in which hours there was
# what was written on that day: a session that goes on for days is written when it ends, and shows no log of the days before.
_WROTE = "CASE WHEN l.ended > 0 THEN l.hours ELSE 0 END"
SENSOR_DAYS = f"""
SELECT l.sensor, l.day, {_WROTE}, MAX(l.lossy), MAX(l.last) FROM ledger l GROUP BY l.sensor, l.day, {_WROTE}
"""

WHO_SAW = f"SELECT DISTINCT {_KEY}, l.sensor FROM ledger l WHERE l.noise = 0"
# Who saw both directions of it.
WHO_HEARD = f"{WHO_SAW} AND l.answered > 0".replace(" ledger ", " per_sensor ")
# Who saw answers only: each packet was one of itself, and shows that it is an answer (SYN with ACK, the reply to a ping).
ANSWERS_ONLY = f"""
SELECT {_KEY}, l.sensor
FROM per_sensor l
WHERE l.noise = 0
GROUP BY {_KEY}, l.sensor
HAVING SUM(l.n) = SUM(l.answered) AND SUM(l.n) = SUM(l.pkts) AND MIN(l.grade) = {Grade.HANDSHAKE:d}
"""

# What our own firewalls recorded as what enforcing would stop, or stopped (`segc.baseline.recorded`): by each sensor until when,
# and was any of it astray?
_ASTRAY = f"l.tag LIKE '{ASTRAY}%' OR l.tag LIKE '{STOPPED_ASTRAY}%'"
RECORDED = f"""
SELECT {_KEY}, l.sensor, MAX(l.day) AS day, MAX(CASE WHEN {_ASTRAY} THEN 1 ELSE 0 END) AS astray
FROM per_sensor l
WHERE l.said = {Said.RECORDED:d}
  OR (l.said = {Said.STOPPED:d} AND (l.tag LIKE '{STOPPED}%' OR l.tag LIKE '{STOPPED_ASTRAY}%'))
GROUP BY {_KEY}, l.sensor
"""

HOURS = f"""
SELECT {_KEY}, l.day, l.hours
FROM ledger l
JOIN asked a ON l.src = a.src AND l.dst = a.dst AND l.proto = a.proto AND l.port = a.port
WHERE l.noise = 0
GROUP BY {_KEY}, l.day, l.hours
"""

# The same of what scanners asked, and of what was taken for a broadcast.
SCANNED = HOURS.replace("l.noise = 0", "(l.noise = 1 OR l.noise = 3)")

# The days of some keys, so that all keys of all days need not be held at once, and whether a conversation ended on each.
DAYS = f"""
SELECT DISTINCT {_KEY}, l.day, CASE WHEN l.ended > 0 THEN 1 ELSE 0 END
FROM daily l
JOIN asked a ON l.src = a.src AND l.dst = a.dst AND l.proto = a.proto AND l.port = a.port
WHERE l.noise = 0
"""

ADDRESSES = """
SELECT m.address, m.mac, COUNT(DISTINCT m.day), MIN(m.first), MAX(m.last), SUM(m.n)
FROM addresses m
GROUP BY m.address, m.mac
"""

# When two sensors that saw a key as often on a day say that it began. Of what comes each minute or each hour, the first
# after midnight is another one by each clock, and would hide by how much they differ: what comes as often must have begun
# in the morning.
MORNING = 7_200_000_000  # microseconds after midnight
PAIRED = f"""
SELECT a.sensor, b.sensor, a.first, b.first
FROM per_sensor a
JOIN per_sensor b ON a.day = b.day AND a.src = b.src AND a.dst = b.dst AND a.proto = b.proto AND a.port = b.port
  AND a.n = b.n AND a.noise = b.noise
WHERE a.sensor < b.sensor AND a.noise = 0 AND a.n < 100
  AND (a.n <= 3 OR (a.first > a.day * 86400000000 + {MORNING} AND b.first > b.day * 86400000000 + {MORNING}))
"""

# Who talks: all that opened something, and of those that were asked the ones that may have answered. A scanner's targets
# that answered nothing need not exist. Nor need who only tried, without an answer, on one day: `sure` are all others
# (`segc.baseline.coverage`). `early` and `late` are the first and the last day of what an address sent.
ENDS = """
SELECT e.address AS address, MAX(e.talks) AS talks,
  CASE WHEN MAX(e.sure) = 1 OR MIN(e.early) < MAX(e.late) THEN 1 ELSE 0 END AS sure
FROM (
  SELECT l.src AS address, 1 AS talks, CASE WHEN l.unanswered < l.n THEN 1 ELSE 0 END AS sure, l.day AS early, l.day AS late
  FROM ledger l
  UNION ALL
  SELECT o.address AS address, o.answers AS talks, o.answers AS sure, 9999999 AS early, -1 AS late
  FROM (
    SELECT l.dst AS address, CASE
      WHEN l.noise = 0 AND (l.answered > 0 OR l.unanswered < l.n) THEN 1
      WHEN l.noise = 1 AND l.answered > 0 THEN 1
      ELSE 0 END AS answers
    FROM ledger l
  ) o
) e
GROUP BY e.address
"""
MOST_ENDS = "SELECT COUNT(DISTINCT l.src) + COUNT(DISTINCT l.dst) FROM ledger l"

# On which days a sensor heard a zone's machine in a conversation that may have had an answer (`segc.baseline.watching`), and
# between which moments of the day such conversations ended, if any did. `zoned` names the zone of every address.
NEVER = 1 << 62
_WRITTEN = f"""MIN(CASE WHEN l.ended > 0 THEN l.last ELSE {NEVER} END) AS early,
  MAX(CASE WHEN l.ended > 0 THEN l.last ELSE -1 END) AS late"""
_HEARD = "FROM per_sensor l\nJOIN zoned z ON l.{end} = z.address\nWHERE l.noise = 0 AND l.unanswered < l.n"
HEARD = f"""
SELECT l.sensor AS sensor, z.zone AS zone, l.day AS day,
  {_WRITTEN}
{_HEARD.format(end="src")}
GROUP BY l.sensor, z.zone, l.day
UNION ALL
SELECT l.sensor AS sensor, z.zone AS zone, l.day AS day,
  {_WRITTEN}
{_HEARD.format(end="dst")}
GROUP BY l.sensor, z.zone, l.day
"""

# Which sensors saw such a conversation between two zones, by the day, and whether any began on it, or ended. Of one that goes on
# from the day before, a row has neither bytes nor packets, and begins at midnight.
MET = """
SELECT l.sensor, a.zone, b.zone, l.day,
  MAX(CASE WHEN l.first > l.day * 86400000000 OR l.pkts > 0 OR l.bytes > 0 THEN 1 ELSE 0 END),
  MAX(CASE WHEN l.ended > 0 THEN 1 ELSE 0 END)
FROM per_sensor l
JOIN zoned a ON l.src = a.address
JOIN zoned b ON l.dst = b.address
WHERE l.noise = 0 AND l.unanswered < l.n AND a.zone <> b.zone
GROUP BY l.sensor, a.zone, b.zone, l.day
"""

# The same rows where crowds stand as one address each: `stands` says so of every address (`segc.baseline.crowds`).
_STANDING = """
JOIN stands a ON l.src = a.address
JOIN stands b ON l.dst = b.address
"""


def _gathered(text: str) -> str:
    text = text.replace("l.src", "a.stands").replace("l.dst", "b.stands")
    before, sign, after = text.partition(" l\n")
    return f"{before}{sign.rstrip()}{_STANDING}{after}"


GATHERED = _gathered(_SUMMED.format(rows="per_sensor"))
GATHERED_HOURS = _gathered("""
SELECT DISTINCT l.day AS day, l.sensor AS sensor, l.src AS src, l.dst AS dst, l.proto AS proto, l.port AS port,
  l.noise AS noise, l.hours AS hours
FROM ledger l
""")
ADDRESSES_APART = ADDRESSES.replace(
    "FROM addresses m\n", "FROM addresses m\nJOIN stands a ON m.address = a.address\nWHERE a.address = a.stands\n"
)

# The same rows where some keys that were set aside count as everything else: table `acquitted` has 1 for each of these. A row
# that an outer join adds is NULL, or 0 with ClickHouse, and neither is 1. What a device stopped (5) stays apart.
_ACQUITTED = """(
  SELECT {columns}, CASE WHEN a.acquitted = 1 AND l.noise < 5 THEN 0 ELSE l.noise END AS noise
  FROM {rows} l
  LEFT JOIN acquitted a ON l.src = a.src AND l.dst = a.dst AND l.proto = a.proto AND l.port = a.port
)"""


def _columns(names: str) -> str:
    return ", ".join(f"l.{name} AS {name}" for name in names.split())


# From a group nobody answers: that tells nothing of who listens.
_TO_GROUPS = "CASE WHEN a.acquitted = 1 AND l.noise = 2 THEN 0 ELSE l.unanswered END AS unanswered"
_COUNTED = (
    f"{_columns('day sensor src dst proto port n answered')}, {_TO_GROUPS}, "
    f"{_columns('bytes pkts first last grade said lossy tag ended')}"
)
_TIMED = _columns("day sensor src dst proto port hours")


def acquitted(rows: str) -> str:
    """What each sensor saw on a day, of rows that say so, when some keys are acquitted."""
    return _SUMMED.format(rows=_ACQUITTED.format(columns=_COUNTED, rows=rows))


def acquitted_hours(rows: str) -> str:
    """The same of the hours, as a table that questions can read from."""
    return _ACQUITTED.format(columns=_TIMED, rows=rows)


# What is kept, since several questions stand on it.
TABLES = {"per_sensor": PER_SENSOR, "daily": DAILY, "keys_seen": KEYS}
ANSWERS = {
    "incidences": INCIDENCES,
    "sensor_days": SENSOR_DAYS,
    "who_saw": WHO_SAW,
    "recorded": RECORDED,
    "who_heard": WHO_HEARD,
    "answers_only": ANSWERS_ONLY,
    "hours": HOURS,
    "scanned": SCANNED,
    "days": DAYS,
    "addresses": ADDRESSES,
    "paired": PAIRED,
    "heard": HEARD,
    "met": MET,
}
