"""What is alike within an hour is handed on as one row, and the ledger is the same."""

from __future__ import annotations

import io
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from segc.baseline.engine.duckdb import DuckDB
from segc.baseline.ingest import relay as relaying
from segc.baseline.ingest.relay import Relayed, relay
from segc.baseline.ingest.tally import DAY, HOUR, MOST, tally
from segc.baseline.observed import Grade, Observed, Said, Unread
from segc.baseline.sources.protocol import Context
from tests.baseline.sources.reading import at

NOON = at("2026-11-23T12:00")


class Told:
    """A source that tells what it was given."""

    name = title = "told"

    def __init__(self, *ones: Observed | Unread) -> None:
        self.ones = ones

    def sniff(self, head: bytes) -> bool:
        return bool(head)

    def read(self, stream: BinaryIO, context: Context) -> Iterator[Observed | Unread]:
        del stream, context
        yield from self.ones


def one(first: int, last: int = 0, **words: object) -> Observed:
    made = Observed(
        first, last or first, "10.30.0.77", "10.3.0.11", 6, 50_000, 502, 1, 60, 40, 2, 1, True, Grade.HANDSHAKE
    )
    return made._replace(**words)  # type: ignore[arg-type]


def handed(
    folder: Path, *ones: Observed | Unread
) -> tuple[Relayed, list[tuple[object, ...]], list[tuple[object, ...]]]:
    """What is said of it, the rows that are handed on, and the ledger's."""
    with DuckDB(folder) as engine:
        said = relay(Told(*ones), io.BytesIO(), Context(), engine, folder / "relayed.csv")
        rows = engine.get("SELECT * FROM conversations ORDER BY ALL")
        tally(engine, "tap")
        return said, rows, engine.get("SELECT * FROM told ORDER BY ALL")  # type: ignore[return-value]


def test_two_of_an_hour_are_one_row(tmp_path: Path) -> None:
    late = one(NOON + 5, NOON + 9, sport=50_001, n=3, bytes_out=1)
    _, [row], [told] = handed(tmp_path, late, one(NOON))
    assert row[:4] == (NOON, NOON + 9, "10.30.0.77", "10.3.0.11")
    assert row[8:11] == (4, 141, 6)
    assert told[6] == 4


@pytest.mark.parametrize(
    "other",
    [
        one(NOON + HOUR),
        one(NOON, NOON + HOUR),
        one(NOON, src="10.30.0.78"),
        one(NOON, dst="10.3.0.12"),
        one(NOON, proto=17),
        one(NOON, dport=503),
        one(NOON, answered=False),
        one(NOON, answered=None),
        one(NOON, grade=Grade.FIRST),
        one(NOON, said=Said.STOPPED),
        one(NOON, tag="segc:L:x"),
        one(NOON, src_mac="02:00:00:00:00:01"),
        one(NOON, dst_mac="ff:ff:ff:ff:ff:ff"),
        one(NOON, lossy=True),
    ],
)
def test_what_differs_stays_apart(tmp_path: Path, other: Observed) -> None:
    assert len(handed(tmp_path, one(NOON), other, one(NOON + 1))[1]) == 2


def test_the_ledger_is_the_same_as_of_single_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rnd = random.Random(1)

    def some() -> Observed:
        first = NOON + rnd.randrange(3 * DAY)
        last = first + rnd.choice((0, 0, 0, 1000, HOUR, DAY))
        return one(
            first, last, src=f"10.30.0.{rnd.randrange(3)}", dst=f"10.3.0.{rnd.choice((1, 2, 255))}", dport=rnd.randrange(40),
            bytes_out=rnd.randrange(1000), answered=rnd.choice((True, False, False, None)), said=rnd.choice(list(Said)),
            grade=rnd.choice((Grade.LABEL, Grade.HANDSHAKE)), lossy=rnd.random() < 0.1, tag=rnd.choice(("", "segc:L:x")),
        )  # fmt: skip

    ones = [some() for _ in range(5000)]
    _, few, together = handed(tmp_path, *ones)
    monkeypatch.setattr(relaying, "TOGETHER", 1)
    _, many, apart = handed(tmp_path, *ones)
    assert len(few) < len(many) == len(ones)
    assert together == apart


def test_what_lies_in_the_future_is_told_by_the_row(tmp_path: Path) -> None:
    soon = int(time.time()) // 3600 * HOUR + 48 * HOUR
    assert len(handed(tmp_path, one(soon), one(soon + 1), one(soon + 2))[1]) == 3


def test_what_cannot_be_is_not_added(tmp_path: Path) -> None:
    said, rows, _ = handed(tmp_path, one(NOON), one(NOON, bytes_out=MOST + 1), Unread(7, "bad"))
    assert [row[9] for row in rows] == [100]
    assert said.unread == 2
    assert [bad.line for bad in said.examples] == [0, 7]
