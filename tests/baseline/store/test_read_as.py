"""What a log was read as stays with it when it has grown, and is another one only where somebody reads it anew."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from segc.baseline import manifest
from segc.baseline.ingest.learn import Learner, Options, Read
from segc.baseline.sources.protocol import Context
from tests.baseline.store.logs import KNOWN, conn, keys, names, row

KERNEL = (
    "2026-09-22T10:{:02}:00+00:00 fw kernel: ACCEPT IN=a OUT=b SRC=10.1.0.5 DST=10.2.0.5 LEN=60 TTL=63 ID=1 PROTO=TCP "
    "SPT=40000 DPT=502 WINDOW=64240 SYN \n"
)
FORMS = {
    "zeek": lambda n: conn(row(i * 60, "10.1.0.5", "10.2.0.5") for i in range(n)),
    "kernel": lambda n: "".join(KERNEL.format(i) for i in range(n)),
}
BOTH = pytest.mark.parametrize("form", FORMS)


def learn(log: Path, text: str, sensor: str = "", *, lossy: bool = False, again: bool = False) -> Read:
    log.write_text(text)
    context = Context(sensor=sensor, known=KNOWN, lossy=lossy)
    with Learner(log.parent / "baseline", Options(context=context, memory="256MB", again=again)) as learner:
        return learner.learn(str(log))


def held(folder: Path) -> tuple[set[str], set[bool], int]:
    """The sensors of a baseline, whether their logs miss some, and how many conversations there are."""
    sources = manifest.read(folder / "baseline")
    names, seen = {one.sensor for one in sources}, sum(one.observed for one in sources)
    if len(names) == 1:  # of two sensors, the one that saw most tells
        assert sum(one.n for one in keys(folder / "baseline")) == seen
    return names, {one.lossy for one in sources}, seen


@BOTH
def test_a_log_that_misses_some_goes_on_missing_some(form: str, tmp_path: Path) -> None:
    log = tmp_path / "k.log"
    assert names([learn(log, FORMS[form](4), "tap", lossy=True)]) == set()
    assert names([learn(log, FORMS[form](9), "tap")]) == {"log-held-otherwise"}
    assert held(tmp_path) == ({"tap"}, {True}, 9)
    assert names([learn(log, FORMS[form](9), "tap", again=True)]) == set()
    assert held(tmp_path) == ({"tap"}, {False}, 9)


@BOTH
def test_a_log_stays_its_sensors(form: str, tmp_path: Path) -> None:
    log = tmp_path / "k.log"
    learn(log, FORMS[form](4), "a")
    assert names([learn(log, FORMS[form](9), "b")]) == {"log-held-otherwise"}
    assert held(tmp_path) == ({"a"}, {False}, 9)
    assert names([learn(log, FORMS[form](9), "b", again=True)]) == set()
    assert held(tmp_path) == ({"b"}, {False}, 9)


@BOTH
def test_who_names_no_sensor_means_the_same(form: str, tmp_path: Path) -> None:
    log = tmp_path / "k.log"
    learn(log, FORMS[form](4), "a")
    assert names([learn(log, FORMS[form](9))]) == set()
    assert held(tmp_path) == ({"a"}, {False}, 9)


@BOTH
def test_a_log_that_is_lossy_from_now_on(form: str, tmp_path: Path) -> None:
    """What Zeek's told before counts on as whole, and that is said; any other is read anew as a whole."""
    log = tmp_path / "k.log"
    learn(log, FORMS[form](4))
    assert names([learn(log, FORMS[form](9), lossy=True)]) == ({"log-held-otherwise"} if form == "zeek" else set())
    assert held(tmp_path)[1] == ({False, True} if form == "zeek" else {True})
    assert names([learn(log, FORMS[form](9), lossy=True, again=True)]) == set()
    assert held(tmp_path) == ({""}, {True}, 9)


def test_a_header_alone_is_nobodys_beginning(tmp_path: Path) -> None:
    learn(tmp_path / "quiet.log", conn([]), "a", lossy=True)
    assert names([learn(tmp_path / "k.log", FORMS["zeek"](3), "b")]) == set()
    assert {(one.sensor, one.lossy) for one in manifest.read(tmp_path / "baseline")} == {("a", True), ("b", False)}


