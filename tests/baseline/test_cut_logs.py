"""Where a log ends in the middle, or says only that records are missing, nobody knows what else there was."""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path

import pytest

from segc.baseline.ingest.learn import Learner, Options, Read
from segc.baseline.readiness import State
from segc.baseline.sources.protocol import Context
from tests.baseline.made import FIELDS, START
from tests.baseline.test_lossy_days import SUPPRESSED, asked
from tests.baseline.test_readiness import reasons
from tests.baseline.test_watching import fw
from tests.baseline.wire import ACK, SYN, Sent, ethernet, ip, pcap, transport
from tests.baseline.wire import START as WIRE_START

POLLS = fw("ALLOW ", range(14), "10.30.0.10", "10.3.0.11", 502)
GAP = SUPPRESSED.replace("2026-10-05T00:00", "2026-10-10T11:00")
VPC = "srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n"


def zeek(day: int) -> bytes:
    """A day that ends with what would be stopped on the sixth day."""
    rows = ["#separator \\x09", "#path\tconn", "\t".join(("#fields", *FIELDS))]
    for n in range(300):
        ends = ("10.30.0.50", "3389") if day == 5 and n == 299 else ("10.30.0.10", "502")
        stamp = START.timestamp() + day * 86_400 + 30_000 + n * 60
        row = (f"{stamp:.6f}", f"C{day}-{n}", ends[0], str(40_000 + n), "10.3.0.11", ends[1], "tcp", "SF", "ShADadFf")
        rows.append("\t".join(row))
    return ("\n".join(rows) + "\n").encode()


def capture(day: int) -> bytes:
    at = (int(START.timestamp()) - WIRE_START + day * 86_400 + 36_000) * 1_000_000
    asked = [ethernet(ip("10.30.0.10", "10.3.0.11", 6, transport(6, 40_000 + n, 502, flags=SYN))) for n in range(9)]
    told = [
        ethernet(ip("10.3.0.11", "10.30.0.10", 6, transport(6, 502, 40_000 + n, flags=SYN | ACK))) for n in range(9)
    ]
    both = [frame for pair in zip(asked, told, strict=True) for frame in pair]
    return pcap(*[Sent(at + n * 1000, frame) for n, frame in enumerate(both)])


def learn(folder: Path, *logs: tuple[str, bytes, int | None], form: str = "") -> list[Read]:
    """Logs, each last written on a day (None: now)."""
    with Learner(folder / "baseline", Options(form, Context(sensor="span"))) as learner:
        return [learner.learn(str(put(folder / name, data, day))) for name, data, day in logs]


def put(log: Path, data: bytes, day: int | None) -> Path:
    log.write_bytes(data)
    if day is not None:
        stamp = (START + timedelta(days=day, hours=23)).timestamp()
        os.utime(log, (stamp, stamp))
    return log


def lost(folder: Path) -> list[int]:
    """The days that do not count, from the first on."""
    compared, _ = asked(folder)
    return [day - compared.days[0] for day in compared.sensors["span"].lost]


