"""Logs that no name tells apart."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from segc.baseline.ingest.places import unnamed
from segc.baseline.manifest import Source

DAYS = ("2026-09-01", "2026-09-02")


def source(
    name: str,
    *,
    form: str = "zeek-tsv",
    sensor: str = "",
    days: tuple[str, ...] = DAYS,
    hours: tuple[float, float] | None = None,
) -> Source:
    """Of `hours` since the first day's midnight, or of days of which no hours are kept."""
    if hours is None:
        return Source(name, name, 1, form, sensor, days=days)
    first, last = (int((BEGIN + hour * 3600) * 1_000_000) for hour in hours)
    told = tuple(str(utc(at).date()) for at in range(first, last + 1, 86_400_000_000))
    return Source(name, name, 1, form, sensor, days=told, first=first, last=last)


def utc(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1_000_000, UTC)


def each(shape: str, *hours: float, length: float = 1) -> list[Source]:
    """Logs one after the other, named for when they begin: dates by `strftime`, `{n}` is a number, `{epoch}` seconds."""
    found = []
    for n, hour in enumerate(hours):
        at = int(BEGIN + hour * 3600)
        then = datetime.fromtimestamp(at, UTC)
        name = then.strftime(shape).format(n=n, epoch=at, word=f"{n:08x}", until=f"{then.hour + 1:02}")
        found.append(source(name, hours=(hour, hour + length)))
    return found


def beside(*names: str) -> list[Source]:
    """Logs of the same ten days, as two places have them."""
    return [source(name, hours=(n / 10, 240 + n / 10)) for n, name in enumerate(names)]


def apart(*names: str) -> list[Source]:
    """Logs of other days each."""
    return [source(name, hours=(n * 48, n * 48 + 20)) for n, name in enumerate(names)]


BEGIN = int(datetime(2026, 9, 1, tzinfo=UTC).timestamp())
HOURS = (0, 1, 2, 10, 23, 24, 25, 34, 240, 250)

