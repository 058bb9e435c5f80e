"""Safety, engineering access, ways and what production rests on: what is found, and what comes near it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from segc.catalogue import CATALOGUE
from segc.checks import CHECKS, run
from segc.diagnostics import Severity
from segc.lang.loader import load
from segc.model.plant import Plant
from segc.model.resolve import resolve
from segc.settings import Limits
from tests.checks.words import Checked

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
FLOOR = """\
segc 1
use "std/ics"
use "std/it"
use "std/building"
site north { owner ops; timezone "Europe/Vienna" }
team ops
role lead
zone area { level 2; authority shutdown lead; authority isolate lead }
zone office { level 4; sl-t 1; net 10.9.0.0/16; asset pc 10.9.0.1 { kind workstation }; asset dns-1 10.9.0.5 }
zone mes {
  in area; sl-t 2; net 10.1.0.0/16
  asset app 10.1.0.1
  asset ews 10.1.0.2 { kind engineering-station }
  asset desk 10.1.0.3 { kind workstation }
  asset scada 10.1.0.4 { kind scada-server }
  asset jump 10.1.0.5 { kind jump-host }
  asset versions 10.1.0.6 { kind server }
  asset panel 10.1.0.7 { kind hmi }
}
zone cell {
  in area; sl-t 2; net 10.2.0.0/16
  asset plc 10.2.0.1 { kind plc }
  asset plc-2 10.2.0.2 { kind plc }
  asset hurried 10.2.0.3 { kind plc; latency 10ms }
  asset screen 10.2.0.4 { kind hmi }
}
zone sis { in area; kind safety; sl-t 3; net 10.3.0.0/16; asset trip 10.3.0.1 { kind safety-controller } }
zone sis-2 { in area; kind safety; sl-t 3; net 10.4.0.0/16; asset gas 10.4.0.1 { kind safety-controller } }
firewall fw {
  target iptables
  interface eth0 office
  interface eth1 mes
  interface eth2 cell
  interface eth3 sis
  interface eth4 sis-2
}
"""


def way(source: str, arrow: str, target: str, *flows: str, words: str = "") -> str:
    """A conduit between two zones."""
    allowed = "\n".join(f"  allow {flow}" for flow in flows)
    return f"conduit {source}-{target} {source} {arrow} {target} {{\n  {words}\n{allowed}\n}}\n"


def grant(flow: str) -> str:
    """The same access, for a while."""
    return f"grant g {{ until 2027-01-01\n allow {flow}\n}}\n"


IO = "service io { udp 2222; follow-on reverse { udp 2222 } }\nservice asks { tcp 44818 }\n"
TWO_WAYS = """\
firewall fw-2 { target iptables; interface eth0 mes; interface eth1 cell }
route mes -> cell via fw
"""
DMZ = "zone dmz { level 3.5; net 10.5.0.0/16; asset web 10.5.0.1 }\n"
ESSENTIAL = way("mes", "->", "cell", "app -> plc : opcua { essential }")


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        # what can write to a safety function, and is not another one, a reader, or a grant
        ("safety-writable", way("mes", "->", "sis", "app -> trip : modbus"), True),
        ("safety-writable", way("mes", "->", "sis", "app -> trip : ping"), False),
        ("safety-writable", "service own { tcp 9000 }\n" + way("mes", "->", "sis", "app -> trip : own"), True),
        (
            "safety-writable",
            "service own { tcp 9000; access read }\n" + way("mes", "->", "sis", "app -> trip : own"),
            False,
        ),
        ("safety-writable", grant("app -> trip : modbus"), False),
        ("safety-writable", way("sis", "->", "sis-2", "trip -> gas : modbus"), False),
        ("safety-writable", way("sis", "->", "mes", "trip -> app : modbus"), False),
        ("safety-writable", way("sis", "->", "mes", "trip -> app : mqtt-tls"), True),
        # a reader's protocol from a SCADA server is daily work; from a desk it is not
        ("programming-from-elsewhere", way("mes", "->", "cell", "scada, ews, versions -> plc : s7comm"), False),
        ("programming-from-elsewhere", way("mes", "->", "cell", "scada -> plc : pcworx"), True),
        ("programming-from-elsewhere", way("mes", "->", "cell", "ews, versions -> plc : pcworx"), False),
        ("programming-from-elsewhere", way("mes", "->", "cell", "app -> plc : pcworx"), False),
        ("programming-from-elsewhere", way("mes", "->", "cell", "desk -> plc : s7comm"), True),
        ("programming-from-elsewhere", way("mes", "->", "cell", "desk -> plc : opcua"), False),
        ("programming-from-elsewhere", way("mes", "->", "cell", "mes -> plc : s7comm"), True),
        ("programming-from-elsewhere", grant("desk -> plc : s7comm"), False),
        # cyclic I/O: two ways, and somebody who asks for it
        ("cip-one-way", IO + way("mes", "<->", "cell", "app -> plc : io, asks"), True),
        ("cip-one-way", IO + way("mes", "<->", "cell", "app -> plc : io, asks", "plc -> app : io"), False),
        ("cip-one-way", IO + way("mes", "<->", "cell", "app -> plc : io", "plc -> app : io, asks"), False),
        ("cip-one-way", IO + way("mes", "<->", "cell", "app -> plc : io", "plc -> app : io"), True),
        ("cip-one-way", IO + way("mes", "<->", "cell", "app -> plc : io, asks", "plc-2 -> app : io"), True),
        ("cip-one-way", IO + way("mes", "<->", "cell", "app -> plc : io, asks", "cell -> mes : io"), True),
        (
            "cip-one-way",
            IO + way("mes", "<->", "cell", "app, desk -> plc : io, asks", "plc -> app : io", "plc -> desk : io"),
            False,
        ),
        ("cip-one-way", way("mes", "<->", "cell", "app -> plc : enip, cip-io"), True),
        # multicast, unless somebody says how it gets across
        ("multicast-across-router", way("mes", "->", "cell", "app -> plc : bacnet"), True),
        (
            "multicast-across-router",
            way("mes", "->", "cell", 'app -> plc : bacnet { because "by the BBMD in building 4" }'),
            False,
        ),
        ("multicast-across-router", way("mes", "->", "cell", "app -> plc : opcua"), False),
        # width
        ("too-wide", "service w { tcp 5000-6024 }\n" + way("mes", "->", "cell", "app -> plc : w"), True),
        ("too-wide", "service w { tcp 5000-6023 }\n" + way("mes", "->", "cell", "app -> plc : w"), False),
        ("too-wide", "service w { tcp 1-512; udp 1-1000 }\n" + way("mes", "->", "cell", "app -> plc : w"), False),
        ("too-wide", "service w { tcp 1-800, 900-1700 }\n" + way("mes", "->", "cell", "app -> plc : w"), True),
        ("too-wide", "service w { tcp any }\n" + grant("app -> plc : w"), True),
        ("zone-too-big", "zone hall { in area; net 10.7.0.0/24; asset p 10.7.0.0-10.7.0.25 { kind plc } }", True),
        ("zone-too-big", "zone hall { in area; net 10.7.0.0/24; asset p 10.7.0.0-10.7.0.24 { kind plc } }", False),
        ("zone-too-big", "zone hall { in area; net 10.7.0.0/24; asset p 10.7.0.0/25 { kind sensor-gateway } }", False),
        ("zone-too-big", "zone hall { level 4; net 10.7.0.0/24; asset p 10.7.0.0/25 { kind plc } }", False),
        # ways
        ("unequal-parallel-paths", TWO_WAYS + way("mes", "<->", "cell", "app -> plc : opcua"), True),
        ("unequal-parallel-paths", TWO_WAYS + way("mes", "->", "cell", "app -> plc : opcua"), False),
        (
            "unequal-parallel-paths",
            TWO_WAYS + "route cell -> mes via fw\n" + way("mes", "<->", "cell", "app -> plc : opcua"),
            False,
        ),
        (
            "unequal-parallel-paths",
            way("mes", "->", "cell", "app -> plc : opcua", words="inspect tap")
            + way("cell", "->", "mes", "plc -> app : syslog", words="inspect forbid"),
            True,
        ),
        (
            "unequal-parallel-paths",
            way("mes", "->", "cell", "app -> plc : opcua", words="inspect tap")
            + way("cell", "->", "mes", "plc -> app : syslog"),
            False,
        ),
        (
            "inspected-though-forbidden",
            way("mes", "->", "cell", "app -> hurried : opcua", words="inspect inline"),
            True,
        ),
        ("inspected-though-forbidden", way("mes", "->", "cell", "app -> plc : opcua", words="inspect inline"), False),
        ("inspected-though-forbidden", way("mes", "->", "cell", "app -> hurried : opcua", words="inspect tap"), False),
        ("fail-open-outside", way("office", "->", "cell", "pc -> plc : opcua", words="fail open"), True),
        ("fail-open-outside", way("mes", "->", "cell", "app -> plc : opcua", words="fail open"), False),
        ("fail-open-outside", way("office", "->", "dmz", "pc -> web : https", words="fail open") + DMZ, False),
        # what essential flows rest on
        ("essential-depends-upstream", ESSENTIAL + way("cell", "->", "mes", "plc -> app : dns"), False),
        ("essential-depends-upstream", ESSENTIAL + way("cell", "->", "office", "plc -> dns-1 : dns"), True),
        ("essential-depends-upstream", ESSENTIAL + way("cell", "->", "office", "cell -> dns-1 : dns"), True),
        ("essential-depends-upstream", ESSENTIAL + way("cell", "->", "office", "screen -> dns-1 : dns"), False),
        ("essential-depends-upstream", ESSENTIAL + way("cell", "->", "office", "plc -> dns-1 : syslog-tls"), False),
        ("essential-depends-upstream", way("cell", "->", "office", "plc -> dns-1 : dns"), False),
        # rarely seen
        ("untested-emergency-flow", way("mes", "->", "cell", "app -> plc : opcua { expect rare }"), True),
        ("untested-emergency-flow", way("mes", "->", "cell", "app -> plc : opcua { expect periodic }"), False),
        (
            "untested-emergency-flow",
            way("mes", "->", "cell", "app -> plc : opcua { expect failover; tested 2025-11-22 }"),
            False,
        ),
        (
            "untested-emergency-flow",
            way("mes", "->", "cell", "app -> plc : opcua { expect failover; tested 2025-11-21 }"),
            True,
        ),
        (
            "untested-emergency-flow",
            way("mes", "->", "cell", "app -> plc : opcua { expect failover; tested 2026-11-24 }"),
            True,
        ),
        # trust
        ("dynamic-ports-across-boundary", way("office", "->", "cell", "pc -> plc : msrpc"), True),
        ("dynamic-ports-across-boundary", way("mes", "->", "cell", "app -> plc : msrpc"), False),
        ("plaintext-service", way("office", "->", "cell", "pc -> plc : telnet"), True),
        ("plaintext-service", way("mes", "->", "cell", "app -> plc : telnet"), False),
        ("plaintext-service", way("office", "->", "cell", "pc -> plc : ssh, modbus, syslog"), False),
        ("commands-come-back", way("cell", "->", "office", "plc -> pc : mqtt-tls"), True),
        ("commands-come-back", way("cell", "->", "mes", "plc -> app : mqtt-tls"), False),
        ("commands-come-back", way("office", "->", "cell", "pc -> plc : mqtt-tls"), False),
        # machines
        ("odd-target", way("cell", "->", "mes", "plc -> panel : modbus"), True),
        ("odd-target", way("cell", "->", "mes", "plc -> scada : modbus"), False),
        ("odd-target", way("cell", "->", "mes", "plc -> panel : opcua"), False),
        ("controller-as-client", way("cell", "->", "mes", "plc -> app : smb"), True),
        ("controller-as-client", way("cell", "->", "mes", "screen -> app : smb"), False),
        ("controller-as-client", way("cell", "->", "mes", "plc -> app : ftp"), False),
        ("remote-desktop-to-cell", way("mes", "->", "cell", "desk -> screen : vnc"), True),
        ("remote-desktop-to-cell", way("mes", "->", "cell", "jump -> screen : vnc"), False),
        ("remote-desktop-to-cell", way("mes", "->", "cell", "desk -> screen : https"), False),
        ("remote-desktop-to-cell", grant("desk -> screen : rdp"), False),
        ("icmp-redirect", "service i { icmp 5 }\n" + way("mes", "->", "cell", "app -> plc : i"), True),
        ("icmp-redirect", "service i { icmp 3, 8, 11 }\n" + way("mes", "->", "cell", "app -> plc : i"), False),
        # too near
        ("safety-not-apart", "zone z { in area; net 10.8.0.0/24; asset s 10.8.0.1 { kind safety-controller } }", False),
        (
            "safety-not-apart",
            "zone z { in area; net 10.8.0.0/24; asset s 10.8.0.1 { kind safety-controller }; asset o 10.8.0.2 }",
            True,
        ),
        (
            "safety-not-apart",
            "zone z { in area; net 10.8.0.0/24\nasset s 10.8.0.1 { kind safety-controller }; asset o 10.8.0.2 { safety }\n}",
            False,
        ),
    ],
)
def test_findings_and_near_misses(checked: Checked, name: str, text: str, found: bool) -> None:
    assert (name in {one.name for one in checked(text, FLOOR)}) == found


def test_engineering_into_a_safety_zone_is_an_error(checked: Checked) -> None:
    found = {one.name: one for one in checked(way("mes", "->", "sis", "ews -> trip : tristation"), FLOOR)}
    assert found["safety-writable"].severity is Severity.ERROR
    found = {one.name: one for one in checked(way("mes", "->", "sis", "ews -> trip : modbus"), FLOOR)}
    assert found["safety-writable"].severity is Severity.WARNING


def test_a_plant_of_many_flows_gets_one_finding_a_conduit(checked: Checked) -> None:
    flows = [f"desk -> {name} : {service}" for name in ("plc", "plc-2", "hurried") for service in ("s7comm", "modbus")]
    found = [one for one in checked(way("mes", "->", "cell", *flows), FLOOR) if one.name != "overlapping-flow"]
    assert [one.name for one in found] == ["programming-from-elsewhere"]
    assert len(found[0].labels) == 5
    assert found[0].notes == ("and 1 more like these",)


def test_zones_without_levels_are_not_judged_by_them(checked: Checked) -> None:
    text = FLOOR.replace("sl-t 1; ", "").replace("sl-t 2; ", "")
    flows = way("office", "->", "cell", "pc -> plc : msrpc, telnet", "pc -> screen : mqtt")
    names = {one.name for one in checked(flows, text)}
    assert not names & {"dynamic-ports-across-boundary", "plaintext-service", "commands-come-back"}


def test_what_auditors_want_is_asked_for(plant_of: Callable[..., Plant]) -> None:
    plant = plant_of("")
    audited = {name for name in CHECKS if CATALOGUE[name].persona == "audit"}
    assert audited
    assert audited.isdisjoint(one.name for one in run(plant, AT))
    assert not audited.isdisjoint(one.name for one in run(plant, AT, "audit"))
    day = [one.message for one in run(plant, AT)]
    assert [one.message for one in run(plant, AT, "audit") if one.name not in audited] == day


@pytest.mark.parametrize(("most", "found"), [(25, True), (26, False)])
def test_the_budget_of_a_zone_is_the_plants(plant_of: Callable[..., Plant], most: int, found: bool) -> None:
    plant = plant_of("zone hall { in area; net 10.7.0.0/24; asset p 10.7.0.0-10.7.0.25 { kind plc } }", FLOOR)
    told = {one.name for one in run(plant, AT, limits=Limits(zone_machines=most))}
    assert ("zone-too-big" in told) == found


def test_the_flat_plant_gets_a_handful() -> None:
    plant, _ = resolve(load(Path(__file__).parents[2] / "examples" / "bottling-flat"))
    told = {one.name for one in run(plant, AT)}
    assert {"zone-too-big", "safety-not-apart", "unpatchable-programmable", "plaintext-service"} <= told
