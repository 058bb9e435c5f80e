"""What lies beside an answer: files of others that are only called like segc's, links to what is read, pipes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.baseline.store.logs import conn, row
from tests.cli.running import Runner
from tests.cli.test_kill import AT, PLANT
from tests.cli.test_outputs_of_errors import contents

ROOT = Path(__file__).parents[2]
SITE = "segc 1\nsite x { mode monitor }\n"
ROWS = [row(n * 60, f"10.31.0.{n % 5 + 1}", "10.32.0.1") for n in range(4)]


def checked(segc_: Runner, plant: str, file: str) -> tuple[int, bool]:
    """How `check` ends with an output in a file, and whether it was refused."""
    done = segc_("check", plant, "--format", "sarif", "--output", file)
    return done.code, "SEG860" in done.err


@pytest.mark.parametrize(
    "theirs",
    ["{}", '{"nixpkgs": {"branch": "24.05", "version": "1"}}', '{"pins": {}, "version": 3}', "", "["],
    ids=["nothing", "niv", "npins", "empty", "broken"],
)
def test_a_file_that_is_only_called_sources_is_no_baseline(theirs: str, segc_: Runner) -> None:
    segc_.write("t/sources.json", theirs)
    segc_.write("t/works/plant.zone", SITE)
    assert not checked(segc_, "t/works", "t/works/o.sarif")[1]
    assert (segc_.folder / "t/works/o.sarif").is_file()


@pytest.mark.parametrize("logs", [(), ("conn.log",)], ids=["none", "one"])
def test_a_baseline_is_known_by_what_it_says(logs: tuple[str, ...], segc_: Runner) -> None:
    segc_.write("plant.zone", SITE)
    segc_.write("conn.log", conn(ROWS))
    assert segc_("baseline", "learn", "conn.log", "-o", "seen").code == 0
    if not logs:
        segc_.write("seen/sources.json", '{"version": 2, "sources": []}\n')
    assert checked(segc_, ".", "seen/o.sarif") == (2, True)
    segc_.write(
        "seen/sources.json", (segc_.folder / "seen/sources.json").read_text().replace(" ", "").replace("\n", "")
    )
    assert checked(segc_, ".", "seen/o.sarif") == (2, True)


@pytest.mark.parametrize("folder", [(), ("-o", "there")], ids=["the default", "named"])
def test_what_ends_a_grant_takes_no_answer_into_its_folder(folder: tuple[str, ...], segc_: Runner) -> None:
    asked = ("grants", PLANT, "--kill", "fillmatic-support", "--mode", "enforce", *folder, *AT)
    place = folder[-1] if folder else "kill-fillmatic-support"
    done = segc_(*asked, "--output", f"json={place}/kill.json")
    assert (done.code, "SEG860" in done.err) == (2, True)
    assert not (segc_.folder / place).exists()
    assert segc_(*asked, "--output", "json=kill.json").code == 0
    assert segc_(*asked, "--output", "json=kill.json").code == 0


def test_a_log_that_is_read_by_a_link_stays(segc_: Runner) -> None:
    log = segc_.write("real/conn.log", conn(ROWS))
    (segc_.folder / "logs" / "deep").mkdir(parents=True)
    (segc_.folder / "logs" / "deep" / "conn.log").symlink_to("../../real/conn.log")
    before = log.read_bytes()
    done = segc_("baseline", "learn", "logs", "-o", "b", "--output", "json=real/conn.log")
    assert (done.code, "SEG860" in done.err) == (2, True)
    assert log.read_bytes() == before
    assert segc_("baseline", "learn", "logs", "-o", "b", "--output", "json=real/other.json").code == 0


@pytest.mark.parametrize(
    "root",
    [
        b'segc 1\nsite x { mode monitor }\nuse "./c.txt\n',
        b'segc 1\nsite "\xff" { mode monitor }\nuse "./c.txt"\n',
        b'segc 1\nzone { { {\nuse "./c.txt" }\n',
        b"segc 1\nuse './c.txt'\n",
        'segc 1\nuse "./c.txt"\n'.encode("utf-16"),
        b'segc 1\nuse "./between.txt"\n',
    ],
    ids=["unclosed", "latin-1", "scopes", "quotes", "utf-16", "by another one"],
)
def test_a_part_of_a_plant_that_cannot_be_understood_stays(root: bytes, segc_: Runner) -> None:
    segc_.write("p/plant.zone", root)
    segc_.write("p/c.txt", "# by hand\n")
    segc_.write("p/between.txt", b'team "\xff" { }\nuse "./c.txt"\n')
    before = contents(segc_.folder)
    assert checked(segc_, "p", "p/c.txt") == (2, True)
    assert contents(segc_.folder) == before
    assert not checked(segc_, "p", "p/d.txt")[1]


def test_errors_of_the_plant_are_told_in_every_format(segc_: Runner) -> None:
    segc_.write("conn.log", conn(ROWS))
    segc_.write("bad/plant.zone", "segc 1\nzone {\n")
    for form in ("text", "json"):
        done = segc_("baseline", "learn", "conn.log", "--plant", "bad", "-f", form)
        assert (done.code, "SEG" in done.out + done.err) == (1, True)


@pytest.mark.parametrize("verb", ["plan", "diff"])
def test_a_comparison_without_an_answer_says_that_its_file_stands(verb: str, segc_: Runner) -> None:
    segc_.write("bad/plant.zone", "segc 1\nzone {\n")
    segc_.write("good/plant.zone", SITE)
    asked = ("plan", "bad", "--against", "./good") if verb == "plan" else ("diff", "good", "bad")
    done = segc_(*asked, "--format", "json", "--output", "p.json")
    assert (done.code, "nothing was written to `p.json`" in done.err) == (2, True)


def test_a_group_alone_prints_its_help_as_help_does(segc_: Runner) -> None:
    alone = segc_("baseline")
    assert (alone.code, alone.out) == (2, "")
    assert alone.err == segc_("baseline", "-h").out


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="has no /dev/stdout")
def test_stdout_by_its_name_into_a_pipe(segc_: Runner) -> None:
    segc_.write("good/plant.zone", SITE)
    asked = [sys.executable, "-m", "segc", "check", "good", "--format", "json", "--output"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([*asked, "/dev/stdout"], cwd=segc_.folder, env=env, capture_output=True, check=False)
    segc_(*asked[3:], "f.json")
    assert done.stdout == (segc_.folder / "f.json").read_bytes(), done.stderr
