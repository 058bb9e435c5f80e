"""Zeek's conn.log, as tabs or JSON, read by DuckDB alone: no row passes through Python.

Fields: https://docs.zeek.org/en/master/scripts/base/protocols/conn/main.zeek.html. What they mean for direction and
answers is told in `segc.baseline.sources.zeek`, which says the same line by line; a test holds the two equal.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from segc.baseline.conversations import ONE_WAY
from segc.baseline.engine.duckdb import path, quoted
from segc.baseline.ingest.tally import MOST
from segc.baseline.observed import NO_PORT, Grade, Said
from segc.baseline.sources.text import LATEST
from segc.baseline.sources.words import ICMP, ICMP6, PORTED, PROTOCOLS, SCTP, TCP, UDP
from segc.baseline.sources.zeek import GOES_ON, RESET, SPOKE, UNANSWERED, UNCLEAR, repeated

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from segc.baseline.direction import Known
    from segc.baseline.engine.duckdb import DuckDB

# What is used of a log, with the type it is read as. All others are skipped without being looked at.
FIELDS = {
    "ts": "DOUBLE",
    "id.orig_h": "VARCHAR",
    "id.orig_p": "INTEGER",
    "id.resp_h": "VARCHAR",
    "id.resp_p": "INTEGER",
    "proto": "VARCHAR",
    "service": "VARCHAR",
    "duration": "DOUBLE",
    "orig_bytes": "BIGINT",
    "resp_bytes": "BIGINT",
    "conn_state": "VARCHAR",
    "missed_bytes": "BIGINT",
    "history": "VARCHAR",
    "orig_pkts": "BIGINT",
    "resp_pkts": "BIGINT",
    "orig_l2_addr": "VARCHAR",
    "resp_l2_addr": "VARCHAR",
    "ip_proto": "INTEGER",
}
NEEDED = ("ts", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto")
BUFFER = 1 << 26  # bytes that are split at a time: twice what DuckDB takes, for a twentieth less of its time
REJECTED = 100_000  # lines kept of those that are no rows: all headers of ten thousand logs in one
NO_HEADER = "NOT starts_with(csv_line, '#')"
# No IN: from five on, DuckDB makes a join of it, which each row pays for.
_PORTED = "(" + " OR ".join(f"proto = {number}" for number in (TCP, UDP, *sorted(PORTED - {TCP, UDP}))) + ")"
# How a conversation is turned: as it says itself, or else by what it goes to, by the catalogue's port at either end, or
# as what came first. From `_HINT` on, its other port is kept, for what the whole log will say.
_OWN, _GROUP, _TARGET, _FIRST, _SOURCE, _HINT, _PEERS, _OPEN = range(8)
# What no sensor writes, as damage or a forger does. A number beyond would not fit into what is counted with, and one such
# line would cost the log.
_POSSIBLE = " AND ".join(
    (
        f"ts BETWEEN 0 AND {LATEST // 1_000_000} AND length BETWEEN 0 AND {LATEST // 1_000_000}",
        "op | rp BETWEEN 0 AND 65535 AND proto BETWEEN 0 AND 255",  # one question for numbers that share no bit beyond
        f"bytes_out | bytes_in | pkts_out | pkts_in BETWEEN 0 AND {MOST}",
    )
)
_PLACE = {TCP: 0, UDP: 1, SCTP: 2}
_ONE_WAY = ", ".join(map(str, sorted(ONE_WAY)))
_RESET = (
    f"({' OR '.join(f'state = {quoted(one)}' for one in sorted(RESET))}) AND proto = {TCP} AND contains(history, 'R')"
    + "".join(f" AND NOT contains(history, '{letter}')" for letter in GOES_ON)
)  # most rows are asked for their state only
_SPOKE = f"proto = {TCP} AND (" + " OR ".join(f"contains(history, '{letter}')" for letter in SPOKE) + ")"


class Layout(NamedTuple):
    """How a log in tabs is laid out, by its own header."""

    path: str
    fields: tuple[str, ...]
    separator: str = "\t"
    empty: str = "(empty)"
    unset: str = "-"


def layout(head: bytes) -> Layout | None:
    """What the header of a log in tabs says; None where there is none."""
    if not head.startswith(b"#separator "):
        return None
    words: dict[str, str] = {}
    separator = "\t"
    for line in head.decode("utf-8", "replace").split("\n"):
        if not line.startswith("#"):
            break
        if line.startswith("#separator "):
            separator = line.removeprefix("#separator ").encode().decode("unicode_escape")
            continue
        word, _, value = line.rstrip("\r").partition(separator)
        words[word] = value
    if "#fields" not in words:
        return None
    fields = tuple(words["#fields"].split(separator))
    empty, unset = words.get("#empty_field", "(empty)"), words.get("#unset_field", "-")
    return Layout(words.get("#path", ""), fields, separator, empty, unset)


def tabs(file: Path, how: Layout, packed: str) -> str:
    """The rows of a log in tabs, as a table of SQL. Lines that do not fit are kept in `reject_errors`, headers too.

    A header has too few fields or too many for a row. To look at each byte for a comment, or in each field for a second
    word that means nothing, is a tenth of reading; what an empty text is called is asked where it matters.
    """
    columns = ", ".join(f"{quoted(name)}: {quoted(FIELDS.get(name, 'VARCHAR'))}" for name in how.fields)
    packing = f", compression = '{packed}'" if packed else ", compression = 'none'"
    return (
        f"read_csv({path(file)}, hive_partitioning = false, columns = {{{columns}}}, delim = {quoted(how.separator)}, quote = '', "
        f"escape = '', header = false, auto_detect = false, comment = '', nullstr = {quoted(how.unset)}, "
        f"new_line = '\\n', max_line_size = 1048576, buffer_size = {BUFFER}, ignore_errors = true, "
        f"store_rejects = true, rejects_limit = {REJECTED}{packing})"
    )


def lines_of_json(file: Path, packed: str) -> str:
    """The rows of a log of JSON lines, as a table of SQL."""
    kinds = {**FIELDS, "ts": "VARCHAR"}  # a number, or a text in ISO 8601
    columns = ", ".join(f"{quoted(name)}: {quoted(kind)}" for name, kind in kinds.items())
    packing = packed or "uncompressed"
    return (
        f"read_json({path(file)}, hive_partitioning = false, columns = {{{columns}}}, format = 'newline_delimited', "
        f"ignore_errors = true, maximum_object_size = 1048576, compression = '{packing}')"
    )


def unfit(how: Layout | None) -> str:
    """Why a log with this header cannot be read; empty where it can."""
    if how is None:
        return "its header has no `#fields`"
    if how.path == "capture_loss":
        return "it tells what Zeek missed; where that is more than one packet in a hundred, read conn.log with --lossy"
    missing = [name for name in NEEDED if name not in how.fields]
    twice = repeated(how.fields)
    if twice and how.path in ("conn", ""):
        return f"its `#fields` names `{twice}` twice, and which of the two counts is not known"
    if how.path not in ("conn", "") or missing:
        return f"it is Zeek's {how.path or 'log'}.log without {', '.join(missing)}; only conn.log tells conversations"
    return ""


def is_other(how: Layout | None) -> bool:
    """Is it a log of Zeek's that tells other things than conversations?"""
    return how is not None and how.path not in ("conn", "")


