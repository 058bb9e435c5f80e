"""Ctrl-C while the engine counts: that is 130 and no fault, and what was begun is completed by the same command."""

from __future__ import annotations

import hashlib
import signal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from segc.baseline.engine.duckdb import INTERRUPTED, DuckDB
from tests.baseline.store.logs import conn, row
from tests.cli.running import Runner

PLANT = "segc 1\nsite s { owner ops }\nteam ops\nzone a { level 4; net 10.31.0.0/24 }\nzone b { level 4; net 10.32.0.0/24 }\n"
ASKING = {
    "compare": (),
    "status": (),
    "inventory": (),
    "draft": (),
    "drift": ("--since", "2026-09-23"),
}


class Pressed:
    """DuckDB's connection, which meets Ctrl-C at one of its queries: the real one then says what this one says."""

    def __init__(self, inner: Any, at: int) -> None:
        self._inner, self._left = inner, at

    def execute(self, sql: str) -> Any:
        self._left -= 1
        if self._left == 0:
            raise RuntimeError(INTERRUPTED)
        return self._inner.execute(sql)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def press(monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    connect = duckdb.connect
    monkeypatch.setattr(duckdb, "connect", lambda *some, **more: Pressed(connect(*some, **more), at))


def logs(segc_: Runner) -> None:
    segc_.write("plant/plant.zone", PLANT)
    for day in (0, 1, 2):
        rows = [row(day * 86400 + n * 60, f"10.31.0.{n % 5 + 1}", "10.32.0.1") for n in range(40)]
        segc_.write(f"logs/{day}.log", conn(rows))


def content(folder: Path) -> dict[str, str]:
    """What counts of a baseline, by file."""
    files = [file for file in folder.rglob("*") if file.is_file() and file.name != ".lock"]
    return {str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def test_duckdb_itself_is_interrupted() -> None:
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    try:
        with DuckDB(threads=1) as engine:
            signal.setitimer(signal.ITIMER_REAL, 0.2)
            with pytest.raises(KeyboardInterrupt):
                engine.get("SELECT SUM(hash(range)) FROM range(100000000000)")
            assert engine.get("SELECT 1") == [(1,)]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("at", [1, 2, 5, 10, 20, 30, 45, 60])
def test_learning_goes_on_where_it_was_interrupted(at: int, segc_: Runner) -> None:
    logs(segc_)
    asked = ("baseline", "learn", "logs", "--plant", "plant", "-o")
    with pytest.MonkeyPatch.context() as patch:
        press(patch, at)
        done = segc_(*asked, "stopped")
    assert (done.code, done.err.count("fault in segc")) == (130, 0), done.told()
    assert list(segc_.folder.glob("stopped/.learn-*")) == []
    assert segc_(*asked, "stopped").code == 0
    assert segc_(*asked, "whole").code == 0
    assert content(segc_.folder / "stopped") == content(segc_.folder / "whole")


@pytest.mark.parametrize("verb", ASKING)
def test_a_question_is_interrupted(verb: str, segc_: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    logs(segc_)
    assert segc_("baseline", "learn", "logs").code == 0
    before = content(segc_.folder / "baseline")
    press(monkeypatch, 3)
    done = segc_("baseline", verb, "plant", *ASKING[verb])
    assert (done.code, done.out) == (130, ""), done.told()
    assert content(segc_.folder / "baseline") == before


def test_loading_and_starting_duckdb_are_done_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would end the process otherwise."""
    connect, done = duckdb.connect, []

    def slow(*some: Any, **more: Any) -> Any:
        signal.raise_signal(signal.SIGINT)
        done.append(connect(*some, **more))
        return done[0]

    monkeypatch.setattr(duckdb, "connect", slow)
    with pytest.raises(KeyboardInterrupt):
        DuckDB()
    assert len(done) == 1
