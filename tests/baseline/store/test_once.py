"""Whatever is done to a log, and wherever a run ends: what it tells counts once."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import zstandard

from segc.baseline import manifest
from segc.baseline.engine.duckdb import DuckDB, quoted
from segc.baseline.ingest import content
from segc.baseline.ledger import Row
from segc.baseline.store import Ledger
from segc.diagnostics import SegcError
from tests.baseline.store.logs import HEADER, conn, keys, learn, row

ROOT = Path(__file__).parents[3]
ROWS = [row(hour * 3600 + number, f"10.0.0.{number}", "10.0.1.1") for hour in range(60) for number in range(1, 9)]
KERNEL = [
    f"Sep 22 0{hour}:00:0{number} fw kernel: segc IN=a OUT=b SRC=10.0.0.{number} DST=10.0.1.1 LEN=60 TTL=63 PROTO=TCP "
    "SPT=4000 DPT=502 SYN\n"
    for hour in range(8)
    for number in range(1, 5)
]


def as_json(line: str) -> str:
    fields = HEADER.strip().split("\n")[-1].split("\t")[1:]
    numbers = ("ts", "id.orig_p", "id.resp_p", "duration", "orig_bytes", "resp_bytes", "orig_pkts", "resp_pkts")
    told = {name: value for name, value in zip(fields, line.strip().split("\t"), strict=True) if value != "-"}
    return json.dumps({name: float(value) if name in numbers else value for name, value in told.items()}) + "\n"


def rows(folder: Path) -> list[Row]:
    with Ledger.open(folder) as ledger:
        return list(ledger.rows())


@pytest.fixture
def log(tmp_path: Path) -> Path:
    file = tmp_path / "conn.log"
    file.write_text(conn(ROWS), encoding="utf-8")
    return file


def test_a_log_is_known_by_its_content(tmp_path: Path, log: Path) -> None:
    folder = tmp_path / "baseline"
    learn(folder, log)
    first = rows(folder)
    assert sum(one.n for one in first) == len(ROWS)
    packed, squeezed = tmp_path / "old.log.gz", tmp_path / "old.log.zst"
    packed.write_bytes(gzip.compress(log.read_bytes()))
    squeezed.write_bytes(zstandard.compress(log.read_bytes()))
    again = learn(folder, log, packed, squeezed)
    assert [bool(read.known) for read in again] == [True, True, True]
    assert rows(folder) == first


def test_a_file_of_the_ledger_is_sorted_by_its_keys(tmp_path: Path) -> None:
    """So that one log makes one file, however many cores have counted it."""
    file, folder = tmp_path / "conn.log", tmp_path / "baseline"
    day = 86_400
    file.write_text(conn(row(number * 97 % 3 * day, f"10.0.{number * 7 % 251}.1", "10.0.1.1") for number in range(900)))
    learn(folder, file)
    (source,) = manifest.read(folder)
    with DuckDB() as engine:
        for made in source.alone(folder):
            found = engine.get(f"SELECT src, dst, proto, port, noise FROM read_parquet({quoted(str(made))})")
            assert len(found) > 200
            assert found == sorted(found)


def test_packed_logs_are_read(tmp_path: Path, log: Path) -> None:
    plain, told = tmp_path / "plain", []
    learn(plain, log)
    for number, data in enumerate((gzip.compress(log.read_bytes()), zstandard.compress(log.read_bytes()))):
        file = tmp_path / f"packed-{number}"
        file.write_bytes(data)
        learn(tmp_path / f"baseline-{number}", file)
        told.append(rows(tmp_path / f"baseline-{number}"))
    assert told == [rows(plain)] * 2


@pytest.mark.parametrize("cut", [0, 5], ids=["between lines", "within a line"])
def test_a_log_that_has_grown_is_read_on(tmp_path: Path, log: Path, cut: int) -> None:
    whole, folder = tmp_path / "whole", tmp_path / "baseline"
    learn(whole, log)
    text = log.read_bytes()
    for part in (3, 2, 1):
        end = text.index(b"\n", len(text) // part - 1) + 1 - (cut if part > 1 else 0)
        log.write_bytes(text[:end])
        learn(folder, log)
    assert keys(folder) == keys(whole)
    if not cut:
        assert [source.since > 0 for source in manifest.read(folder)] == [False, True, True]


def test_what_was_read_before_is_not_read_again(tmp_path: Path, log: Path) -> None:
    """Of a log that has grown, only the new part is looked into: what is wrong in the old one is not found again."""
    folder = tmp_path / "baseline"
    log.write_text(conn(["no record\n", *ROWS[:100]]), encoding="utf-8")
    assert manifest.read(folder) == ()
    learn(folder, log)
    with log.open("a", encoding="utf-8") as out:
        out.writelines(ROWS[100:])
    learn(folder, log)
    old, new = manifest.read(folder)
    assert (old.unread, new.unread, new.observed) == (1, 0, len(ROWS) - 100)


def test_a_log_that_must_be_seen_whole_replaces_what_was_read_of_it(tmp_path: Path) -> None:
    folder, file = tmp_path / "baseline", tmp_path / "kern.log"
    for end in (10, 20, len(KERNEL)):
        file.write_text("".join(KERNEL[:end]), encoding="utf-8")
        os.utime(file, (1_790_100_000, 1_790_100_000))
        learn(folder, file)
    (source,) = manifest.read(folder)
    assert source.observed == len(KERNEL) == sum(one.n for one in keys(folder))
    assert len(list(folder.rglob("*.parquet"))) == len(source.days), "no file is left of what was replaced"


KILLED = """
import os, signal, sys
from pathlib import Path
from segc.baseline.ingest import learn as ingest
from tests.baseline.store.logs import learn

