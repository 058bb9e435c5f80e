"""Drift, where UDP between equal ports does not tell who asks: what may be the answer to a question is nobody new."""

from __future__ import annotations

from pathlib import Path

import pytest

from segc import api
from segc.baseline.classify import Classifier
from segc.baseline.drift.answers import as_asked
from segc.baseline.drift.changes import Drift
from segc.baseline.drift.seen import history
from segc.baseline.ledger import Key
from segc.baseline.store import Ledger
from tests.baseline.ingest.oracle import START, tabs
from tests.baseline.plants import TEXT, plant
from tests.baseline.store import logs
from tests.baseline.test_equal_ports import AT, DAY, SERVER, WITH, row

CLIENT = "10.30.0.10"
ASKED = Key(CLIENT, SERVER, 17, 123)
ANSWER = Key(SERVER, CLIENT, 17, 123)
LAST = 20
FIRST_DAY = START // DAY


def polls(days: range, each: int = 5) -> list[dict[str, str]]:
    """So many that who asks is told."""
    return [row(day * DAY + n * 60, CLIENT, SERVER) for day in days for n in range(each)]


def drift(folder: Path, text: str, *told: list[dict[str, str]]) -> Drift:
    """Of logs of one sensor, the last of them by another one if there are three."""
    made, _ = api.check(plant(folder / "plant", text), AT)
    for number, rows in enumerate(told):
        log = folder / f"conn.{number}.log"
        log.write_text(tabs(rows), encoding="utf-8")
        logs.learn(folder / "baseline", log, sensor="tap" if number < 2 else "span")
    with Ledger.open(folder / "baseline") as ledger:
        classifier = Classifier(made, AT)
        seen = as_asked(ledger, history(ledger), classifier)
        return Drift(seen, lambda key: classifier.judge(key, seen.hours.get(key)), lambda _: 0, FIRST_DAY + LAST)


def new(found: Drift) -> list[tuple[str, Key]]:
    return [(change.kind, change.key) for change in found.new()]


ONE_ANSWER = [row(LAST * DAY, SERVER, CLIENT)]


def test_an_answer_to_what_was_asked_before_is_nobody_new(tmp_path: Path) -> None:
    found = drift(tmp_path, WITH, polls(range(LAST)), ONE_ANSWER)
    assert new(found) == []
    assert [(day.day, day.n) for day in found.after(ASKED)] == [(FIRST_DAY + LAST, 1)]
    assert found.seen.hours[ASKED][FIRST_DAY + LAST].bit_count() == 1
    assert ANSWER not in found.seen.days


def test_an_answer_to_what_was_never_asked_before_is_a_question_that_is_new(tmp_path: Path) -> None:
    others = [row(day * DAY, CLIENT, "10.3.0.12", words={"id.orig_p": "50001"}) for day in range(LAST)]
    assert new(drift(tmp_path, WITH, others, ONE_ANSWER)) == [("new-pair", ASKED)]


@pytest.mark.parametrize("asked", [True, False])
def test_what_no_flow_permits_is_an_answer_if_the_question_was_surely_asked(asked: bool, tmp_path: Path) -> None:
    before = polls(range(LAST)) if asked else [row(0, CLIENT, SERVER, words={"id.orig_p": "50001", "id.resp_p": "161"})]
    kinds = [] if asked else [("new-pair", ANSWER)]
    assert new(drift(tmp_path, TEXT, before, ONE_ANSWER)) == kinds


def test_who_asks_the_other_way_again_and_again_is_told(tmp_path: Path) -> None:
    asks = [row(LAST * DAY + n * 1024, SERVER, CLIENT) for n in range(40)]
    assert new(drift(tmp_path, WITH, polls(range(LAST)), asks)) == [("new-pair", ANSWER)]


def test_a_question_of_which_only_answers_are_told_any_more_has_not_fallen_silent(tmp_path: Path) -> None:
    alone = {"resp_pkts": "0", "conn_state": "S0"}  # the sensor sees that side only
    answers = [row(day * DAY + n * 3600, SERVER, CLIENT, words=alone) for day in range(10, LAST + 1) for n in (0, 1)]
    found = drift(tmp_path, WITH, polls(range(10)), answers)
    assert not {change.kind for change in found.changes()} & {"vanished", "new-pair", "new-talker"}


def test_two_sensors_of_which_one_tells_who_asked_count_once(tmp_path: Path) -> None:
    day = polls(range(LAST, LAST + 1))
    found = drift(tmp_path, WITH, polls(range(LAST)), day, [row(LAST * DAY + n, SERVER, CLIENT) for n in range(2)])
    assert [one.n for one in found.after(ASKED)] == [5]
    assert found.seen.sensors[ASKED] == {"tap", "span"}
