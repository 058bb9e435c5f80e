"""Bad logs: each fault is said, once and clearly; what is good beside it counts, and no run ends in a traceback."""

from __future__ import annotations

import gzip
import io
import json
import os
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from segc.baseline.engine.duckdb import DuckDB
from segc.baseline.ingest import files
from segc.baseline.ingest.content import HEADER, ends_whole, heads
from segc.baseline.store import Ledger
from segc.diagnostics import SegcError
from tests.baseline.store.logs import START, conn, keys, learn, names, row

GOOD = [row(number * 60, "10.0.0.1", "10.0.1.1") for number in range(50)]


def counted(folder: Path) -> int:
    return sum(seen.n for seen in keys(folder))


def read(tmp_path: Path, data: bytes, name: str = "conn.log", form: str = "") -> set[str]:
    file = tmp_path / name
    file.write_bytes(data)
    return names(learn(tmp_path / "baseline", file, form=form))


def test_good_logs_have_no_findings(tmp_path: Path) -> None:
    assert read(tmp_path, conn(GOOD).encode()) == set()
    assert counted(tmp_path / "baseline") == 50


@pytest.mark.parametrize(("pack", "name"), [(gzip.compress, "conn.log.gz"), (zstandard.compress, "conn.log.zst")])
def test_a_packed_log_that_ends_in_the_middle(tmp_path: Path, pack: Callable[[bytes], bytes], name: str) -> None:
    lines = [row(number, f"10.0.{number % 200}.1", "10.0.1.1", sport=1024 + number * 7) for number in range(3000)]
    data = pack(conn(lines).encode())
    assert read(tmp_path, data[: len(data) // 2], name) == {"log-truncated"}
    assert 1000 < counted(tmp_path / "baseline") < 2500


@pytest.mark.parametrize("count", [1, 400, 3000])
def test_what_a_gzip_gives_before_its_fault_counts(count: int, tmp_path: Path) -> None:
    """Python's reader loses what it unpacked in the step that fails: hundreds of lines of a log, which packs well."""
    lines = [row(number, f"10.0.{number % 200}.1", "10.0.1.1", sport=1024 + number * 7) for number in range(count)]
    pack = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    data = pack.compress(conn(lines).encode()) + pack.flush(zlib.Z_FULL_FLUSH)
    (told,) = learn(tmp_path / "baseline", written(tmp_path, data + b"\x07" * 9000))  # a block of no kind there is
    assert [found.name for found in told.found] == ["log-truncated"]
    assert "is damaged" in told.found[0].message
    assert counted(tmp_path / "baseline") == count


def written(tmp_path: Path, data: bytes) -> Path:
    file = tmp_path / "conn.log.gz"
    file.write_bytes(data)
    return file


@pytest.mark.parametrize(
    ("rest", "why"),
    [
        (b"garbage", "is no gzip"),
        (b"\0" * 700 + b"garbage" * 9000, "is no gzip"),
        (b"\x1f\x8b\x08\0" + b"garbage" * 9000, "is damaged"),
        (gzip.compress(b"more")[:9], "ends in the middle"),
        (b"\0" * 9000, ""),
        (gzip.compress(GOOD[0].replace("10.0.0.1", "10.0.0.2").encode()), ""),
    ],
    ids=[
        "garbage",
        "zeros and garbage",
        "a head and garbage",
        "a part of a gzip",
        "zeros",
        "a gzip",
    ],  # a gzip has a date
)
@pytest.mark.parametrize("count", [1, 3000])
def test_what_follows_a_whole_gzip_costs_nothing_of_it(rest: bytes, why: str, count: int, tmp_path: Path) -> None:
    lines = [row(number, f"10.0.{number % 200}.1", "10.0.1.1", sport=1024 + number * 7) for number in range(count)]
    data = gzip.compress(conn(lines).encode()) + rest
    (told,) = learn(tmp_path / "baseline", written(tmp_path, data))
    assert [found.name for found in told.found] == (["log-truncated"] if why else [])
    assert all(why in found.message for found in told.found)
    assert counted(tmp_path / "baseline") == count + (len(rest) < 9000 and not why)


PACKERS = {
    "plain": zstandard.ZstdCompressor(),
    "with checksum": zstandard.ZstdCompressor(write_checksum=True),
    "without size": zstandard.ZstdCompressor(write_content_size=False),
}


@pytest.mark.parametrize("how", sorted(PACKERS))
def test_where_a_file_of_zstd_ends(tmp_path: Path, how: str) -> None:
    packer, file = PACKERS[how], tmp_path / "packed"
    skipped = b"\x50\x2a\x4d\x18\x05\x00\x00\x00hello"
    for data in (b"", b"a", b"x" * 300_000, bytes(range(256)) * 700):
        frame = packer.compress(data)
        for whole in (frame, frame + frame, skipped + frame, frame + skipped):
            file.write_bytes(whole)
            assert ends_whole(file)
            for end in {*range(1, min(40, len(whole))), len(whole) - 5, len(whole) - 1} - {len(frame), len(skipped)}:
                file.write_bytes(whole[:end])
                assert not ends_whole(file), f"{end} of {len(whole)} bytes"


def test_a_last_line_that_is_cut_off(tmp_path: Path) -> None:
    assert read(tmp_path, conn(GOOD).encode()[:-30]) == {"lines-not-read"}
    assert counted(tmp_path / "baseline") == 49


def test_mixed_encodings(tmp_path: Path) -> None:
    stained = row(5000, "10.0.0.9", "10.0.1.1").replace("C1", "Stra\u00dfe").encode("latin-1")
    assert read(tmp_path, conn(GOOD).encode() + stained) >= {"mixed-encodings"}
    assert counted(tmp_path / "baseline") >= 50


def test_utf_16(tmp_path: Path) -> None:
    file = tmp_path / "conn.log"
    file.write_bytes(conn(GOOD).encode("utf-16"))
    (read,) = learn(tmp_path / "baseline", file)
    (found,) = read.found
    assert "UTF-16" in found.message
    assert "iconv" in found.help


@pytest.mark.parametrize("size", [2 << 20, 100_000_000])
def test_a_very_long_line(tmp_path: Path, size: int) -> None:
    file = tmp_path / "conn.log"
    with file.open("wb") as out:
        out.write(conn(GOOD[:25]).encode())
        for _ in range(size >> 20):
            out.write(b"x" * (1 << 20))
        out.write(b"\n" + "".join(GOOD[25:]).encode())
    assert names(learn(tmp_path / "baseline", file)) >= {"line-too-long"}
    assert counted(tmp_path / "baseline") == 50


def test_a_very_long_line_of_a_kernel_log(tmp_path: Path) -> None:
    record = "Sep 22 00:00:01 fw kernel: IN=a OUT=b SRC=10.0.0.1 DST=10.0.1.1 LEN=60 PROTO=TCP SPT=4000 DPT=502 SYN\n"
    file = tmp_path / "kern.log"
    file.write_bytes(record.encode() + b"y" * (3 << 20) + b"\n" + record.encode())
    os.utime(file, (START + 86_400, START + 86_400))
    assert names(learn(tmp_path / "baseline", file)) == {"line-too-long", "lines-not-read"}
    assert counted(tmp_path / "baseline") == 2


def test_a_folder_of_too_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_LOGS", 20)
    for number in range(30):
        (tmp_path / f"{number}.log").touch()
    with pytest.raises(SegcError, match="more than 20 files") as stopped:
        learn(tmp_path / "baseline", tmp_path)
    assert stopped.value.diagnostics[0].name == "too-many-logs"


def test_empty_missing_and_unknown(tmp_path: Path) -> None:
    assert read(tmp_path, b"") == {"log-empty"}
    assert read(tmp_path, b"Dear diary,\n", "diary.txt") == {"log-not-read"}
    assert names(learn(tmp_path / "baseline", tmp_path / "nowhere")) == {"log-not-read"}
    dns = conn([]).replace("#path\tconn", "#path\tdns").encode()
    assert read(tmp_path, dns, "dns.log") == {"log-not-read"}


def test_a_table_without_ports(tmp_path: Path) -> None:
    text = "ts,te,sa,da,pr,ipkt,ibyt\n2026-09-22 00:00:01,2026-09-22 00:00:02,10.0.0.1,10.0.1.1,TCP,4,400\n"
    assert read(tmp_path, text.encode(), "flows.csv", "nfdump") == {"log-without-ports", "lines-not-read"}


def test_impossible_times_count_nothing(tmp_path: Path) -> None:
    odd = [row(-START, "10.0.0.9", "10.0.1.1"), row(400 * 86_400 * 10, "10.0.0.8", "10.0.1.1")]
    assert read(tmp_path, conn([*GOOD, *odd]).encode()) == {"impossible-time"}
    assert {seen.src for seen in keys(tmp_path / "baseline")} == {"10.0.0.1"}


def test_a_sensor_that_misses_packets_is_lossy(tmp_path: Path) -> None:
    some = [row(number * 60, "10.0.0.1", "10.0.1.1", missed=int(number < 5)) for number in range(50)]
    assert read(tmp_path, conn(some).encode()) == {"sensor-lossy"}
    with Ledger.open(tmp_path / "baseline") as ledger:
        assert all(seen.lossy for seen in keys(tmp_path / "baseline"))
        assert ledger.sensors()[""].lossy


def test_what_is_declared_lossy_is_lossy(tmp_path: Path) -> None:
    file = tmp_path / "conn.log"
    file.write_text(conn(GOOD), encoding="utf-8")
    learn(tmp_path / "baseline", file, lossy=True)
    assert all(seen.lossy for seen in keys(tmp_path / "baseline"))


def test_a_scan_is_told_and_not_learned(tmp_path: Path) -> None:
    scan = [row(7200 + n, "10.0.9.9", f"10.0.2.{n}", state="S0") for n in range(60)]
    assert read(tmp_path, conn([*GOOD, *scan]).encode()) == {"scan-seen"}
    assert {seen.src for seen in keys(tmp_path / "baseline")} == {"10.0.0.1"}
    with Ledger.open(tmp_path / "baseline") as ledger:
        assert len(ledger.noise()) == 60


def test_logs_that_were_joined_keep_their_own_fields(tmp_path: Path) -> None:
    other = conn(GOOD[:10]).replace("\tmissed_bytes", "").replace("\t0\tShADadFf", "\tShADadFf")
    assert read(tmp_path, (conn(GOOD[10:]) + other).encode()) == set()
    assert counted(tmp_path / "baseline") == 50


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"version": 1, "sources": []}', '{"version": 2, "sources": [{"x": 1}]}']
)
def test_a_manifest_that_is_none(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "baseline"
    folder.mkdir()
    (folder / "sources.json").write_text(text, encoding="utf-8")
    with pytest.raises(SegcError) as stopped:
        Ledger.open(folder)
    assert stopped.value.diagnostics[0].name == "baseline-damaged"


def test_json_lines_of_zeek_with_faults(tmp_path: Path) -> None:
    record = {
        "ts": START + 0.5, "id.orig_h": "10.0.0.1", "id.orig_p": 5000, "id.resp_h": "10.0.1.1", "id.resp_p": 502,
        "proto": "tcp", "conn_state": "SF", "history": "ShADadFf", "orig_pkts": 3, "resp_pkts": 3,
    }  # fmt: skip
    good = json.dumps(record)
    iso = json.dumps({**record, "ts": "2026-09-22T00:00:01.000000Z"})
    text = "\n".join((good, iso, good[:50], json.dumps({**record, "id.resp_h": "nobody"}), good)) + "\n"
    assert read(tmp_path, text.encode()) == {"lines-not-read"}
    assert counted(tmp_path / "baseline") == 3


def test_empty_lines_and_comments_are_no_records(tmp_path: Path) -> None:
    text = conn([*GOOD[:10], "\n", "#close\t2026-09-22-00-00-00\n", "\n\n", *GOOD[10:]])
    assert read(tmp_path, text.encode()) == set()
    assert counted(tmp_path / "baseline") == 50


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("\t502\ttcp", "\t70000\ttcp"),
        ("\t502\ttcp", "\t200000\ttcp"),  # would be another port, behind a mask
        ("\t502\ttcp", "\t-7\ttcp"),
        ("\t50001\t", "\t-2\t"),
        ("\t300\t", "\t9000000000000000000\t"),
        ("\t8\t7", "\t9000000000000000000\t9000000000000000000"),
        (f"{START}.000000", "1e300"),
        (f"{START}.000000", "inf"),
        (f"{START}.000000", "nan"),
        ("1.500000", "1e300"),
    ],
)
def test_a_value_that_cannot_be_costs_its_line_and_no_other(good: str, bad: str, tmp_path: Path) -> None:
    line = row(0, "10.0.0.9", "10.0.1.1")
    assert good in line
    assert read(tmp_path, conn([*GOOD, line.replace(good, bad)]).encode()) <= {"lines-not-read", "impossible-time"}
    assert counted(tmp_path / "baseline") == 50