put, count = ingest.Learner._put, 0
def dies(self, sql, file):
    global count
    count += 1
    put(self, sql, file)
    if count == int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)
ingest.Learner._put = dies
learn(Path(sys.argv[1]), sys.argv[2])
"""


@pytest.mark.parametrize("after", [1, 3])
def test_a_run_that_was_killed_can_be_repeated(tmp_path: Path, log: Path, after: int) -> None:
    whole, folder = tmp_path / "whole", tmp_path / "baseline"
    learn(whole, log)
    command = (sys.executable, "-c", KILLED, str(folder), str(log), str(after))
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
    assert done.returncode == -signal.SIGKILL
    assert list(folder.rglob("*.parquet")), "it died with a part of its work done"
    with pytest.raises(SegcError, match=r"no sources\.json"):
        Ledger.open(folder)
    learn(folder, log)
    assert rows(folder) == rows(whole)
    assert not list(folder.glob(".learn-*"))


def test_sensors_that_saw_one_conversation_count_it_once(tmp_path: Path) -> None:
    folder = tmp_path / "baseline"
    for sensor, seen in (("line", ROWS[:40]), ("dmz", ROWS[8:100])):
        file = tmp_path / f"{sensor}.log"
        file.write_text(conn(seen), encoding="utf-8")
        learn(folder, file, sensor=sensor)
    alone = tmp_path / "alone"
    file.write_text(conn(ROWS[8:100]), encoding="utf-8")
    learn(alone, file)
    assert [one.n for one in keys(folder)] == [one.n for one in keys(alone)], "the one that saw most tells"
    with Ledger.open(folder) as ledger:
        assert set(ledger.sensors()) == {"line", "dmz"}
        assert set(ledger.who_saw().values()) == {frozenset({"line", "dmz"})}
        assert sum(row.n for row in ledger.rows()) == 40 + 92


def test_logs_of_one_sensor_add_up_in_any_order(tmp_path: Path) -> None:
    parts = []
    for number in range(3):
        parts.append(tmp_path / f"{number}.log")
        parts[-1].write_text(conn(ROWS[number::3]), encoding="utf-8")
    learn(tmp_path / "a", *parts, sensor="s")
    learn(tmp_path / "b", *reversed(parts), sensor="s")
    with Ledger.open(tmp_path / "a") as one, Ledger.open(tmp_path / "b") as other:
        assert one.digest == other.digest
        assert one.keys() == other.keys()
        assert sum(seen.n for seen in keys(tmp_path / "a")) == len(ROWS)


def test_two_runs_at_once_are_one_too_many(tmp_path: Path, log: Path) -> None:
    from segc.baseline.ingest.learn import Learner, Options

    with (
        Learner(tmp_path / "baseline", Options()),
        pytest.raises(SegcError, match="another run is writing"),
        Learner(tmp_path / "baseline", Options()),
    ):
        pass


def test_a_file_that_is_gone_is_no_quiet_day(tmp_path: Path, log: Path) -> None:
    folder = tmp_path / "baseline"
    learn(folder, log)
    next(folder.rglob("*.parquet")).unlink()
    with Ledger.open(folder) as ledger, pytest.raises(SegcError, match="is gone, though"):
        ledger.keys()


def half(folder: Path, name: str, told: list[str]) -> Path:
    file = folder / name
    file.write_text(conn(told), encoding="utf-8")
    return file


def counted(folder: Path) -> Counter[str]:
    """Conversations by who opened them."""
    found: Counter[str] = Counter()
    for one in keys(folder):
        found[one.src] += one.n
    return found


MORNING = [row(number * 60, f"10.0.0.{number}", "10.0.1.1") for number in range(1, 9)]
NIGHT = [row(40_000 + number, f"10.0.0.{number}", "10.0.1.2") for number in range(1, 9)]


def test_records_that_two_logs_of_a_sensor_hold_count_once_and_are_told(tmp_path: Path) -> None:
    """Neither is the beginning of the other: the first lacks the night, the second the first machine."""
    one, other = half(tmp_path, "a.log", MORNING), half(tmp_path, "b.log", MORNING[1:] + NIGHT[:1])
    read = learn(tmp_path / "baseline", one, other)
    assert [found.name for found in read[1].found] == ["logs-overlap"]
    for name in ("a.log", "b.log", "7 of 7 rows within are the same"):
        assert name in read[1].found[0].message
    assert counted(tmp_path / "baseline") == {"10.0.0.1": 2} | {f"10.0.0.{n}": 1 for n in range(2, 9)}
    again = learn(tmp_path / "other", other, one)
    assert [found.name for found in again[1].found] == ["logs-overlap"]
    assert counted(tmp_path / "other") == counted(tmp_path / "baseline"), "in whatever order"


@pytest.mark.parametrize(("fraction", "sessions"), [(0.25, 2 + 1 + 2), (0, 2 + 1 + 2 + 2)])
def test_one_row_is_enough_where_times_are_exact(fraction: float, sessions: int, tmp_path: Path) -> None:
    """A plant with one poll has one key a day. Whole seconds may be alike by chance, so they take more of them."""
    polls = [row(day * 86_400 + hour * 3600 + fraction, "10.0.0.1", "10.0.1.1") for day in (1, 2) for hour in (8, 9)]
    between = row(86_400 + 30_000, "10.0.0.7", "10.0.1.1")
    one, other = half(tmp_path, "a.log", polls[:3]), half(tmp_path, "b.log", [*polls[:2], between, *polls[2:]])
    read = learn(tmp_path / "baseline", one, other)
    assert counted(tmp_path / "baseline")["10.0.0.1"] == sessions
    assert [found.name for found in read[1].found] == (["logs-overlap"] if fraction else [])


def test_logs_of_a_sensor_that_tell_of_others_at_the_same_time_add_up(tmp_path: Path) -> None:
    one, other = half(tmp_path, "a.log", MORNING[::2]), half(tmp_path, "b.log", MORNING[1::2])
    read = learn(tmp_path / "baseline", one, other)
    assert not read[1].found
    assert counted(tmp_path / "baseline") == {f"10.0.0.{n}": 1 for n in range(1, 9)}


def test_a_key_that_goes_on_beyond_the_overlap_is_said_to_count_twice(tmp_path: Path) -> None:
    on = row(50_000, "10.0.0.2", "10.0.1.1")
    one, other = half(tmp_path, "a.log", MORNING), half(tmp_path, "b.log", [*MORNING[1:], on])
    read = learn(tmp_path / "baseline", one, other)
    assert "count twice" in read[1].found[0].notes[0]
    assert counted(tmp_path / "baseline") == {f"10.0.0.{n}": 1 for n in range(1, 9)} | {"10.0.0.2": 3}


@pytest.mark.parametrize("form", ["tabs", "json"])
def test_a_log_that_grows_while_it_is_read_counts_once(
    form: str, tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sensor writes on between the look through a log and the count."""
    written = [row(61 * 3600 + n, "10.0.0.9", "10.0.1.1") for n in range(5)]
    if form == "json":
        log.write_text("".join(as_json(one) for one in ROWS), encoding="utf-8")
        written = [as_json(one) for one in written]

    def survey(*arguments: object, **words: object) -> object:
        found = content.survey(*arguments, **words)  # type: ignore[arg-type]
        with log.open("a", encoding="utf-8") as out:
            out.write("".join(written))
        written.clear()
        return found

    monkeypatch.setattr("segc.baseline.ingest.learn.survey", survey)
    folder = tmp_path / "baseline"
    first, second = learn(folder, log, log)
    assert (first.source, second.source) != (None, None)
    assert sum(one.n for one in rows(folder)) == len(ROWS) + 5


