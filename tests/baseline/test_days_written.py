"""Which days count: by what was written on them, on the plant's calendar, by direction, and beside other sensors."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from segc import api
from segc.baseline.compare import compare
from segc.baseline.ingest.learn import Learner, Options
from segc.baseline.readiness import Readiness, State, readiness
from segc.baseline.sources.protocol import Context
from segc.baseline.store import Ledger
from segc.baseline.words import is_seldom
from segc.diagnostics import SegcError
from tests.baseline.made import START, learn
from tests.baseline.plants import TEXT, plant
from tests.baseline.test_readiness import AT, GATE, MODBUS, judged, reasons
from tests.baseline.test_watching import fw

HEAD = (
    "#separator \\x09\n#path\tconn\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tduration\tconn_state\t"
    "history\n"
)
DAY = 86_400.0
POLL = ("10.30.0.10", "10.3.0.11", 502)
ASKED, ASKS = ("10.40.0.9", "10.30.0.10", 873), ("10.3.0.11", "10.40.0.9", 445)  # each zone, with a third
OTHER = ("10.30.0.10", "10.99.0.1", 443)  # of one of the zones, with nobody's
Session = tuple[
    float, float, tuple[str, str, int]
]  # days since START at which it began, and how many it went on; its ends


def zeek(folder: Path, sessions: Iterable[Session], sensor: str = "span", *, lossy: bool = False) -> Path:
    """A baseline, with one more log."""
    log = folder.with_name(f"{sensor}.log")
    rows = (
        f"{START.timestamp() + begin * DAY:.6f}\tC{n}\t{src}\t{40000 + n}\t{dst}\t{port}\ttcp\t{for_days * DAY:.6f}\tSF\tShADadFf\n"
        for n, (begin, for_days, (src, dst, port)) in enumerate(sessions)
    )
    log.write_text(HEAD + "".join(rows), encoding="utf-8")
    with Learner(folder, Options("", Context(sensor=sensor, lossy=lossy))) as learner:
        assert learner.learn(str(log)).source is not None
    return folder


def found(tmp_path: Path, baseline: Path, text: str = TEXT, at: datetime = AT) -> Readiness:
    made, _ = api.check(plant(tmp_path / "plant", text), at)
    with Ledger.open(baseline) as ledger:
        [one] = readiness(compare(made, ledger, at, GATE), ledger, GATE, ["recipes"])
    return one


# -- what was written ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("others", "days", "state"),
    [
        ([], 1, State.INSUFFICIENT),
        ([(day + 0.5, 0.01, OTHER) for day in range(15)], 15, State.READY),
        ([(day + 0.5, 0.01, OTHER) for day in range(6)], 7, State.INSUFFICIENT),
        # All of them end on one day, whose log is the only one.
        ([(day + 0.5, 14.1 - day, OTHER) for day in range(14)], 1, State.INSUFFICIENT),
    ],
    ids=["alone", "with what is logged each day", "with what is logged on some", "with others that end with it"],
)
def test_one_record_of_a_session_of_two_weeks_is_a_log_of_one_day(
    others: list[Session], days: int, state: State, tmp_path: Path
) -> None:
    one = found(tmp_path, zeek(tmp_path / "baseline", [(0.1, 14.1, POLL), *others]))
    assert (one.days, one.state) == (days, state), reasons(one)


def test_a_machine_that_connects_anew_each_day_and_never_rests(tmp_path: Path) -> None:
    """Each session goes on over midnight: something ends on each day."""
    one = found(tmp_path, zeek(tmp_path / "baseline", [(day + 0.4, 1.0, POLL) for day in range(15)]))
    assert one.days >= 14
    assert one.state is State.READY, reasons(one)


def test_a_session_of_days_is_one(tmp_path: Path) -> None:
    made, _ = api.check(plant(tmp_path / "plant"), AT)
    with Ledger.open(zeek(tmp_path / "baseline", [(0.1, 14.1, POLL), (3.0, 0.1, POLL)])) as ledger:
        [entry] = compare(made, ledger, AT, GATE).entries
        assert (entry.seen.n, entry.seen.days, entry.seen.is_attempt) == (2, 15, False)
        assert sum(one.observed for one in ledger.sources) == 2


@pytest.mark.parametrize("runs", [1, 2])
def test_one_session_over_midnight_is_no_second_run(runs: int, tmp_path: Path) -> None:
    text = TEXT.replace('because "set-points"', 'because "set-points"; expect periodic')
    text = text.replace("  allow app -> plc", '  allow ews -> hmi : modbus { because "x" }\n  allow app -> plc')
    steady = [(day + 0.5, 0.01, ("10.30.0.50", "10.3.0.21", 502)) for day in range(15)]
    night = [(3.99 + run, 0.02, POLL) for run in range(runs)]
    one = found(tmp_path, zeek(tmp_path / "baseline", [*steady, *night]), text)
    assert one.state is (State.READY if runs == 2 else State.NOT_READY), reasons(one)


def test_a_baseline_that_does_not_know_when_sessions_ended_is_refused(tmp_path: Path) -> None:
    folder = learn(tmp_path / "baseline", [MODBUS])
    file = folder / "sources.json"
    file.write_text(file.read_text(encoding="utf-8").replace('"version": 2', '"version": 1'), encoding="utf-8")
    with pytest.raises(SegcError) as stopped:
        Ledger.open(folder)
    assert [one.name for one in stopped.value.diagnostics] == ["baseline-damaged"]


@pytest.mark.parametrize(("hours", "seldom"), [((12,), True), (range(8, 16), False)])
def test_records_of_an_hour_a_day_are_told(hours: Iterable[int], seldom: bool, tmp_path: Path) -> None:
    compared, ready = judged(tmp_path, [MODBUS._replace(hour=hour) for hour in hours])
    assert ready["recipes"].state is State.READY
    assert is_seldom(compared.sensors["span"]) is seldom


# -- the plant's calendar -------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "begins"),
    [("America/Los_Angeles", 15), ("Pacific/Auckland", -5), ("Europe/Vienna", 6), ("UTC", 8)],
)
@pytest.mark.parametrize("weekends", [False, True])
def test_evenings_and_mornings_of_a_working_week_are_no_weekend(
    zone: str, begins: int, weekends: bool, tmp_path: Path
) -> None:
    """Monday to Friday, 08:00 to 17:30 of the plant, is a part of a Saturday or a Sunday of UTC."""
    on = [day for day in range(21) if weekends or day % 7 < 5]
    work = [(day + (begins + half / 2) / 24, 0.001, POLL) for day in on for half in range(19)]
    text = TEXT.replace("Europe/Vienna", zone)
    one = found(tmp_path, zeek(tmp_path / "baseline", work), text)
    assert one.days == len(on)
    assert one.state is (State.READY if weekends else State.INSUFFICIENT), reasons(one)


@pytest.mark.parametrize(("gap", "state"), [(20, State.READY), (400, State.INSUFFICIENT)])
def test_days_of_long_ago_say_little_of_today(gap: int, state: State, tmp_path: Path) -> None:
    days = [*range(-gap - 13, -gap), 24]
    one = found(tmp_path, zeek(tmp_path / "baseline", [(day + 0.5, 0.01, POLL) for day in days]))
    assert one.state is state, reasons(one)


# -- sensors and directions -----------------------------------------------------------


@pytest.mark.parametrize(("saw", "state"), [((5,), State.INSUFFICIENT), (range(14), State.READY)])
def test_who_missed_what_another_one_saw_was_not_on_the_way(saw: Iterable[int], state: State, tmp_path: Path) -> None:
    """It heard both zones each day, with others; the one that lost records saw what the two sent to one another."""
    folder = zeek(tmp_path / "baseline", [(day + 0.5, 0.01, POLL) for day in range(14)], "tap", lossy=True)
    both = [(day + 0.4, 0.01, ends) for day in range(14) for ends in (OTHER, ("10.3.0.11", "10.98.0.1", 443))]
    zeek(folder, [*both, *((day + 0.5, 0.01, POLL) for day in saw)], "far")
    one = found(tmp_path, folder)
    assert one.state is state, reasons(one)
    assert (len(one.missed), one.lost) == (14 - len(list(saw)), ()), "nothing was lost: it saw less than another one"


@pytest.mark.parametrize(
    ("long", "wrote", "days"),
    [
        ((0.3, 13.4), (0, 7, 13), 14),
        ((0.3, 13.4), (7, 13), 2),
        ((-3.5, 17), (0, 7, 13), 14),
        ((-3.5, 15), (0, 7, 13), 13),
    ],
    ids=["it saw the opening", "it did not", "it had no log yet", "nor wrote of the end"],
)
def test_who_tells_of_openings_only_writes_nothing_while_a_session_goes_on(
    long: tuple[float, float], wrote: Iterable[int], days: int, tmp_path: Path
) -> None:
    """A lossy tap's one record of it shows no more than that it was there."""
    folder = zeek(tmp_path / "baseline", [(*long, POLL)], "tap", lossy=True)
    log = tmp_path / "fw.log"
    lines = [*fw("FWD ", wrote, *POLL), *fw("FWD ", range(14), *ASKED), *fw("FWD ", range(14), *ASKS)]
    log.write_text("\n".join(sorted(lines)) + "\n", encoding="utf-8")
    with Learner(folder, Options("", Context(sensor="fw"))) as learner:
        assert learner.learn(str(log)).source is not None
    one = found(tmp_path, folder)
    assert (one.days, one.state) == (days, State.READY if days == 14 else State.INSUFFICIENT), reasons(one)