def rejected(engine: DuckDB) -> int:
    """How many lines DuckDB did not take, headers aside; no more than `REJECTED` are known of."""
    sql = f"SELECT COUNT(DISTINCT (scan_id, line)) FROM reject_errors WHERE {NO_HEADER}"
    return int(engine.execute(sql).fetchall()[0][0])


class Piece(NamedTuple):
    """Rows of a log as a table of SQL, with their fields and the word for an empty text."""

    rows: str
    fields: tuple[str, ...]
    empty: str = ""


def view(engine: DuckDB, pieces: Sequence[Piece], known: Known, *, iso: bool = False) -> None:
    """Make the view `conversations` of Zeek's rows."""
    for name, ports in (("known", known.ports), ("peers", known.peers), ("wide", known.wide)):
        engine.variable(name, _bits(ports))
    for table in ("reject_errors", "reject_scans"):
        engine.execute(f"DROP TABLE IF EXISTS {table}")
    parts = " UNION ALL ".join(f"FROM ({_conversations(piece, known, iso=iso)})" for piece in pieces)
    engine.execute(f"CREATE OR REPLACE VIEW conversations AS {parts}")


@lru_cache
def _bits(ports: frozenset[tuple[int, int]]) -> str:
    """A bit for each port, as a value of SQL: a join costs ten times as much."""
    bits = bytearray(b"0" * (4 << 16))
    for proto, port in ports:
        if proto in _PLACE:
            bits[(_PLACE[proto] << 16) + port] = ord("1")
    return f"'{bits.decode()}'::BIT"


