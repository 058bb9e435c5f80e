"""Drift, on histories in which one thing is different: it is found, with its numbers, and nothing else is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segc.baseline.classify import Classifier
from segc.baseline.drift.changes import Change, Drift, since_default
from segc.baseline.drift.days import Day
from segc.baseline.drift.measures import far, regularity, spread, stamps
from segc.baseline.drift.seen import History
from segc.baseline.ledger import Key
from segc.baseline.weight import Weights
from segc.cli.library import services
from segc.lang.loader import load
from segc.model.plant import Plant
from segc.model.resolve import resolve
from tests.baseline.test_draft import PLANT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

AT = datetime(2026, 10, 1, tzinfo=UTC)
DAY = 86_400_000_000
FIRST, SINCE, LAST = 20_000, 20_021, 20_027
ALL_DAY = (1 << 24) - 1
POLL = Key("10.3.0.1", "10.2.0.2", 6, 502)  # permitted
OTHER = Key("10.3.0.2", "10.2.0.1", 6, 102)  # by no flow


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Plant:
    file: Path = tmp_path_factory.mktemp("drift") / "plant.zone"
    file.write_text(PLANT, encoding="utf-8")
    return resolve(load(file))[0]


class Told:
    """A history being written."""

    def __init__(self) -> None:
        self.days: dict[Key, list[Day]] = {}
        self.hours: dict[Key, dict[int, int]] = {}
        for day in range(FIRST, LAST + 1):  # something that is always there, so that the sensor lives
            self.on(POLL, day)

    def on(
        self, key: Key, day: int, n: int = 86_400, size: int = 1_000_000, hours: int = ALL_DAY, *, lossy: bool = False
    ) -> None:
        """The key on a day, `n` times, in these hours."""
        start, end = (hours & -hours).bit_length() - 1, hours.bit_length()
        first, last = (day * DAY + hour * 3_600_000_000 for hour in (start, end))
        self.days.setdefault(key, []).append(Day(day, n, size, n, 0, first, last - 1_000_000, int(lossy)))
        self.hours.setdefault(key, {})[day] = hours

    def changes(self, plant: Plant, since: int = SINCE) -> list[Change]:
        return self.drift(plant, since).changes()

    def drift(self, plant: Plant, since: int = SINCE) -> Drift:
        judge = Classifier(plant, AT)
        weights = Weights(plant, [service for service, _ in services().values()])
        sensors = {key: frozenset({"tap"}) for key in self.days}
        until = max(day.last for days in self.days.values() for day in days)
        seen = History(self.days, self.hours, sensors, {"tap": until}, tuple(range(FIRST, LAST + 1)))
        return Drift(seen, lambda key: judge.judge(key, self.hours.get(key)), weights.rank, since)


def kinds(changes: list[Change]) -> list[tuple[str, Key]]:
    return [(change.kind, change.key) for change in changes]


def test_a_plant_that_goes_on_as_before_has_not_changed(plant: Plant) -> None:
    assert Told().changes(plant) == []


def test_a_new_service_is_told_from_a_new_pair_and_a_new_talker(plant: Plant) -> None:
    told = Told()
    again = POLL._replace(port=80)
    pair = POLL._replace(dst="10.2.0.1")
    talker = POLL._replace(src="10.3.0.9")
    for key in (again, pair, talker):
        told.on(key, LAST)
    found = kinds(told.changes(plant))
    assert [c for c in found if c[0].startswith("new")] == [
        ("new-talker", talker),
        ("new-pair", pair),
        ("new-service", again),
    ]


def test_what_crosses_more_and_can_write_comes_first(plant: Plant) -> None:
    told = Told()
    into, out, site = (
        Key("198.51.100.7", "10.2.0.1", 6, 102),
        Key("10.3.0.7", "198.51.100.9", 6, 443),
        Key("10.3.0.8", "10.4.0.2", 6, 9999),
    )
    for key in (site, out, into):
        told.on(key, LAST, n=1, hours=1)
    assert [c.key for c in told.changes(plant)] == [into, out, site]


def test_who_is_silent_is_missed(plant: Plant) -> None:
    told = Told()
    for day in range(FIRST, LAST - 3):
        told.on(OTHER, day)
    (found,) = [c for c in told.changes(plant) if c.kind == "vanished"]
    assert found.key == OTHER
    assert found.numbers["median_gap_seconds"] == 3600
    assert found.numbers["silent_seconds"] == pytest.approx(4 * 86_400, abs=2)


def test_who_comes_once_a_week_is_not_missed_after_three_days(plant: Plant) -> None:
    told = Told()
    for day in range(FIRST, LAST - 3, 3):
        told.on(OTHER, day, n=1, hours=1 << 6)
    assert not [c for c in told.changes(plant) if c.kind == "vanished"]


def test_who_rests_at_weekends_is_not_missed_on_a_sunday(plant: Plant) -> None:
    told = Told()
    for day in range(FIRST, LAST + 1):
        if day % 7 not in (2, 3) and day < LAST:
            told.on(OTHER, day)
    silent = told.days[POLL][-1].last - told.days[OTHER][-1].last
    assert silent > 3 * 3_600_000_000, "more than three median gaps"
    assert not [c for c in told.changes(plant) if c.kind == "vanished"]


def test_a_lossy_sensor_misses_nobody(plant: Plant) -> None:
    told = Told()
    for day in range(FIRST, LAST - 3):
        told.on(OTHER, day, lossy=True)
    assert not [c for c in told.changes(plant) if c.kind == "vanished"]


def test_another_pace_is_found_in_the_same_volume(plant: Plant) -> None:
    told = Told()
    for day in range(FIRST, LAST + 1):
        told.on(OTHER, day, n=86_400 if day < SINCE else 43_200)
    (found,) = [c for c in told.changes(plant) if c.kind == "period"]
    assert found.numbers["was_seconds"] == pytest.approx(1, rel=0.01)
    assert found.numbers["is_seconds"] == pytest.approx(2, rel=0.01)


@pytest.mark.parametrize(("size", "found"), [(1_000_000, 0), (1_050_000, 0), (9_000_000, 1), (1_000, 1)])
def test_another_volume_is_found(plant: Plant, size: int, found: int) -> None:
    told = Told()
    for day in range(FIRST, LAST + 1):
        told.on(OTHER, day, size=size if day == LAST - 1 else 1_000_000)
    assert len([c for c in told.changes(plant) if c.kind == "volume"]) == found


def test_the_last_day_may_carry_less(plant: Plant) -> None:
    told = Told()
    for day in range(FIRST, LAST + 1):
        told.on(OTHER, day, size=1_000 if day == LAST else 1_000_000)
    assert not [c for c in told.changes(plant) if c.kind == "volume"]


def test_weekends_are_compared_with_weekends(plant: Plant) -> None:
    told = Told()
    for day in range(FIRST, LAST + 1):
        told.on(OTHER, day, size=50_000 if day % 7 in (2, 3) else 1_000_000)
    assert not [c for c in told.changes(plant) if c.kind == "volume"]


def test_a_beacon_is_what_no_flow_permits(plant: Plant) -> None:
    told = Told()
    for day in range(SINCE, LAST + 1):
        told.on(OTHER, day, n=40, size=4000, hours=0b000001000001000001000001)
    (found,) = [c for c in told.changes(plant) if c.kind == "beacon"]
    assert found.said == "comes every 6 hours, in 28 hours", "which are not the 280 conversations"
    assert found.key == OTHER, "the poll comes every hour, too, and is permitted"
    assert found.numbers["score"] == 1.0
    assert found.numbers["stamps"] == 4 * 7
    assert told.drift(plant).standing() == []


@pytest.mark.parametrize(
    ("days", "hours", "standing"),
    [
        (range(FIRST, SINCE), 0b000001000001000001000001, True),
        ((SINCE - 1,), 1, False),  # once says no pace
        (range(FIRST, SINCE, 5), 1, False),  # another pace
    ],
)
def test_a_beacon_that_came_before_is_no_change(days: Iterable[int], hours: int, standing: bool, plant: Plant) -> None:
    told = Told()
    for day in days:
        told.on(OTHER, day, n=4, size=400, hours=hours)
    for day in range(SINCE, LAST + 1):
        told.on(OTHER, day, n=4, size=400, hours=0b000001000001000001000001)
    drift = told.drift(plant)
    assert [c.key for c in drift.changes() if c.kind == "beacon"] == ([] if standing else [OTHER])
    assert [c.key for c in drift.standing()] == ([OTHER] if standing else [])


def test_four_stamps_are_needed(plant: Plant) -> None:
    told = Told()
    for day in range(SINCE, SINCE + 3):
        told.on(OTHER, day, n=1, hours=1)
    assert not [c for c in told.changes(plant) if c.kind == "beacon"]


def test_odd_times_are_no_beacon(plant: Plant) -> None:
    told = Told()
    for day, hours in ((SINCE, 0b1001), (SINCE + 1, 1 << 19 | 1 << 2), (SINCE + 5, 0b11 << 21), (LAST, 1 << 13)):
        told.on(OTHER, day, n=2, size=day % 5 * 900 + 1, hours=hours)
    assert not [c for c in told.changes(plant) if c.kind == "beacon"]


@given(st.lists(st.integers(1, 10_000), min_size=3, max_size=40), st.integers(2, 9))
def test_regularity_is_a_share_and_takes_no_unit(values: list[int], times: int) -> None:
    one = regularity([float(v) for v in values])
    assert 0 <= one <= 1
    assert regularity([float(v * times) for v in values]) == pytest.approx(one)
    assert regularity([5.0] * len(values)) == 1.0


@given(st.lists(st.floats(0, 1e6), min_size=3, max_size=30))
def test_one_odd_day_moves_a_median_no_further_than_its_neighbours(values: list[float]) -> None:
    ordered = sorted(values)
    moved = spread([*values, 1e12]).median
    middle = len(values) // 2
    assert ordered[middle - 1] <= moved <= ordered[min(middle + 1, len(values) - 1)]
    assert far(spread(values).median, spread(values), 1.0) == 0


def test_stamps_are_hours() -> None:
    assert stamps({1: 0b101, 0: 1 << 23}) == [23 * 3600, 86_400, 86_400 + 7200]
    assert since_default([5, 20, 21]) == 15
