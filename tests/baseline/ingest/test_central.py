"""A file into which a central server writes what all devices send; and logs that are given again as another sensor's."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from segc.baseline.direction import Known
from segc.baseline.ingest.learn import Learner, Options
from segc.baseline.sources.protocol import Context
from segc.baseline.store import Ledger

if TYPE_CHECKING:
    from datetime import tzinfo
    from pathlib import Path

ASA = (
    "<166>Nov 24 2026 08:0{n}:00{zone}: %ASA-6-302013: Built inbound TCP connection {n} for outside:10.1.0.5/4000{n} "
    "(10.1.0.5/4000{n}) to inside:10.2.0.5/502 (10.2.0.5/502)"
)
FORTI = (
    '<189>date=2026-11-24 time=08:00:00 devname="fg" devid="FGT60F" eventtime=1795852800 tz="+0000" logid="0000000013" '
    'type="traffic" subtype="forward" level="notice" vd="root" srcip=10.1.0.9 srcport=50000 srcintf="port1" '
    'dstip=10.2.0.9 dstport=4840 proto=6 action="close" sentbyte=10 rcvdbyte=10'
)
CRON = "<78>Nov 24 08:00:01 server CRON[812]: (root) CMD (run-parts /etc/cron.hourly)"


def learn(folder: Path, text: str, sensor: str = "fw", *, lossy: bool = False, zone: tzinfo = UTC) -> list[str]:
    log = folder / "central.log"
    log.write_text(text, encoding="utf-8")
    context = Context(sensor=sensor, zone=zone, known=Known(), lossy=lossy)
    with Learner(folder / "baseline", Options(context=context)) as learner:
        return [f"{one.name}: {one.message}" for one in learner.learn(str(log)).found]


def lines(zone: str = "") -> list[str]:
    return [ASA.format(n=n, zone=zone) for n in range(1, 5)]


def test_records_of_another_device_are_told(tmp_path: Path) -> None:
    [said] = learn(tmp_path, "\n".join([*lines(), CRON, FORTI, CRON]) + "\n")
    assert said.startswith("other-device:")
    assert "read as asa" in said
    assert "fortigate" in said


def test_lines_of_other_programs_are_nothing_to_tell(tmp_path: Path) -> None:
    assert not learn(tmp_path, "\n".join([*lines(), CRON, CRON]) + "\n")


@pytest.mark.parametrize(
    ("sensor", "lossy", "said"), [("fw", True, "misses"), ("span", False, "as of fw"), ("fw", False, "")]
)
def test_a_log_that_is_given_again_as_anothers_is_told(sensor: str, said: str, tmp_path: Path, *, lossy: bool) -> None:
    text = "\n".join(lines()) + "\n"
    learn(tmp_path, text)
    found = learn(tmp_path, text, sensor, lossy=lossy)
    assert [one.startswith("log-held-otherwise:") and said in one for one in found] == ([True] if said else [])


@pytest.mark.parametrize(
    ("named", "zone", "hour"),
    [("", UTC, 8), (" UTC", ZoneInfo("Europe/Berlin"), 8), (" CET", ZoneInfo("Europe/Berlin"), 7), (" CET", UTC, None)],
)
def test_a_zone_by_its_name_is_utc_or_the_one_that_the_log_is_said_to_be_in(
    named: str, zone: tzinfo, hour: int | None, tmp_path: Path
) -> None:
    found = learn(tmp_path, "\n".join(lines(named)) + "\n", zone=zone)
    if hour is None:
        assert [one.split(":")[0] for one in found] == ["log-not-read"]
        return
    with Ledger.open(tmp_path / "baseline") as ledger:
        assert {seen.first // 3_600_000_000 % 24 for seen in list(ledger.keys())} == {hour}
    assert found == []
