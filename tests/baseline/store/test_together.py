"""A scan is a scan in however many logs of a sensor it lies: a log that was split says what the whole one does."""

from __future__ import annotations

import errno
import json
import random
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from segc.baseline import manifest
from segc.baseline.engine.duckdb import DuckDB
from segc.baseline.ingest.learn import Learner, Options
from segc.baseline.ledger import Row
from segc.baseline.observed import Noise
from segc.baseline.sources.protocol import Context
from segc.baseline.store import Ledger
from segc.diagnostics import SegcError
from tests.baseline.store.logs import KNOWN, conn, keys, learn, names, row

SCANNER, STATION, BROWSER, QUIET = "10.0.9.9", "10.0.9.8", "10.0.9.7", "10.0.9.6"
HOUR = 3600


def traffic(seed: int) -> list[str]:
    """Two days of a scanner that also does honest work, a station whose line is half off, and who only comes near."""
    rnd = random.Random(seed)
    told = []
    for hour in rnd.sample(range(40), 3):
        many = rnd.choice((24, 25, 26, 40))
        told += [(SCANNER, n, hour, "SF" if n < rnd.choice((1, 4, 5)) else "S0") for n in range(many)]
    for hour in range(0, 48, rnd.choice((1, 3, 5))):
        told += [(SCANNER, 1, hour, "SF"), (SCANNER, 200, hour, rnd.choice(("SF", "OTH")))]
    hour = rnd.randrange(40)
    told += [(STATION, n, hour, "S0") for n in range(30)]
    told += [(STATION, n, hour, "SF") for n in range(100, rnd.choice((101, 130)))]
    told += [(STATION, n, hour + rnd.randrange(3), "SF") for n in range(30)]
    told += [(BROWSER, n, hour + n % 2, "S0") for n in range(30)]
    told += [(QUIET, n, rnd.randrange(48), rnd.choice(("SF", "S0", "OTH"))) for n in range(40)]
    rows = [
        row(hour * HOUR + rnd.randrange(3590), src, f"10.0.{1 + n // 100}.{n % 100}", state=state)
        for src, n, hour, state in told
    ]
    return (rows, sorted(rows), rnd.sample(rows, len(rows)))[seed % 3]


def split(folder: Path, rows: list[str], rnd: random.Random) -> list[Path]:
    """The log in pieces, in any order."""
    cuts = sorted(rnd.sample(range(1, len(rows)), rnd.choice((1, 1, 2, 5))))
    pieces = [rows[first:last] for first, last in zip([0, *cuts], [*cuts, len(rows)], strict=True)]
    files = [folder / f"piece-{number}.log" for number in range(len(pieces))]
    for file, piece in zip(files, pieces, strict=True):
        file.write_text(conn(piece), encoding="utf-8")
    rnd.shuffle(files)
    return files


def rows(folder: Path) -> list[Row]:
    with Ledger.open(folder) as ledger:
        return list(ledger.rows())


def kinds(told: list[Row]) -> dict[Any, tuple[int, bool, bool]]:
    """Of each key, day and kind of noise: its hours, and whether it was ever answered and not."""
    found: dict[Any, tuple[int, bool, bool]] = defaultdict(lambda: (0, False, False))
    for one in told:
        at = one.day, one.key, one.noise
        hours, answered, not_answered = found[at]
        found[at] = hours | one.hours, answered or one.answered > 0, not_answered or one.unanswered > 0
    return dict(found)


def sums(told: list[Row]) -> dict[Any, tuple[int, ...]]:
    """Of each key and day, how much there was."""
    found: dict[Any, list[int]] = defaultdict(lambda: [0] * 5)
    for one in told:
        for index, value in enumerate((one.n, one.answered, one.unanswered, one.bytes, one.pkts)):
            found[one.day, one.key][index] += value
    return {at: tuple(values) for at, values in found.items()}


