"""`segc watch` where nothing, or not all, of a log can be judged: that is never "nothing to tell"."""

from __future__ import annotations

import gzip
import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest
import zstandard

from tests.cli.test_baseline_draft import zeek
from tests.cli.test_watch import KERNEL, SEGC, START, environment, folder, watch

__all__ = ["folder"]

SEEN = [(START + n * 60, "10.3.0.9", "10.2.0.1", 102) for n in range(3)]
PACKING = {"gz": gzip.compress, "zst": zstandard.ZstdCompressor().compress}


@pytest.mark.parametrize("packing", PACKING)
@pytest.mark.parametrize("words", [(), ("--from", "zeek")], ids=["by its looks", "named"])
def test_a_packed_log_is_judged_as_the_log(packing: str, words: tuple[str, ...], folder: Path) -> None:
    (folder / "conn.log").write_text(zeek(*SEEN), encoding="utf-8")
    (folder / f"conn.log.{packing}").write_bytes(PACKING[packing](zeek(*SEEN).encode()))
    code, alerts, said = watch(folder, "conn.log", *words, "--sensor", "tap")
    assert (code, len(alerts)) == (1, 2), said
    assert watch(folder, f"conn.log.{packing}", *words, "--sensor", "tap")[:2] == (code, alerts)


@pytest.mark.parametrize("words", [(), ("--from", "kernel")], ids=["by its looks", "named"])
def test_a_packed_log_through_a_pipe_names_a_way_that_works(words: tuple[str, ...], folder: Path) -> None:
    (folder / "fw.gz").write_bytes(gzip.compress(KERNEL.format("10.3.0.9").encode()))
    command = f"{shlex.join(SEGC)} - {shlex.join(words)}"
    done = subprocess.run(
        ["sh", "-c", f"{command} <fw.gz"], cwd=folder, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 2, done.stderr
    way = re.search(r"(\w+) \| segc watch -", " ".join(done.stderr.split()))
    assert way, done.stderr
    shell = ["sh", "-c", f"{way[1]} <fw.gz | {command}"]
    again = subprocess.run(shell, cwd=folder, env=environment(), capture_output=True, text=True, check=False)
    assert (again.returncode, again.stdout.count("\n")) == (1, 1), again.stderr


def test_a_packed_log_is_not_followed_and_is_read_without(folder: Path) -> None:
    (folder / "fw.gz").write_bytes(gzip.compress(KERNEL.format("10.3.0.9").encode()))
    code, _, said = watch(folder, "fw.gz", "--follow", "--from", "kernel")
    assert (code, "leave --follow out" in said) == (2, True), said
    assert watch(folder, "fw.gz", "--from", "kernel")[0] == 1


@pytest.mark.parametrize(("seen", "code"), [("10.3.0.9", 1), ("10.3.0.1", 2)], ids=["an alert", "nothing to tell"])
def test_what_stood_behind_the_end_of_a_packed_log_is_not_called_quiet(seen: str, code: int, folder: Path) -> None:
    line = KERNEL.format(seen).replace("DPT=102", "DPT=502").replace("10.2.0.1", "10.2.0.2")
    noise = b"".join(b"Sep 21 17:13:21 fw x[%d]: %s\n" % (n, os.urandom(40).hex().encode()) for n in range(2000))
    packed = gzip.compress(line.encode() * 3 + noise)
    (folder / "fw.gz").write_bytes(packed)
    assert watch(folder, "fw.gz")[0] == code % 2
    (folder / "fw.gz").write_bytes(packed[: len(packed) // 2])
    done, _, said = watch(folder, "fw.gz")
    assert (done, said.count("log-truncated")) == (code, 1), said


@pytest.mark.parametrize("words", [(), ("--from", "zeek"), ("--from", "asa")])
def test_an_empty_log_is_no_quiet_one(words: tuple[str, ...], folder: Path) -> None:
    (folder / "empty.log").write_text("", encoding="utf-8")
    code, _, said = watch(folder, "empty.log", *words)
    assert (code, "log-empty" in said) == (2, True), said


@pytest.mark.parametrize(("broken", "code"), [(9, 2), (1, 0)])
def test_a_log_that_is_broken_throughout_was_not_judged(broken: int, code: int, folder: Path) -> None:
    quiet = "2026-09-22T10:00:00+00:00 fw : %ASA-5-111008: User 'me' executed the 'write' command.\n"
    bad = "2026-09-22T10:00:00+00:00 fw : %ASA-6-302014: Teardown of what nobody knows\n"
    (folder / "asa.log").write_text(quiet * 3 + bad * broken, encoding="utf-8")
    done, _, said = watch(folder, "asa.log")
    assert (done, "nothing was judged" in said) == (code, code == 2), said


def test_a_sensors_name_is_not_empty(folder: Path) -> None:
    (folder / "fw.log").write_text(KERNEL.format("10.3.0.9"), encoding="utf-8")
    assert watch(folder, "fw.log", "--sensor", "")[:2] == (2, [])


def test_a_full_disk_is_no_slow_reader(folder: Path) -> None:
    (folder / "fw.log").write_text(KERNEL.format("10.3.0.9"), encoding="utf-8")
    shell = ["sh", "-c", '"$@" >/dev/full', "sh", *SEGC, "fw.log"]
    done = subprocess.run(shell, cwd=folder, env=environment(), capture_output=True, text=True, check=False)
    assert (done.returncode, "nobody read" in done.stderr) == (2, False), done.stderr


@pytest.mark.parametrize("packing", PACKING)
@pytest.mark.parametrize("words", [(), ("--from", "zeek")], ids=["by its looks", "named"])
def test_a_small_packed_log_is_refused_at_once_where_it_is_followed(
    packing: str, words: tuple[str, ...], folder: Path
) -> None:
    (folder / "conn.log").write_bytes(PACKING[packing](zeek(*SEEN).encode()))
    asked = [*SEGC, "conn.log", "--follow", *words]
    done = subprocess.run(asked, cwd=folder, env=environment(), capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, "leave --follow out" in done.stderr) == (2, True), done.stderr


@pytest.mark.parametrize("kept", [12, 60, 150])
@pytest.mark.parametrize("words", [(), ("--from", "kernel")], ids=["by its looks", "named"])
def test_a_packed_log_that_ends_before_its_first_line_was_cut_off(
    kept: int, words: tuple[str, ...], folder: Path
) -> None:
    packed = gzip.compress(KERNEL.format("10.3.0.9").encode())
    assert kept < len(packed)
    (folder / "fw.gz").write_bytes(packed[:kept])
    code, alerts, said = watch(folder, "fw.gz", *words)
    assert (code, alerts, said.count("log-truncated")) == (2, [], 1), said
