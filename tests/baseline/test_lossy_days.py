"""A day on which a sensor lost records shows what was there and not what was not; its other days are as good as ever."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from segc import api
from segc.baseline.compare import Comparison, compare
from segc.baseline.ingest.learn import Learner, Options
from segc.baseline.readiness import Readiness, State, readiness
from segc.baseline.sources.protocol import Context
from segc.baseline.store import Ledger
from tests.baseline.made import FIELDS, START, Line, learn
from tests.baseline.plants import TEXT, plant
from tests.baseline.test_readiness import AT, BACKUP, GATE, MODBUS, reasons
from tests.baseline.test_watching import NEAR, fw

SUPPRESSED = "2026-10-05T00:00:01+00:00 fw kernel: net_ratelimit: 5 callbacks suppressed\n"
STRANGER = Line("10.30.0.77", "10.3.0.11", 445, (0,))


def asked(folder: Path, text: str = TEXT) -> tuple[Comparison, Readiness]:
    made, _ = api.check(plant(Path(tempfile.mkdtemp(dir=folder)) / "plant", text), AT)
    with Ledger.open(folder / "baseline") as ledger:
        compared = compare(made, ledger, AT)
        [found] = readiness(compared, ledger, GATE, {"recipes"})
        return compared, found


def learned(folder: Path, *logs: tuple[list[Line], bool], sensor: str = "span") -> None:
    for lines, lossy in logs:
        learn(folder / "baseline", lines, sensor, lossy=lossy)


@pytest.mark.parametrize(("days", "state"), [(18, State.READY), (14, State.INSUFFICIENT)])
def test_a_gap_in_the_log_of_a_day_costs_that_day(days: int, state: State, tmp_path: Path) -> None:
    with Learner(tmp_path / "baseline", Options("", Context(sensor="fw"))) as learner:
        for day in range(days):
            log = tmp_path / f"fw-{day}.log"
            lines = fw("ALLOW ", [day], "10.30.0.10", "10.3.0.11", 502)
            log.write_text("".join(f"{line}\n" for line in lines) + (SUPPRESSED if not day else ""), encoding="utf-8")
            assert learner.learn(str(log)).source is not None
    compared, found = asked(tmp_path)
    assert (found.state, found.lossy, found.days, len(found.lost)) == (state, False, days - 1, 1), reasons(found)
    assert compared.there(["fw"]) == set(found.watched)
    assert found.incidence.seen == days - 1, "and the estimate knows of no more days than were watched"
    assert ("on 1 more its sensors lost records" in reasons(found)) is (state is State.INSUFFICIENT)


def test_what_came_on_such_a_day_only_was_there(tmp_path: Path) -> None:
    """Declared or not: flows were seen, and what would be stopped is."""
    text = TEXT.replace("  allow app -> plc", '  allow ews -> plc : modbus { because "repairs" }\n  allow app -> plc')
    repairs = Line("10.30.0.50", "10.3.0.11", 502, (0,))
    learned(tmp_path, ([MODBUS._replace(days=(0,)), repairs], True), ([MODBUS._replace(days=range(1, 16))], False))
    _, found = asked(tmp_path, text)
    assert (found.state, found.days, found.declared.silent) == (State.READY, 15, ()), reasons(found)
    learned(tmp_path, ([STRANGER], True))
    _, found = asked(tmp_path, text)
    assert (found.state, len(found.denied)) == (State.NOT_READY, 1)


def test_another_sensor_that_lost_nothing_that_day_will_do(tmp_path: Path) -> None:
    """Even if it lost some on the days on which the first one did not."""
    learned(tmp_path, ([MODBUS._replace(days=range(7))], True), ([MODBUS._replace(days=range(7, 14))], False))
    assert asked(tmp_path)[1].days == 7
    other = [MODBUS._replace(days=range(7), hour=11)]
    learned(tmp_path, (other, False), ([MODBUS._replace(days=range(7, 14), hour=11)], True), sensor="tap")
    _, found = asked(tmp_path)
    assert (found.state, found.days, found.lost) == (State.READY, 14, ()), reasons(found)


def test_no_silent_day_between_two_counts_if_something_was_lost_on_it(tmp_path: Path) -> None:
    """Nor does a day that both zones were heard on; it shows the sensor in its place all the same."""
    weekly = MODBUS._replace(days=(0, 7, 14))
    loud, lossy = [day for day in range(15) if day not in (3, 7)], [3, 7]
    learned(tmp_path, ([weekly._replace(days=(0, 14)), NEAR._replace(days=loud)], False))
    for day in lossy:
        learned(tmp_path, ([NEAR._replace(days=(day,)), weekly._replace(days=(day,) if day == 7 else ())], True))
    _, found = asked(tmp_path)
    first = min(found.watched)
    assert [day - first for day in found.watched] == loud
    assert [day - first for day in found.lost] == lossy


def test_a_lossy_log_may_have_lost_all_of_a_day(tmp_path: Path) -> None:
    """Then another log of that sensor does not show the day whole."""
    learned(tmp_path, ([MODBUS._replace(days=(2, 6))], True), ([MODBUS._replace(days=(0, 4, 8), hour=12)], False))
    compared, found = asked(tmp_path)
    first = compared.days[0]
    assert [day - first for day in compared.sensors["span"].lost] == [2, 4, 6]
    assert {first, first + 8} <= set(found.watched)
    assert not {first + 2, first + 4, first + 6} & set(found.watched)


def test_what_is_lossy_throughout_shows_no_silence(tmp_path: Path) -> None:
    learned(tmp_path, ([MODBUS, BACKUP], True), ([MODBUS._replace(hour=12)], False))
    compared, found = asked(tmp_path)
    assert compared.sensors["span"].lossy
    assert found.state is State.INSUFFICIENT
    assert "its only sensor misses packets (span)" in reasons(found)


@pytest.mark.parametrize(("missing", "lossy"), [(1, False), (30, True)])
def test_a_packet_that_was_missed_now_and_then_costs_no_day(missing: int, lossy: bool, tmp_path: Path) -> None:
    """A mirror port loses a packet each day. What makes a log lossy is a share of its conversations, told by the log."""
    missed(tmp_path, {0: dict.fromkeys(range(14), (200, missing))})
    _, found = asked(tmp_path)
    assert (found.lossy, found.state) == (lossy, State.INSUFFICIENT if lossy else State.READY), reasons(found)


@pytest.mark.parametrize("logs", [1, 14], ids=["one log", "a log each day"])
def test_a_day_on_which_all_lost_bytes_is_lost_in_whatever_log(logs: int, tmp_path: Path) -> None:
    """Ten of some thousand are less than one in a hundred of a fortnight, and all that this day has."""
    told = {day: (10, 10) if day == 5 else (85, 0) for day in range(14)}
    missed(tmp_path, {0: told} if logs == 1 else {day: {day: told[day]} for day in told})
    compared, found = asked(tmp_path)
    assert (found.state, found.days, found.lossy) == (State.INSUFFICIENT, 13, False), reasons(found)
    assert [day - compared.days[0] for day in found.lost] == [5]


def test_so_is_one_of_what_went_on_past_midnight(tmp_path: Path) -> None:
    """The bytes that are missing may be those of either day."""
    missed(tmp_path, {0: {day: (50, 0) for day in range(15) if day != 6}}, long=(5, 30))
    compared, found = asked(tmp_path)
    assert [day - compared.days[0] for day in compared.sensors["span"].lost] == [5, 6]
    assert (found.state, found.days) == (State.INSUFFICIENT, 13), reasons(found)


def missed(folder: Path, logs: dict[int, dict[int, tuple[int, int]]], long: tuple[int, int] = (0, 0)) -> None:
    """Logs of Zeek with so many conversations on each day, of which so many lost bytes; and, on one day, more of these, which
    last for a day.
    """
    fields = (*FIELDS, "duration", "missed_bytes")
    with Learner(folder / "baseline", Options("", Context(sensor="span"))) as learner:
        for number, days in logs.items():
            rows = ["#separator \\x09", "#path\tconn", "\t".join(("#fields", *fields))]
            told = [(day, n, 1.0, n < losing) for day, (count, losing) in days.items() for n in range(count)]
            told += [(long[0], 1000 + n, 86_400.0, True) for n in range(long[1])]
            for day, n, lasted, losing in told:
                stamp = START.timestamp() + day * 86_400 + 36_000 + n
                ends = ("10.30.0.10", str(40_000 + n), "10.3.0.11", "502")
                what = ("tcp", "SF", "ShADadFf", str(lasted), str(900 * losing))
                rows.append("\t".join((f"{stamp:.6f}", f"C{day}-{n}", *ends, *what)))
            log = folder / f"conn-{number}.log"
            log.write_text("\n".join(rows) + "\n", encoding="utf-8")
            assert learner.learn(str(log)).source is not None
