"""Tables, broken plants and logs that were read otherwise: what `learn` says must be done, done to the letter, works."""

from __future__ import annotations

import json
import re
import shlex
from typing import Any

import pytest

from tests.baseline.store.logs import conn, row
from tests.cli.running import Done, Runner

TABLE = "Zeit;Quelle;QPort;Ziel;ZPort;Protokoll\n" + "".join(
    f"2026-09-22 10:0{n}:00;10.31.0.1;4000{n};10.32.0.1;502;TCP\n" for n in range(4)
)
COLUMNS = ("--column", "src=Quelle", "--column", "dst=Ziel", "--column", "proto=Protokoll", "--column", "start=Zeit")
PORTS = ("--column", "sport=QPort", "--column", "dport=ZPort")
FULL = ("--from", "table", *COLUMNS, *PORTS)


def sources(segc_: Runner) -> list[dict[str, Any]]:
    file = segc_.folder / "baseline" / "sources.json"
    return json.loads(file.read_text())["sources"] if file.is_file() else []


def ports(segc_: Runner) -> list[int]:
    """The ports of what a baseline has seen."""
    from segc.baseline.store import Ledger

    with Ledger.open(segc_.folder / "baseline") as ledger:
        return sorted({seen.port for seen in list(ledger.keys())})


def way_out(done: Done) -> list[str]:
    """The options that the help names, as a shell would take them."""
    found = re.search(r"--(from|again)( --column| \w+)[^;`]*", " ".join(done.err.split("help: ")[-1].split()))
    assert found, done.told()
    return shlex.split(found[0].removesuffix(" added"))


@pytest.mark.parametrize(
    "words",
    [
        COLUMNS,
        ("--from", "table", *COLUMNS[:2], "--column", "dst=Zeil", *COLUMNS[4:]),
        ("--from", "table", *COLUMNS, "--column", "dport=ZPorrt"),
        ("--from", "table", *COLUMNS, "--column", "end=Zeitt"),
    ],
    ids=["no --from", "needed", "port", "other"],
)
def test_a_table_whose_columns_are_misnamed_is_not_read_and_they_are_named(
    words: tuple[str, ...], segc_: Runner
) -> None:
    segc_.write("t.csv", TABLE)
    done = segc_("baseline", "learn", "t.csv", *words)
    assert (done.code, sources(segc_), done.err.count("SEG843")) == (2, [], 1), done.told()
    again = segc_("baseline", "learn", "t.csv", *way_out(done))
    assert (again.code, len(sources(segc_))) == (0, 1), again.told()
    assert "log-not-read" not in again.err


@pytest.mark.parametrize("words", [(), ("--from", "table")])
def test_a_table_without_columns_is_told_which_it_has_and_which_it_needs(words: tuple[str, ...], segc_: Runner) -> None:
    segc_.write("t.csv", TABLE)
    done = segc_("baseline", "learn", "t.csv", *words)
    assert (done.code, sources(segc_)) == (2, []), done.told()
    told = way_out(done)
    assert told[:2] == ["--from", "table"]
    needed = [word.partition("=")[0] for word in told[3::2]]
    assert needed == ["src", "dst", "proto", "start"]
    assert all(name in done.err for name in ("Zeit", "Quelle", "Ziel", "Protokoll"))
    theirs = dict(zip(needed, ("Quelle", "Ziel", "Protokoll", "Zeit"), strict=True))
    filled = [f"{word.partition('=')[0]}={theirs[word.partition('=')[0]]}" if "=" in word else word for word in told]
    assert segc_("baseline", "learn", "t.csv", *filled).code == 0


def test_columns_that_are_called_as_others_are_found(segc_: Runner) -> None:
    segc_.write("t.csv", "When,srcaddr,DstAddr,protocol\n2026-09-22 10:00:00,10.31.0.1,10.32.0.1,TCP\n")
    told = way_out(segc_("baseline", "learn", "t.csv", "--from", "table"))
    assert told[2:] == [
        "--column", "src=srcaddr", "--column", "dst=DstAddr", "--column", "proto=protocol", "--column", "start=NAME",
    ]  # fmt: skip


