"""What drift reads of a ledger, some days after others: what other questions to the ledger say of it as well."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segc.baseline.drift import seen
from segc.baseline.drift.days import Day, Days
from segc.baseline.drift.seen import history
from segc.baseline.store import Ledger
from tests.baseline.ingest.oracle import tabs
from tests.baseline.store import logs
from tests.baseline.test_equal_ports import DAY, row

if TYPE_CHECKING:
    from pathlib import Path

    from segc.baseline.ledger import Key


@pytest.fixture
def baseline(tmp_path: Path) -> Path:
    """Two sensors; one saw half of the machines, on other hours of every day."""
    for number, sensor in enumerate(("tap", "span")):
        rows = [
            row(day * DAY + hour * 3600, f"10.30.0.{host}", "10.3.0.12", words={"id.orig_p": "50001"})
            for day in range(0, 20, 3)
            for host in range(1 + number, 9, 1 + number)
            for hour in (host, host + 9 * number)
        ]
        (tmp_path / f"conn.{number}.log").write_text(tabs(rows), encoding="utf-8")
        logs.learn(tmp_path / "baseline", tmp_path / f"conn.{number}.log", sensor=sensor)
    return tmp_path / "baseline"


@pytest.mark.parametrize("parts", [1, 2, 16])
def test_in_however_many_parts_it_is_read(parts: int, baseline: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seen, "PAGES", parts)
    with Ledger.open(baseline) as ledger:
        found = history(ledger)
        incidences: dict[Key, list[int]] = {
            key: [day for _, day in days] for key, days in groupby(ledger.incidences(), lambda one: one[0])
        }
        assert {key: [day.day for day in days] for key, days in found.days.items()} == incidences
        assert [*found.days] == sorted(found.days)
        assert found.hours == ledger.hours(found.days)
        assert found.sensors == ledger.who_saw()
        assert {len(names) for names in found.sensors.values()} == {1, 2}
        told = ledger.keys()
        assert sum(day.n for days in found.days.values() for day in days) == sum(one.n for one in told)


@given(
    st.lists(st.tuples(*[st.integers(-(1 << 63), (1 << 63) - 1)] * 8), max_size=5),
    st.integers(-6, 6),
    st.integers(-6, 6),
)
def test_days_are_a_list_of_days(told: list[tuple[int, ...]], first: int, last: int) -> None:
    found, plain = Days(), [Day._make(one) for one in told]
    for one in told:
        found.add(one)
    assert (len(found), list(found), bool(found)) == (len(plain), plain, bool(plain))
    assert found[first:last] == plain[first:last]
    if -len(plain) <= first < len(plain):
        assert found[first] == plain[first]
    else:
        with pytest.raises(IndexError):
            found[first]
