"""Dates and hours of nft: what it makes of them near the nights in which clocks are moved, and the word for each moment."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from segc.packets.machine import Refused
from segc.proof.gate import Gate
from segc.proof.prove import Proof, Prover
from segc.targets import registry
from segc.targets.build import build
from tests.conformance.cases import AT, PLANTS
from tests.plants import plant_of
from tests.targets.test_windows import made, plant

VIENNA = "Europe/Vienna"
# What nft 1.0.6 made of them on a machine in Vienna: `nft --debug=netlink`, `meta time >= "..."`
MEASURED = {
    "2026-10-24 22:30:00": "2026-10-24T20:30:00",
    "2026-10-25 00:30:00": "2026-10-24T22:30:00",
    "2026-10-25 01:30:00": "2026-10-25T00:30:00",
    "2026-10-25 02:30:00": "2026-10-25T01:30:00",
    "2026-10-25 03:00:00": "2026-10-25T02:00:00",
    "2027-03-28 00:30:00": "2027-03-27T23:30:00",
    "2027-03-28 01:30:00": "2027-03-27T23:30:00",
    "2027-03-28 02:30:00": "2027-03-28T00:30:00",
    "2026-12-05 00:00:00": "2026-12-04T23:00:00",
}
MOVED = [datetime(2026, 10, 25, 1, tzinfo=UTC), datetime(2027, 3, 28, 1, tzinfo=UTC)]
reader = registry.module("vyos", "reader_time")  # which has `moment` from there
renderer = registry.module("vyos", "rulesets").nft_time


@pytest.mark.parametrize("text", MEASURED)
def test_the_reader_takes_a_word_as_nft_does(text: str) -> None:
    day, hour = text.split()
    found = reader.moment(VIENNA, day, hour, 0)
    assert datetime.fromtimestamp(found, UTC) == datetime.fromisoformat(MEASURED[text]).replace(tzinfo=UTC)


@pytest.mark.parametrize("zone", [VIENNA, "UTC", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"])
def test_each_moment_has_a_word_or_none(zone: str) -> None:
    """Through both nights; what has none is shortly before clocks go back, and no word means it."""
    none = 0
    for night in MOVED:
        for step in range(-3 * 96, 3 * 96):
            at = int((night + timedelta(minutes=15 * step)).timestamp())
            found = renderer.word(at, ZoneInfo(zone))
            if found is None:
                none += 1
            else:
                assert reader.moment(zone, f"{found:%Y-%m-%d}", f"{found:%H:%M:%S}", 0) == at
    assert none == (4 if zone == VIENNA else 0)


def judged(target: str, change: tuple[str, str]) -> Proof:
    """The proof of the files with every place changed; there must be one."""
    policy = plant(target, VIENNA)
    one = made(policy)
    text = re.sub(*change, one.texts()["rules"])
    assert text != one.texts()["rules"]
    return Prover(policy, AT, None).prove(one.firewall, {"rules": text}, one.entry)


UNDECIDED = {
    "an hour of every day": ("time startdate '2026-12-05'", "description 'x'"),
    "a day of the week": ("time startdate '2026-12-05'", "time weekdays 'Sat'"),
    "another time zone": (r"\Z", "set system time-zone 'Europe/London'\n"),
    "no time zone is UTC": (r"\Z", "set system host-name 'fw'\n"),
}


@pytest.mark.parametrize("way", UNDECIDED)
def test_what_hangs_on_more_than_the_date_decides_nothing(way: str) -> None:
    assert not judged("vyos", UNDECIDED[way]).equal


def test_the_same_time_zone_by_another_name() -> None:
    assert judged("vyos", (r"\Z", "set system time-zone 'Europe/Berlin'\n")).equal


@pytest.mark.parametrize(
    "odd", ["time startdate '2026-13-05'", "time startdate 'now'", "time utc", "time monthdays '5'"]
)
def test_what_is_no_time_is_refused(odd: str) -> None:
    with pytest.raises(Refused):
        judged("vyos", ("time startdate '2026-12-05'", odd))


FW4 = ("option start_date '2026-12-05T06:00:00'", "option stop_date '2026-12-05T09:59:59'")
LEFT_OPEN = {
    "hours of every day": (FW4[0], "option start_time '06:00:00'"),
    "days of the week": (FW4[0], "option weekdays 'Sat'"),
    "UTC, which no version knows": (FW4[0], rf"{FW4[0]}\n\toption utc_time '1'"),
    "the end as the first second behind it": (FW4[1], "option stop_date '2026-12-05T10:00:00'"),
    "a day is its midnight": (FW4[1], "option stop_date '2026-12-05'"),
    "from the end to the start": (FW4[1], "option stop_date '2026-12-04'"),
    "always": (f"\t{FW4[0]}\n", ""),
}


@pytest.mark.parametrize("way", LEFT_OPEN)
def test_other_times_of_fw4_are_not_equal(way: str) -> None:
    assert not judged("openwrt", LEFT_OPEN[way]).equal


@pytest.mark.parametrize("odd", ["2026", "2026-12", "2026-12-05T6", "2026-02-30", "2026-12-05 06:00:00", "tomorrow"])
def test_what_is_no_date_of_fw4_is_refused(odd: str) -> None:
    with pytest.raises(Refused):
        judged("openwrt", (FW4[0], f"option start_date '{odd}'"))


@pytest.mark.parametrize("target", ["vyos", "openwrt"])
def test_without_a_clock_dates_decide_nothing(target: str) -> None:
    policy = plant(target, VIENNA)
    one = made(policy)
    proof = Prover(plant(target, None), AT, None).prove(one.firewall, one.texts(), one.entry)
    assert not proof.equal


@pytest.mark.parametrize("target", ["vyos", "openwrt"])
def test_where_there_is_no_word_for_an_end_a_new_build_keeps_the_windows(target: str, tmp_path: Path) -> None:
    """Half past one, in the night in which clocks go back: never wider, and the manifest says why."""
    text = (PLANTS / "grants.zone").read_text(encoding="utf-8").replace("iptables", target)
    policy = plant_of(text.replace("Sat 06:00-10:00", "Sun 01:00-01:30"), tmp_path)
    before, behind = datetime(2026, 10, 20, tzinfo=UTC), datetime(2026, 10, 26, tzinfo=UTC)
    [one] = build(policy, before, "declared", prove=Gate(policy, before, None)).built
    assert one.entry["windows"]["kept-by"] == "a new build"
    assert "2026-10-25 01:" in one.entry["windows"]["because"]
    assert one.entry["next-change"] is not None
    [one] = build(policy, behind, "declared", prove=Gate(policy, behind, None)).built
    assert one.entry["windows"]["kept-by"] == VIENNA
    assert "because" not in one.entry["windows"]
