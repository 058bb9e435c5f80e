"""Boxes that hold little, and boxes that know themselves by their addresses only."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from segc.diagnostics import SegcError
from segc.model.addresses import FAMILIES
from segc.proof.gate import Gate
from segc.rules.cells import Cells
from segc.rules.place import Placement
from segc.rules.table import Table
from segc.targets import registry
from segc.targets.build import BuildResult, build
from tests.plants import plant_of

AT = datetime(2026, 11, 26, 12, tzinfo=UTC)
PLANT = """segc 1
site s { mode monitor }
service web { tcp 80 }
zone world { net any }
zone plant { net 10.0.0.0/8 }
zone cell { in plant; net 10.1.2.0/24 }
conduit upward plant -> world { mode enforce; allow plant -> world : web }
conduit downward world -> cell { allow world -> cell : web }
firewall f {
  target cisco-ios
  interface eth0 world ADDRESS
  interface eth1 plant, cell 10.1.2.1/24
  CAPACITY
}
"""


def made(folder: Path, capacity: str = "", address: str = "192.0.2.1/24") -> BuildResult:
    plant = plant_of(PLANT.replace("CAPACITY", capacity).replace("ADDRESS", address), folder)
    return build(plant, AT, "declared", prove=Gate(plant, AT, None))


def entries(result: BuildResult) -> int:
    text = result.built[0].texts()["rules"]
    return sum(line.startswith((" permit", " deny")) for line in text.splitlines())


def test_what_does_not_fit_is_not_built(tmp_path: Path) -> None:
    fits = entries(made(tmp_path))
    assert entries(made(tmp_path, f"capacity {fits}")) == fits
    with pytest.raises(SegcError) as caught:
        made(tmp_path, f"capacity {fits - 1}")
    (one,) = caught.value.diagnostics
    assert one.name == "over-capacity"
    assert f"{fits - 1} rules" in one.message
    assert f"takes {fits}" in one.message


GRANTS = """segc 1
team ops
site s { mode enforce; owner ops; timezone "Europe/Vienna" }
service web { tcp 80 }
zone dmz { level 3.5; net 10.1.0.0/24 }
zone cell { level 2; net 10.2.0.0/24; asset plc 10.2.0.5 }
MANY
firewall f {
  target TARGET
  CLOCK
  interface eth0 dmz 10.1.0.1/24
  interface eth1 cell 10.2.0.1/24
  CAPACITY
}
"""
WINDOWS = (
    "window Mon-Fri 22:00-06:00; window Sat 12:00-13:00; window Sat 14:00-15:00; from 2026-11-01; until 2026-12-31"
)


def granting(
    folder: Path, target: str, count: int, *, capacity: str = "", clock: str = 'clock "Europe/Vienna"'
) -> BuildResult:
    grants = [f"grant g{n} {{ allow dmz -> cell.plc : web; {WINDOWS} }}" for n in range(count)]
    text = GRANTS.replace("MANY", "\n".join(grants)).replace("TARGET", target).replace("CAPACITY", capacity)
    return build(plant_of(text.replace("CLOCK", clock), folder), AT, "declared")


def test_more_schedules_than_fit_are_not_built(tmp_path: Path) -> None:
    """The way out that it names is one."""
    limit = registry.targets()["panos"].limits.schedules
    assert granting(tmp_path, "panos", limit).built
    with pytest.raises(SegcError) as caught:
        granting(tmp_path, "panos", limit + 1)
    (one,) = caught.value.diagnostics
    assert one.name == "over-capacity"
    assert f"holds {limit} schedules, and this policy takes {limit + 1}" in one.message
    assert granting(tmp_path, "panos", limit + 1, clock="").built


@pytest.mark.parametrize(("target", "rule"), [("juniper-srx", r" then (permit|deny)$"), ("fortios", r"^ +edit \d+$")])
def test_each_schedule_of_a_grant_is_a_rule_that_must_fit(tmp_path: Path, target: str, rule: str) -> None:
    """Two windows a day take two schedulers, and so two policies of one flow."""
    text = granting(tmp_path, target, 1).built[0].texts()["rules"]
    fits = len(re.findall(rule, text, re.MULTILINE))
    assert fits > 3
    assert granting(tmp_path, target, 1, capacity=f"capacity {fits}").built
    with pytest.raises(SegcError, match=f"takes {fits}"):
        granting(tmp_path, target, 1, capacity=f"capacity {fits - 1}")


def test_a_box_that_knows_itself_by_address_must_be_told_it(tmp_path: Path) -> None:
    with pytest.raises(SegcError) as caught:
        made(tmp_path, address="")
    (one,) = caught.value.diagnostics
    assert one.name == "interface-without-address"
    assert one.primary is not None
    assert one.primary.span.text == "interface eth0 world"


def test_a_zone_with_holes_takes_one_prefix(tmp_path: Path) -> None:
    """The world without the plant is 10 prefixes of IPv4 and more of IPv6; it takes one line wherever it stands."""
    plant = plant_of(PLANT.replace("CAPACITY", "").replace("ADDRESS", ""), tmp_path)
    placement = Placement(plant, AT)
    rules = placement.rule_sets()["f"]
    for interface in ("eth0", "eth1"):
        for family in FAMILIES:
            for line in Cells(Table(rules, placement.ids), interface, family).lines():
                for side in (line.source, line.target):
                    assert side is None or len(side.addresses.of(family)) <= 1
