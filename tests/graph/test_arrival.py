"""Machines whose packets come in at another interface than the one behind which their zone lies."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from segc import api
from segc.graph.arrival import strays
from segc.graph.topology import Topology
from segc.model.plant import Endpoint

PLANT = """segc 1
site north {{ owner ops }}
team ops
zone mes {{ level 3; {mes}; asset laptop {at} }}
zone cell {{ level 2; {cell}; asset plc 10.3.1.11 }}
zone far {{ level 2; net 10.7.0.0/24 }}
firewall fw {{
  target nftables
  interface eth0 mes {eth0}
  interface eth1 {zones} {eth1}
  interface eth2 far {eth2}
}}
{more}
"""
USUAL = {
    "mes": "net 10.30.0.0/24", "cell": "net 10.3.1.0/24", "at": "10.3.1.50", "zones": "cell", "more": "",
    "eth0": "10.30.0.1/24", "eth1": "10.3.1.1/24", "eth2": "10.7.0.1/24",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({}, ["eth1"]),
        ({"at": "10.30.0.50"}, []),
        ({"at": "10.99.0.50"}, []),  # in no interface's network: somebody routes it
        ({"at": "10.3.1.48-10.3.1.52"}, ["eth1"]),
        ({"mes": "net 10.3.0.0/16", "cell": "owner ops"}, ["eth1"]),  # its own network is the wider one
        ({"mes": "net 10.30.0.0/24, 10.3.1.48/28"}, []),  # a route may lead to a part of the network
        ({"zones": "cell, mes"}, []),  # it is behind this one as well
        ({"more": "link mes -- cell"}, []),
        ({"eth0": "", "eth1": "", "eth2": ""}, []),
        ({"eth1": "10.3.0.1/16", "eth0": "10.3.1.1/24"}, []),  # the longer prefix is its own zone's
        ({"eth1": "10.3.0.1/16", "eth2": "10.3.1.1/24"}, ["eth2"]),
        ({"eth0": "10.30.0.1/24, 10.3.1.1/24"}, []),  # one network at both
    ],
)
def test_where_a_machine_comes_in(changed: dict[str, str], where: list[str], tmp_path: Path) -> None:
    file = tmp_path / "plant.zone"
    file.write_text(PLANT.format(**{**USUAL, **changed}), encoding="utf-8")
    plant, _ = api.check(file, datetime(2026, 11, 1, tzinfo=UTC))
    ends: list[Endpoint] = [plant.zones["mes"], *plant.zones["mes"].assets, *plant.zones["cell"].assets]
    found = list(strays(Topology(plant), plant.firewalls["fw"], plant, ends))
    assert [one.interface.name for one in found if one.asset.name == "laptop"] == where
