"""Boxes that hold little, and boxes that know themselves by their addresses only."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from segc.diagnostics import SegcError
from segc.model.addresses import FAMILIES
from segc.proof.gate import Gate
from segc.rules.cells import Cells
from segc.rules.place import Placement
from segc.rules.table import Table
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