@pytest.mark.parametrize("seed", range(12))
def test_a_log_that_was_split_says_what_the_whole_one_does(seed: int, tmp_path: Path) -> None:
    rnd, told = random.Random(seed), traffic(seed)
    (tmp_path / "whole.log").write_text(conn(told), encoding="utf-8")
    learn(tmp_path / "whole", tmp_path / "whole.log")
    whole = rows(tmp_path / "whole")
    pieces = split(tmp_path, told, rnd)
    learn(tmp_path / "once", *pieces)
    assert kinds(rows(tmp_path / "once")) == kinds(whole)
    assert sums(rows(tmp_path / "once")) == sums(whole)
    for piece in reversed(pieces):
        learn(tmp_path / "one by one", piece)
    assert rows(tmp_path / "one by one") == rows(tmp_path / "once")
    learn(tmp_path / "once", tmp_path / "whole.log", *pieces[:1])
    assert kinds(rows(tmp_path / "once")) == kinds(whole), "and reading it once more changes none of it"


def test_the_traffic_puts_all_of_it_to_the_test(tmp_path: Path) -> None:
    """Scans of the whole that no piece shows, and one that a piece shows and the whole does not."""
    shown = set()
    for seed in range(12):
        told = traffic(seed)
        pieces = split(tmp_path, told, random.Random(seed))
        learn(tmp_path / f"{seed}", *pieces)
        alone: dict[Any, Row] = {}
        for number, piece in enumerate(pieces):
            learn(tmp_path / f"{seed}-{number}", piece)
            alone |= {(one.day, one.key, one.noise): one for one in rows(tmp_path / f"{seed}-{number}")}
        both = {(one.day, one.key, one.noise) for one in rows(tmp_path / f"{seed}")}
        shown |= {"more" for *_, noise in both - set(alone) if noise == Noise.SCAN}
        shown |= {"less" for *_, noise in set(alone) - both if noise == Noise.SCAN}
    assert shown == {"more", "less"}


SCAN = [row(2 * HOUR + n, SCANNER, f"10.0.2.{n}", state="SF" if n % 10 == 0 else "S0") for n in range(40)]


def halves(folder: Path, told: list[str] = SCAN) -> list[Path]:
    files = [folder / "a.log", folder / "b.log"]
    for number, file in enumerate(files):
        file.write_text(conn(told[number::2]), encoding="utf-8")
    return files


def test_a_scan_that_only_two_logs_together_show_is_told_and_not_learned(tmp_path: Path) -> None:
    one, other = halves(tmp_path)
    assert not names(learn(tmp_path / "baseline", one))
    assert len(keys(tmp_path / "baseline")) == 20
    with Learner(tmp_path / "baseline", Options("", Context(known=KNOWN))) as learner:
        assert not learner.learn(str(other)).found
        (found,) = learner.judge()
    assert found.name == "scan-seen"
    assert SCANNER in found.message
    assert not keys(tmp_path / "baseline")
    with Ledger.open(tmp_path / "baseline") as ledger:
        assert len(ledger.noise()) == 40


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_part_that_shows_no_scan_repeats_the_whole_that_does(order: tuple[int, ...], tmp_path: Path) -> None:
    honest = [row(HOUR, QUIET, "10.0.1.1"), row(5 * HOUR, QUIET, "10.0.1.2")]
    files = [tmp_path / "whole.log", tmp_path / "part.log"]
    files[0].write_text(conn([honest[0], *SCAN, honest[1]]), encoding="utf-8")
    files[1].write_text(conn([*SCAN[20:], honest[1], row(6 * HOUR, QUIET, "10.0.1.3")]), encoding="utf-8")
    told = learn(tmp_path / "baseline", *(files[number] for number in order))
    assert "logs-overlap" in names(told)
    assert [(one.dst, one.n) for one in keys(tmp_path / "baseline")] == [(f"10.0.1.{n}", 1) for n in (1, 2, 3)]
    with Ledger.open(tmp_path / "baseline") as ledger:
        assert [one.n for one in ledger.noise()] == [1] * 40


