"""Who opened, in DuckDB: the evidence of `segc.baseline.direction`, asked of the groups of a whole log at once.

`grouped` has the rows of `segc.baseline.ingest.tally`: each conversation or group of them, with `marks`, whose bits from 48
on are the grades that it was seen with.
"""

from __future__ import annotations

from segc.baseline.direction import CLEARER, ENOUGH, MANY
from segc.baseline.observed import NO_PORT, Grade
from segc.baseline.sources.words import UDP

_GRADES = 63 << 48
_KNOWN = _GRADES & ~((1 << 48 + Grade.CATALOGUE) - 1)
_SURE = _GRADES & ~((1 << 48 + Grade.LABEL) - 1)


# What serves, as openings and labels show; and how many far ports each port met in what is open.
SERVED = f"""
SELECT DISTINCT proto, dst AS address, port FROM grouped
WHERE sport = {NO_PORT} AND (marks & {_SURE}) <> 0 AND port <> {NO_PORT} AND mutual = 0 AND heard <> 0
"""
CALLED = f"""
SELECT proto, port, SUM(n)::BIGINT AS called FROM (
  SELECT proto, port, n FROM grouped
  WHERE sport = {NO_PORT} AND (marks & {_KNOWN}) <> 0 AND port <> {NO_PORT} AND mutual = 0 AND heard <> 0
  UNION ALL SELECT proto, sport, n FROM grouped WHERE mutual = 3 AND heard <> 0
) GROUP BY ALL
"""
OPEN = f"""
SELECT DISTINCT g.proto, g.src, g.sport, g.dst, g.port, mutual, COALESCE(c.called, 0) > {MANY} AS common,
  g.proto = {UDP} AND g.sport = g.port AS alike
FROM grouped g LEFT JOIN called c ON mutual = 3 AND c.proto = g.proto AND c.port = g.sport
WHERE g.sport <> {NO_PORT} AND mutual IN (0, 3)
"""
ENDS = """
SELECT DISTINCT proto, src AS address, sport AS own, port AS far FROM undecided WHERE NOT common AND NOT alike
UNION SELECT DISTINCT proto, dst, port, sport FROM undecided WHERE NOT common AND NOT alike
"""
# Between equal ports of UDP: how often who sent first, and how many asked whom.
FIRSTS = f"""
SELECT src, dst, port, SUM(n)::BIGINT AS n FROM grouped
WHERE proto = {UDP} AND sport = port AND port <> {NO_PORT} AND mutual = 0 GROUP BY ALL
"""
ASKED = "SELECT dst AS address, port, COUNT(*) AS others FROM firsts GROUP BY ALL"
ASKS = "SELECT src AS address, port, COUNT(*) AS others FROM firsts GROUP BY ALL"
MET = f"SELECT proto, address, own, LEAST(COUNT(*), {ENOUGH}) AS met FROM ends GROUP BY ALL"
COMMON = f"""
SELECT proto, own, LEAST(COUNT(*), {ENOUGH}) AS met FROM (SELECT DISTINCT proto, own, far FROM ends) GROUP BY ALL
"""