def test_a_table_with_numbers_that_cannot_be(tmp_path: Path) -> None:
    lines = [f"2026-09-22 10:00:0{n},10.0.0.1,10.0.1.1,4000,502,TCP,{size}\n" for n, size in enumerate((9, 9 * 10**17))]
    data = "ts,sa,da,sp,dp,pr,ibyt\n" + "".join(lines) + lines[1].replace("4000", "4001") * 20
    assert read(tmp_path, data.encode(), "flows.csv") == {"lines-not-read"}
    assert counted(tmp_path / "baseline") == 0, "both are one conversation"


@pytest.mark.parametrize("other", ["2001:db8::1", "::1"])
def test_an_address_of_each_family_is_no_conversation(other: str, tmp_path: Path) -> None:
    """A translator's log may say so. It must not stop what asks the baseline."""
    line = row(0, "10.0.0.9", other)
    assert read(tmp_path, conn([*GOOD, line, row(60, "2001:db8::2", "2001:db8::1")]).encode()) == {"lines-not-read"}
    assert {(":" in one.src, ":" in one.dst) for one in keys(tmp_path / "baseline")} == {(False, False), (True, True)}
    assert counted(tmp_path / "baseline") == 51


def damaged(folder: Path) -> str:
    with pytest.raises(SegcError) as caught, Ledger.open(folder) as ledger:
        ledger.keys()
    [found] = caught.value.diagnostics
    assert (caught.value.code, found.name) == (2, "baseline-damaged")
    return found.message


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("digest", 5),
        ("digest", "../../../x"),
        ("digits", 0),
        ("digits", "12"),
        ("days", "2026-09-22"),
        ("days", [1]),
        ("days", ["../../.."]),
        ("bytes", "x"),
        ("bytes", -5),
        ("sensor", None),
        ("sensor", "tap\nallow mes -> line : modbus"),
        ("observed", "x"),
        ("lossy", "no"),
        ("follows", 7),
        ("sums", ["x"]),
        ("sums", ["0" * 64, "0" * 64]),
    ],
)
def test_a_manifest_that_was_edited(word: str, value: object, tmp_path: Path) -> None:
    read(tmp_path, conn(GOOD).encode())
    file = tmp_path / "baseline" / "sources.json"
    told = json.loads(file.read_text(encoding="utf-8"))
    told["sources"][0][word] = value
    file.write_text(json.dumps(told), encoding="utf-8")
    assert f"`{word}` of a source" in damaged(tmp_path / "baseline")


