"""Zeek's logs in SQL say what the source in Python says of each line, and the ledger what all lines say together."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from segc.baseline.direction import Known
from segc.baseline.engine.duckdb import DuckDB
from segc.baseline.ingest import zeek
from segc.baseline.ingest.relay import relay
from segc.baseline.ingest.tally import tally
from segc.baseline.observed import Grade, Noise, Observed, Unread
from segc.baseline.sources.protocol import Context
from segc.baseline.sources.zeek import SOURCE
from tests.baseline.ingest.oracle import FIELDS, HEADER, Told, conversations, is_noise, ledger, tabs

PEERS = {(17, 2222), (17, 47808), (17, 7937), (17, 18246)}
KNOWN = Known(
    frozenset({(6, 502), (6, 102), (6, 44818), (17, 123), (17, 53)} | PEERS),
    frozenset(PEERS),
    (frozenset({7937, 18246}),),
    frozenset({(17, 40001), (6, 40002)}),
)
COLUMNS = (
    "day, src, dst, proto, port, noise, n, answered, unanswered, bytes, pkts, first, last, hours, grade, said, lossy"
)


@pytest.fixture
def engine() -> Iterator[DuckDB]:
    with DuckDB(memory="256MB", threads=1) as made:
        yield made


def in_sql(engine: DuckDB, file: Path, *, form: str = "tabs") -> Told:
    if form == "tabs":
        how = zeek.layout(file.read_bytes()[:65536])
        assert how is not None
        zeek.view(engine, [zeek.Piece(zeek.tabs(file, how, ""), how.fields, how.empty)], KNOWN)
    else:
        zeek.view(engine, [zeek.Piece(zeek.lines_of_json(file, ""), tuple(zeek.FIELDS))], KNOWN, iso=True)
    tally(engine, "tap")
    return told(engine)


def told(engine: DuckDB) -> Told:
    rows: list[tuple[Any, ...]] = list(engine.get(f"SELECT {COLUMNS} FROM told"))
    return {row[:6]: list(row[6:]) for row in rows}


def in_python(text: bytes) -> list[Observed]:
    seen = list(SOURCE.read(io.BytesIO(text), Context(known=KNOWN)))
    assert not [one for one in seen if isinstance(one, Unread)]
    return [one for one in seen if isinstance(one, Observed)]


@pytest.mark.parametrize("seed", range(12))
def test_sql_and_python_agree_on_random_conversations(seed: int, engine: DuckDB, tmp_path: Path) -> None:
    text = tabs(conversations(seed))
    file = tmp_path / "conn.log"
    file.write_text(text, encoding="utf-8")
    seen = in_python(text.encode())
    expected = ledger(seen)
    assert in_sql(engine, file) == expected
    # and the conversations are such that all of it is put to the test
    assert {one.grade for one in seen} >= {Grade.FIRST, Grade.PEERS, Grade.CATALOGUE, Grade.LABEL, Grade.HANDSHAKE}
    assert {key[5] for key in expected} >= {Noise.NONE, Noise.SCAN, Noise.MULTICAST, Noise.BROADCAST, Noise.LINK_LOCAL}


def test_a_port_that_many_meet_is_told_where_no_packets_are_counted(engine: DuckDB, tmp_path: Path) -> None:
    """One of its clients calls from the port of a service, by chance."""
    plain = dict.fromkeys(FIELDS, "-") | {"proto": "udp", "conn_state": "SF", "history": "Dd", "missed_bytes": "0"}
    to = {"id.resp_h": "10.1.0.1", "id.resp_p": "30001"}
    calls = [{"id.orig_h": f"10.1.0.{n}", "id.orig_p": "53" if n == 9 else f"{40_000 + n}"} for n in range(4, 10)]
    rows = [plain | to | one | {"ts": f"{1_790_000_000 + n}.000000"} for n, one in enumerate(calls)]
    file = tmp_path / "conn.log"
    file.write_text(tabs(rows), encoding="utf-8")
    seen = in_python(tabs(rows).encode())
    assert {(one.dst, one.grade) for one in seen} == {("10.1.0.1", Grade.PEERS)}
    assert in_sql(engine, file) == ledger(seen)


def test_a_scan_takes_what_its_source_did_in_between(engine: DuckDB, tmp_path: Path) -> None:
    text = tabs(conversations(2))
    file = tmp_path / "conn.log"
    file.write_text(text, encoding="utf-8")
    found = in_sql(engine, file)
    assert is_noise(found, Noise.SCAN) > 60
    answered = [key for key, row in found.items() if key[5] == Noise.SCAN and row[1]]
    assert answered, "what answered the scanner is no evidence either"


@pytest.mark.parametrize("seed", [3, 4])
def test_json_is_read_as_tabs_are(seed: int, engine: DuckDB, tmp_path: Path) -> None:
    rows = conversations(seed)
    numbers = {
        "ts",
        "id.orig_p",
        "id.resp_p",
        "duration",
        "orig_bytes",
        "resp_bytes",
        "missed_bytes",
        "orig_pkts",
        "resp_pkts",
    }
    lines = [json.dumps({k: json.loads(v) if k in numbers else v for k, v in row.items() if v != "-"}) for row in rows]
    file = tmp_path / "conn.json"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert in_sql(engine, file, form="json") == ledger(in_python(tabs(rows).encode()))


def test_what_python_reads_is_counted_by_the_same_queries(engine: DuckDB, tmp_path: Path) -> None:
    text = tabs(conversations(5)).encode()
    relay(SOURCE, io.BytesIO(text), Context(known=KNOWN), engine, tmp_path / "relayed.csv")
    tally(engine, "tap")
    assert told(engine) == ledger(in_python(text))


def test_columns_go_by_their_names(engine: DuckDB, tmp_path: Path) -> None:
    rows = conversations(6)
    file = tmp_path / "conn.log"
    file.write_text(tabs(rows), encoding="utf-8")
    plain = in_sql(engine, file)
    names = sorted(FIELDS)
    head = HEADER.replace("\t".join(FIELDS), "\t".join(names))
    file.write_text(head + "".join("\t".join(row[n] for n in names) + "\n" for row in rows), encoding="utf-8")
    assert in_sql(engine, file) == plain


def test_addresses_that_are_written_otherwise_cost_no_more(engine: DuckDB, tmp_path: Path) -> None:
    """Each was held against each other one, as in a log with a scanner: ten thousand took 12 s, or all memory."""
    plain = next(row for row in conversations(1) if row["conn_state"] == "SF")
    ends = [(f"10.1.0.{n % 50}", f"10.2.{n // 250}.{n % 250}") for n in range(5000)]
    odd = [("::ffff:10.9.0.1", "10.9.0.2"), ("10.9.0.1", "2001:db8::1"), ("2001:db8::1", "2001:db8::2")]
    file = tmp_path / "conn.log"
    rows = ({**plain, "id.orig_h": src, "id.resp_h": dst} for src, dst in ends + odd)
    text = tabs({**row, "id.resp_p": port} for row in rows for port in ("80", "102", "502"))
    file.write_text(text, encoding="utf-8")
    start = time.process_time()
    found = in_sql(engine, file)
    assert time.process_time() - start < 4
    keys = {frozenset(key[1:3]) for key in found}
    assert len(keys) == 5002
    assert {"10.9.0.1", "10.9.0.2"} in keys
    assert {"2001:db8::1", "2001:db8::2"} in keys


def test_only_conn_logs_tell_conversations() -> None:
    assert "dns.log" in zeek.unfit(zeek.layout(HEADER.replace("\tconn", "\tdns").encode()))
    assert "without proto" in zeek.unfit(zeek.layout(HEADER.replace("\tproto\t", "\tprot\t").encode()))
    assert "names `orig_pkts` twice" in zeek.unfit(zeek.layout(HEADER.replace("\tresp_pkts", "\torig_pkts").encode()))
    assert "--lossy" in zeek.unfit(zeek.layout(HEADER.replace("\tconn", "\tcapture_loss").encode()))
    assert zeek.unfit(zeek.layout(HEADER.encode())) == ""