# How the open ones are to be turned: 1 as they are, -1 the other way, -2 so too and the catalogue agrees, 0 unknown. Between
# equal ports also 2 as they are and -3 the other way, by who sent first again and again, and 3 where nothing tells.
JUDGED = f"""
WITH strength AS (
  SELECT o.*, s.port IS NOT NULL AS own_serves, t.port IS NOT NULL AS far_serves,
    COALESCE(ms.met, 0) AS own_met, COALESCE(mt.met, 0) AS far_met,
    GREATEST(COALESCE(cs.met, 0), LEAST({ENOUGH}, COALESCE(ks.called, 0))) AS own_common,
    GREATEST(COALESCE(ct.met, 0), LEAST({ENOUGH}, COALESCE(kt.called, 0))) AS far_common,
    COALESCE(fb.n, 0) AS back_first, COALESCE(ft.n, 0) AS there_first,
    COALESCE(ds.others, 0) + COALESCE(ot.others, 0) - CASE WHEN fb.n > 0 THEN 2 ELSE 0 END AS own_others,
    COALESCE(dt.others, 0) + COALESCE(os.others, 0) - CASE WHEN ft.n > 0 THEN 2 ELSE 0 END AS far_others
  FROM undecided o
  LEFT JOIN firsts ft ON alike AND ft.src = o.src AND ft.dst = o.dst AND ft.port = o.port
  LEFT JOIN firsts fb ON alike AND fb.src = o.dst AND fb.dst = o.src AND fb.port = o.port
  LEFT JOIN asked dt ON alike AND dt.address = o.dst AND dt.port = o.port
  LEFT JOIN asked ds ON alike AND ds.address = o.src AND ds.port = o.port
  LEFT JOIN asks ot ON alike AND ot.address = o.dst AND ot.port = o.port
  LEFT JOIN asks os ON alike AND os.address = o.src AND os.port = o.port
  LEFT JOIN served t ON t.proto = o.proto AND t.address = o.dst AND t.port = o.port
  LEFT JOIN served s ON s.proto = o.proto AND s.address = o.src AND s.port = o.sport
  LEFT JOIN met mt ON mt.proto = o.proto AND mt.address = o.dst AND mt.own = o.port
  LEFT JOIN met ms ON ms.proto = o.proto AND ms.address = o.src AND ms.own = o.sport
  LEFT JOIN common ct ON ct.proto = o.proto AND ct.own = o.port
  LEFT JOIN common cs ON cs.proto = o.proto AND cs.own = o.sport
  LEFT JOIN called kt ON kt.proto = o.proto AND kt.port = o.port
  LEFT JOIN called ks ON ks.proto = o.proto AND ks.port = o.sport
), turned AS (
  SELECT proto, src, sport, dst, port, mutual, CASE
    WHEN common THEN -1
    WHEN alike AND there_first >= {MANY} AND there_first >= {CLEARER} * back_first THEN 2
    WHEN alike AND back_first >= {MANY} AND back_first >= {CLEARER} * there_first THEN -3
    WHEN alike AND LEAST(there_first, back_first) >= {MANY} THEN 2
    WHEN far_serves AND NOT own_serves THEN 1
    WHEN own_serves AND NOT far_serves THEN -1
    WHEN alike AND far_others >= {MANY} AND far_others >= {CLEARER} * own_others THEN 1
    WHEN alike AND own_others >= {MANY} AND own_others >= {CLEARER} * far_others THEN -1
    WHEN alike THEN 3
    WHEN far_met >= {MANY} AND far_met >= {CLEARER} * own_met THEN 1
    WHEN own_met >= {MANY} AND own_met >= {CLEARER} * far_met THEN -1
    WHEN far_common >= {MANY} AND far_common >= {CLEARER} * own_common THEN 1
    WHEN own_common >= {MANY} AND own_common >= {CLEARER} * far_common THEN -1
    WHEN mutual = 3 THEN -1
    ELSE 0 END AS turn
  FROM strength
)
SELECT proto, src, sport, dst, port, CASE WHEN turn = -1 AND mutual = 3 THEN -2 ELSE turn END AS turn FROM turned
"""

_TAKEN = "slot, more, g.proto, stopped, n, first, last, tag"
SETTLED = f"""
SELECT {_TAKEN}, broadcast, heard, src, dst, port, bytes, pkts, marks, src_mac, dst_mac
FROM {{table}} g WHERE sport = {NO_PORT} OR mutual IN (1, 2)
UNION ALL
SELECT {_TAKEN}, 0, heard, dst, src, sport, back_bytes, back_pkts, marks, dst_mac, src_mac
FROM {{table}} g WHERE mutual = 2
"""
TURNED = f"""
SELECT {_TAKEN}, CASE WHEN j.turn < 0 THEN 0 ELSE broadcast END,
  heard, CASE WHEN j.turn < 0 THEN g.dst ELSE g.src END,
  CASE WHEN j.turn < 0 THEN g.src ELSE g.dst END, CASE WHEN j.turn < 0 THEN g.sport ELSE g.port END, bytes, pkts,
  CASE WHEN j.turn IN (0, 2, -3) THEN marks WHEN j.turn = 3 THEN (marks & {~_GRADES}) | {1 << 48 + Grade.NONE}
    WHEN j.turn = -2 THEN (marks & {~_GRADES}) | {1 << 48 + Grade.CATALOGUE}
    ELSE (marks & {~_GRADES}) | {1 << 48 + Grade.PEERS} END,
  CASE WHEN j.turn < 0 THEN dst_mac ELSE src_mac END,
  CASE WHEN j.turn < 0 THEN src_mac ELSE dst_mac END
FROM {{table}} g
JOIN judged j ON j.proto = g.proto AND j.src = g.src AND j.sport = g.sport AND j.dst = g.dst AND j.port = g.port
WHERE g.sport <> {NO_PORT} AND g.mutual IN (0, 3)
"""

# Is anything left to judge? In most logs that show openings there is not.
ANY_OPEN = f"SELECT 1 FROM grouped WHERE sport <> {NO_PORT} AND mutual IN (0, 3) LIMIT 1"
# The tables that `TURNED` stands on, in the order in which they are made.
STEPS = (
    ("served", SERVED),
    ("called", CALLED),
    ("undecided", OPEN),
    ("ends", ENDS),
    ("firsts", FIRSTS),
    ("asked", ASKED),
    ("asks", ASKS),
    ("met", MET),
    ("common", COMMON),
    ("judged", JUDGED),
)
