"""`segc baseline learn`, as a person and a pipeline call it."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from segc.baseline.store import Ledger
from segc.cli.baseline.progress import Bar
from tests.baseline.store.logs import conn, row
from tests.cli.running import Runner

ROOT = Path(__file__).parents[2]
ROWS = [row(n * 60, f"10.31.0.{n % 5 + 1}", "10.32.0.1") for n in range(40)]


def test_the_way_from_a_log_to_a_ledger(segc_: Runner) -> None:
    segc_.write("logs/conn.log", conn(ROWS))
    done = segc_("baseline", "learn", "logs", "--sensor", "tap")
    assert done.code == 0, done.told()
    assert done.out == "baseline: 1 log of 1 sensor, 40 conversations on 1 day, 2026-09-22 to 2026-09-22\n"
    assert "logs/conn.log: zeek-tsv, 40 conversations on 1 day" in done.err
    again = segc_("baseline", "learn", "logs", "--sensor", "tap")
    assert (again.code, again.out) == (0, done.out)
    assert "counts once" in again.err


def test_a_scan_that_two_logs_show_together_is_told(segc_: Runner) -> None:
    scan = [row(n, "10.31.0.9", f"10.32.0.{n}", state="S0") for n in range(40)]
    for number in range(2):
        segc_.write(f"logs/{number}.log", conn(scan[number::2]))
    done = segc_("baseline", "learn", "logs")
    assert done.code == 0
    assert done.told().count("scan-seen") == 1


def test_json_has_every_log(segc_: Runner) -> None:
    segc_.write("conn.log", conn([*ROWS, "no record\n"]))
    segc_.write("diary.txt", "Dear diary,\n")
    done = segc_("baseline", "learn", "conn.log", "diary.txt", "-f", "json")
    assert done.code == 2
    first, second = json.loads(done.out)["logs"]
    assert (first["source"]["observed"], first["source"]["unread"]) == (40, 1)
    assert [found["name"] for found in first["findings"]] == ["lines-not-read"]
    assert (second["source"], second["findings"][0]["name"]) == (None, "log-not-read")


def test_what_is_not_read_is_an_error_and_the_rest_counts(segc_: Runner) -> None:
    segc_.write("conn.log", conn(ROWS))
    done = segc_("baseline", "learn", "nowhere.log", "conn.log", "-o", "made")
    assert done.code == 2
    assert "error[SEG843] log-not-read: `nowhere.log` cannot be read: no such file or directory" in done.err
    assert done.out.startswith("made: 1 log of 1 sensor,")


def test_what_is_no_log_is_passed_over_in_a_folder_and_told(segc_: Runner) -> None:
    segc_.write("logs/conn.log", conn(ROWS))
    segc_.write("logs/README", "Logs of the mill.\n")
    segc_.write("logs/old/dns.log", conn([]).replace("#path\tconn", "#path\tdns"))
    done = segc_("baseline", "learn", "logs", "-o", "made")
    assert done.code == 0, done.told()
    assert done.out.startswith("made: 1 log of 1 sensor, 40 conversations")
    assert "warning[SEG863] not-a-log: 2 files of `logs` are no logs that are known" in done.err
    assert done.err.count("not-a-log") == 1
    assert "logs/README\n" in done.err
    assert "logs/old/dns.log\n" in done.err
    again = segc_("baseline", "learn", "logs", "-o", "made", "-f", "json")
    assert again.code == 0
    told = {one["name"]: [found["name"] for found in one["findings"]] for one in json.loads(again.out)["logs"]}
    assert told == {"logs/README": ["not-a-log"], "logs/conn.log": [], "logs/old/dns.log": ["not-a-log"]}


def test_what_was_named_must_be_a_log(segc_: Runner) -> None:
    segc_.write("logs/conn.log", conn(ROWS))
    segc_.write("logs/README", "Logs of the mill.\n")
    done = segc_("baseline", "learn", "logs", "logs/README")
    assert done.code == 2
    assert "log-not-read: `logs/README` cannot be read: its format is not known" in done.err
    assert done.out.startswith("baseline: 1 log of 1 sensor, 40 conversations")


def test_a_folder_without_a_log_is_an_error(segc_: Runner) -> None:
    segc_.write("docs/README", "Logs of the mill.\n")
    segc_.write("docs/more.txt", "and more\n")
    segc_.write("logs/conn.log", conn(ROWS))
    done = segc_("baseline", "learn", "logs", "docs")
    assert done.code == 2
    assert "error[SEG843] log-not-read: `docs` cannot be read: no file in it is a log whose format is known" in done.err
    assert done.err.count("SEG8") == 1
    assert done.out.startswith("baseline: 1 log of 1 sensor, 40 conversations")


def test_a_plants_own_services_tell_the_direction(segc_: Runner) -> None:
    """Port 777 is in no library; in the plant it is a service, so that its end is the one that is asked."""
    plant = (segc_.folder / "clean" / "plant.zone").read_text(encoding="utf-8")
    used = plant.replace(": opcua {", ": opcua, recipes {")
    segc_.write("mine/plant.zone", used + 'service recipes "Recipes of the mill" { tcp 777 }\n')
    middle = row(60, "10.31.0.1", "10.32.0.1", 40_001, sport=777).replace("ShADadFf", "dADa").replace("SF", "OTH")
    segc_.write("conn.log", conn([middle]))
    for more, expected in (((), 40_001), (("--plant", "mine"), 777)):
        done = segc_("baseline", "learn", "conn.log", "-o", f"made{expected}", *more)
        assert done.code == 0, done.told()
        with Ledger.open(segc_.folder / f"made{expected}") as ledger:
            assert [seen.port for seen in ledger.keys()] == [expected]  # noqa: SIM118 - no mapping


def test_two_places_without_names_are_told(segc_: Runner) -> None:
    segc_.write("line3/conn.log", conn(ROWS))
    segc_.write("dmz/conn.log", conn(ROWS[20:]))
    done = segc_("baseline", "learn", "line3", "dmz")
    assert (done.code, done.err.count("sensor-unnamed")) == (0, 1), done.told()
    assert "`dmz/conn.log` and `line3/conn.log` count as one sensor's" in " ".join(done.err.split())


def test_what_two_sensors_saw_is_said_to_be_counted_by_each(segc_: Runner) -> None:
    """A comparison has each conversation once, and its sum is another one."""
    segc_.write("a.log", conn(ROWS))
    segc_.write("b.log", conn([*ROWS[1:], ROWS[0]]))
    one = segc_("baseline", "learn", "a.log", "--sensor", "a")
    assert f"1 sensor, {len(ROWS)} conversations on 1 day" in one.out
    both = segc_("baseline", "learn", "b.log", "--sensor", "b")
    assert f"2 sensors, {2 * len(ROWS)} conversations (each sensor's own) on 1 day" in both.out
    assert (
        "(each log's own) on 1 day" in segc_("baseline", "learn", "a.log", "b.log", "-o", "again", "--sensor", "a").out
    )


def test_sensors_with_two_clocks(segc_: Runner) -> None:
    segc_.write("a.log", conn(row(n * 60 + 10_000, f"10.31.0.{n % 5 + 1}", "10.32.0.1") for n in range(40)))
    segc_.write("b.log", conn(row(n * 60 + 17_200, f"10.31.0.{n % 5 + 1}", "10.32.0.1") for n in range(40)))
    assert segc_("baseline", "learn", "a.log", "--sensor", "a").code == 0
    done = segc_("baseline", "learn", "b.log", "--sensor", "b")
    assert "warning[SEG850] clocks-disagree: the clocks of `a` and `b` differ by 7,200 s" in done.err


def test_a_pipe_is_read(tmp_path: Path) -> None:
    command = (sys.executable, "-m", "segc", "baseline", "learn", "-", "-o", str(tmp_path / "made"))
    done = subprocess.run(command, cwd=ROOT, input=conn(ROWS).encode(), capture_output=True, check=False)
    assert (done.returncode, done.stdout.split()[-8]) == (0, b"40"), done.stderr


@pytest.mark.parametrize(
    "words",
    [
        "--zone Mars/Base",
        "--column dport",
        "--column colour=red",
        "--from sundial",
        "--sensor tap\x1b[2J",
        "--memory much",
        "",
    ],
)
def test_words_that_mean_nothing(words: str, segc_: Runner) -> None:
    segc_.write("conn.log", conn(ROWS))
    done = segc_("baseline", "learn", *(["conn.log", *words.split()] if words else []))
    assert done.code == 2
    assert not done.out.startswith("baseline: 1 logs")


def test_the_bar_comes_after_a_second_and_says_what_is(monkeypatch: pytest.MonkeyPatch) -> None:
    shown, now = io.StringIO(), [100.0]
    monkeypatch.setattr(sys, "stderr", shown)
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    bar = Bar()
    bar.stage("reading conn.log", 1000)
    bar.at(400)
    assert shown.getvalue() == "", "what is done within a second needs no bar"
    now[0] += 1.5
    bar.at(500)
    assert "reading conn.log" in shown.getvalue()
    assert " 50 %" in shown.getvalue()
    bar.at(501)
    assert shown.getvalue().count("%") == 1, "not at every step"


def test_while_a_query_runs_the_engine_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    shown, asked = io.StringIO(), []

    def share() -> float:
        asked.append(1)
        return -1.0 if len(asked) == 1 else 0.25

    monkeypatch.setattr(sys, "stderr", shown)
    monkeypatch.setattr("segc.cli.baseline.progress.AFTER", 0.0)
    monkeypatch.setattr("segc.cli.baseline.progress.EVERY", 0.001)
    bar = Bar()
    bar.stage("reading", 0)
    with bar.watching(share):
        while len(asked) < 3:
            time.sleep(0.001)
    assert " 25 %" in shown.getvalue()


def test_no_bar_where_nobody_looks(segc_: Runner) -> None:
    segc_.write("conn.log", conn(ROWS))
    assert "\r" not in segc_("baseline", "learn", "conn.log").err
