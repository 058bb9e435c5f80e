"""`segc watch` as its own process: alerts as published, from a file, a pipe, and a log that is rotated meanwhile."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.baseline.test_draft import PLANT
from tests.cli.test_baseline_draft import zeek
from tests.report.schema import faults

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs/schema/alert-1.json").read_text(encoding="utf-8"))
START = 1_790_000_000
SEGC = (sys.executable, "-m", "segc", "watch", "--plant", "plant.zone", "--at", "2026-10-20")
KERNEL = (
    "Sep 21 17:13:20 fw kernel: segc:x IN=eth0 OUT=eth1 MAC=00:11:22:33:44:55:66:77:88:99:aa:bb:08:00 SRC={} DST=10.2.0.1 "
    "LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=1 DF PROTO=TCP SPT=40000 DPT=102 WINDOW=64240 RES=0x00 SYN URGP=0 \n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "plant.zone").write_text(PLANT, encoding="utf-8")
    return tmp_path


def watch(folder: Path, *arguments: str, text: str | None = None) -> tuple[int, list[dict[str, Any]], str]:
    done = subprocess.run(
        [*SEGC, *arguments], cwd=folder, env=environment(), input=text, capture_output=True, text=True, check=False
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def started(folder: Path, *arguments: str, stdin: int | None = None) -> subprocess.Popen[bytes]:
    """One that goes on while a test writes and reads."""
    return subprocess.Popen(
        [*SEGC, *arguments],
        cwd=folder,
        env=environment(),
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def test_a_log_gives_alerts_as_published(folder: Path) -> None:
    rows = [(START + n, "10.3.0.9", "10.2.0.1", 102) for n in range(5)]
    (folder / "conn.log").write_text(zeek(*rows, (START, "10.3.0.1", "10.2.0.2", 502)), encoding="utf-8")
    code, alerts, said = watch(folder, "conn.log", "--sensor", "tap-3")
    assert (code, len(alerts)) == (1, 2), said
    assert [faults(alert, SCHEMA) for alert in alerts] == [[], []]
    first, rest = alerts
    assert (first["source"], first["owner"], first["conduit"]) == (
        {"address": "10.3.0.9", "zone": "site", "asset": None},
        "ops",
        "down",
    )
    assert (first["mode"], first["sensor"], first["count"], rest["count"]) == ("enforce", "tap-3", 1, 4)
    assert {"line", "write", "critical"} <= set(first["hints"])
    assert first["nearest"]


def test_a_pipe_of_kernel_records_works_and_what_is_permitted_is_silent(folder: Path) -> None:
    code, alerts, _ = watch(folder, "-", text=KERNEL.format("10.3.0.9"))
    assert (code, [alert["verdict"] for alert in alerts]) == (1, ["unknown-asset"])
    code, alerts, _ = watch(
        folder, "-", text=KERNEL.replace("DPT=102", "DPT=502").replace("10.2.0.1", "10.2.0.2").format("10.3.0.1")
    )
    assert (code, alerts) == (0, [])


@pytest.mark.parametrize(("form", "code", "warned"), [("asa", 2, True), ("zeek", 1, False), ("", 1, False)])
def test_a_log_of_another_format_than_was_said_is_told(form: str, code: int, *, warned: bool, folder: Path) -> None:
    (folder / "conn.log").write_text(zeek((START, "10.3.0.9", "10.2.0.1", 102)), encoding="utf-8")
    done, alerts, said = watch(folder, "conn.log", *(["--from", form] if form else []))
    assert (done, len(alerts), "nothing was judged" in said) == (code, code % 2, warned), said
    assert ("leave --from out" in said) == warned


def test_a_quiet_log_of_the_format_that_was_said_is_quiet(folder: Path) -> None:
    quiet = "2026-09-22T10:00:00+00:00 fw : %ASA-5-111008: User 'me' executed the 'write' command.\n"
    (folder / "asa.log").write_text(quiet * 3 + "Sep 22 10:00:00 fw CRON[1]: x\n" * 9, encoding="utf-8")
    code, _, said = watch(folder, "asa.log", "--from", "asa")
    assert (code, "nothing was judged" in said) == (0, False), said


def test_a_format_that_nearly_is_one_is_told(folder: Path) -> None:
    (folder / "conn.log").write_text(zeek(), encoding="utf-8")
    code, _, said = watch(folder, "conn.log", "--from", "ziek")
    assert (code, "did you mean `zeek`?" in " ".join(said.split())) == (2, True), said


def test_what_somebody_said_may_be_stopped_is_silent(folder: Path) -> None:
    toml = '[[expected-deny]]\nfrom = "10.3.0.9"\nto = "line"\nservice = "tcp 102"\nuntil = 2026-12-01\nbecause = "retired"\n'
    (folder / "segc.toml").write_text(toml, encoding="utf-8")
    code, alerts, said = watch(folder, "-", text=KERNEL.format("10.3.0.9") + KERNEL.format("10.3.0.8"))
    assert (code, [alert["source"]["address"] for alert in alerts]) == (1, ["10.3.0.8"]), said


def test_alerts_come_while_the_pipe_is_open(folder: Path) -> None:
    with started(folder, "-", stdin=subprocess.PIPE) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        running.stdin.write(KERNEL.format("10.3.0.9").encode())
        running.stdin.flush()
        assert json.loads(running.stdout.readline())["source"]["address"] == "10.3.0.9"
        running.stdin.close()


def test_a_rotated_log_is_followed(folder: Path) -> None:
    log = folder / "fw.log"
    log.write_text(KERNEL.format("10.3.0.9"), encoding="utf-8")
    with started(folder, str(log), "--follow") as running:
        assert running.stdout is not None
        assert json.loads(running.stdout.readline())["source"]["address"] == "10.3.0.9"
        log.rename(folder / "fw.log.1")
        log.write_text(KERNEL.format("10.3.0.8"), encoding="utf-8")
        assert json.loads(running.stdout.readline())["source"]["address"] == "10.3.0.8"
        running.terminate()


def test_what_may_be_missing_of_a_log_is_a_line_of_its_own(folder: Path) -> None:
    schema = json.loads((ROOT / "docs/schema/notice-1.json").read_text(encoding="utf-8"))
    log = folder / "fw.log"
    log.write_text(KERNEL.format("10.3.0.9"), encoding="utf-8")
    with started(folder, str(log), "--follow", "--sensor", "tap-3") as running:
        assert running.stdout is not None
        running.stdout.readline()
        os.truncate(log, 0)
        notice = json.loads(running.stdout.readline())
        with log.open("a", encoding="utf-8") as file:
            file.write(KERNEL.format("10.3.0.8"))
        assert json.loads(running.stdout.readline())["source"]["address"] == "10.3.0.8"
        running.terminate()
    assert faults(notice, schema) == []
    assert (notice["kind"], notice["sensor"]) == ("log-gap", "tap-3")


def test_a_reader_that_went_away_ends_it(folder: Path) -> None:
    log = folder / "fw.log"
    log.write_text(KERNEL.format("10.3.0.9"), encoding="utf-8")
    with started(folder, str(log), "--follow") as running:
        assert running.stdout is not None
        running.stdout.readline()
        running.stdout.close()
        with log.open("a", encoding="utf-8") as file:
            file.write(KERNEL.format("10.3.0.7"))
        running.wait(timeout=30)


def test_what_is_no_log_is_said(folder: Path) -> None:
    for text, name in (("hello\n", "log-not-read"), ("", "log-empty")):
        code, alerts, said = watch(folder, "-", text=text)
        assert (code, alerts) == (2, [])
        assert name in said
    code, _, said = watch(folder, "no.log")
    assert code == 2
    assert "no.log" in said


def test_a_named_pipe_is_no_file_to_follow(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    code, alerts, said = watch(folder, "pipe", "--follow")
    assert (code, alerts) == (2, [])
    assert "a pipe goes on by itself" in said


@pytest.mark.parametrize("how", ["--follow", "-"])
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_who_ends_it_loses_nothing_that_was_counted(how: str, end: signal.Signals, folder: Path) -> None:
    log = folder / "fw.log"
    log.write_text(KERNEL.format("10.3.0.9") * 4 + KERNEL.format("10.3.0.8"), encoding="utf-8")
    words = [str(log), "--follow"] if how == "--follow" else ["-"]
    with subprocess.Popen(
        [*SEGC, *words], cwd=folder, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        assert running.stdin is not None
        if how == "-":
            running.stdin.write(log.read_text(encoding="utf-8"))
            running.stdin.flush()
        told = [json.loads(running.stdout.readline()) for _ in range(2)]
        running.send_signal(end)
        told += [json.loads(line) for line in running.stdout]
        assert running.wait(timeout=30) == 1
    assert [(one["source"]["address"], one["count"]) for one in told] == [
        ("10.3.0.9", 1), ("10.3.0.8", 1), ("10.3.0.9", 3),
    ]  # fmt: skip


@pytest.mark.parametrize("piped", [False, True])
def test_a_reader_that_went_away_is_not_waited_for(piped: bool, folder: Path) -> None:
    """`| head -1`, and then no line comes any more."""
    log = folder / "fw.log"
    log.write_text(KERNEL.format("10.3.0.9"), encoding="utf-8")
    with started(folder, *(["-"] if piped else ["fw.log", "--follow"]), stdin=subprocess.PIPE) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        running.stdin.write(log.read_bytes() if piped else b"")
        running.stdin.flush()
        assert running.stdout.readline()
        running.stdout.close()
        try:
            assert running.wait(timeout=20) == 1
        finally:
            running.kill()


@pytest.mark.parametrize("closing", ["/dev/full", "&-"])
def test_alerts_that_cannot_be_written_are_an_error(closing: str, folder: Path) -> None:
    (folder / "fw.log").write_text(KERNEL.format("10.3.0.9"), encoding="utf-8")
    shell = ["sh", "-c", f'"$@" >{closing}', "sh", *SEGC, "fw.log"]
    done = subprocess.run(shell, cwd=folder, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stderr
    assert "cannot be written" in done.stderr
    assert "fault in segc" not in done.stderr


@pytest.mark.parametrize("words", [(), ("--from", "kernel")])
def test_of_a_log_of_gaps_alone_it_says_that_records_are_missing(words: tuple[str, ...], folder: Path) -> None:
    (folder / "gap.log").write_text("Sep 21 17:13:20 fw kernel: net_ratelimit: 5 callbacks suppressed\n" * 2)
    code, alerts, said = watch(folder, "gap.log", *words)
    assert (code, alerts, said.count("sensor-lossy")) == (2, [], 1), said
    assert "not-read" not in said
    assert "not read" not in said


def test_a_gap_before_a_record_does_not_hide_what_the_log_is(folder: Path) -> None:
    asa = (
        "Sep 21 2026 17:13:20 fw : %ASA-6-106100: access-list a permitted tcp out/10.9.0.1(40000) -> in/10.2.0.1(102) "
    )
    text = (
        "Sep 21 17:13:20 fw kernel: net_ratelimit: 5 callbacks suppressed\n" + asa + "hit-cnt 1 first hit [0x1, 0x0]\n"
    )
    code, alerts, said = watch(folder, "-", text=text)
    assert (code, len(alerts)) == (1, 1), said
    assert "sensor-lossy" not in said