def test_columns_that_were_mixed_up_are_told_by_their_values(segc_: Runner) -> None:
    segc_.write("t.csv", TABLE)
    mixed = [word.replace("dst=Ziel", "dst=Zeit").replace("start=Zeit", "start=Ziel") for word in FULL]
    done = segc_("baseline", "learn", "t.csv", *mixed)
    assert (done.code, sources(segc_), "line 2" in done.err) == (2, [], True), done.told()


def test_in_a_folder_a_text_is_no_table_and_a_misnamed_table_is_an_error(segc_: Runner) -> None:
    segc_.write("logs/t.csv", TABLE)
    segc_.write("logs/README", "Logs of the mill.\n")
    done = segc_("baseline", "learn", "logs", *FULL)
    assert (done.code, len(sources(segc_)), "not-a-log" in done.err) == (0, 1, True), done.told()
    segc_.write("logs/u.csv", TABLE.replace("Ziel", "Zeil"))
    done = segc_("baseline", "learn", "logs", *FULL)
    assert (done.code, done.err.count("SEG843"), len(sources(segc_))) == (2, 1, 1), done.told()


@pytest.mark.parametrize("form", ["table", "nfdump"])
def test_ports_whose_columns_were_not_named_are_read_as_it_is_told(form: str, segc_: Runner) -> None:
    nfdump = TABLE.replace(";", ",").replace("Zeit,Quelle,QPort,Ziel,ZPort,Protokoll", "ts,sa,QPort,da,ZPort,pr")
    segc_.write("t.csv", TABLE if form == "table" else nfdump)
    words = ("baseline", "learn", "t.csv", *(("--from", "table", *COLUMNS) if form == "table" else ()))
    done = segc_(*words)
    assert (done.code, "log-without-ports" in done.err) == (0, True), done.told()
    assert ports(segc_) != [502]
    theirs = {"sport=NAME": "sport=QPort", "dport=NAME": "dport=ZPort"}
    again = segc_(*words, *(theirs.get(word, word) for word in way_out(done)))
    assert (again.code, "SEG8" in again.err, ports(segc_), len(sources(segc_))) == (0, False, [502], 1), again.told()


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (("--from", "table", *COLUMNS), FULL),
        ((*FULL, "--zone", "Europe/Berlin"), FULL),
        ((*FULL, "--sensor", "a"), (*FULL, "--sensor", "b")),
        (FULL, (*FULL, "--lossy")),
        ((*FULL, "--lossy"), FULL),
    ],
    ids=["columns", "zone", "sensor", "lossy", "not lossy"],
)
def test_a_log_that_is_read_otherwise_is_told_and_read_anew(
    before: tuple[str, ...], now: tuple[str, ...], segc_: Runner
) -> None:
    segc_.write("t.csv", TABLE)
    assert segc_("baseline", "learn", "t.csv", *before).code == 0
    [held] = sources(segc_)
    done = segc_("baseline", "learn", "t.csv", *now)
    assert (done.code, done.err.count("log-held-otherwise"), "--again" in done.err) == (0, 1, True), done.told()
    assert sources(segc_) == [held]
    again = segc_("baseline", "learn", "t.csv", *now, "--again")
    assert (again.code, "log-held-otherwise" in again.err) == (0, False), again.told()
    [other] = sources(segc_)
    assert (other["asked"], other["sensor"]) != (held["asked"], held["sensor"])
    assert "SEG8" not in segc_("baseline", "learn", "t.csv", *now).err
    assert segc_("baseline", "learn", "t.csv", *now, "-o", "fresh").code == 0
    fresh = json.loads((segc_.folder / "fresh" / "sources.json").read_text())["sources"]
    assert fresh == [other], "read anew is as read into a new baseline"