def _conversations(piece: Piece, known: Known, *, iso: bool) -> str:
    """One row for each of Zeek's. Numbers stand for words, and bits are looked up last, because each row pays for it."""

    def field(name: str, absent: str = "NULL") -> str:
        return f'z."{name}"' if name in piece.fields else absent

    empty = quoted(piece.empty)
    no_service, no_state = (f" AND service <> {empty}", f" OR state = {empty}") if piece.empty else ("", "")
    history = f"NULLIF({field('history')}, {empty})" if set(piece.empty) & set("Sh^") else field("history")
    ts = field("ts")
    if iso:
        ts = f"COALESCE(TRY_CAST({ts} AS DOUBLE), epoch(TRY_CAST({ts} AS TIMESTAMP)))"
    return f"""
WITH read AS (
  SELECT {ts} AS ts, COALESCE({field("duration")}, 0) AS length, z."id.orig_h" AS src, z."id.resp_h" AS dst,
    z."id.orig_p" AS op, z."id.resp_p" AS rp, {_protocol(field("proto"), field("ip_proto"))} AS proto,
    COALESCE({history}, '') AS history, COALESCE({field("conn_state")}, '') AS state,
    COALESCE({field("service")}, '') AS service,
    COALESCE({field("orig_bytes")}, 0) AS bytes_out, COALESCE({field("resp_bytes")}, 0) AS bytes_in,
    COALESCE({field("orig_pkts")}, 0) AS pkts_out, COALESCE({field("resp_pkts")}, 0) AS pkts_in,
    CASE WHEN {field("missed_bytes", "0")} > 0 THEN 1 ELSE 0 END AS lossy,
    {_mac(field("orig_l2_addr"))} AS src_mac, {_mac(field("resp_l2_addr"))} AS dst_mac
  FROM {piece.rows} z
), opened AS (
  SELECT *, round(ts * 1000000)::BIGINT AS first, round(ts * 1000000)::BIGINT + round(length * 1000000)::BIGINT AS last,
    CASE WHEN {_PORTED} THEN op ELSE {NO_PORT} END AS sport,
    CASE WHEN {_PORTED} THEN rp WHEN (proto = {ICMP} OR proto = {ICMP6}) AND op < 256 AND rp < 256 THEN op * 256 + rp
      ELSE {NO_PORT} END AS dport,
    CASE WHEN (starts_with(history, 'S') OR contains(history, 'h') OR contains(history, 'S') OR proto = {ICMP}
        OR proto = {ICMP6}) AND (NOT contains(history, '^') OR proto = {ICMP} OR proto = {ICMP6})
        THEN {Grade.HANDSHAKE:d}
      WHEN service <> ''{no_service} AND NOT (proto = {UDP} AND op = rp) THEN {Grade.LABEL:d} ELSE {Grade.FIRST:d} END AS own,
    CASE WHEN state IN ({_words(UNCLEAR)}){no_state} THEN -1 WHEN {_RESET} THEN 0
      WHEN state NOT IN ({_words(UNANSWERED)}) THEN 1
      WHEN {_SPOKE} THEN -1 ELSE 0 END AS heard
  FROM read WHERE {_POSSIBLE}
), looked AS (
  SELECT *, own >= {Grade.LABEL:d} OR sport = {NO_PORT} OR dport = {NO_PORT} AS sure,
    CASE WHEN sure THEN 0 ELSE get_bit(getvariable('known'), {_bit("sport")}) END AS s,
    CASE WHEN sure THEN 0 ELSE get_bit(getvariable('known'), {_bit("dport")}) END AS t,
    CASE WHEN proto = {UDP} THEN get_bit(getvariable('peers'), {_PLACE[UDP] << 16} + sport) ELSE 0 END AS sp,
    CASE WHEN proto = {UDP} THEN get_bit(getvariable('peers'), {_PLACE[UDP] << 16} + dport) ELSE 0 END AS tp
  FROM opened
), catalogued AS (
  SELECT *, CASE
      WHEN sure THEN {_OWN}
      WHEN dst = '255.255.255.255' OR starts_with(dst, 'ff')
        OR (dst >= '224.' AND dst < '24' AND dst[4] = '.') THEN {_GROUP}
      WHEN t = 1 AND s = 0 THEN {_TARGET}
      WHEN s = 1 AND t = 0 THEN CASE WHEN proto = {UDP} AND pkts_in = 0 AND heard <> 1 THEN {_SOURCE} ELSE {_HINT} END
      WHEN sp = 1 AND tp = 1 AND (sport = dport{_together(known)}) THEN {_PEERS}
      WHEN proto = {UDP} AND pkts_in = 0 AND heard <> 1 THEN {_FIRST}
      ELSE {_OPEN} END AS how,
    CASE WHEN heard = 0 AND proto = {UDP} AND (tp = 1 OR dport IN ({_ONE_WAY})
      OR get_bit(getvariable('wide'), {_PLACE[UDP] << 16} + dport) = 1) THEN -1 ELSE heard END AS told
  FROM looked
)
SELECT first, last, CASE how WHEN {_SOURCE} THEN dst ELSE src END AS src,
  CASE how WHEN {_SOURCE} THEN src ELSE dst END AS dst, proto,
  CASE WHEN how >= {_HINT} THEN sport ELSE {NO_PORT} END AS sport,
  CASE how WHEN {_SOURCE} THEN sport ELSE dport END AS port,
  CASE WHEN how = {_HINT} THEN 3 WHEN how = {_FIRST} THEN 1 WHEN how <> {_PEERS} THEN 0 WHEN pkts_in > 0 THEN 2 ELSE 1 END
    AS mutual, 1 AS n,
  CASE how WHEN {_PEERS} THEN bytes_out ELSE bytes_out + bytes_in END AS bytes,
  CASE how WHEN {_PEERS} THEN pkts_out ELSE pkts_out + pkts_in END AS pkts,
  CASE how WHEN {_PEERS} THEN bytes_in ELSE 0 END AS back_bytes,
  CASE how WHEN {_PEERS} THEN pkts_in ELSE 0 END AS back_pkts,
  told AS heard,
  CASE how WHEN {_OWN} THEN own WHEN {_GROUP} THEN {Grade.HANDSHAKE:d} WHEN {_TARGET} THEN {Grade.CATALOGUE:d}
    WHEN {_SOURCE} THEN {Grade.CATALOGUE:d} WHEN {_PEERS} THEN {Grade.CATALOGUE:d}
    WHEN {_FIRST} THEN CASE WHEN sport = dport THEN {Grade.NONE:d} ELSE own END ELSE own END AS grade,
  {Said.NOTHING:d} AS said, '' AS tag, lossy,
  CASE WHEN CASE how WHEN {_SOURCE} THEN src_mac ELSE dst_mac END = 'ff:ff:ff:ff:ff:ff' THEN 1 ELSE 0 END AS broadcast,
  CASE how WHEN {_SOURCE} THEN dst_mac ELSE src_mac END AS src_mac,
  CASE how WHEN {_SOURCE} THEN src_mac ELSE dst_mac END AS dst_mac
FROM catalogued
"""


