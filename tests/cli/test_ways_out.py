"""Ways out of an error, followed as they are written: each must work, and none may cost what segc did not make."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.baseline.store.logs import conn, row
from tests.cli.running import Done, Runner

PLANT = "segc 1\nsite s { owner ops }\nteam ops\nzone a { level 4; net 10.31.0.0/24 }\nzone b { level 4; net 10.32.0.0/24 }\n"
ROWS = [row(n * 60, f"10.31.0.{n % 5 + 1}", "10.32.0.1") for n in range(40)]
LEARN = re.compile(r"segc (baseline learn) LOG\.\.\. (-o) (\S+)")
OPTION = re.compile(r"(-o|--baseline) ([\w./-]+)")
# Whoever is root may read all. https://man7.org/linux/man-pages/man7/capabilities.7.html
ROOT = str(Path(__file__).parents[2])
NOBODY = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
permissions = pytest.mark.skipif(
    bool(NOBODY)
    and (shutil.which(NOBODY[0]) is None or subprocess.run([*NOBODY, "true"], check=False).returncode != 0),
    reason="root may read all, and cannot give that up here",
)


def option(done: Done) -> list[str]:
    """The option that a way out names."""
    found = OPTION.search(done.err)
    assert found is not None, done.told()
    return list(found.groups())


def held(folder: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture
def mill(segc_: Runner) -> Runner:
    """A plant with a log and without a baseline, in a folder of its own."""
    segc_.folder = segc_.folder / "mill"
    segc_.write("plant.zone", PLANT)
    segc_.write("logs/conn.log", conn(ROWS))
    os.chdir(segc_.folder)  # the fixture's own change of folder is undone, and this one with it
    return segc_


@pytest.mark.parametrize("named", ["plant.zone", "logs", "plant.zone/below", "none", "."])
def test_what_is_no_baseline_is_not_written_into(named: str, mill: Runner) -> None:
    before = held(mill.folder)
    done = mill("baseline", "status", "--baseline", named)
    assert (done.code, "no-baseline" in done.err) == (2, True), done.told()
    found = LEARN.search(done.err)
    assert found is not None, done.told()
    verb, dash, place = found.groups()
    learnt = mill(*verb.split(), "logs/conn.log", dash, place)
    assert learnt.code == 0, learnt.told()
    assert mill("baseline", "status", "--baseline", place).code == 0
    assert {file: held(mill.folder)[file] for file in before} == before


@pytest.mark.parametrize("named", ["plant.zone", "logs", "."])
def test_a_baseline_is_learnt_into_what_is_free(named: str, mill: Runner) -> None:
    before = held(mill.folder)
    done = mill("baseline", "learn", "logs/conn.log", "-o", named)
    assert (done.code, held(mill.folder)) == (2, before), done.told()
    learnt = mill("baseline", "learn", "logs/conn.log", *option(done))
    assert (learnt.code, {file: held(mill.folder)[file] for file in before}) == (0, before), learnt.told()


def test_what_an_interrupted_run_left_is_learnt_into(mill: Runner) -> None:
    mill.write("baseline/.lock", "")
    assert option(mill("baseline", "status")) == ["-o", "baseline"]


def test_a_damaged_baseline_is_learnt_again_beside_what_is_there(mill: Runner) -> None:
    assert mill("baseline", "learn", "logs").code == 0
    mill.write("baseline/sources.json", "{")
    mill.write("baseline/my-notes.txt", "nowhere else")
    before = held(mill.folder)
    done = mill("baseline", "status")
    assert (done.code, "baseline-damaged" in done.err, "delete" in done.err) == (2, True, False), done.told()
    dash, place = option(done)
    assert mill("baseline", "learn", "logs", dash, place).code == 0
    assert mill("baseline", "status", "--baseline", place).code == 0
    assert {file: held(mill.folder)[file] for file in before} == before


@pytest.mark.parametrize("named", ["logs", "baseline", "plant"])
def test_a_build_takes_no_place(named: str, segc_: Runner) -> None:
    segc_.write("logs/conn.log", conn(ROWS))
    segc_.write("out/mine.txt", "by hand")
    assert segc_("baseline", "learn", "logs").code == 0
    shutil.copytree(segc_.folder / "clean", segc_.folder / "plant")
    before = held(segc_.folder)
    done = segc_("build", "clean", "-o", named)
    assert (done.code, held(segc_.folder)) == (2, before), done.told()
    built = segc_("build", "clean", *option(done))
    assert (built.code, {file: held(segc_.folder)[file] for file in before}) == (0, before), built.told()


@permissions
@pytest.mark.parametrize(
    ("closed", "verb"), [(c, v) for c in ("baseline", "baseline/sources.json") for v in ("status", "learn")]
)
def test_a_baseline_that_may_not_be_read_is_not_damaged(closed: str, verb: str, mill: Runner) -> None:
    assert mill("baseline", "learn", "logs").code == 0
    (mill.folder / closed).chmod(0)
    command = [*NOBODY, sys.executable, "-m", "segc", "baseline", verb, *(["logs"] if verb == "learn" else [])]

    def asked() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": ROOT}
        )

    done = asked()
    assert (done.returncode, "damaged" in done.stderr) == (2, False), done.stderr
    assert "SEG107" in done.stderr
    found = re.search(r"(chmod) (u\+\w+) (\S+)", done.stderr)
    assert found is not None, done.stderr
    subprocess.run([*NOBODY, *found.groups()], check=True)
    assert asked().returncode == 0


@permissions
def test_a_folder_that_may_not_be_read_stops_no_plan(mill: Runner) -> None:
    assert mill("baseline", "learn", "logs").code == 0
    (mill.folder / "baseline").chmod(0)
    command = [*NOBODY, sys.executable, "-m", "segc", "diff", "plant.zone", "plant.zone"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": ROOT})
    assert (done.returncode, "was not asked" in done.stderr) == (0, True), done.stderr


@pytest.mark.parametrize(("below", "named"), [("sub", "baseline"), ("sub/sub", "baseline"), (".", "basline")])
def test_a_baseline_that_is_near_is_named(below: str, named: str, mill: Runner) -> None:
    assert mill("baseline", "learn", "logs").code == 0
    folder = mill.folder / below
    folder.mkdir(parents=True, exist_ok=True)
    os.chdir(folder)
    plant = os.path.relpath(mill.folder, folder)
    done = mill("baseline", "status", plant, "--baseline", named)
    assert (done.code, "there is no such folder" in done.err) == (2, True), done.told()
    assert mill("baseline", "status", plant, *option(done)).code == 0


def test_a_machine_that_is_declared_twice_is_to_be_deleted_once(segc_: Runner) -> None:
    again = "asset a.x 10.31.0.9 { kind server }\n"
    segc_.write("p/plant.zone", f'{PLANT}use "a.zone"\nuse "b.zone"\n')
    segc_.write("p/a.zone", again)
    segc_.write("p/b.zone", again)
    done = segc_("check", "p")
    assert (done.code, "SEG202" in done.out, "delete one" in done.out) == (1, True, True), done.told()
    segc_.write("p/b.zone", "")
    assert segc_("check", "p").code == 0
    segc_.write("p/b.zone", again.replace("10.31.0.9", "10.31.0.8"))
    other = segc_("check", "p")
    assert (other.code, "delete one" in other.out, "another name" in other.out) == (1, False, True), other.told()
    segc_.write("p/b.zone", again.replace("10.31.0.9", "10.31.0.8").replace("a.x", "a.y"))
    assert segc_("check", "p").code == 0


@pytest.mark.parametrize("verb", ["check", "build"])
def test_a_part_of_a_plant_says_whose_it_is(verb: str, segc_: Runner) -> None:
    shutil.copytree(segc_.folder / "clean", segc_.folder / "p")
    root = segc_.folder / "p/plant.zone"
    root.write_text(
        root.read_text(encoding="utf-8").replace("segc 1\n", 'segc 1\nuse "parts/more.zone"\n', 1), encoding="utf-8"
    )
    segc_.write("p/parts/more.zone", "team others\n")
    done = segc_(verb, "p/parts/more.zone")
    assert done.code == 1, done.told()
    found = re.search(r"this is a part of `(\S+)`", done.out + done.err)
    assert found is not None, done.told()
    assert segc_(verb, found[1]).code == 0
    segc_.write("p/lone.zone", "team others\n")
    assert "part of" not in segc_("check", "p/lone.zone").out


def test_a_root_without_a_version_is_no_part_of_itself(segc_: Runner) -> None:
    segc_.write("p/plant.zone", f'use "q/plant.zone"\n{PLANT}'.replace("segc 1\n", ""))
    segc_.write("p/q/plant.zone", "team others\n")
    for named in ("p", "p/plant.zone", "p/q", "p/q/plant.zone"):
        done = segc_("check", named)
        assert (done.code, "SEG110" in done.out, "part of" in done.out) == (1, True, False), done.told()


def test_no_file_is_to_use_itself(segc_: Runner) -> None:
    root = segc_.write("p/plant.zone", f'{PLANT}use "./plan.zone"\n')
    before = root.read_bytes()
    done = segc_("check", "p", "--fix", "--unsafe-fixes")
    assert (done.code, "SEG112" in done.out, "SEG113" in done.out, root.read_bytes()) == (1, True, False, before)
    segc_.write("p/plank.zone", "team others\n")
    assert segc_("check", "p", "--fix", "--unsafe-fixes").code == 0


@pytest.mark.parametrize(
    ("kind", "meant"), [("scada", "scada-server"), ("gateway", "sensor-gateway"), ("controller", "")]
)
def test_a_part_of_a_word_is_enough_where_it_is_of_one(kind: str, meant: str, segc_: Runner) -> None:
    root = segc_.write("p/plant.zone", f"{PLANT}asset a.x 10.31.0.9 {{ kind {kind} }}\n")
    code = segc_("check", "p", "--fix", "--unsafe-fixes").code
    text = root.read_text(encoding="utf-8")
    assert (code, f"kind {meant} " in text) == ((0, True) if meant else (1, False))


def test_a_verb_of_the_baseline_that_is_misspelt(mill: Runner) -> None:
    done = mill("baseline", "lern", "logs")
    found = re.search(r"did you mean `(\w+)`", done.err)
    assert (done.code, found is not None) == (2, True), done.told()
    assert found is not None
    assert mill("baseline", found[1], "logs").code == 0


def test_a_variable_is_called_as_it_is_written(segc_: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "abc")
    done = segc_("check", "clean")
    assert (done.code, "SOURCE_DATE_EPOCH=`abc`" in done.err) == (2, True), done.told()
    found = re.search(r"(SOURCE_\w+)=", done.err)
    assert found is not None
    monkeypatch.setenv(found[1], "1800000000")
    assert segc_("check", "clean").code == 0