TWO = {
    "formats": [source("conn.log"), source("fw.log", form="kernel")],
    "formats-other-days": [source("conn.log"), source("fw.log", form="kernel", days=("2026-10-01",))],
    "folders": [source("a/conn.log"), source("b/conn.log")],
    "one-that-died": [source("a/conn.log"), source("b/conn.log", days=DAYS[:1])],
    "folders-with-numbers": [source("line3/conn.log"), source("line4/conn.log")],
    "folders-of-days": [source(f"{tap}/{day}/conn.log", days=(day,)) for tap in "ab" for day in DAYS],
    "in-one-folder": [source("logs/fw-a.log"), source("logs/fw-b.log")],
    "numbered": [source("fw1.log"), source("fw2.log")],
    "addresses": beside("10.9.0.1.log", "10.9.0.2.log"),
    "addresses-without-an-end": beside("10.9.0.1", "10.9.0.2"),
    "addresses-on-other-days": apart("10.9.0.1.log", "10.9.0.2.log"),
    "addresses-by-date": apart("10.9.0.1-2026-09-01.log", "10.9.0.2-2026-09-03.log"),
    "a-date-before-addresses": apart("2026-09-01-10.9.0.1.log", "2026-09-03-11.9.0.1.log"),
    "rotated-addresses": beside("10.9.0.1.log.1", "10.9.0.2.log.1"),
    "folders-of-addresses": beside("10.9.0.1/messages", "10.9.0.2/messages"),
    "addresses-of-ipv6": beside("fd00::1.log", "fd00::2.log"),
    "ipv6-on-other-days": apart("fd00:10:20::1.log", "fd00:10:20::2.log"),
    "two-numbers": beside("sw-01-02.log", "sw-01-03.log"),
    "two-numbers-on-other-days": apart("sw-01-02.log", "sw-01-03.log"),
    "two-numbers-behind-a-dot": beside("sw.01-02.log", "sw.01-03.log"),
    "two-numbers-in-a-folder-of-the-day": beside("2026-09-01/sw.01-02.log", "2026-09-01/sw.02-03.log"),
    "numbered-on-other-days": apart("fw1.log", "fw2.log"),
    "folders-on-other-days": apart("line3/conn.log", "line4/conn.log"),
    "numbers-alone-beside": beside("0.log", "1.log"),
    "folders-of-numbers-alone": beside("1/conn.log", "2/conn.log"),
    "numbers-behind-a-dot": beside("fw.1.log", "fw.2.log"),
    "few-records-within-the-others-time": [source("fw.1", hours=(0, 99)), source("fw.2", hours=(9, 9))],
    "a-third-overlaps-the-first": [source(f"fw.{n}", hours=at) for n, at in enumerate([(0, 99), (99, 99.5), (50, 70)])],
    "a-third-overlaps-the-one-before-last": [
        source("fw.1", hours=(0, 50)),
        source("fw.2", hours=(49.8, 100)),
        source("2026-09-03/fw.2", hours=(49.9, 50)),
    ],
    "devices-behind-a-date": beside("fw-20260901-01.log", "fw-20260901-02.log"),
    "serial-numbers": beside("fw-1234567890.log", "fw-1234567891.log"),
    "numbers-like-dates": beside("fw-20110101.log", "fw-20110102.log"),
    "months-of-one-time": beside("fw-2026-08.log", "fw-2026-09.log"),
    "no-dates": beside("fw-20261301.log", "fw-20261302.log"),
    "rotated-too": [source(f"{fw}.log{n}") for fw in ("fw1", "fw2") for n in ("", ".1", ".2.gz")],
}
ONE = {
    "hours-of-a-day": [source("conn.10:00:00-11:00:00.log.gz"), source("conn.11:00:00-12:00:00.log.gz")],
    "short-hours": [source("2026-09-01/conn.00-01.log.gz"), source("current/conn.log")],
    "a-folder-a-day": [source(f"logs/{day}/conn.log", days=(day, DAYS[0])) for day in DAYS],
    "rotated": [source(f"kern.log{n}") for n in ("", ".1", ".2.gz", ".10.gz")],
    "by-date": [source(f"fw-{day}.log") for day in ("20260901", "20260902", "2026-09-03")],
    "by-month": each("fw-%Y-%m.log", 0, 24 * 35, 24 * 70, length=24 * 28),
    "by-month-without-a-dash": each("fw_%Y%m.log", 0, 24 * 35, 24 * 70, length=24 * 28),
    "numbers-alone": each("logs/{n}.log", *HOURS),
    "tcpdump": each("plant-%Y%m%d-%H.pcap", *HOURS),
    "tcpdump-as-logs": each("logs/plant-%Y%m%d-%H.log", *HOURS),
    "tcpdump-by-size": each("plant.pcap{n}", *HOURS),
    "ring-of-wireshark": each("plant_0000{n}_%Y%m%d%H%M%S.pcapng", *HOURS),
    "nfcapd": each("nfcapd.%Y%m%d%H%M", *HOURS, length=1.6),
    "nfcapd-as-csv": each("%Y/%m/%d/nfcapd.%Y%m%d%H%M.csv", *HOURS),
    "aws": each("123456789012_vpcflowlogs_eu-west-1_fl-0a1b_%Y%m%dT%H%MZ_{word}.log.gz", *HOURS, length=1.6),
    "aws-in-folders": each("AWSLogs/1/vpcflowlogs/%Y/%m/%d/1_eu_fl-0a_%Y%m%dT%H%MZ_{word}.log.gz", *HOURS),
    "logrotate-by-date": [source(f"conn.log{n}") for n in ("", "-20260901", "-20260902.gz", ".1")],
    "logrotate-by-epoch": each("fw.log-{epoch}", *HOURS, length=1.6),
    "messages": [source(f"messages{n}", hours=at) for n, at in (("", (24, 40)), (".1", (0, 24)), (".2.gz", (-24, 0)))],
    "zeek-in-folders": each("%Y-%m-%d/conn.%H:%M:%S-{until}:00:00.log.gz", *HOURS, length=99),
    "zeek-short-in-folders": each("%Y-%m-%d/conn.%H-{until}.log", *HOURS, length=99),
    "zeek-by-itself": each("conn-%y-%m-%d_%H.%M.%S.log", *HOURS, length=99),
    "zeek-by-itself-now": each("conn.%Y-%m-%d-%H-%M-%S.log", *HOURS, length=99),
    "an-address-by-date": each("10.9.0.1-%Y-%m-%d.log", 0, 24, 48),
    "an-address-rotated": beside("10.9.0.1.log", "10.9.0.1.log.1", "10.9.0.1.log.2.gz"),
    "weekdays": apart("monday.pcap", "tuesday.pcap", "week2.pcap"),
    "from-its-own-folder": apart("conn.log", "tap/conn.log"),
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
