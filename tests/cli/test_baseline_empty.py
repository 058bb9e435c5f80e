"""A baseline of nothing: none is made where no log was read, and none answers that all is well."""

from __future__ import annotations

import pytest

from segc.baseline.store import Ledger
from tests.baseline.store.logs import conn, row
from tests.baseline.test_draft import PLANT
from tests.cli.running import Runner

ROWS = [row(n * 60, f"10.31.0.{n % 5 + 1}", "10.32.0.1") for n in range(40)]
AT = ("--at", "2026-10-20")


@pytest.mark.parametrize("folder", ["baseline", "new/deep/baseline"])
@pytest.mark.parametrize("log", ["nowhere.log", "text", "broken.log", "empty.log"])
def test_where_no_log_was_read_no_baseline_is_made(folder: str, log: str, segc_: Runner) -> None:
    segc_.write("text", "Dear diary,\n")
    segc_.write("broken.log", conn(["no record\n"]))
    segc_.write("empty.log", "")
    before = sorted(segc_.folder.iterdir())
    done = segc_("baseline", "learn", log, "-o", folder)
    assert done.code == (0 if log == "empty.log" else 2)
    assert sorted(segc_.folder.iterdir()) == before


def test_a_folder_that_was_there_stays_and_becomes_no_baseline(segc_: Runner) -> None:
    (segc_.folder / "made").mkdir()
    assert segc_("baseline", "learn", "nowhere.log", "-o", "made").code == 2
    assert (segc_.folder / "made").is_dir()
    assert not (segc_.folder / "made" / "sources.json").exists()


def test_a_baseline_that_was_there_stays(segc_: Runner) -> None:
    segc_.write("conn.log", conn(ROWS))
    assert segc_("baseline", "learn", "conn.log").code == 0
    assert segc_("baseline", "learn", "nowhere.log").code == 2
    with Ledger.open(segc_.folder / "baseline") as ledger:
        assert sum(seen.n for seen in ledger.keys()) == 40  # noqa: SIM118 - no mapping


@pytest.mark.parametrize("log", [None, conn([])], ids=["no log", "a log without a row"])
@pytest.mark.parametrize("words", ["compare", "draft", "drift", "status", "inventory"])
def test_of_a_baseline_of_nothing_nothing_can_be_told(words: str, log: str | None, segc_: Runner) -> None:
    segc_.write("plant/plant.zone", PLANT)
    if log is None:
        segc_.write("baseline/sources.json", '{"version": 2, "sources": []}')
    else:
        segc_.write("conn.log", log)
        assert segc_("baseline", "learn", "conn.log").code == 0
    done = segc_("baseline", words, "plant", *AT)
    assert (done.code, done.out, done.err.count("no-baseline")) == (2, "", 1), done.told()
    assert "holds no conversations" in done.err


@pytest.mark.parametrize(
    "words", [("diff", "plant", "plant", "--baseline", "baseline"), ("grants", "plant", "--baseline", "baseline")]
)
def test_what_stands_on_it_is_not_told_either(words: tuple[str, ...], segc_: Runner) -> None:
    segc_.write("plant/plant.zone", PLANT)
    segc_.write("baseline/sources.json", '{"version": 2, "sources": []}')
    done = segc_(*words, *AT)
    assert (done.code, "holds no conversations" in done.err) == (2, True), done.told()


@pytest.mark.parametrize("name", ["plant.zone", "sub/plant.zone", ".git/config"])
def test_a_folder_of_something_else_is_left_alone(name: str, segc_: Runner) -> None:
    segc_.write("conn.log", conn(ROWS))
    segc_.write(f"plant/{name}", PLANT)
    before = sorted((segc_.folder / "plant").rglob("*"))
    done = segc_("baseline", "learn", "conn.log", "-o", "plant")
    assert (done.code, "output-not-written" in done.err, "-o baseline" in done.err) == (2, True, True), done.told()
    assert sorted((segc_.folder / "plant").rglob("*")) == before


@pytest.mark.parametrize(
    "left", [".lock", "ledger/2026-09-22/abc.parquet", ".learn-x/a", ".sources.json.7.segc", ".gitignore"]
)
def test_what_a_run_that_was_killed_left_is_repaired(left: str, segc_: Runner) -> None:
    segc_.write("conn.log", conn(ROWS))
    segc_.write(f"made/{left}", "")
    done = segc_("baseline", "learn", "conn.log", "-o", "made")
    assert (done.code, "40 conversations" in done.out) == (0, True), done.told()


GAP = "2026-10-10T11:00:01+00:00 fw kernel: net_ratelimit: 5 callbacks suppressed\n"


@pytest.mark.parametrize("words", [(), ("--from", "kernel"), ("--lossy",)])
def test_a_log_of_gaps_alone_is_kept_and_every_verb_says_why(words: tuple[str, ...], segc_: Runner) -> None:
    """Its days would count as whole if logs with records were read later."""
    segc_.write("plant/plant.zone", PLANT)
    segc_.write("gap.log", GAP)
    done = segc_("baseline", "learn", "gap.log", *words)
    assert (done.code, "nothing can be told of it" in done.out) == (0, True), done.told()
    asked = segc_("baseline", "status", "plant", *AT)
    assert (asked.code, asked.err.count("no-baseline")) == (2, 1)
    assert "`gap.log` it knows only that records are missing" in asked.err
    segc_.write("conn.log", conn(ROWS))
    done = segc_("baseline", "learn", "conn.log", *(words[:1] if words == ("--lossy",) else ()))
    assert (done.code, "nothing can be told of it" in done.out) == (0, False)
    assert segc_("baseline", "inventory", "plant").code == 0


def test_of_a_quiet_log_nothing_is_said_to_be_missing(segc_: Runner) -> None:
    segc_.write("plant/plant.zone", PLANT)
    segc_.write("conn.log", conn([]))
    segc_("baseline", "learn", "conn.log")
    assert "missing" not in segc_("baseline", "status", "plant", *AT).err