def ios(folder: Path, rows: Iterable[tuple[int, str, str]]) -> Path:
    log = folder.with_name("ios.log")
    log.write_text(
        "".join(
            f"{datetime.fromtimestamp(START.timestamp() + day * DAY + 43_200, UTC):%b %d %Y %H:%M:%S} r1 {n}: %SEC-6-IPACCESSLOGP: "
            f"list IN permitted tcp {src}({40000 + n}) -> {dst}(502), 1 packet\n"
            for n, (day, src, dst) in enumerate(rows)
        ),
        encoding="utf-8",
    )
    with Learner(folder, Options("", Context(sensor="r1"))) as learner:
        assert learner.learn(str(log)).source is not None
    return folder


THERE, BACK = ("10.30.0.10", "10.3.0.11"), ("10.3.0.21", "10.30.0.50")
BOTH = TEXT.replace("conduit recipes mes -> line {", "conduit recipes mes <-> line {")


@pytest.mark.parametrize(
    ("text", "back", "state"),
    [
        (TEXT, (), State.READY),
        (BOTH, (), State.INSUFFICIENT),
        (
            BOTH.replace("  allow app", '  allow hmi -> ews : modbus { because "x" }\n  allow app'),
            range(14),
            State.READY,
        ),
    ],
    ids=["one way", "both, of which the list logs one", "both"],
)
def test_a_list_of_one_direction_shows_nothing_of_the_other(
    text: str, back: Iterable[int], state: State, tmp_path: Path
) -> None:
    rows = [*((day, *THERE) for day in range(14)), *((day, *BACK) for day in back)]
    one = found(tmp_path, ios(tmp_path / "baseline", sorted(rows)), text)
    assert one.state is state, reasons(one)


