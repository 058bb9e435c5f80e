"""A log and copies of it that were cut off, side by side: in whatever order they are read, what the whole one tells counts."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

import pytest

from segc.baseline import manifest
from segc.baseline.readiness import State
from segc.baseline.store import Ledger, Seen
from tests.baseline.test_cut_logs import learn, lost, put, zeek
from tests.baseline.test_lossy_days import asked
from tests.baseline.test_readiness import reasons
from tests.baseline.test_watching import fw

POLLS = fw("ALLOW ", range(14), "10.30.0.10", "10.3.0.11", 502)
LINES = [line.replace("T00:00", f"T{n:02}:00") for line in POLLS[:3] for n in range(20)]
KERNEL = "".join(f"{line}\n" for line in LINES).encode()
TABS = b"".join([zeek(0), *(line + b"\n" for day in (1, 2) for line in zeek(day).split(b"\n")[3:-1])])
JSON = "".join(
    f'{{"ts":{1791192000 + n * 3600}.25,"uid":"C{n}","id.orig_h":"10.30.0.{n % 3 + 10}","id.orig_p":{40000 + n},'
    f'"id.resp_h":"10.3.0.11","id.resp_p":502,"proto":"tcp","conn_state":"SF","history":"ShADadFf"}}\n'
    for n in range(60)
).encode()
WHOLE = {"kernel": KERNEL, "tabs": TABS, "json": JSON}


@dataclass(frozen=True)
class Told:
    """What a baseline tells: of each key, of each sensor, and of what it lost."""

    keys: list[Seen]
    lost: tuple[int, ...]
    n: int
    cut: bool


def told(folder: Path) -> Told:
    with Ledger.open(folder / "baseline") as ledger:
        sensor = ledger.sensors()["span"]
        cut = any(one.cut is not None for one in ledger.sources)
        return Told(ledger.keys(), sensor.lost, sum(one.observed for one in ledger.sources), cut)


def cut(data: bytes, share: float) -> bytes:
    """A packed log that ends so far within its content, whatever that takes of what is packed."""
    packer = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    return packer.compress(data[: int(len(data) * share)]) + packer.flush(zlib.Z_SYNC_FLUSH)


def lines(data: bytes, share: float) -> bytes:
    return data[: data.index(b"\n", int(len(data) * share)) + 1]


def copies(data: bytes, piece: float, *, half: bool = False) -> dict[str, bytes]:
    """A log, packed copies that were cut off, and a piece of it that is not packed."""
    plain = lines(data, piece)
    return {
        "whole.log": data,
        "most.log.gz": cut(data, 0.7),
        "some.log.gz": cut(data, 0.4),
        "piece.log": plain[:-9] if half else plain,
    }


def read(folder: Path, logs: dict[str, bytes], names: Sequence[str], *, once: bool = True) -> Told:
    """Logs that lie side by side, read in an order: in one run, or in one for each."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in logs.items():
        put(folder / name, data, 5)
    for run in [names] if once else [[name] for name in names]:
        learn(folder, *[(name, logs[name], 5) for name in run])
    return told(folder)


@pytest.mark.parametrize(
    ("form", "piece", "half"),
    [("kernel", 0.55, True), ("kernel", 0.85, False), ("tabs", 0.2, False), ("json", 0.55, False)],
)
def test_the_order_of_reading_changes_nothing(form: str, piece: float, half: bool, tmp_path: Path) -> None:
    logs = copies(WHOLE[form], piece, half=half)
    alone = read(tmp_path / "alone", logs, ["whole.log"])
    assert (alone.lost, alone.cut, alone.n > 50) == ((), False, True)
    for number, names in enumerate(permutations(logs)):
        assert read(tmp_path / str(number), logs, names, once=number % 4 > 0) == alone, names


@pytest.mark.parametrize("form", ["kernel", "tabs"])
def test_of_copies_alone_the_longest_counts(form: str, tmp_path: Path) -> None:
    """What stood behind its end is not known, whatever a shorter piece that is not packed ends with."""
    logs = copies(WHOLE[form], 0.55)
    del logs["whole.log"]
    alone = read(tmp_path / "alone", logs, ["most.log.gz"])
    assert (len(alone.lost), alone.cut) == (3, True)
    for number, names in enumerate(permutations(logs)):
        assert read(tmp_path / str(number), logs, names) == alone, names


@pytest.mark.parametrize("first", [True, False])
def test_a_piece_of_the_same_content_may_be_cut_off_there_too(first: bool, tmp_path: Path) -> None:
    """A packed one that ends there as it should is not, and neither is the piece beside it."""
    piece = lines(KERNEL, 0.5)
    logs = {"a.log": piece, "b.log.gz": cut(piece, 1), "c.log.gz": gzip.compress(piece)}
    names = ["a.log", "b.log.gz"]
    assert read(tmp_path, logs, names if first else names[::-1]).cut
    assert not read(tmp_path, logs, ["c.log.gz"]).cut
    assert not read(tmp_path, logs, names).cut
    for number, order in enumerate(permutations(logs)):
        assert not read(tmp_path / str(number), logs, order).lost, order


