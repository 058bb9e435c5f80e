"""Comparison and readiness, from logs to words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from segc import api
from segc.baseline.calendar import cycles
from segc.baseline.compare import Comparison, compare
from segc.baseline.judged import Class
from segc.baseline.order import order
from segc.baseline.readiness import Readiness, State, readiness
from segc.baseline.store import Ledger
from segc.settings import Expected, Gate
from tests.baseline.made import Line, Nets, learn
from tests.baseline.plants import TEXT, plant

AT = datetime(2026, 10, 30, 12, tzinfo=UTC)
MODBUS = Line("10.30.0.10", "10.3.0.11", 502, range(14))
GATE = Gate()
BACKUP = Line("10.40.0.9", "10.30.0.10", 873, (0, 7, 13))
HEARD = Line("10.40.0.9", "10.99.0.1", 445, range(28))  # somebody of `office`, each day, with somebody of no zone
STRANGER = Line("10.30.0.77", "10.3.0.11", 502, (3, 4, 5))


def judged(
    folder: Path,
    lines: Iterable[Line],
    gate: Gate = GATE,
    text: str = TEXT,
    *,
    lossy: bool = False,
    at: datetime = AT,
    nets: Nets = (),
) -> tuple[Comparison, dict[str, Readiness]]:
    made, _ = api.check(plant(folder / "plant", text), at)
    with Ledger.open(learn(folder / "baseline", lines, lossy=lossy, nets=nets)) as ledger:
        compared = compare(made, ledger, at, gate)
        return compared, {one.conduit.name: one for one in readiness(compared, ledger, gate)}


def reasons(one: Readiness) -> str:
    return "; ".join(reason.text for reason in one.reasons)


def test_two_weeks_in_which_all_that_is_declared_came_and_nothing_else(tmp_path: Path) -> None:
    compared, found = judged(tmp_path, [MODBUS, BACKUP])
    assert not compared.unexplained()
    assert {name: one.state for name, one in found.items()} == {"recipes": State.READY, "copies": State.READY}
    assert found["recipes"].days == 14
    assert found["recipes"].coverage == 1
    assert set(order(compared.plant, list(found.values()), AT)) == {"recipes", "copies"}


def test_what_enforcing_would_stop(tmp_path: Path) -> None:
    compared, found = judged(tmp_path, [MODBUS, BACKUP, STRANGER], Gate(inventory=0))
    [entry] = compared.unexplained()
    assert (entry.seen.src, entry.judged.verdict, entry.seen.n) == ("10.30.0.77", Class.UNKNOWN_ASSET, 3)
    assert found["recipes"].state is State.NOT_READY
    assert "would stop 1 key that was seen (3 sessions)" in reasons(found["recipes"])
    assert found["copies"].state is State.READY, "what is between other zones says nothing of this one"
    assert order(compared.plant, list(found.values()), AT) == ["copies"]


@pytest.mark.parametrize(
    ("source", "target", "service", "state"),
    [
        ("10.30.0.77", "line.plc", "tcp 502", State.READY),
        ("10.30.0.64/27", "line", "any", State.READY),
        ("mes", "plc", "tcp 502", State.READY),
        ("10.30.0.77", "line", "tcp 503", State.NOT_READY),
        ("10.30.0.78", "line", "any", State.NOT_READY),
        ("line", "mes", "any", State.NOT_READY),
    ],
)
def test_what_somebody_said_may_be_stopped(
    source: str, target: str, service: str, state: State, tmp_path: Path
) -> None:
    gate = Gate(expected=(Expected(source, target, service, date(2027, 1, 1), "old tool"),))
    _, found = judged(tmp_path, [MODBUS, BACKUP, STRANGER], gate)
    # Three days in fourteen with nothing that came twice promise no more keys than half a one a week.
    assert found["recipes"].state is state, reasons(found["recipes"])


def test_attempts_are_no_sessions(tmp_path: Path) -> None:
    compared, found = judged(tmp_path, [MODBUS, BACKUP, STRANGER._replace(state="S0")], Gate(inventory=0))
    assert not compared.unexplained()
    assert len(compared.attempts) == 1
    assert found["recipes"].state is State.READY


def test_a_sensor_that_was_there_for_a_working_week_only(tmp_path: Path) -> None:
    _, found = judged(tmp_path, [MODBUS._replace(days=range(5))])
    assert found["recipes"].state is State.INSUFFICIENT
    assert "watched on 5 of the 14 days" in reasons(found["recipes"])
    assert "never watched on a weekend" in reasons(found["recipes"])
    assert found["copies"].state is State.INSUFFICIENT
    assert reasons(found["copies"]) == "no sensor has seen a session between its zones"


def test_days_that_are_still_to_come_do_not_count(tmp_path: Path) -> None:
    """Asked for a moment in the middle of what was watched."""
    _, found = judged(tmp_path, [MODBUS, BACKUP], at=datetime(2026, 10, 11, 12, tzinfo=UTC))
    assert found["recipes"].state is State.INSUFFICIENT
    assert found["recipes"].days == 7


def test_a_sensor_that_misses_packets_shows_what_is_and_not_what_is_not(tmp_path: Path) -> None:
    _, found = judged(tmp_path, [MODBUS, BACKUP], lossy=True)
    assert {one.state for one in found.values()} == {State.INSUFFICIENT}
    assert "its only sensor misses packets (span)" in reasons(found["recipes"])


def test_two_sensors_of_which_one_misses_nothing(tmp_path: Path) -> None:
    made, _ = api.check(plant(tmp_path / "plant"), AT)
    folder = learn(tmp_path / "baseline", [MODBUS, BACKUP])
    later = MODBUS._replace(days=range(1, 14))  # else its log is the beginning of the other one
    with Ledger.open(learn(folder, [later], "tap", lossy=True)) as ledger:
        compared = compare(made, ledger, AT)
        found = readiness(compared, ledger, Gate(), ["recipes"])
    assert [one.state for one in found] == [State.READY]
    assert found[0].sensors == ("span", "tap")
    assert sum(entry.seen.n for entry in compared.entries) == 17, "one conversation, however many saw it"


def test_a_flow_that_was_never_seen(tmp_path: Path) -> None:
    text = TEXT.replace("  allow app -> plc", '  allow ews -> plc : modbus { because "repairs" }\n  allow app -> plc')
    _, found = judged(tmp_path, [MODBUS, BACKUP], text=text)
    assert found["recipes"].state is State.NOT_READY
    assert "never seen: `ews -> plc : modbus`" in reasons(found["recipes"])


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ("expect rare; tested 2026-09-14", State.READY),
        ("expect rare; tested 2024-09-14", State.NOT_READY),
        ("expect rare; tested 2030-09-14", State.NOT_READY),
        ("expect rare", State.NOT_READY),
        ("expect periodic; tested 2026-09-14", State.NOT_READY),
        ("tested 2026-09-14", State.NOT_READY),
    ],
)
def test_what_may_be_attested_by_a_test(facts: str, state: State, tmp_path: Path) -> None:
    text = TEXT.replace("  allow app -> plc", f"  allow ews -> plc : modbus {{ {facts} }}\n  allow app -> plc")
    _, found = judged(tmp_path, [MODBUS, BACKUP], text=text)
    assert found["recipes"].state is state


def test_a_month_end_job_defeats_the_estimate_and_not_the_calendar(tmp_path: Path) -> None:
    text = TEXT.replace(
        "  allow app -> plc", '  allow ews -> hmi : backup { because "month end"; expect periodic }\n  allow app -> plc'
    )
    weekly = Line("10.30.0.10", "10.3.0.11", 502, (0, 7, 14, 21))
    lines = [MODBUS._replace(days=range(28)), BACKUP, weekly]
    _, found = judged(tmp_path, lines, text=text)
    assert found["recipes"].coverage == 1
    assert found["recipes"].new_in_a_week == 0
    assert found["recipes"].state is State.NOT_READY
    assert "never seen: `ews -> hmi : backup`" in reasons(found["recipes"])


def test_a_period_shows_on_two_days(tmp_path: Path) -> None:
    _, found = judged(tmp_path, [MODBUS, HEARD, BACKUP._replace(days=(1,))])
    assert found["copies"].state is State.NOT_READY
    assert "is periodic, and was seen on one day only" in reasons(found["copies"])


@pytest.mark.parametrize(("share", "state"), [(0.98, State.NOT_READY), (0.66, State.READY), (0, State.READY)])
def test_who_talks_must_be_declared(share: float, state: State, tmp_path: Path) -> None:
    """A machine inside `line` that no flow is against: it tries again and again, and nobody answers."""
    tries = Line("10.3.0.77", "10.3.0.11", 502, (2, 5), state="S0")
    _, found = judged(tmp_path, [MODBUS, BACKUP, tries], Gate(inventory=share))
    assert found["recipes"].state is state, reasons(found["recipes"])
    assert (found["recipes"].machines.known, found["recipes"].machines.unknown) == (2, ("10.3.0.77",))
    assert ("10.3.0.77" in reasons(found["recipes"])) is (state is State.NOT_READY)
    assert found["copies"].state is State.READY, "none of its zones"


def test_a_zone_that_declares_no_machine_is_let_in_as_a_whole(tmp_path: Path) -> None:
    text = TEXT.replace("  asset store 10.40.0.9 { kind server }\n", "").replace("allow store ->", "allow office ->")
    _, found = judged(tmp_path, [MODBUS, BACKUP], text=text)
    assert found["copies"].state is State.READY, reasons(found["copies"])


@pytest.mark.parametrize(
    ("period", "days", "count"),
    [
        ("day", (0, 1), 2),
        ("week", (0, 1, 2, 3, 4, 5, 6), 1),  # 2026-10-05 is a Monday
        ("week", (6, 7), 1),  # from Sunday into Monday: one run
        ("week", (0, 7, 14), 3),
        ("week", (2, 12), 2),
        ("month", range(26), 1),  # all of October from the fifth
        ("month", (26, 27), 1),  # the month's end, over midnight
        ("month", (26, 56), 2),
        ("quarter", (0, 80), 1),
        ("quarter", (0, 90), 2),
        ("year", (0, 300), 2),
    ],
)
def test_cycles_are_those_of_the_calendar(period: str, days: Iterable[int], count: int) -> None:
    assert cycles([date(2026, 10, 5) + timedelta(days=day) for day in days], period) == count


@pytest.mark.parametrize(
    ("facts", "days", "state"),
    [
        ("expect periodic", (1, 2), State.READY),
        ("expect periodic; period week", (1, 2, 3), State.NOT_READY),
        ("period week", (1, 2, 3), State.NOT_READY),
        ("period week", (1, 8), State.READY),
        ("expect periodic; period month", (1, 8), State.NOT_READY),
        ("period week; learned-until 2026-10-13", (1, 8, 15), State.NOT_READY),  # once since
        ("period week; learned-until 2026-10-13", (1, 8, 15, 22), State.READY),
    ],
)
def test_two_days_are_not_two_cycles(facts: str, days: Iterable[int], state: State, tmp_path: Path) -> None:
    text = TEXT.replace("expect periodic", facts)
    _, found = judged(tmp_path, [MODBUS._replace(days=range(28)), HEARD, BACKUP._replace(days=days)], text=text)
    assert found["copies"].state is state, reasons(found["copies"])
    if state is State.NOT_READY:
        each = "month" if "month" in facts else "week"
        assert f"comes each {each}, and was seen in one {each} only" in reasons(found["copies"])


VISIT = """
grant visit {{ owner production; allow ews -> hmi : modbus {{ because "x" }}; window {}; until 2026-12-31 }}
"""


@pytest.mark.parametrize(
    ("window", "zone", "may_stop"),
    [
        ("08:30-12:15", "Europe/Vienna", True),
        ("06:30-08:30", "Europe/Vienna", True),
        ("08:00-12:15", "Europe/Vienna", False),
        ("08:15-08:45; window 08:30-10:00; window 07:00-08:15", "Europe/Vienna", False),
        ("11:30-12:30", "Asia/Kolkata", False),
        ("11:00-12:00", "Asia/Kolkata", True),
    ],
)
def test_whether_it_came_in_the_open_part_of_an_hour_nobody_knows(
    window: str, zone: str, may_stop: bool, tmp_path: Path
) -> None:
    """Six o'clock UTC: eight in Vienna, half past eleven in Kolkata."""
    visit = Line("10.30.0.50", "10.3.0.21", 502, range(14), hour=6)
    text = TEXT.replace("Europe/Vienna", zone) + VISIT.format(window)
    compared, found = judged(tmp_path, [MODBUS, BACKUP, visit], text=text)
    assert not compared.unexplained(), "it is permitted, as far as anybody knows"
    unsure = [entry.judged.nearest for entry in compared.unsure()]
    told = "grants may not cover all of it: in 14 of 14 hours in which it was seen none was open all the time"
    assert unsure == [told] * may_stop
    assert found["recipes"].state is (State.NOT_READY if may_stop else State.READY), reasons(found["recipes"])
    assert [reason.stops for reason in found["recipes"].reasons] == [True] * may_stop
    assert ("may stop 1 key that was seen in hours" in reasons(found["recipes"])) is may_stop
    assert found["copies"].state is State.READY


