"""What a log says that its sensor missed: a share where it tells one, and no made-up one where it does not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from segc.baseline.ingest.learn import Read
from tests.baseline.store.logs import START, conn, keys, learn, row

RECORD = "Sep 22 00:00:{:02} fw kernel: IN=a OUT=b SRC=10.0.0.1 DST=10.0.1.{} LEN=60 PROTO=TCP SPT=4000 DPT=502 SYN\n"
SUPPRESSED = "Sep 22 00:00:30 fw kernel: net_ratelimit: 7 callbacks suppressed\n"
VPC = "srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n"
FLOW = f"10.0.0.1 10.0.1.1 5000 502 6 4 400 {START} {START + 5} ACCEPT OK\n"
SKIPPED = f"- - - - - - - {START} {START + 5} - SKIPDATA\n"


def read(folder: Path, text: str, name: str, *, lossy: bool = False) -> Read:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    os.utime(file, (START + 86_400, START + 86_400))
    (one,) = learn(folder / "baseline", file, lossy=lossy)
    return one


def missed(one: Read) -> list[str]:
    return [found.message for found in one.found if found.name == "sensor-lossy"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("".join(RECORD.format(n, n) for n in range(20)) + SUPPRESSED, "kern.log"),
        (VPC + FLOW + SKIPPED, "vpc.log"),
    ],
    ids=["suppressed", "skipdata"],
)
def test_one_line_tells_that_some_are_missing_and_not_how_many(text: str, name: str, tmp_path: Path) -> None:
    one = read(tmp_path, text, name)
    (told,) = missed(one)
    assert "%" not in told
    assert told.endswith("says that records are missing from it, and is taken as lossy: nobody knows how many")
    assert all(seen.lossy for seen in keys(tmp_path / "baseline"))


def test_what_somebody_declared_is_not_told_as_seen(tmp_path: Path) -> None:
    one = read(tmp_path, "".join(RECORD.format(n, n) for n in range(20)), "kern.log", lossy=True)
    assert not missed(one)
    assert all(seen.lossy for seen in keys(tmp_path / "baseline"))


def test_zeek_tells_of_each_conversation(tmp_path: Path) -> None:
    rows = [row(n, "10.0.0.1", "10.0.1.1", missed=int(n > 0)) for n in range(2500)]
    (told,) = missed(read(tmp_path, conn(rows), "conn.log"))
    assert " 99.9 % of the conversations" in told, "one of them was seen whole"
