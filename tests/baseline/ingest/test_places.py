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
    "one-that-died": [source("a/conn.log"), source("b/conn.log", days=DAYS[:1])],
    "folders-with-numbers": [source("line3/conn.log"), source("line4/conn.log")],
    "folders-of-days": [source(f"{tap}/{day}/conn.log", days=(day,)) for tap in "ab" for day in DAYS],
    "in-one-folder": [source("logs/fw-a.log"), source("logs/fw-b.log")],
    "numbered": [source("fw1.log"), source("fw2.log")],
    "rotated-too": [source(f"{fw}.log{n}") for fw in ("fw1", "fw2") for n in ("", ".1", ".2.gz")],
}
ONE = {
    "hours-of-a-day": [source("conn.10:00:00-11:00:00.log.gz"), source("conn.11:00:00-12:00:00.log.gz")],
    "short-hours": [source("2026-09-01/conn.00-01.log.gz"), source("current/conn.log")],
    "a-folder-a-day": [source(f"logs/{day}/conn.log", days=(day, DAYS[0])) for day in DAYS],
    "rotated": [source(f"kern.log{n}") for n in ("", ".1", ".2.gz", ".10.gz")],
    "by-date": [source(f"fw-{day}.log") for day in ("20260901", "20260902", "2026-09-03")],
    "numbers-alone": [source("logs/0.log"), source("logs/1.log")],
    "from-text-to-json": [source("conn.log"), source("conn.json", form="zeek-json")],
    "named": [
        source("a/conn.log", sensor="a"),
        source("b/conn.log", sensor="b"),
        source("f", form="kernel", sensor="c"),
    ],
    "one-named": [source("a/conn.log"), source("b/conn.log", sensor="b")],
    "told-nothing": [source("a/conn.log"), source("fw.log", form="kernel", days=())],
    "on-other-days": [source("march/conn.log"), source("april/conn.log", days=("2026-10-01",))],
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