def test_a_part_that_a_longer_log_goes_on_from_is_not_cut_off(tmp_path: Path) -> None:
    piece = lines(TABS, 0.4)
    logs = {"piece.log": piece, "whole.log": TABS, "cut.log.gz": cut(piece, 1)}
    assert read(tmp_path, logs, ["piece.log", "whole.log", "cut.log.gz"]) == read(tmp_path / "b", logs, ["whole.log"])
    assert [one.since > 0 for one in manifest.read(tmp_path / "baseline")] == [False, True]


@pytest.mark.parametrize("form", WHOLE)
def test_read_again_a_whole_log_mends_what_a_copy_has_left(form: str, tmp_path: Path) -> None:
    """Where its own file is gone, nobody can tell that it begins with the copy."""
    logs = copies(WHOLE[form], 0.55)
    alone = read(tmp_path / "alone", logs, ["whole.log"])
    learn(tmp_path, ("whole.log", logs["whole.log"], 5))
    (tmp_path / "whole.log").rename(tmp_path / "moved.log")
    learn(tmp_path, *[(name, logs[name], 5) for name in ("some.log.gz", "piece.log", "most.log.gz")])
    assert told(tmp_path).cut
    [again] = learn(tmp_path, ("moved.log", logs["whole.log"], 5))
    assert (bool(again.known), told(tmp_path)) == (True, alone)
    assert len(manifest.read(tmp_path / "baseline")) == 1
    named = {file for one in manifest.read(tmp_path / "baseline") for file in one.files(tmp_path / "baseline")}
    assert set((tmp_path / "baseline").rglob("*.parquet")) == named


def test_a_file_that_is_another_one_by_now_shows_nothing(tmp_path: Path) -> None:
    logs = copies(KERNEL, 0.55)
    learn(tmp_path, ("whole.log", KERNEL, 5))
    learn(tmp_path, ("other.log", LINES[0].replace("10.30.0.10", "10.30.0.99").encode() + b"\n", 5))
    put(tmp_path / "whole.log", lines(KERNEL, 0.8), 5)
    learn(tmp_path, ("most.log.gz", logs["most.log.gz"], 5))
    assert told(tmp_path).cut


@pytest.mark.parametrize("name", ["5.log.gz", "other.log.gz"])
@pytest.mark.parametrize("first", [True, False])
def test_a_header_alone_is_the_beginning_of_many_logs(first: bool, name: str, tmp_path: Path) -> None:
    """It is that of the log of its name."""
    header = cut(b"\n".join(zeek(5).split(b"\n")[:3]) + b"\n", 1)
    logs = {f"{day}.log": zeek(day) for day in range(8)} | {name: header}
    names = list(logs)
    read(tmp_path, logs, [name, *names[:-1]] if first else names)
    assert lost(tmp_path) == ([] if name == "5.log.gz" else list(range(8)))


@pytest.mark.parametrize("first", [True, False])
def test_the_conduit_is_judged_by_the_whole_log(first: bool, tmp_path: Path) -> None:
    logs = {"5.log": zeek(5), "5.log.gz": cut(zeek(5), 0.6)}
    logs |= {f"{day}.log": zeek(day) for day in range(14)}
    names = sorted(logs) if first else sorted(logs, reverse=True)
    read(tmp_path, logs, names)
    _, found = asked(tmp_path)
    assert (found.state, found.days, len(found.denied)) == (State.NOT_READY, 14, 1), reasons(found)


@pytest.mark.parametrize(("form", "share"), [("kernel", 0.703), ("kernel", 0.41), ("tabs", 0.7), ("json", 0.7)])
def test_half_a_line_at_the_end_is_no_record(form: str, share: float, tmp_path: Path) -> None:
    """Neither one that was not read, nor one that tells of another port than the whole line does."""
    data = WHOLE[form]
    assert not data[: int(len(data) * share)].endswith(b"\n")
    [one] = learn(tmp_path, ("cut.log.gz", cut(data, share), 5))
    assert {found.name for found in one.found} == {"log-truncated"}
    assert one.source is not None
    whole = data[: int(len(data) * share)].rpartition(b"\n")[0].split(b"\n")
    rows = [line for line in whole if not line.startswith(b"#")]
    assert (one.source.unread, one.source.observed, one.source.records) == (0, len(rows), len(rows))


@pytest.mark.parametrize("more", [5, 14, 20, 30])
def test_within_the_header_of_a_second_part_the_first_counts(more: int, tmp_path: Path) -> None:
    data = zeek(0) + zeek(1)[:more]
    [one] = learn(tmp_path, ("cut.log.gz", cut(data, 1), 5))
    assert one.source is not None, one.found
    assert (one.source.unread, one.source.observed) == (0, 300)
