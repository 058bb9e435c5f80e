"""Logs that no name tells apart."""

from __future__ import annotations

import pytest

from segc.baseline.ingest.places import unnamed
from segc.baseline.manifest import Source

DAYS = ("2026-09-01", "2026-09-02")


def source(name: str, *, form: str = "zeek-tsv", sensor: str = "", days: tuple[str, ...] = DAYS) -> Source:
    return Source(name, name, 1, form, sensor, days=days)


TWO = {
    "formats": [source("conn.log"), source("fw.log", form="kernel")],
    "formats-other-days": [source("conn.log"), source("fw.log", form="kernel", days=("2026-10-01",))],
    "folders": [source("a/conn.log"), source("b/conn.log")],
    "folders-of-days": [source(f"{tap}/{day}/conn.log", days=(day,)) for tap in "ab" for day in DAYS],
}
ONE = {
    "hours-of-a-day": [source("conn.10.log"), source("conn.11.log")],
    "a-folder-a-day": [source(f"logs/{day}/conn.log", days=(day,)) for day in DAYS],
    "from-text-to-json": [source("conn.log"), source("conn.json", form="zeek-json")],
    "named": [
        source("a/conn.log", sensor="a"),
        source("b/conn.log", sensor="b"),
        source("fw.log", form="kernel", sensor="c"),
    ],
    "one-named": [source("a/conn.log"), source("b/conn.log", sensor="b")],
    "told-nothing": [source("a/conn.log"), source("fw.log", form="kernel", days=())],
}


@pytest.mark.parametrize("case", TWO)
def test_places_that_count_as_one_are_told(case: str) -> None:
    (found,) = unnamed(TWO[case])
    assert found.name == "sensor-unnamed"
    names = [source.name for source in TWO[case]]
    assert sum(f"`{name}`" in found.message for name in names) == 2
    assert "--sensor" in found.help


@pytest.mark.parametrize("case", ONE)
def test_logs_of_one_place_need_no_name(case: str) -> None:
    assert unnamed(ONE[case]) == []