def _bit(port: str) -> str:
    """Where a port stands among the bits; what has no port, or none of these protocols, stands where all are 0."""
    base = f"CASE proto WHEN {TCP} THEN 0 WHEN {UDP} THEN {1 << 16} WHEN {SCTP} THEN {2 << 16} ELSE {3 << 16} END"
    return f"CASE WHEN {port} BETWEEN 0 AND 65535 THEN {base} + {port} ELSE {3 << 16} END"


def _together(known: Known) -> str:
    """Two different ports of one service of peers. Asked of the few conversations only in which both are peers' ports."""
    told = []
    for group in known.groups:
        spans = _spans(sorted(group))
        ends = (" OR ".join(f"{end} BETWEEN {low} AND {high}" for low, high in spans) for end in ("sport", "dport"))
        told.append(" OR (" + " AND ".join(f"({end})" for end in ends) + ")")
    return "".join(told)


def _spans(ports: list[int]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for port in ports:
        if spans and spans[-1][1] == port - 1:
            spans[-1] = spans[-1][0], port
        else:
            spans.append((port, port))
    return spans


def _words(words: Iterable[str]) -> str:
    return ", ".join(quoted(word) for word in sorted(words))


def _protocol(name: str, number: str) -> str:
    """A protocol's number, by its own field or by its name, `icmp` being that of either family's. An unknown name is NULL, and
    the record is not read.
    """
    six = "contains(z.\"id.orig_h\", ':') AND NOT regexp_full_match(z.\"id.orig_h\", '[0:]+:(ffff|FFFF):[0-9.]+')"
    names = " ".join(f"WHEN {quoted(word)} THEN {value}" for word, value in PROTOCOLS.items() if value != ICMP)
    icmp = f"WHEN 'icmp' THEN CASE WHEN {six} THEN {ICMP6} ELSE {ICMP} END"
    return f"COALESCE({number}, CASE {name} WHEN 'tcp' THEN {TCP} WHEN 'udp' THEN {UDP} {icmp} {names} END)"


def _mac(value: str) -> str:
    return "''" if value == "NULL" else f"COALESCE(lower({value}), '')"
