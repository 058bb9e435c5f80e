"""The estimators: hand-computed values, and predictions against weeks that were held back."""

from __future__ import annotations

import random

import pytest

from segc.baseline.estimate import Incidence, at_most, coverage, incidence, to_come, unseen

HAND = Incidence(days=10, keys=20, seen=40, once=4, twice=2)


def test_by_hand() -> None:
    assert coverage(HAND) == pytest.approx(1 - 4 / 40 * 36 / 40)
    assert unseen(HAND) == pytest.approx(0.9 * 16 / 4)
    assert to_come(HAND, 5) == pytest.approx(1.474, abs=0.001)
    assert at_most(28) == pytest.approx(0.107, abs=0.001)


def test_counts_of_days() -> None:
    assert incidence(10, [1, 1, 2, 7]) == Incidence(10, 4, 11, 2, 1)
    assert incidence(3, []) == Incidence(3, 0, 0, 0, 0)


def test_nothing_seen_covers_nothing_and_one_day_tells_nothing() -> None:
    assert coverage(incidence(14, [])) == 0
    assert coverage(incidence(1, [1, 1])) == 0
    assert unseen(incidence(0, [])) == to_come(incidence(0, []), 7) == 0
    assert at_most(0) == float("inf")


def test_no_pair_of_days() -> None:
    single = incidence(14, [1, 14, 14])
    assert coverage(single) == 1
    assert to_come(single, 7) == pytest.approx(1 / 14)
    assert unseen(incidence(14, [1, 1, 14])) == pytest.approx(13 / 14)


@pytest.mark.parametrize(("days", "ahead"), [(7, 7), (14, 7), (14, 14), (21, 7)])
def test_against_weeks_that_were_held_back(days: int, ahead: int) -> None:
    """Keys of very different rates, as plants have them: what the next days bring is told within a tenth."""
    rng = random.Random(20261126)
    rates = [min(1.0, 1 / rank**0.9 * 40) for rank in range(1, 6001)]
    seen = [[day for day in range(days + ahead) if rng.random() < rate] for rate in rates]
    known = incidence(days, [count for key in seen if (count := sum(day < days for day in key))])
    new = sum(1 for key in seen if key and min(key) >= days)
    held_back = [min(key) < days for key in seen for day in key if day >= days]
    covered = sum(held_back) / len(held_back)
    assert coverage(known) == pytest.approx(covered, abs=0.03)
    assert to_come(known, ahead) == pytest.approx(new, rel=0.10)
    assert abs(to_come(known, ahead) - new) < abs(ahead * known.once / days - new), "better than the plain rate"


def test_what_comes_once_a_month_defeats_it() -> None:
    """Daily and weekly keys in four weeks: all is covered, and the job of the month's end is yet to come."""
    daily, weekly = [list(range(28))] * 20, [list(range(offset, 28, 7)) for offset in range(5)]
    known = incidence(28, [len(key) for key in (*daily, *weekly)])
    assert coverage(known) == 1
    assert to_come(known, 7) == 0
