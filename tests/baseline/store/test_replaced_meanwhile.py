"""A log that somebody rewrites, replaces or goes on writing while it is read: what is counted is what its hash says."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from segc.baseline.ingest import content
from segc.baseline.ingest import learn as learning
from segc.baseline.store import Ledger
from tests.baseline.store.logs import START, conn, learn, row

OLD = [row(number * 60, "10.0.0.1", "10.0.1.1") for number in range(5)]
NEW = [row(number * 60, "10.0.0.2", "10.0.1.1") for number in range(5)]
RECORD = {
    "ts": START + 0.5,
    "id.orig_p": 5000,
    "id.resp_h": "10.0.1.1",
    "id.resp_p": 502,
    "proto": "tcp",
    "conn_state": "SF",
}


def lines(rows: list[str]) -> str:
    """As a firewall writes them."""
    ends = [text.split("\t") for text in rows]
    return "".join(
        f"Sep 22 2026 10:00:0{number} fw : %ASA-6-302014: Teardown TCP connection {number} for out:{one[2]}/{one[3]} to "
        f"in:{one[4]}/{one[5]} duration 0:00:01 bytes 90 TCP FINs\n"
        for number, one in enumerate(ends)
    )


def objects(rows: list[str]) -> str:
    return "".join(json.dumps({**RECORD, "id.orig_h": text.split("\t")[2]}) + "\n" for text in rows)


FORMS: dict[str, Callable[[list[str]], bytes]] = {
    "tabs": lambda rows: conn(rows).encode(),
    "json": lambda rows: objects(rows).encode(),
    "lines": lambda rows: lines(rows).encode(),
    "gzip": lambda rows: gzip.compress(lines(rows).encode(), mtime=0),
}


def renamed(log: Path, data: bytes) -> None:
    """As `sed -i`, an editor and `rsync` do."""
    fresh = log.with_name("fresh")
    fresh.write_bytes(data)
    fresh.replace(log)


def written_over(log: Path, data: bytes) -> None:
    with log.open("r+b") as file:
        file.write(data)
        file.truncate()


def touched(log: Path, _: bytes) -> None:
    os.utime(log)


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], None]], None]:
    """Do something once a log has been looked through, and before it is counted."""

    def at(act: Callable[[], None]) -> None:
        real = content.survey

        def survey(*asked: Any) -> Any:
            facts = real(*asked)
            monkeypatch.setattr(learning, "survey", real)
            act()
            return facts

        monkeypatch.setattr(learning, "survey", survey)

    return at


def sources(folder: Path) -> dict[str, int]:
    with Ledger.open(folder) as ledger:
        told = ledger.keys()
        return {seen.src: seen.n for seen in told}


@pytest.mark.parametrize("how", [renamed, written_over])
@pytest.mark.parametrize("form", FORMS)
def test_a_log_that_became_another_one_counts_when_it_is_read_again(
    form: str, how: Callable[[Path, bytes], None], tmp_path: Path, meanwhile: Callable[[Callable[[], None]], None]
) -> None:
    log = tmp_path / "x.log"
    log.write_bytes(FORMS[form](OLD))
    meanwhile(lambda: how(log, FORMS[form](NEW)))
    (one,) = learn(tmp_path / "baseline", log)
    (found,) = one.found
    assert (one.source, found.name) == (None, "log-not-read")
    assert "while it was read" in found.message
    assert not (tmp_path / "baseline").exists()
    for _ in range(2):
        learn(tmp_path / "baseline", log)
        assert sources(tmp_path / "baseline") == {"10.0.0.2": 5}


@pytest.mark.parametrize("how", [renamed, written_over, touched])
@pytest.mark.parametrize("form", FORMS)
def test_a_log_that_says_the_same_is_read(
    form: str, how: Callable[[Path, bytes], None], tmp_path: Path, meanwhile: Callable[[Callable[[], None]], None]
) -> None:
    log = tmp_path / "x.log"
    log.write_bytes(FORMS[form](OLD))
    meanwhile(lambda: how(log, FORMS[form](OLD)))
    (one,) = learn(tmp_path / "baseline", log)
    assert one.found == []
    assert sources(tmp_path / "baseline") == {"10.0.0.1": 5}


@pytest.mark.parametrize("how", [renamed, written_over])
@pytest.mark.parametrize("form", ["tabs", "json", "lines"])
def test_a_log_that_grows_meanwhile_counts_once(
    form: str, how: Callable[[Path, bytes], None], tmp_path: Path, meanwhile: Callable[[Callable[[], None]], None]
) -> None:
    log, text = tmp_path / "x.log", FORMS[form]([*OLD, *NEW])
    log.write_bytes(FORMS[form](OLD))
    meanwhile(lambda: how(log, text))
    (one,) = learn(tmp_path / "baseline", log)
    assert one.found == []
    for _ in range(2):
        learn(tmp_path / "baseline", log)
        assert sources(tmp_path / "baseline") == {"10.0.0.1": 5, "10.0.0.2": 5}


def test_a_log_that_goes_away_meanwhile_is_told(
    tmp_path: Path, meanwhile: Callable[[Callable[[], None]], None]
) -> None:
    log = tmp_path / "x.log"
    log.write_bytes(FORMS["lines"](OLD))
    meanwhile(log.unlink)
    (one,) = learn(tmp_path / "baseline", log)
    assert [found.name for found in one.found] == ["log-not-read"]
