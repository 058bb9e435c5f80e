"""What stops when everything above the DMZ is gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from segc.response.autonomy import autonomy
from tests.plants import plant_of

TEXT = """
segc 1
use "std/it"
site s {{ mode enforce; owner ops }}
team ops
zone office {{ level 4; net 10.9.0.0/24; asset up 10.9.0.5 }}
zone dmz {{ level 3.5; net 10.8.0.0/24; asset relay 10.8.0.5 }}
zone mes {{ level 3; net 10.1.0.0/24; asset app 10.1.0.1; asset own 10.1.0.6 }}
conduit a mes <-> dmz {{ {asks} }}
conduit b dmz -> office {{ {above} }}
conduit c mes -> office {{ {direct} }}
workflow w {{ needs {need} }}
"""
UP = "allow dmz.relay -> office.up : {}"
ASK = "allow mes.app -> dmz.relay : {}"


@pytest.mark.parametrize(
    ("asks", "above", "direct", "stops"),
    [
        ("", "", "allow mes.app -> office.up : ntp", {("time", "mes.app", "")}),
        (ASK.format("ntp"), "", "", set()),
        (ASK.format("ntp"), UP.format("ntp"), "", {("time", "mes.app", "dmz.relay")}),
        (ASK.format("ntp"), UP.format("dns"), "", set()),
        (ASK.format("ntp"), "allow dmz -> office.up : ntp", "", {("time", "mes.app", "dmz.relay")}),
        (ASK.format("ntp"), "", "allow mes.app -> office.up : ntp", set()),
        (ASK.format("dns"), UP.format("dns"), "allow mes.app -> office.up : ntp", {
            ("names and addresses", "mes.app", "dmz.relay"), ("time", "mes.app", ""),
        }),
        ("", UP.format("ntp"), "", set()),
    ],
)  # fmt: skip
def test_services(tmp_path: Path, asks: str, above: str, direct: str, stops: set[tuple[str, str, str]]) -> None:
    """From above itself, or through a server of the DMZ that asks above for the same; not where another server is left."""
    text = TEXT.format(asks=asks, above=above, direct=direct, need="mes.app -> dmz.relay : https")
    found = autonomy(plant_of(text, tmp_path))
    assert {(one.what, one.who, one.through) for one in found} == stops


@pytest.mark.parametrize(
    ("need", "stops"),
    [
        ("mes.app -> office.up : https", True),
        ("office.up -> mes.app : https", True),
        ("mes.app -> dmz.relay : https", False),
        ("dmz.relay -> office.up : https", False),
    ],
)
def test_workflows(tmp_path: Path, need: str, *, stops: bool) -> None:
    """Those with one end in a control zone and one above."""
    found = autonomy(plant_of(TEXT.format(asks="", above="", direct="", need=need), tmp_path))
    assert [(one.what, one.who) for one in found] == ([("workflow", "w")] if stops else [])
