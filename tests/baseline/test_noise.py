"""What is never learned: groups, broadcasts, link-local, scans, and what a device stopped."""

from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

import pytest

from segc import api
from segc.baseline import noise
from segc.baseline.engine.duckdb import DuckDB
from segc.baseline.ingest.tally import COLUMNS, tally
from segc.baseline.noise import Hour, hours, is_scan, of, of_address, of_pair, quarantine
from segc.baseline.observed import Noise, Observed, Said
from tests.baseline.plants import TEXT, plant

NETS = tuple((int(net[0]), int(net[-1])) for net in map(ip_network, ("10.3.0.0/24", "10.4.0.0/31", "10.5.0.9/32")))
HOUR = 3_600_000_000


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("10.3.0.11", Noise.NONE),
        ("239.192.1.1", Noise.MULTICAST),
        ("224.0.0.251", Noise.MULTICAST),
        ("ff02::fb", Noise.MULTICAST),
        ("255.255.255.255", Noise.BROADCAST),
        ("10.3.0.255", Noise.BROADCAST),
        ("10.3.1.255", Noise.NONE),  # no net of the plant ends there
        ("10.4.0.1", Noise.NONE),  # a link of two has no broadcast: RFC 3021
        ("10.5.0.9", Noise.NONE),
        ("169.254.3.4", Noise.LINK_LOCAL),
        ("fe80::1", Noise.LINK_LOCAL),
        ("0.0.0.0", Noise.LINK_LOCAL),  # noqa: S104 - nobody listens there
        ("::", Noise.LINK_LOCAL),
        ("127.0.0.1", Noise.LINK_LOCAL),
        ("fd00::1", Noise.NONE),
    ],
)
def test_addresses(address: str, expected: Noise) -> None:
    assert of_address(address, NETS) is expected
    assert of_pair("10.30.0.1", address, NETS) is expected


def test_a_source_without_an_address_of_its_own() -> None:
    assert of_pair("169.254.3.4", "10.3.0.11") is Noise.LINK_LOCAL
    assert of_pair("0.0.0.0", "255.255.255.255") is Noise.BROADCAST  # noqa: S104 - DHCP asks from there


def seen(
    src: str, dst: str, hour: int = 0, *, answered: bool | None = False, said: Said = Said.NOTHING, **words: object
) -> Observed:
    return Observed(hour * HOUR, hour * HOUR, src, dst, 6, 40000, 502, answered=answered, said=said)._replace(**words)  # type: ignore[arg-type]


def asked(src: str, number: int, answers: int, hour: int = 0) -> list[Observed]:
    return [seen(src, f"10.3.{n // 250}.{n % 250 + 1}", hour, answered=n < answers) for n in range(number)]


def test_many_tries_with_few_answers_are_a_scan() -> None:
    [hour] = hours(asked("10.30.0.66", noise.SCAN_TARGETS, 2))
    assert hour == Hour("10.30.0.66", 0, noise.SCAN_TARGETS, 2)
    assert is_scan(hour)


def test_a_historian_whose_plant_answers_scans_nothing() -> None:
    assert not is_scan(hours(asked("10.30.0.10", 300, 290))[0])
    assert not is_scan(hours(asked("10.30.0.10", noise.SCAN_TARGETS - 1, 0))[0])


def test_a_target_counts_once_and_as_answered_if_it_ever_was() -> None:
    again = [*asked("10.30.0.10", 10, 0), *asked("10.30.0.10", 10, 10), *asked("10.30.0.10", 10, 0)]
    assert hours(again) == [Hour("10.30.0.10", 0, 10, 10)]


def test_what_a_device_stopped_was_not_answered_and_what_nobody_knows_does_not_count() -> None:
    found = [
        seen("10.30.0.66", "10.3.0.1", answered=None, said=Said.STOPPED),
        seen("10.30.0.66", "10.3.0.2", answered=None),
    ]
    assert hours(found) == [Hour("10.30.0.66", 0, 1, 0)]


def test_groups_are_no_targets() -> None:
    assert hours([seen("10.30.0.10", "239.0.0.1"), seen("10.30.0.10", "255.255.255.255")]) == []