@pytest.mark.parametrize("name", ["conn[12].log", "conn*.log", "conn?.log", "it's.log", "n=5/conn.log", "conn 1\\.log"])
@pytest.mark.parametrize("pack", ["plain", "gzip"])
def test_a_name_means_one_file(name: str, pack: str, tmp_path: Path) -> None:
    """DuckDB would take it for a pattern, or for a column's value."""
    for number, source in enumerate(("10.0.0.1", "10.0.0.2", "10.0.0.3"), 1):
        file = tmp_path / (f"conn{number}.log" if number < 3 else name)
        file.parent.mkdir(exist_ok=True)
        data = conn([row(number, source, "10.0.1.1")]).encode()
        file.write_bytes(gzip.compress(data) if pack == "gzip" else data)
    folder = tmp_path / "src=9.9.9.9" / "day=[3]*"
    folder.parent.mkdir()
    learn(folder, tmp_path / name)
    assert [(one.src, one.n, one.sensor) for one in rows(folder)] == [("10.0.0.3", 1, "")]


def test_logs_whose_digests_begin_alike_are_two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twelve digits are 48 bits: sixteen million logs that somebody makes up hold two that are alike."""
    files = [half(tmp_path, f"{number}.log", MORNING[number : number + 1]) for number in range(2)]

    def survey(*arguments: object, **words: object) -> object:
        found = content.survey(*arguments, **words)  # type: ignore[arg-type]
        found.digest = "0" * 12 + found.digest[12:]
        return found

    monkeypatch.setattr("segc.baseline.ingest.learn.survey", survey)
    learn(tmp_path / "baseline", *files)
    assert counted(tmp_path / "baseline") == {"10.0.0.1": 1, "10.0.0.2": 1}


def older(folder: Path, *alike: Path) -> None:
    """Name a baseline's files as an older segc did: by twelve digits, of which all are the same for logs that are alike."""
    file = folder / "sources.json"
    told = json.loads(file.read_text(encoding="utf-8"))
    for source in told["sources"]:
        del source["digits"]
        if Path(source["name"]) in alike:
            source["digest"] = "0" * 12 + source["digest"][12:]
    file.write_text(json.dumps(told), encoding="utf-8")
    for path in folder.rglob("*.parquet"):
        path.rename(path.with_name(f"{path.name[:12]}.parquet"))


def test_a_baseline_of_an_older_segc_is_read_and_read_on(tmp_path: Path, log: Path) -> None:
    folder, whole = tmp_path / "baseline", tmp_path / "whole"
    text = log.read_bytes()
    learn(whole, log)
    log.write_bytes(text[: text.index(b"\n", len(text) // 2) + 1])
    learn(folder, log)
    before = rows(folder)
    older(folder)
    assert rows(folder) == before
    log.write_bytes(text)
    learn(folder, log)
    assert keys(folder) == keys(whole)
    assert sorted({len(file.stem) for file in folder.rglob("*.parquet")}) == [12, 64]


def test_logs_of_an_older_segc_of_which_one_has_overwritten_the_other_are_told(tmp_path: Path) -> None:
    folder, files = tmp_path / "baseline", [half(tmp_path, f"{n}.log", MORNING[n : n + 1]) for n in range(2)]
    learn(folder, *files)
    older(folder, *files)
    with pytest.raises(SegcError, match="one of them has overwritten the other") as caught:
        Ledger.open(folder)
    assert caught.value.diagnostics[0].name == "baseline-damaged"
