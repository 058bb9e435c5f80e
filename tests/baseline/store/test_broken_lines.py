"""Lines that are no records: how many, which, and why, in words of ours; and each counted once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from segc.baseline.ingest import broken
from segc.baseline.ingest.learn import Read
from tests.baseline.store.logs import START, conn, learn, row
from tests.baseline.wire import pcap, segment

GOOD = [row(number * 60, "10.0.0.1", "10.0.1.1") for number in range(5)]
RECORD = {
    "ts": START + 0.5, "id.orig_h": "10.0.0.1", "id.orig_p": 5000, "id.resp_h": "10.0.1.1", "id.resp_p": 502,
    "proto": "tcp", "conn_state": "SF",
}  # fmt: skip


def read(folder: Path, data: str | bytes, name: str = "conn.log") -> Read:
    file = folder / name
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    (one,) = learn(folder / "baseline", file)
    return one


def unread(one: Read) -> int:
    assert one.source is not None
    return one.source.unread


def notes(one: Read) -> tuple[str, ...]:
    (found,) = (found for found in one.found if found.name == "lines-not-read")
    return found.notes


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("too\tfew\n", "too few fields: 2, where `#fields` names 16"),
        (GOOD[0].rstrip("\n") + "\tmore\n", "too many fields: 17, where `#fields` names 16"),
        (GOOD[0].replace("\t502\t", "\tmodbus\t"), "`modbus` is no port"),
        (GOOD[0].replace("\t502\t", "\t70000\t"), "`70000` is no port"),
        (GOOD[0].replace("\ttcp\t", "\tquux\t"), "`quux` is no protocol"),
    ],
    ids=["few", "many", "word", "range", "protocol"],
)
def test_what_is_wrong_with_a_line_of_tabs(line: str, why: str, tmp_path: Path) -> None:
    one = read(tmp_path, conn([*GOOD, line, *GOOD]))
    assert unread(one) == 1
    (note,) = notes(one)
    assert note.startswith(f"line 12: {why}: ")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (json.dumps(RECORD)[:40], "no JSON, or cut off"),
        ("# no record" + "!" * 20, ""),
        ("no record", "no record in JSON"),
        (json.dumps({**RECORD, "id.resp_p": 70000}), "`70000` is no port"),
    ],
    ids=["cut", "comment", "text", "range"],
)
def test_lines_of_json_are_shown(line: str, why: str, tmp_path: Path) -> None:
    good = json.dumps(RECORD)
    one = read(tmp_path, f"{good}\n{good}\n\n{line}\n{good}\n")
    assert unread(one) == int(bool(why))
    if why:
        (note,) = notes(one)
        assert note.startswith(f"line 4: {why}")
        assert line[:100] in note


def test_three_lines_are_shown_and_the_search_for_them_ends(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    good = json.dumps(RECORD)
    one = read(tmp_path, "\n".join([good, *("x" * 9,) * 5, good]) + "\n")
    assert (unread(one), len(notes(one))) == (5, 3)
    monkeypatch.setattr(broken, "LOOKED", 3)
    one = read(tmp_path, "\n".join([good, good, good, good, "x" * 9]) + "\n")
    assert unread(one) == 1
    (note,) = notes(one)
    assert "only the first 3 lines are looked at" in note
    one = read(tmp_path, "\n".join([good, "x" * 9, good, good, "x" * 9]) + "\n")
    shown, note = notes(one)
    assert (unread(one), shown.startswith("line 2: ")) == (2, True)
    assert "of those behind, none is shown" in note
    one = read(tmp_path, "\n".join(["x" * 9, "x" * 9, "x" * 9, good, "x" * 9]) + "\n", "three.log")
    assert (unread(one), len(notes(one))) == (4, 3), "as many as of any log"


def test_a_log_of_json_that_has_grown_numbers_its_lines_as_a_whole(tmp_path: Path) -> None:
    good = json.dumps(RECORD) + "\n"
    assert unread(read(tmp_path, good * 3 + "old fault\n")) == 1
    one = read(tmp_path, good * 3 + "old fault\n" + good + "new fault\n")
    assert one.source is not None
    assert (one.source.since > 0, unread(one)) == (True, 1)
    assert [note.split(":")[0] for note in notes(one)] == ["line 6"]


def test_impossible_times_are_counted_once(tmp_path: Path) -> None:
    odd = [row(-START, "10.0.0.9", "10.0.1.1"), row(400 * 86_400 * 10, "10.0.0.8", "10.0.1.1")]
    one = read(tmp_path, conn([*GOOD, *odd]))
    assert [found.name for found in one.found] == ["impossible-time"]
    assert unread(one) == 0
    two = read(tmp_path, conn([*GOOD[1:], *odd, "broken\n"]))
    assert {found.name for found in two.found} >= {"impossible-time", "lines-not-read"}
    assert unread(two) == 1


def test_impossible_times_of_a_firewalls_log_are_told(tmp_path: Path) -> None:
    record = "{}-09-22T00:00:01+00:00 fw kernel: IN=a OUT=b SRC=10.0.0.1 DST=10.0.1.1 LEN=60 PROTO=TCP SPT=4000 DPT=502 SYN\n"
    one = read(tmp_path, record.format(2026) * 3 + record.format(2150) * 2, "kern.log")
    (found,) = one.found
    assert (found.name, found.message.split(" of ")[0]) == ("impossible-time", "2 records")
    assert unread(one) == 0


def test_a_capture_has_packets_and_no_lines(tmp_path: Path) -> None:
    syn = segment("10.0.0.1", 5000, "10.0.1.1", 502, flags=2)
    data = pcap(*[syn] * 20)
    one = read(tmp_path, data[:-10], "cut.pcap")
    (found,) = (found for found in one.found if found.name == "lines-not-read")
    assert found.message == f"1 packet of `{tmp_path / 'cut.pcap'}` was not understood, and counts nothing"
    assert found.notes == ("packet 20: the capture ends within a packet; 19 packets before it were read",)
    assert one.source is not None
    assert one.source.lines == 0


def test_packets_without_ports_are_counted_and_not_their_kinds(tmp_path: Path) -> None:
    syn = segment("10.0.0.1", 5000, "10.0.1.1", 502, flags=2)
    whole, cut = pcap(syn), pcap(*[syn] * 20, snaplen=30)
    one = read(tmp_path, whole + cut[24:], "short.pcap")
    assert unread(one) == 20
    (found,) = (found for found in one.found if found.name == "lines-not-read")
    assert found.message.startswith("20 packets of ")