def test_a_scanners_whole_window_is_kept_from_learning() -> None:
    scans = [*asked("10.30.0.66", 50, 0, 3), *asked("10.30.0.66", 50, 0, 6), *asked("10.30.0.10", 50, 50, 3)]
    found = quarantine(hours(scans))
    assert found == {("10.30.0.66", 0): (3, 6)}
    marks = [of(seen("10.30.0.66", "10.3.0.11", hour, answered=True), scans=found) for hour in (2, 3, 5, 6, 7)]
    assert marks == [Noise.NONE, Noise.SCAN, Noise.SCAN, Noise.SCAN, Noise.NONE]
    assert of(seen("10.30.0.10", "10.3.0.11", 3), scans=found) is Noise.NONE


def test_a_scan_each_day_costs_its_hours_of_each_day() -> None:
    scans = [*asked("10.30.0.66", 50, 0, 3), *asked("10.30.0.66", 50, 0, 27), *asked("10.30.0.66", 50, 0, 30)]
    found = quarantine(hours(scans))
    assert found == {("10.30.0.66", 0): (3, 3), ("10.30.0.66", 1): (27, 30)}
    marks = [of(seen("10.30.0.66", "10.3.0.11", hour, answered=True), scans=found) for hour in (3, 4, 26, 28, 31)]
    assert marks == [Noise.SCAN, Noise.NONE, Noise.NONE, Noise.SCAN, Noise.NONE]


def test_what_comes_first() -> None:
    scans = {("10.30.0.66", 0): (0, 0)}
    assert of(seen("10.30.0.66", "239.0.0.1", said=Said.STOPPED), scans=scans) is Noise.STOPPED
    assert of(seen("10.30.0.66", "239.0.0.1"), scans=scans) is Noise.MULTICAST
    assert of(seen("10.30.0.66", "10.3.0.11", dst_mac="ff:ff:ff:ff:ff:ff"), scans=scans) is Noise.BROADCAST
    assert of(seen("10.30.0.66", "10.3.0.11"), scans=scans) is Noise.SCAN
    assert of(seen("10.30.0.67", "10.3.0.11"), scans=scans) is Noise.NONE


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({}, Noise.NONE),  # nobody opens TCP to a broadcast
        ({"proto": 17}, Noise.BROADCAST),
        ({"proto": 17, "answered": None}, Noise.BROADCAST),
        ({"proto": 17, "answered": True}, Noise.NONE),
        ({"dst": "255.255.255.255"}, Noise.BROADCAST),
        ({"src": "10.3.0.255", "dst": "10.4.0.1"}, Noise.NONE),
    ],
)
def test_a_session_shows_that_the_last_address_of_a_net_is_a_machine(
    words: dict[str, object], expected: Noise, tmp_path: Path
) -> None:
    """A zone of `10.3.0.8/29` may be a piece of a flat subnet. Python and SQL say the same."""
    one = seen("10.30.0.9", "10.3.0.255")._replace(**words)  # type: ignore[arg-type]
    assert of(one, NETS) is expected
    with DuckDB(tmp_path) as engine:
        heard = {True: 1, False: 0, None: -1}[one.answered]
        row = (one.first, one.last, one.src, one.dst, one.proto, -1, one.dport, 0, 1, 0, 0, 0, 0, heard, 5, 0)
        engine.put("conversations", tuple(COLUMNS.items()), [(*row, "", 0, 0, "", "")])
        tally(engine, "tap", NETS)
        assert engine.get("SELECT noise FROM told") == [(int(expected),)]


def test_a_declared_machine_is_no_broadcast(tmp_path: Path) -> None:
    made = plant(tmp_path / "plant", TEXT.replace("asset hmi 10.3.0.21", "asset hmi 10.3.0.255"))
    assert noise.networks(api.check(made, datetime(2026, 10, 30, tzinfo=UTC))[0]) == tuple(
        (int(net[0]), int(net[-1])) for net in map(ip_network, ("10.30.0.0/24", "10.40.0.0/24"))
    )
