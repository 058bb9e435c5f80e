"""Logs of which nothing is read: a wrong `--from`, and a log that is broken throughout. Neither is a quiet log."""

from __future__ import annotations

import json

import pytest

from tests.baseline.store.logs import conn, row
from tests.cli.running import Runner

ROWS = [row(n * 60, f"10.31.0.{n % 5 + 1}", "10.32.0.1") for n in range(40)]
CRON = "2026-09-22T10:00:00+00:00 fw CRON[17]: (root) CMD (true)\n"
QUIET = "2026-09-22T10:00:00+00:00 fw : %ASA-5-111008: User 'me' executed the 'write' command.\n"
BROKEN = "2026-09-22T10:00:00+00:00 fw : %ASA-6-302014: Teardown of what nobody knows\n"


def sources(segc_: Runner, folder: str = "baseline") -> list[str]:
    file = segc_.folder / folder / "sources.json"
    return [one["format"] for one in json.loads(file.read_text())["sources"]] if file.is_file() else []


@pytest.mark.parametrize("form", ["asa", "kernel", "pcap", "nfdump", "table", "nfdump-json"])
def test_a_log_of_another_format_than_was_said_is_not_lost(form: str, segc_: Runner) -> None:
    segc_.write("conn.log", conn(ROWS))
    done = segc_("baseline", "learn", "conn.log", "--from", form)
    assert (done.code, done.err.count("log-not-read"), done.err.count("SEG8")) == (2, 1, 1), done.told()
    assert "it looks like Zeek conn.log (zeek)" in done.err
    assert sources(segc_) == []
    again = segc_("baseline", "learn", "conn.log")
    assert (again.code, again.out.split(", ")[1]) == (0, "40 conversations on 1 day"), again.told()


def test_zeek_is_not_what_an_asa_wrote(segc_: Runner) -> None:
    segc_.write("asa.log", QUIET * 5)
    done = segc_("baseline", "learn", "asa.log", "--from", "zeek")
    assert (done.code, "(5 lines)" in done.err, sources(segc_)) == (2, True, []), done.told()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (QUIET * 3 + CRON * 9, ()),
        (QUIET * 3 + CRON * 9, ("--from", "asa")),
        (QUIET * 9 + BROKEN, ()),
        (CRON * 9 + BROKEN, ()),
        (conn([]), ()),
        (conn([]), ("--from", "zeek")),
    ],
    ids=["other programs", "named", "one bad line", "one bad record", "no rows", "no rows, named"],
)
def test_a_quiet_log_is_one(text: str, words: tuple[str, ...], segc_: Runner) -> None:
    segc_.write("fw.log", text)
    done = segc_("baseline", "learn", "fw.log", *words)
    assert (done.code, len(sources(segc_))) == (0, 1), done.told()


@pytest.mark.parametrize(
    "text",
    [
        conn(["no record\n"] * 9),
        conn(["no record\n", "\n"] * 9),
        BROKEN * 9,
        BROKEN * 9 + "\r\n" * 20,
        BROKEN * 9 + CRON,
    ],
    ids=["zeek", "zeek with blanks", "asa", "asa with blanks", "another program"],
)
def test_a_log_that_is_broken_throughout_is_an_error(text: str, segc_: Runner) -> None:
    segc_.write("good.log", conn(ROWS))
    segc_.write("broken.log", text)
    done = segc_("baseline", "learn", "good.log", "broken.log")
    assert (done.code, done.err.count("log-not-read"), "9 lines" in done.err) == (2, 1, True), done.told()
    assert sources(segc_) == ["zeek-tsv"]


def test_in_a_folder_a_text_is_passed_over_and_another_log_is_not(segc_: Runner) -> None:
    segc_.write("logs/fw.log", QUIET)
    segc_.write("logs/README", "Logs of the mill.\n")
    done = segc_("baseline", "learn", "logs", "--from", "asa")
    assert (done.code, "not-a-log" in done.err, sources(segc_)) == (0, True, ["asa"]), done.told()
    segc_.write("logs/conn.log", conn(ROWS))
    done = segc_("baseline", "learn", "logs", "--from", "asa")
    assert (done.code, done.err.count("log-not-read"), sources(segc_)) == (2, 1, ["asa"]), done.told()


def test_a_log_that_was_read_as_another_format_says_so(segc_: Runner) -> None:
    segc_.write("conn.log", conn(ROWS))
    assert segc_("baseline", "learn", "conn.log").code == 0
    assert "log-held-otherwise" not in segc_("baseline", "learn", "conn.log", "--from", "zeek").err
    done = segc_("baseline", "learn", "conn.log", "--from", "kernel")
    assert (done.code, done.err.count("log-held-otherwise")) == (0, 1), done.told()
    assert "was read before as zeek-tsv, not kernel" in done.err


def test_a_log_that_an_older_segc_read_as_nothing_says_so(segc_: Runner) -> None:
    segc_.write("conn.log", conn(ROWS))
    assert segc_("baseline", "learn", "conn.log").code == 0
    file = segc_.folder / "baseline" / "sources.json"
    told = json.loads(file.read_text())
    told["sources"][0] |= {"format": "asa", "observed": 0, "days": [], "sums": [], "began": False, "addresses": False}
    file.write_text(json.dumps(told))
    done = segc_("baseline", "learn", "conn.log")
    assert "was read before as asa, not zeek-tsv" in done.err, done.told()


@pytest.mark.parametrize("form", ["zeek", "zeek-tsv", "zeek-json"])
def test_what_learn_calls_a_format_is_taken(form: str, segc_: Runner) -> None:
    segc_.write("conn.log", conn(ROWS))
    done = segc_("baseline", "learn", "conn.log", "--from", form)
    assert (done.code, sources(segc_)) == (0, ["zeek-tsv"]), done.told()


def test_a_format_that_is_none_is_told_before_anything_is_made(segc_: Runner) -> None:
    segc_.write("conn.log", conn(ROWS))
    done = segc_("baseline", "learn", "conn.log", "--from", "ziek")
    assert (done.code, "did you mean `zeek`?" in " ".join(done.err.split())) == (2, True), done.told()
    assert not (segc_.folder / "baseline").exists()