def test_what_may_have_come_outside_its_window_may_be_stopped(tmp_path: Path) -> None:
    visit = Line("10.30.0.50", "10.3.0.21", 502, range(14), hour=6)
    gate = Gate(expected=(Expected("mes.ews", "line.hmi", "tcp 502", date(2027, 1, 1), "too early"),))
    compared, found = judged(tmp_path, [MODBUS, BACKUP, visit], gate, TEXT + VISIT.format("08:30-12:15"))
    assert found["recipes"].state is State.READY, reasons(found["recipes"])
    assert [use.keys for use in compared.expected] == [1], "it is no idle excuse"


def test_the_days_of_a_sensor_that_misses_packets_do_not_count_beside_one_that_does_not(tmp_path: Path) -> None:
    made, _ = api.check(plant(tmp_path / "plant"), AT)
    folder = learn(tmp_path / "baseline", [MODBUS], "wlan", lossy=True)
    learn(folder, [MODBUS._replace(days=(5,))], "tap")
    with Ledger.open(folder) as ledger:
        compared = compare(made, ledger, AT)
        [found] = readiness(compared, ledger, GATE, {"recipes"})
    assert (found.state, found.days) == (State.INSUFFICIENT, 1)


def test_what_nobody_answered_is_an_attempt_however_many_sensors_saw_it(tmp_path: Path) -> None:
    made, _ = api.check(plant(tmp_path / "plant"), AT)
    tries = [Line("10.30.0.50", "10.3.0.11", 445, (3,), hour, state="S0") for hour in range(6)]
    folder = learn(tmp_path / "baseline", [MODBUS, *tries], "tap")
    learn(folder, [MODBUS, *tries[:2]], "span")
    with Ledger.open(folder) as ledger:
        compared = compare(made, ledger, AT)
    assert [(one.seen.dst, one.seen.n) for one in compared.attempts] == [("10.3.0.11", 6)]
    assert not compared.unexplained()


def test_an_answer_that_one_sensor_saw_makes_it_no_attempt(tmp_path: Path) -> None:
    made, _ = api.check(plant(tmp_path / "plant"), AT)
    tries = [Line("10.30.0.50", "10.3.0.11", 445, (3,), hour, state="S0") for hour in range(6)]
    folder = learn(tmp_path / "baseline", tries, "tap")
    learn(folder, [tries[0]._replace(state="SF")], "span")
    with Ledger.open(folder) as ledger:
        assert [entry.seen.n for entry in compare(made, ledger, AT).unexplained()] == [6]


@pytest.mark.parametrize(("age", "state"), [(12, State.READY), (11, State.INSUFFICIENT)])
def test_what_was_seen_long_ago_says_little_of_today(age: int, state: State, tmp_path: Path) -> None:
    """The last of the 14 days is 2026-10-18, twelve days before."""
    _, found = judged(tmp_path, [MODBUS, BACKUP], Gate(age=age))
    assert found["recipes"].state is state
    told = "last watched on 2026-10-18, 12 days ago; the gate asks for 11 at most"
    assert (told in reasons(found["recipes"])) is (state is State.INSUFFICIENT)