def quarter(data: bytes) -> bytes:
    return data[: len(data) // 4]


def packed(day: int) -> bytes:
    return gzip.compress(zeek(day))


@pytest.mark.parametrize(("days", "state"), [(15, State.READY), (14, State.INSUFFICIENT)])
@pytest.mark.parametrize("made", [packed, capture])
def test_the_day_of_a_log_that_was_cut_off_does_not_count(
    made: Callable[[int], bytes], days: int, state: State, tmp_path: Path
) -> None:
    whole = {day: made(day) for day in range(days)}
    learn(tmp_path, *[(f"{day}.log", quarter(data) if day == 5 else data, day) for day, data in whole.items()])
    _, found = asked(tmp_path)
    assert (found.state, found.days, found.denied) == (state, days - 1, ()), reasons(found)
    assert lost(tmp_path) == [5]


def test_nobody_knows_of_what_days_the_rest_was(tmp_path: Path) -> None:
    """Those until the file was last written may be among them."""
    learn(tmp_path, *[(f"{day}.log", quarter(packed(day)) if day == 5 else packed(day), 9) for day in range(12)])
    assert lost(tmp_path) == [5, 6, 7, 8, 9]


def test_one_that_was_cut_off_before_its_first_record_may_be_of_any_day(tmp_path: Path) -> None:
    header = b"\n".join(zeek(5).split(b"\n")[:3]) + b"\n"
    learn(tmp_path, *[(f"{day}.log", packed(day), day) for day in range(14)])
    assert lost(tmp_path) == []
    learn(tmp_path, ("cut.log", gzip.compress(header)[:-9], None))
    assert lost(tmp_path) == list(range(14))


@pytest.mark.parametrize(
    ("left", "again"),
    [(quarter(packed(5)), packed(5)), (quarter(packed(5)), zeek(5)), (packed(5)[:-3], packed(5))],
    ids=["a quarter", "a quarter, unpacked", "all but the trailer"],
)
def test_copied_again_it_counts(left: bytes, again: bytes, tmp_path: Path) -> None:
    learn(tmp_path, *[(f"{day}.log", left if day == 5 else packed(day), day) for day in range(14)])
    assert lost(tmp_path) == [5]
    learn(tmp_path, ("5.log", again, 5))
    compared, found = asked(tmp_path)
    assert (found.state, found.days, len(found.denied)) == (State.NOT_READY, 14, 1), reasons(found)
    assert (lost(tmp_path), sum(entry.seen.n for entry in compared.entries)) == ([], 14 * 300)
    [known] = learn(tmp_path, ("5.log", again, 5))
    assert known.known


def test_unpacked_it_is_no_more_whole_than_it_was(tmp_path: Path) -> None:
    cut = quarter(packed(5))
    learn(tmp_path, *[(f"{day}.log", cut if day == 5 else packed(day), day) for day in range(14)])
    with pytest.raises(EOFError), gzip.open(tmp_path / "5.log") as log:
        log.read()
    content = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(cut)
    [known] = learn(tmp_path, ("5.txt", content, 5))
    assert (bool(known.known), lost(tmp_path)) == (True, [5])


def test_a_capture_that_went_on_counts_once_it_is_whole(tmp_path: Path) -> None:
    learn(tmp_path, ("a.pcap", capture(0), 0), ("b.pcap", quarter(capture(1)), 1))
    assert lost(tmp_path) == [1]
    learn(tmp_path, ("b.pcap", capture(1), 1))
    assert lost(tmp_path) == []


def kernel(folder: Path, gap: str) -> list[Read]:
    """A log for each day, and one that tells of no traffic."""
    logs = [(f"{day}.log", f"{line}\n".encode(), day) for day, line in enumerate(POLLS)]
    return learn(folder, *logs, ("gap.log", gap.encode(), None), form="kernel")


@pytest.mark.parametrize(
    ("gap", "days"),
    [
        (GAP, [5]),
        (GAP.replace("T11:", "T00:"), [4, 5]),
        ("".join(GAP.replace("10-10", f"10-{day}") for day in (12, 14)), [7, 9]),
        (GAP.partition("+00:00 ")[2], range(14)),
        (GAP.replace("2026", "1970"), range(14)),
    ],
    ids=["once", "after midnight", "on two days", "nobody knows when", "by a clock that was not set"],
)
def test_a_log_that_says_only_that_records_are_missing_costs_its_days(
    gap: str, days: Iterable[int], tmp_path: Path
) -> None:
    *_, told = kernel(tmp_path, gap)
    assert lost(tmp_path) == list(days)
    assert "sensor-lossy" in {one.name for one in told.found}
    assert asked(tmp_path)[1].state is State.INSUFFICIENT


def test_so_does_a_line_behind_the_last_record_of_another_day(tmp_path: Path) -> None:
    """The records that it makes lossy are those around it, and the day that it is about has none in that log."""
    early = (f"{POLLS[0]}\n" + GAP).encode()
    learn(tmp_path, ("0.log", early, None), *[(f"{n}.log", f"{POLLS[n]}\n".encode(), n) for n in range(1, 14)])
    assert lost(tmp_path) == [0, 5]


def test_and_one_of_a_table(tmp_path: Path) -> None:
    begin = int(START.timestamp()) + 36_000
    flow = "10.30.0.10 10.3.0.11 40000 502 6 4 400 {0} {0} ACCEPT OK\n"
    back = "10.3.0.11 10.30.0.10 502 40000 6 4 400 {0} {0} ACCEPT OK\n"
    skipped = "- - - - - - - {0} {0} - SKIPDATA\n"
    days = [begin + day * 86_400 for day in range(14)]
    logs = [(f"{day}.log", VPC + flow.format(at) + back.format(at), day) for day, at in enumerate(days)]
    logs.append(("gap.log", VPC + skipped.format(days[5] + 3600), 5))
    learn(tmp_path, *[(name, text.encode(), day) for name, text, day in logs])
    assert lost(tmp_path) == [5]