@pytest.mark.parametrize("text", ["twice", "[" * 100_000])
def test_a_manifest_that_names_a_log_twice_or_is_no_json(text: str, tmp_path: Path) -> None:
    read(tmp_path, conn(GOOD).encode())
    file = tmp_path / "baseline" / "sources.json"
    told = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(told | {"sources": told["sources"] * 2}) if text == "twice" else text, encoding="utf-8")
    damaged(tmp_path / "baseline")


@pytest.mark.parametrize("edit", ["rows", "half", "nothing", "garbage"])
def test_a_ledger_that_was_edited(edit: str, tmp_path: Path) -> None:
    read(tmp_path, conn([*GOOD, row(70, "10.0.0.66", "10.0.1.1")]).encode())
    [file] = (tmp_path / "baseline" / "ledger").rglob("*.parquet")
    before = file.read_bytes()
    if edit == "rows":
        with DuckDB(tmp_path) as engine:
            engine.write(f"(SELECT * FROM read_parquet('{file}') WHERE src <> '10.0.0.66')", tmp_path / "less")
        file.write_bytes((tmp_path / "less").read_bytes())
    else:
        file.write_bytes({"half": before[: len(before) // 2], "nothing": b"", "garbage": b"PAR1"}[edit])
    assert "is not what segc wrote" in damaged(tmp_path / "baseline")
    file.write_bytes(before)
    assert counted(tmp_path / "baseline") == 51


def test_a_pipe_in_a_folder_is_no_log(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    os.mkfifo(folder / "a.log")
    (folder / "b.log").write_text(conn(GOOD), encoding="utf-8")
    assert not names(learn(tmp_path / "baseline", folder))
    assert counted(tmp_path / "baseline") == 50


def test_a_pipe_into_which_nobody_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "PATIENCE", 0.1)
    os.mkfifo(tmp_path / "a.log")
    (read,) = learn(tmp_path / "baseline", tmp_path / "a.log")
    assert "nobody has written into this pipe" in read.found[0].message


def test_a_folder_without_a_file(tmp_path: Path) -> None:
    (tmp_path / "logs" / "below").mkdir(parents=True)
    with pytest.raises(SegcError, match="no file is in it"):
        learn(tmp_path / "baseline", tmp_path / "logs")


@pytest.mark.parametrize("place", ["/proc/baseline", "conn.log", "conn.log/baseline"])
def test_a_place_where_no_baseline_can_be(place: str, tmp_path: Path) -> None:
    (tmp_path / "conn.log").write_text(conn(GOOD), encoding="utf-8")
    with pytest.raises(SegcError) as caught:
        learn(tmp_path / place, tmp_path / "conn.log")
    assert caught.value.code == 2


@pytest.mark.parametrize("packed", [False, True])
def test_a_month_of_hours_that_were_joined(packed: bool, tmp_path: Path) -> None:
    """Seven hundred headers: a piece of SQL for each would not fit into memory."""
    hours = [conn([row(hour * 3600, "10.0.0.1", "10.0.1.1")]) + "#close\t2026-09-22\n" for hour in range(700)]
    data = "".join(hours).encode()
    assert read(tmp_path, gzip.compress(data) if packed else data) == set()
    assert counted(tmp_path / "baseline") == 700


def test_headers_in_one_pass() -> None:
    text = b"".join(b"%07d" % number for number in range(20_000))
    places = [0, 3, 5, HEADER - 1, HEADER, 70_000, 70_001, len(text) - 4]
    assert list(heads(io.BytesIO(text), places)) == [text[at : at + HEADER] for at in places]


@pytest.mark.parametrize("how", ["mark", "ends"])
def test_what_has_been_through_windows_is_not_guessed(how: str, tmp_path: Path) -> None:
    data = conn(GOOD).encode()
    assert read(tmp_path, b"\xef\xbb\xbf" + data if how == "mark" else data.replace(b"\n", b"\r\n")) == {"log-not-read"}