@pytest.mark.parametrize("sensors", [1, 2])
def test_an_answer_shows_both_directions(sensors: int, tmp_path: Path) -> None:
    folder = zeek(tmp_path / "baseline", [(day + 0.5, 0.01, POLL) for day in range(14)])
    if sensors == 2:
        zeek(folder, [(day + 0.5, 0.01, ("10.40.0.9", "10.40.0.10", 1)) for day in range(14)], "office")
    one = found(tmp_path, folder, BOTH)
    assert (one.state, one.sensors) == (State.READY, ("span",)), reasons(one)


def packets(folder: Path, *packets: tuple[tuple[str, str, int, int], str]) -> Path:
    """A baseline with a log of single packets each day: source, target and ports, and its flags of TCP."""
    log = folder.with_name("list.log")
    lines = (
        f"{datetime.fromtimestamp(START.timestamp() + day * DAY + 43_200 + n, UTC).isoformat()} r1 kernel: FWD IN=eth1 OUT=eth0 "
        f"SRC={src} DST={dst} LEN=60 TTL=63 ID=1 DF PROTO=TCP SPT={sport} DPT={dport} WINDOW=64240 RES=0x00 {flags} URGP=0\n"
        for day in range(14)
        for n, ((src, dst, sport, dport), flags) in enumerate(packets)
    )
    log.write_text("".join(lines), encoding="utf-8")
    with Learner(folder, Options("", Context(sensor="list"))) as learner:
        assert learner.learn(str(log)).source is not None
    return folder


OPENS = (("10.30.0.10", "10.3.0.11", 40000, 502), "SYN")
ACCEPTS = (("10.3.0.11", "10.30.0.10", 502, 40000), "ACK SYN")
DARK = "from `mes` to `line`"


@pytest.mark.parametrize("others", [0, 1], ids=["alone", "beside another one"])
@pytest.mark.parametrize("text", [TEXT, BOTH], ids=["one way", "both"])
def test_answers_alone_show_nothing_of_what_is_opened(text: str, others: int, tmp_path: Path) -> None:
    """A list that stands in the direction of the answers."""
    folder = packets(tmp_path / "baseline", ACCEPTS)
    if others:
        zeek(folder, [(day + 0.5, 0.01, ("10.40.0.9", "10.40.0.10", 1)) for day in range(14)], "office")
    one = found(tmp_path, folder, text)
    assert (one.state, DARK in reasons(one)) == (State.INSUFFICIENT, True), reasons(one)


def test_what_was_opened_and_answers_show_both_directions(tmp_path: Path) -> None:
    one = found(tmp_path, packets(tmp_path / "baseline", OPENS, ACCEPTS), BOTH)
    assert one.state is State.READY, reasons(one)


def test_who_sees_answers_alone_does_not_make_up_for_packets_that_another_one_misses(tmp_path: Path) -> None:
    folder = packets(tmp_path / "baseline", ACCEPTS)
    zeek(folder, [(day + 0.5, 0.01, POLL) for day in range(14)], "tap", lossy=True)
    one = found(tmp_path, folder)
    assert (one.state, one.lossy) == (State.INSUFFICIENT, True), reasons(one)
