"""What a ClickHouse server is sent, as its HTTP interface wants it, and what becomes of its refusals."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from segc.baseline.engine import connect
from segc.diagnostics import SegcError

Call = tuple[dict[str, list[str]], dict[str, str], bytes]


class Handler(BaseHTTPRequestHandler):
    calls: list[Call]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        query = parse_qs(urlsplit(self.path).query)
        self.calls.append((query, dict(self.headers.items()), body))
        if b"nonsense" in body:
            self.send_response(400)
            answer = b"Code: 62. DB::Exception: Syntax error\nand a long story"
        else:
            self.send_response(200)
            answer = b'["n", "share", "name"]\n["Int64", "Nullable(Float64)", "String"]\n[7, 0, "x"]\n[8, null, ""]\n'
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def server() -> Iterator[tuple[str, list[Call]]]:
    calls: list[Call] = []
    handler = type("Recording", (Handler,), {"calls": calls})
    with HTTPServer(("127.0.0.1", 0), handler) as made:
        thread = threading.Thread(target=made.serve_forever)
        thread.start()
        yield f"clickhouse://127.0.0.1:{made.server_port}", calls
        made.shutdown()
        thread.join()


def test_statements_data_and_the_account(
    server: tuple[str, list[Call]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CLICKHOUSE_USER", "segc")
    monkeypatch.setenv("CLICKHOUSE_PASSWORD", "not on a command line")
    where, calls = server
    engine = connect(where)
    assert engine.get("SELECT t.n, t.share, t.name FROM t") == [(7, 0.0, "x"), (8, None, "")]
    engine.put("t", (("n", "BIGINT"), ("name", "VARCHAR")), [(1, "a"), (None, "it's")])
    file = tmp_path / "part.parquet"
    file.write_bytes(b"PAR1 and so on")
    engine.scan("ledger", [file], (("n", "BIGINT"),))
    engine.close()
    (made, headers, body), asked, *_ = calls
    base = body.decode().removeprefix("CREATE DATABASE ")
    assert "database" not in made
    assert (headers["X-Clickhouse-User"], headers["X-Clickhouse-Key"]) == ("segc", "not on a command line")
    assert asked[0]["database"] == [base]
    sent = {query["query"][0]: data for query, _, data in calls if "query" in query}
    assert sent == {
        "INSERT INTO t FORMAT JSONCompactEachRow": b'[1, "a"]\n[null, "it\'s"]',
        "INSERT INTO ledger FORMAT Parquet": b"PAR1 and so on",
    }
    assert calls[-1][2].decode() == f"DROP DATABASE {base}"


def test_a_refusal_is_told(server: tuple[str, list[Call]]) -> None:
    engine = connect(server[0])
    with pytest.raises(SegcError, match=r"did not answer: Code: 62\. DB::Exception: Syntax error$"):
        engine.get("SELECT nonsense")


def test_nobody_there() -> None:
    with pytest.raises(SegcError, match="refused") as stopped:
        connect("clickhouse://127.0.0.1:9")
    assert stopped.value.code == 2
