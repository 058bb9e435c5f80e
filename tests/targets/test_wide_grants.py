"""A grant from all the world to some networks, with many ports: its sessions must end with it, and the file stay small."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from segc.proof.gate import Gate
from segc.targets.build import build
from tests.plants import plant_of

AT = datetime(2026, 11, 25, 12, tzinfo=UTC)
PLANT = """segc 1
site wide { mode MODE; timezone "Europe/Vienna" }
service many { tcp PORTS; udp 500-510; icmp 0-255 }
service dns { udp 53 { source-port 1024-65535 } }
zone world { net any }
zone cell { net 10.2.0.0/24, 10.2.2.0/24, 10.2.4.0/24, fd02::/64, fd02:1::/64; asset plc 10.2.0.5, fd02::5 }
conduit c world -> cell { allow world -> cell.plc : dns; allow world -> cell : dns { log } }
grant open { allow world -> cell : many, dns; GRANT }
firewall fw { target TARGET; clock "Europe/Vienna"; interface eth0 world; interface eth1 cell }
"""
OPEN, OVER, WINDOWS = "until 2026-12-31", "until 2026-10-31", "window Mon-Fri 22:00-02:00; until 2026-12-31"


def lines(folder: Path, target: str, ports: int, mode: str = "enforce", times: str = OPEN) -> int:
    """How many lines its files have, which have been proved."""
    text = PLANT.replace("TARGET", target).replace("MODE", mode).replace("GRANT", times)
    plant = plant_of(text.replace("PORTS", ", ".join(str(1000 + 2 * i) for i in range(ports))), folder)
    [one] = build(plant, AT, "declared", prove=Gate(plant, AT, None)).built
    assert one.entry["proof"]["result"] == "equal"
    return sum(text.count("\n") for role, text in one.texts().items() if role.startswith("rules"))


@pytest.mark.parametrize("mode", ["enforce", "monitor"])
@pytest.mark.parametrize("times", [OPEN, OVER, WINDOWS])
@pytest.mark.parametrize("target", ["iptables", "nftables"])
def test_its_sessions_end_with_it(target: str, times: str, mode: str, tmp_path: Path) -> None:
    assert lines(tmp_path, target, 20, mode, times) < 2000


@pytest.mark.parametrize("target", ["iptables", "nftables"])
def test_a_port_more_is_some_lines_more(target: str, tmp_path: Path) -> None:
    few, many = (lines(tmp_path, target, ports) for ports in (20, 40))
    assert many - few < 20 * 20