def test_sensors_are_judged_apart(tmp_path: Path) -> None:
    for sensor, file in zip(("line", "dmz"), halves(tmp_path), strict=True):
        learn(tmp_path / "baseline", file, sensor=sensor)
    assert len(keys(tmp_path / "baseline")) == 40


def test_what_counts_instead_of_a_file_is_guarded_and_what_it_replaced_goes(tmp_path: Path) -> None:
    folder = tmp_path / "baseline"
    files = halves(tmp_path)
    learn(folder, *files)
    before = sorted((folder / "together").rglob("*.parquet"))
    assert len(before) == 2
    third = tmp_path / "c.log"
    third.write_text(conn([row(5 * HOUR + n, SCANNER, f"10.0.3.{n}", state="S0") for n in range(30)]), encoding="utf-8")
    learn(folder, third)
    assert sorted((folder / "together").rglob("*.parquet")) == before, "the span is longer, and holds nothing more"
    more = tmp_path / "d.log"
    more.write_text(conn([row(3 * HOUR, SCANNER, "10.0.1.1"), row(9 * HOUR, SCANNER, "10.0.1.1")]), encoding="utf-8")
    learn(folder, more)
    assert [(one.dst, one.n) for one in keys(folder)] == [("10.0.1.1", 1)]
    (file,) = (one for one in manifest.read(folder)[-1].ledger(folder) if "together" in one.parts)
    file.write_bytes(before[0].read_bytes())
    with Ledger.open(folder) as ledger, pytest.raises(SegcError, match="is not what segc wrote"):
        ledger.keys()


def test_logs_of_an_older_segc_stay_as_they_were_judged(tmp_path: Path) -> None:
    folder = tmp_path / "baseline"
    one, other = halves(tmp_path)
    learn(folder, one)
    file = folder / "sources.json"
    told = json.loads(file.read_text(encoding="utf-8"))
    for word in ("digits", "began", "judged"):
        told["sources"][0].pop(word)
    file.write_text(json.dumps(told), encoding="utf-8")
    for path in folder.rglob("*.parquet"):
        path.rename(path.with_name(f"{path.name[:12]}.parquet"))
    learn(folder, other)
    assert len(keys(folder)) == 40


def test_what_cannot_be_judged_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "baseline"
    one, other = halves(tmp_path)
    learn(folder, one)
    before = rows(folder)

    def fails(self: DuckDB, sql: str) -> list[Any]:
        raise self.error("out of memory")

    with monkeypatch.context() as patch:
        patch.setattr("segc.baseline.engine.duckdb.DuckDB.get", fails)
        patch.setattr("segc.baseline.ingest.together.hours", lambda engine: False)
        with pytest.raises(SegcError, match="could not be counted"):
            learn(folder, other)
    assert rows(folder) == before
    learn(folder, other)
    assert not keys(folder)


@pytest.mark.parametrize("what", ["judged", "sources.json"])
def test_a_full_disk_leaves_what_was_and_says_so(what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "baseline"
    one, other = halves(tmp_path)
    learn(folder, one)
    before, real = rows(folder), Path.replace

    def fails(self: Path, target: Path) -> Path:
        if what in self.name:
            raise OSError(errno.ENOSPC, "no space")
        return real(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", fails)
        with pytest.raises(SegcError, match="cannot be written"):
            learn(folder, other)
    assert rows(folder) == before
    learn(folder, other)
    assert not keys(folder)


def test_a_day_that_a_log_has_twice_does_not_count_twice(tmp_path: Path) -> None:
    folder = tmp_path / "baseline"
    learn(folder, halves(tmp_path)[0])
    file = folder / "sources.json"
    told = json.loads(file.read_text(encoding="utf-8"))
    for word in ("days", "sums"):
        told["sources"][0][word] *= 2
    file.write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(SegcError, match="cannot be understood"):
        Ledger.open(folder)
