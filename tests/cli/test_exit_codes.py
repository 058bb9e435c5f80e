"""The exit code of every verb in every situation, and how faults of segc itself end."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import segc.api
from segc.cli import VERBS, run
from tests.cli.running import PLANTS, Runner

ROOT = Path(__file__).parent.parent.parent
SEGC = (sys.executable, "-m", "segc")

TABLE = [
    ("--version", 0),
    ("-h", 0),
    ("", 2),
    ("nonsense", 2),
    ("--nonsense", 2),
    *((f"{verb} -h", 0) for verb in VERBS),
    *((f"{verb} --nonsense", 2) for verb in VERBS),
    ("check clean", 0),
    ("check clean/plant.zone", 0),
    ("check clean --fail-level hint", 0),
    ("check clean --fix", 0),
    ("check clean --diff", 0),
    ("check clean --at 2027-01-31T06:00+01:00", 0),
    ("check faulty", 1),
    ("check faulty --format json", 1),
    ("check faulty --diff", 1),
    ("check faulty --fix", 1),
    ("check warned", 0),
    ("check warned --fail-level warning", 1),
    ("check nowhere", 2),
    ("check unstyled", 2),
    ("check latin", 2),
    ("check clean --unsafe-fixes", 2),
    ("check clean --at 31.1.2027", 2),
    ("check clean --at 0001-01-01", 2),
    ("check clean --output nowhere/out.txt", 2),
    ("check clean extra", 2),
    ("fmt clean", 0),
    ("fmt unstyled", 0),
    ("fmt --check clean", 0),
    ("fmt --check unstyled", 1),
    ("fmt --diff unstyled", 1),
    ("fmt faulty", 1),
    ("fmt nowhere", 2),
    ("fmt empty", 2),
    ("fmt latin", 2),
    ("fmt - clean", 2),
    ("explain SEG201", 0),
    ("explain seg201", 0),
    ("explain unknown-name", 0),
    ("explain latency", 0),
    ("explain modbus-tcp", 0),
    ("explain", 2),
    ("explain SEG999", 2),
    ("targets", 0),
    ("targets --format json", 0),
    ("build clean -o made", 0),
    ("build clean -o made --format json", 0),
    ("build faulty -o made", 1),
    ("build nowhere -o made", 2),
    ("build clean -o clean", 2),
    ("build clean -o made --firewall nix", 2),
    ("build clean -o made --mode soon", 2),
]


@pytest.fixture
def segc_more(segc_: Runner) -> Runner:
    """The plants, and some that tell of trouble."""
    text = (segc_.folder / "clean" / "plant.zone").read_text(encoding="utf-8")
    segc_.write("warned/plant.zone", text.replace("10.31.0.11", "10.32.0.11"))
    segc_.write("latin/plant.zone", text.replace("mill", "m\u00fchle").encode("latin-1"))
    (segc_.folder / "empty").mkdir()
    return segc_


@pytest.mark.parametrize(("arguments", "code"), TABLE, ids=lambda value: str(value) or "nothing")
def test_the_table(arguments: str, code: int, segc_more: Runner) -> None:
    done = segc_more(*arguments.split())
    assert done.code == code, done.told()
    assert done.out or done.err
    if code == 2 and not arguments.startswith("check "):
        assert done.out == "", "who cannot answer says so on stderr"


def test_every_verb_is_in_the_table() -> None:
    assert {arguments.split()[0] for arguments, _ in TABLE if arguments} >= set(VERBS)


@pytest.mark.parametrize("problem", [KeyError("x"), RecursionError(), MemoryError(), AssertionError("no")])
def test_a_fault_in_segc_is_told_calmly(problem: Exception, segc_: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise problem

    monkeypatch.setattr(segc.api, "resolve", broken)
    done = segc_("check", "clean")
    assert done.code == 4
    assert done.out == ""
    assert re.search(rf"^  {type(problem).__name__} at segc/api\.py:\d+ \(segc ", done.err, re.MULTILINE)
    assert len(done.err.splitlines()) <= 6


def test_a_traceback_for_those_who_ask(
    segc_: Runner, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(segc.api, "resolve", None)
    monkeypatch.setenv("SEGC_TRACEBACK", "1")
    assert run(["check", "clean"]) == 4
    assert "Traceback (most recent call last)" in capsys.readouterr().err


def test_an_interrupt_is_no_fault(segc_: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(segc.api, "resolve", interrupted)
    assert segc_("check", "clean").code == 130


def test_a_broken_installation_is_told(segc_: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    from segc import _data

    def gone(tree: str) -> Path:
        raise _data.MissingData(f"the folder `{tree}` is missing from this installation of segc")

    monkeypatch.setattr("segc.lang.loader.data_root", gone)
    done = segc_("check", "clean")
    assert (done.code, done.err.count("\n")) == (2, 1)


def shell(command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command in the folder of the plants, where `segc` is this one."""
    script = f"segc() {{ '{SEGC[0]}' -m segc \"$@\"; }}; {command}"
    return subprocess.run(
        ["bash", "-c", script],
        cwd=PLANTS,
        env=os.environ | {"PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": "1800000000"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("plant", "code"), [("clean", 0), ("faulty", 1)])
def test_a_reader_that_goes_away_changes_no_verdict(plant: str, code: int) -> None:
    done = shell(f"segc check {plant} | sleep 0; exit ${{PIPESTATUS[0]}}")
    assert (done.returncode, done.stderr) == (code, "")


@pytest.mark.parametrize(("plant", "code"), [("clean", 0), ("faulty", 1)])
def test_no_stdout_at_all_changes_no_verdict(plant: str, code: int) -> None:
    done = shell(f"segc check {plant} >&-")
    assert (done.returncode, done.stderr) == (code, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_an_answer_that_cannot_be_written_is_no_answer() -> None:
    done = shell("segc check clean >/dev/full")
    assert done.returncode == 2
    assert "no space left on device" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("asked", ["--help", "--version", "check -h", "baseline -h"])
def test_help_that_cannot_be_written_is_no_fault(asked: str) -> None:
    done = shell(f"segc {asked} >/dev/full")
    assert (done.returncode, "SEG711" in done.stderr, "fault in segc" in done.stderr) == (2, True, False), done.stderr


@pytest.mark.parametrize("asked", ["flatness clean", "explain latency", "targets"])
def test_an_answer_that_nothing_else_tells_needs_stdout(asked: str) -> None:
    assert shell(f"segc {asked}").returncode == 0
    done = shell(f"segc {asked} >&-")
    assert (done.returncode, "SEG711" in done.stderr) == (2, True), done.stderr


def test_a_terminal_without_unicode_gets_escapes() -> None:
    done = shell("segc explain latency; segc check $'n\\xc3\\xb6where'", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 2
    assert "n\\xf6where" in done.stdout


def test_file_names_that_are_no_text() -> None:
    done = shell("segc check $'n\\xffwhere'; segc fmt $'n\\xffwhere'")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_python_m_segc_and_the_version() -> None:
    assert shell("segc --version").stdout == f"segc {segc.__version__}\n"
