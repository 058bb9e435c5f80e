"""Alerts: the classes of a comparison, once a key and hour, and with bounded memory."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segc.baseline.classify import Classifier
from segc.baseline.judged import UNEXPLAINED, Class
from segc.baseline.ledger import Key
from segc.baseline.observed import Noise, Observed, Said
from segc.baseline.watch.alerts import HOUR, Alert, Alerts
from segc.baseline.watch.document import document, line
from segc.baseline.weight import Weights
from segc.lang.loader import load
from segc.model.plant import Plant
from segc.model.resolve import resolve
from tests.baseline.plants import TEXT
from tests.baseline.test_draft import PLANT
from tests.baseline.test_draft_laws import AT

if TYPE_CHECKING:
    from pathlib import Path

START = int(AT.timestamp()) * 1_000_000
ENDS = ("10.3.0.1", "10.3.0.9", "10.2.0.1", "10.2.0.2", "10.4.0.2", "198.51.100.7", "224.0.0.251", "255.255.255.255")


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Plant:
    file: Path = tmp_path_factory.mktemp("watch") / "plant.zone"
    file.write_text(PLANT, encoding="utf-8")
    return resolve(load(file))[0]


def saw(time: int, src: str = "10.3.0.9", dst: str = "10.2.0.1", port: int = 102, n: int = 1) -> Observed:
    return Observed(START + time, START + time, src, dst, 6, 50_000, port, n)


def fed(alerts: Alerts, ones: list[Observed]) -> list[Alert]:
    return [alert for one in ones for alert in alerts.put(one)] + list(alerts.end())


some = st.builds(
    saw, st.integers(0, 5 * HOUR), st.sampled_from(ENDS), st.sampled_from(ENDS[:6]), st.sampled_from((102, 502, 443))
)


@pytest.mark.parametrize(
    ("time", "alerts"), [("08:00", 1), ("08:29:59", 1), ("08:30", 0), ("12:14", 0), ("12:15", 1), ("13:00", 1)]
)
def test_a_window_of_minutes_is_kept_to_the_second(time: str, alerts: int, tmp_path: Path) -> None:
    """A ledger knows the hour only, and says that it is unsure; here every conversation has its moment."""
    file = tmp_path / "plant.zone"
    grant = "grant help { allow ews -> plc : modbus; window 08:30-12:15; until 2026-12-31; approved-by lead }\n"
    file.write_text(f"{TEXT.replace('Europe/Vienna', 'UTC')}{grant}", encoding="utf-8")
    made = resolve(load(file))[0]
    began = int(datetime.fromisoformat(f"2026-10-20T{time}+00:00").timestamp()) * 1_000_000
    one = Observed(began, began, "10.30.0.50", "10.3.0.11", 6, 50_000, 502)
    assert [a.judged.verdict for a in fed(Alerts(Classifier(made, AT)), [one])] == [Class.OUTSIDE_WINDOW] * alerts


@given(ones=st.lists(some, max_size=60), most=st.integers(1, 8))
def test_every_unexplained_conversation_is_counted_once_and_nothing_else(
    plant: Plant, ones: list[Observed], most: int
) -> None:
    classifier = Classifier(plant, AT)
    wanted: Counter[Key] = Counter()
    for one in ones:
        key = Key(one.src, one.dst, one.proto, one.dport)
        judged = classifier.judge(key)
        if judged.verdict in UNEXPLAINED:
            wanted[key] += 1
    told: Counter[Key] = Counter()
    alerts = Alerts(classifier, most=most)
    for alert in fed(alerts, ones):
        told[alert.judged.key] += alert.count
    assert told == wanted


@given(times=st.lists(st.integers(0, 6 * HOUR), min_size=1, max_size=200))
def test_a_key_is_told_once_an_hour(plant: Plant, times: list[int]) -> None:
    alerts = Alerts(Classifier(plant, AT))
    ordered = sorted(times)
    told = [alert.one.last - START for time in ordered for alert in alerts.put(saw(time))]
    assert len(told) <= 2 * (1 + ordered[-1] // HOUR) + 1
    first = Alerts(Classifier(plant, AT))
    assert len([a for n in range(1000) for a in first.put(saw(n))]) == 1


def test_the_count_comes_when_the_hour_is_over(plant: Plant) -> None:
    alerts = Alerts(Classifier(plant, AT))
    told = fed(alerts, [saw(0), saw(1), saw(2, n=3), saw(HOUR + 5)])
    assert [alert.count for alert in told] == [1, 4, 1]
    assert told[1].first == START + 1
    assert told[1].one.last == START + 2


def test_a_clock_that_jumps_back_silences_nobody(plant: Plant) -> None:
    alerts = Alerts(Classifier(plant, AT))
    told = fed(alerts, [saw(900 * 24 * HOUR), saw(0), saw(1)])
    assert [alert.count for alert in told] == [1, 1, 1]


def test_memory_is_bounded(plant: Plant) -> None:
    alerts = Alerts(Classifier(plant, AT), most=50)
    for number in range(1000):
        list(alerts.put(saw(number, dst="10.2.0.1", port=number + 1)))
    assert len(alerts._told) <= 50
    assert alerts._judge.cache_info().currsize <= 50


def test_what_a_device_stopped_is_told_as_such_and_groups_are_not(plant: Plant) -> None:
    alerts = Alerts(Classifier(plant, AT))
    (told,) = alerts.put(saw(0)._replace(said=Said.STOPPED))
    assert (told.noise, told.judged.verdict) == (Noise.STOPPED, Class.UNKNOWN_ASSET)
    assert list(alerts.put(saw(1, dst="224.0.0.251"))) == []
    assert list(alerts.put(saw(1, src="10.3.0.1", dst="10.2.0.2", port=502))) == [], "permitted"


def test_made_up_addresses_do_not_fill_the_memory_nor_change_a_verdict(plant: Plant) -> None:
    alerts = Alerts(Classifier(plant, AT), most=8)
    permitted = Classifier(plant, AT).judge(Key("10.3.0.1", "10.2.0.2", 6, 502)).verdict
    for number in range(200):
        list(alerts.put(saw(number, f"198.51.100.{number}", "10.2.0.1", 1000 + number)))
        covering = alerts.classifier.covering
        assert len(covering._known) <= 11, "what one judgement may add"
        assert len(covering._speaking) <= 10
        assert alerts.classifier.judge(Key("10.3.0.1", "10.2.0.2", 6, 502)).verdict is permitted
    assert permitted is Class.PERMITTED


def test_a_line_drives_no_terminal(plant: Plant) -> None:
    classifier = Classifier(plant, AT)
    [alert] = Alerts(classifier).put(saw(0)._replace(tag="segc:A:\x1b[2J\x9b31m\x7f\u00fc"))
    text = line(document(alert, classifier, Weights(plant, []), "tap"))
    assert all(character.isprintable() for character in text)
    assert json.loads(text)["tag"] == "segc:A:\x1b[2J\x9b31m\x7f\u00fc"
