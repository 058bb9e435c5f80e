"""Learning and asking open no connection: not DuckDB either, which is C++, so that the kernel is asked and not Python."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from segc.baseline.engine.duckdb import DuckDB
from tests.baseline.store.logs import conn, row

ROOT = Path(__file__).parents[3]
LEARN = "import sys; from segc.cli import run; sys.exit(run(['baseline', 'learn', *sys.argv[1:]]))"
# What DuckDB does on its own when it may: here it asks nobody farther away than this machine.
FETCH = """
import duckdb, sys
base = duckdb.connect(config={"extension_directory": sys.argv[1], "autoinstall_known_extensions": True})
base.execute("SET custom_extension_repository = 'http://127.0.0.1:9'")
try:
    base.execute("SELECT '10.0.0.1'::INET")
except duckdb.Error as problem:
    print(problem)
"""


def sockets(tmp_path: Path, *command: str) -> list[str]:
    """The calls of a program and all its threads that make or connect a socket."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    trace = tmp_path / "trace"
    asked = ("strace", "-f", "-qq", "-e", "trace=socket,connect", "-o", str(trace), *command)
    done = subprocess.run(
        asked,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin", "HOME": str(tmp_path)},
        capture_output=True,
        check=False,
    )
    if not trace.exists() or b"ptrace" in done.stderr.lower():
        pytest.skip(f"strace may not trace here: {done.stderr[:80]!r}")
    text = trace.read_text(encoding="utf-8", errors="replace")
    return text.splitlines()


def test_learning_makes_no_socket(tmp_path: Path) -> None:
    log = tmp_path / "conn.log"
    log.write_text(
        conn(row(n * 60, "2001:db8::1" if n % 2 else "10.0.0.1", "10.0.1.1") for n in range(20)), encoding="utf-8"
    )
    folder = tmp_path / "baseline"
    assert sockets(tmp_path, sys.executable, "-c", LEARN, str(log), "-o", str(folder)) == []
    assert (folder / "sources.json").is_file()


def test_the_trace_would_show_one(tmp_path: Path) -> None:
    """DuckDB as it comes looks for an extension by HTTP: the calls that the test above must not find."""
    found = sockets(tmp_path, sys.executable, "-c", FETCH, str(tmp_path / "extensions"))
    assert any("AF_INET" in line for line in found)


def test_duckdb_is_told_so() -> None:
    with DuckDB(memory="64MB") as engine:
        said = dict(engine.execute("SELECT name, value FROM duckdb_settings()").fetchall())
        with pytest.raises(engine.error):
            engine.execute("SELECT '10.0.0.1'::INET")
    off = (
        "autoinstall_known_extensions",
        "autoload_known_extensions",
        "allow_community_extensions",
        "allow_unsigned_extensions",
    )
    assert {said[name] for name in off} == {"false"}
    assert said["memory_limit"] != "80% of RAM"
    assert "segc-duckdb-" in said["temp_directory"]


def test_what_does_not_fit_into_memory_spills(tmp_path: Path) -> None:
    with DuckDB(spill=tmp_path, memory="100MB", threads=1) as engine:
        engine.materialise("many", "SELECT hash(range) AS a, range::VARCHAR AS b FROM range(4000000)")
        assert engine.get("SELECT COUNT(*) FROM (SELECT a, b, COUNT(*) FROM many GROUP BY a, b)") == [(4_000_000,)]
        assert [file for file in tmp_path.rglob("*") if file.is_file()], "it used the folder that it was given"
    assert not list(tmp_path.iterdir()), "and left nothing there"