@BOTH
def test_the_beginning_of_a_log_is_read_anew_with_the_log(form: str, tmp_path: Path) -> None:
    """What it says must be done works: the log that has all of it is named."""
    whole = tmp_path / "whole.log"
    learn(whole, FORMS[form](9), "a")
    [told] = learn(tmp_path / "part.log", FORMS[form](4), "b", again=True).found
    assert (told.name, f"`{whole}` is read anew" in (told.help or "")) == ("log-held-otherwise", True)
    learn(whole, FORMS[form](9), "b", again=True)
    assert held(tmp_path) == ({"b"}, {False}, 9)


def test_a_log_on_which_another_goes_on_is_read_anew_alone(tmp_path: Path) -> None:
    learn(tmp_path / "k.log", FORMS["zeek"](4), "a")
    learn(tmp_path / "longer.log", FORMS["zeek"](9), "a")
    learn(tmp_path / "k.log", FORMS["zeek"](4), "b", again=True)
    assert held(tmp_path) == ({"a", "b"}, {False}, 9)


@BOTH
def test_a_run_that_was_killed_while_it_read_anew_can_be_repeated(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "k.log"
    learn(tmp_path / "other.log", conn([row(60, "10.1.0.8", "10.2.0.8")]), "b")
    learn(log, FORMS[form](4), "a")
    with monkeypatch.context() as patched:
        patched.setattr(Learner, "_once", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        patched.setattr(Learner, "save", lambda _: None)
        with pytest.raises(KeyboardInterrupt):
            learn(log, FORMS[form](4), "b", again=True)
    assert held(tmp_path) == ({"b"}, {False}, 1), "what was written over is not named"
    learn(log, FORMS[form](4), "b", again=True)
    assert held(tmp_path) == ({"b"}, {False}, 5)


def test_what_cannot_be_read_anew_stays(tmp_path: Path) -> None:
    log = tmp_path / "k.log"
    learn(log, FORMS["kernel"](4), "a")
    context = Context(sensor="b", known=KNOWN)
    with Learner(tmp_path / "baseline", Options("zeek", context, "256MB", again=True)) as learner:
        assert names([learner.learn(str(log))]) == {"log-not-read"}
    assert held(tmp_path) == ({"a"}, {False}, 4)


START = 1_790_071_200_000_000  # 2026-09-22T10:00:00Z
LOCAL = "Sep 22 {}:00:00 fw kernel: ACCEPT " + KERNEL.split(" ACCEPT ")[1]


def test_a_log_stays_in_its_zone(tmp_path: Path) -> None:
    """Its stamps name none: read in another one, all of it would be of other hours."""
    log, began = tmp_path / "k.log", set()
    for hours, zone, said in ((4, "Europe/Berlin", False), (9, "UTC", True)):
        log.write_text("".join(LOCAL.format(10 + hour) for hour in range(hours)))
        options = Options(context=Context(sensor="fw", zone=ZoneInfo(zone), known=KNOWN), memory="256MB")
        with Learner(tmp_path / "baseline", options) as learner:
            assert names([learner.learn(str(log))]) == ({"log-held-otherwise"} if said else set())
        [one] = manifest.read(tmp_path / "baseline")
        assert one.observed == hours
        began.add(one.first)
    assert len(began) == 1


def test_a_table_keeps_its_columns(tmp_path: Path) -> None:
    log, columns = tmp_path / "t.csv", {"start": "when", "src": "from", "dst": "to", "proto": "p", "dport": "port"}
    rows = [f"2026-09-22T10:{n:02}:00Z,10.1.0.5,10.2.0.5,6,502\n" for n in range(9)]
    for number, form, named in ((4, "table", columns), (9, "", {})):
        log.write_text("when,from,to,p,port\n" + "".join(rows[:number]))
        options = Options(form, Context(known=KNOWN, columns=named), memory="256MB")
        with Learner(tmp_path / "baseline", options) as learner:
            assert learner.learn(str(log)).source is not None
        [one] = manifest.read(tmp_path / "baseline")
        assert (one.format, one.unread, one.last) == ("table", 0, START + (number - 1) * 60_000_000)
