"""Purdue levels, the DMZ and remote access: what is found, and what comes near and is no fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from segc.checks import CHECKS

if TYPE_CHECKING:
    from tests.checks.conftest import Checked

Names = Callable[..., list[str]]

MODULES = {"purdue", "dmz", "vendors", "boundaries", "access"}
PRELUDE = """\
segc 1
use "std/ics"
use "std/it"
use "std/remote"
site north { owner ops; timezone "Europe/Vienna" }
team ops
role lead
zone plant { level 3; authority shutdown lead; authority isolate lead }
zone world { level 5; net any; asset cloud 198.51.100.9 }
zone office { level 4; net 10.10.0.0/16; asset erp 10.10.1.10; asset pc 10.10.1.11; asset hist-4 10.10.1.12 }
zone somewhere { kind business; net 10.11.0.0/16; asset stray 10.11.0.1 }
zone dmz { level 3.5; net 10.20.250.0/24
  asset broker 10.20.250.21
  asset relay 10.20.250.22
  asset mirror 10.20.250.20 { kind historian }
  asset jump 10.20.250.11 { kind jump-host }
}
zone mes { in plant; net 10.30.0.0/24
  asset app 10.30.0.10
  asset hist 10.30.0.20 { kind historian }
  asset ews 10.30.0.50 { kind engineering-station }
}
zone cell { in plant; level 2; net 10.3.0.0/24
  asset plc 10.3.0.11 { kind plc }
  asset hmi 10.3.0.21 { kind hmi }
}
zone cell-b { in plant; level 2; net 10.4.0.0/24; asset plc-b 10.4.0.11 { kind plc } }
zone cell-c { in plant; level 2; net 10.5.0.0/24; asset plc-c 10.5.0.11 { kind plc } }
zone dmz-4 { level 4; kind dmz; net 10.21.0.0/24; asset upper 10.21.0.5 }
zone skid { in plant; level 2; net 10.6.0.0/24; asset box 10.6.0.20 { kind historian } }
zone sis-b { in plant; level 1; kind safety; net 10.9.1.0/24; asset trip-b 10.9.1.11 { kind safety-controller } }
zone modem { level 2; kind external; net 192.168.88.0/24; asset router 192.168.88.1 }
zone radio { in plant; level 2; kind wireless; net 10.50.0.0/24; asset agv 10.50.0.2 { kind robot } }
zone sis { in plant; level 1; kind safety; net 10.9.0.0/24; asset trip 10.9.0.11 { kind safety-controller } }
zone bench { in plant; kind temporary; net 10.70.0.0/24; asset laptop 10.70.0.10 }
firewall fw { target iptables
  interface eth0 world; interface eth1 office, somewhere; interface eth2 dmz; interface eth3 mes
  interface eth4 cell; interface eth5 cell-b; interface eth6 modem; interface eth7 radio; interface eth8 sis
  interface eth9 bench; interface eth10 cell-c; interface eth11 dmz-4, skid, sis-b
}
"""
# Other checks judge these flows, too.
OURS = {name for name, one in CHECKS.items() if one.function.__module__.rpartition(".")[2] in MODULES}


def conduit(*flows: str) -> str:
    """Conduits of one flow each, written `zone.asset -> zone.asset : service`."""
    text = ""
    for number, flow in enumerate(flows):
        a, _, rest = flow.partition(" -> ")
        b = rest.split(" : ")[0]
        text += f"conduit c{number} {a.split('.')[0]} -> {b.split('.')[0]} {{ allow {flow} }}\n"
    return text


def grant(flow: str) -> str:
    return f"grant g {{ allow {flow}; until 2026-12-20 }}\n"


@pytest.fixture
def said(names: Names) -> Callable[[str], set[str]]:
    """The names of the findings that are about levels, the DMZ or access."""
    prelude = PRELUDE.replace("; interface", "\n  interface")
    return lambda text: set(names(text, prelude=prelude)) & OURS


@pytest.mark.parametrize(
    ("flows", "found"),
    [
        # past the DMZ
        (["office.erp -> mes.app : modbus"], {"bypasses-dmz"}),
        (["mes.app -> office.erp : modbus"], {"bypasses-dmz"}),
        (["office.erp -> dmz.broker : modbus"], set()),
        (["mes.app -> dmz.broker : modbus"], set()),
        (["somewhere.stray -> mes.app : modbus"], set()),  # no level, not judged
        (["mes.app -> world.cloud : modbus"], {"bypasses-dmz"}),
        (["world.cloud -> mes.app : modbus"], {"standing-flow-from-outside"}),
        (["world.cloud -> dmz.broker : ipsec"], set()),
        (["dmz-4.upper -> mes.app : modbus"], set()),  # a DMZ by its kind
        # from the line outwards
        (["cell.hmi -> office.erp : https"], {"control-reaches-internet"}),
        (["cell.hmi -> office.erp : modbus"], {"bypasses-dmz"}),
        (["cell.hmi -> mes.app : dns"], set()),
        (["cell.hmi -> world : ntp"], {"control-reaches-internet"}),
        (["cell.hmi -> modem.router : modbus"], {"control-reaches-internet"}),
        (["modem.router -> dmz.broker : ipsec"], set()),  # outside, whatever its level says
        (["cell.hmi -> dmz.broker : modbus"], {"level-skipped"}),
        (["mes.ews -> world : https"], {"engineering-reaches-internet"}),
        (["mes -> world : https"], {"engineering-reaches-internet"}),
        (["mes.app -> world : https"], {"bypasses-dmz"}),
        # from cell to cell
        (["cell.plc -> cell-b.plc-b : modbus"], {"plc-across-cells"}),
        (['cell.plc -> cell-b.plc-b : modbus { because "packer full" }'], set()),
        (["cell.hmi -> cell-b.plc-b : modbus"], set()),
        (["cell -> cell-b : modbus"], set()),
        # what a DMZ host does
        (["dmz.broker -> mes.app : modbus"], set()),
        (["dmz.broker -> cell.plc : modbus"], {"dmz-reaches-control"}),
        (["dmz.jump -> cell.plc : modbus"], {"dmz-reaches-control"}),
        (["dmz.jump -> mes.ews : rdp"], {"jump-host-without-grant"}),
        (["dmz.mirror -> mes.hist : pi-data-archive"], {"historian-pulled-from-above"}),
        (["dmz.mirror -> mes.hist : mssql"], {"historian-pulled-from-above"}),
        (["dmz.mirror -> skid.box : pi-data-archive"], {"dmz-reaches-control"}),
        (["mes.hist -> dmz.mirror : pi-data-archive"], set()),
        (["dmz.broker -> mes.hist : ssh"], set()),
        (["dmz.broker -> office.erp : kerberos"], {"dmz-in-office-domain"}),
        (["dmz.broker -> mes.app : kerberos"], set()),
        # ways through
        (["office.erp -> dmz.broker : https", "dmz.broker -> mes.app : https"], {"dmz-pass-through"}),
        (["office.erp -> dmz.broker : https", "dmz.relay -> mes.app : https"], set()),
        (["office.erp -> dmz.broker : https", "mes.app -> dmz.broker : https"], set()),
        (["mes.app -> dmz.broker : syslog", "dmz.broker -> office.erp : syslog"], set()),
        (["office.erp -> dmz.broker : smb", "mes.app -> dmz.broker : smb"], {"dmz-pass-through"}),
        (["mes.app -> dmz.broker : smb", "dmz.broker -> office.erp : smb"], {"dmz-pass-through"}),
        (["office.erp -> dmz.broker : https", "dmz.broker -> mes.app : modbus"], set()),
        # bridges
        (
            ["office.erp -> mes.app : modbus", "mes.app -> cell.plc : modbus"],
            {"bypasses-dmz", "bridge-asset"},
        ),
        (["office.erp -> mes.app : modbus", "mes.hist -> cell.plc : modbus"], {"bypasses-dmz"}),
        (["mes.app -> dmz.broker : modbus", "mes.app -> cell.plc : modbus"], set()),
        # safety and radio
        (["mes.app -> sis.trip : modbus"], set()),
        (["mes.app -> sis.trip : modbus", "cell.hmi -> sis.trip : modbus"], {"safety-from-several-zones"}),
        (["mes.app -> sis.trip : modbus", 'sis-b.trip-b -> sis.trip : modbus { because "chain" }'], set()),
        (["radio.agv -> cell.plc : modbus"], {"wireless-reaches-control"}),
        (["cell.plc -> radio.agv : modbus"], set()),
        # remote access
        (["dmz.relay -> world.cloud : teamviewer"], {"standing-vendor-access"}),
        (["office.pc -> dmz.jump : jump-sra"], set()),
        (["office.pc -> dmz.broker : jump-sra"], {"standing-vendor-access"}),
        (["world.cloud -> dmz.jump : jump-sra"], {"standing-vendor-access"}),
        (["dmz.jump -> world.cloud : https"], {"jump-host-reaches-internet"}),
        (["dmz.relay -> world.cloud : https"], set()),
        (["world.cloud -> dmz.relay : rdp"], {"admin-from-outside"}),
        (["world.cloud -> dmz.relay : https"], set()),
    ],
)
def test_standing_flows(said: Callable[[str], set[str]], flows: list[str], found: set[str]) -> None:
    assert said(conduit(*flows)) == found


@pytest.mark.parametrize(
    ("flow", "found"),
    [
        ("world.cloud -> cell.plc : modbus", {"vendor-skips-jump"}),
        ("modem.router -> cell.plc : modbus", {"vendor-skips-jump"}),
        ("office.pc -> mes.app : modbus", {"vendor-skips-jump"}),
        ("world.cloud -> dmz.relay : teamviewer", set()),
        ("bench.laptop -> cell.plc : modbus", set()),  # on site
        ("dmz.jump -> cell.plc : modbus", set()),
        ("dmz.relay -> cell.plc : modbus", {"dmz-reaches-control"}),
        ("dmz.jump, dmz.relay -> cell.plc : modbus", {"dmz-reaches-control"}),
        ("dmz.jump -> cell : modbus", {"grant-to-whole-zone"}),
        ("cell.hmi -> cell : modbus", set()),  # from the zone itself
        ("dmz.jump -> cell-b : modbus", set()),  # of one machine
        ("dmz.jump -> cell.plc, cell.hmi : modbus", set()),
    ],
)
def test_grants(said: Callable[[str], set[str]], flow: str, found: set[str]) -> None:
    assert said(grant(flow)) == found


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        ("office.erp", True),
        ("mes.app", False),
        ("mes", True),
        ("cell.hmi", True),
        ("world.cloud", True),
        ("dmz.jump", False),
        ("sis.trip", True),
        ("radio.agv", True),
    ],
)
def test_who_manages(said: Callable[[str], set[str]], source: str, wrong: bool) -> None:
    zone = source.split(".", maxsplit=1)[0]
    text = f"firewall fw-2 {{ target iptables; interface eth0 {zone}; interface eth1 cell-c; manage {source} : ssh }}\n"
    assert said(text) == ({"managed-from-what-it-separates"} if wrong else set())
    elsewhere = (
        f"firewall fw-2 {{ target iptables; interface eth0 bench; interface eth1 cell-c; manage {source} : ssh }}\n"
    )
    assert said(elsewhere) == set()


def test_one_finding_a_conduit_and_direction(checked: Checked) -> None:
    """More flows of one conduit are further places of one finding, and what is not shown is counted."""
    flows = "\n".join(f"  allow erp -> app : svc-{n}" for n in range(6)) + "\n  allow app -> pc : svc-0"
    services = "\n".join(f"service svc-{n} {{ tcp {7000 + n} }}" for n in range(6))
    found = checked(
        f"{services}\nconduit c office <-> mes {{\n{flows}\n}}\n", prelude=PRELUDE.replace("; inter", "\n  inter")
    )
    down, up = (one for one in found if one.name == "bypasses-dmz")
    assert len(down.labels) == 4
    assert down.notes == ("and 2 more flows there",)
    assert len(up.labels) == 1


def test_bridges_are_ranked_by_the_zones_that_they_join(checked: Checked) -> None:
    text = conduit(
        "office.erp -> mes.app : modbus",
        "mes.app -> cell.plc : modbus",
        "office.erp -> mes.hist : opcua",
        "mes.hist -> cell.plc : opcua",
        "mes.hist -> cell-b.plc-b : opcua",
    )
    found = checked(text, prelude=PRELUDE.replace("; inter", "\n  inter"))
    bridges = {one.message.split("`")[1]: one for one in found if one.name == "bridge-asset"}
    assert bridges["mes.hist"].notes[0].startswith("number 1 of 2")
    assert bridges["mes.app"].notes[0].startswith("number 2 of 2")
    assert "3 zones" in bridges["mes.hist"].message
    assert "2 zones" in bridges["mes.app"].message