def test_a_zone_says_nothing_of_stamps_in_utc(segc_: Runner) -> None:
    segc_.write("conn.log", conn([row(60, "10.31.0.1", "10.32.0.1")]))
    assert segc_("baseline", "learn", "conn.log").code == 0
    assert "SEG858" not in segc_("baseline", "learn", "conn.log", "--zone", "Europe/Berlin").err


BROKEN = 'service recipes "Recipes of the mill" { tpc 777 }\n'
MENDED = BROKEN.replace("tpc", "tcp")
MIDDLE = conn([row(60, "10.31.0.1", "10.32.0.1", 40_001, sport=777).replace("ShADadFf", "dADa").replace("SF", "OTH")])


def plant(segc_: Runner, more: str, folder: str = "mine") -> None:
    """A plant with a service of its own, which may be misspelt."""
    text = (segc_.folder / "clean" / "plant.zone").read_text(encoding="utf-8")
    segc_.write(f"{folder}/plant.zone", text.replace(": opcua {", ": opcua, recipes {") + more)


@pytest.mark.parametrize("more", [BROKEN, 'use "./nowhere.zone"\n' + MENDED], ids=["a typo", "a missing file"])
def test_nothing_is_learned_beside_a_named_plant_that_has_errors(more: str, segc_: Runner) -> None:
    plant(segc_, more)
    segc_.write("conn.log", MIDDLE)
    done = segc_("baseline", "learn", "conn.log", "--plant", "mine")
    assert (done.code, sources(segc_)) == (segc_("check", "mine").code, []), done.told()
    assert done.code == 1
    plant(segc_, MENDED)
    assert segc_("baseline", "learn", "conn.log", "--plant", "mine").code == 0
    assert ports(segc_) == [777]


def test_a_plant_that_is_not_there_is_as_for_check(segc_: Runner) -> None:
    segc_.write("conn.log", MIDDLE)
    done = segc_("baseline", "learn", "conn.log", "--plant", "nowhere")
    assert (done.code, sources(segc_)) == (segc_("check", "nowhere").code, []), done.told()


def test_errors_that_hide_no_service_do_not_keep_a_log_from_being_read(segc_: Runner) -> None:
    """A plant that is still being written is what a baseline is for."""
    text = 'segc 1\nzone a "A" {\n  net 10.31.0.0/24\n}\n' + MENDED
    segc_.write("mine/plant.zone", text)
    segc_.write("conn.log", MIDDLE)
    assert segc_("check", "mine").code == 1
    assert segc_("baseline", "learn", "conn.log", "--plant", "mine").code == 0
    assert ports(segc_) == [777]


def test_beside_a_broken_plant_that_nobody_named_it_is_told_and_can_be_mended(segc_: Runner) -> None:
    plant(segc_, BROKEN, ".")
    segc_.write("conn.log", MIDDLE)
    done = segc_("baseline", "learn", "conn.log")
    assert (done.code, done.err.count("plant-not-asked"), ports(segc_)) == (0, 1, [40_001]), done.told()
    plant(segc_, MENDED, ".")
    again = segc_("baseline", "learn", "conn.log", "--plant", ".", "--again")
    assert (again.code, "SEG8" in again.err, ports(segc_)) == (0, False, [777]), again.told()


def test_an_empty_name_of_a_sensor_is_none(segc_: Runner) -> None:
    segc_.write("conn.log", MIDDLE)
    for name in ("", "  "):
        done = segc_("baseline", "learn", "conn.log", "--sensor", name)
        assert (done.code, sources(segc_)) == (2, []), done.told()


def test_what_has_nothing_to_read_is_not_called_not_read(segc_: Runner) -> None:
    segc_.write("empty.log", "")
    segc_.write("logs/conn.log", MIDDLE)
    segc_.write("logs/README", "Logs of the mill.\n")
    done = segc_("baseline", "learn", "empty.log", "logs")
    assert (done.code, ": not read" in done.err) == (0, False), done.told()
    assert "nowhere.log: not read" in segc_("baseline", "learn", "nowhere.log").err
