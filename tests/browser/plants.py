"""A plant of 150 zones, as one has them: cells of a line around a site network, with a DMZ and an office above."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

HEAD = """segc 1
use "std/ics"
use "std/it"
site big "A large plant" { timezone "UTC"; mode monitor; owner production }
team production "Production" { contact "production@big.example" }
team automation "Automation" { contact "automation@big.example" }
role lead "Shift lead" { team production; phone "+44 1632 960201"; deputy manager }
role manager "Plant manager" { team production; phone "+44 1632 960202" }
zone office "Office" { level 4; sl-t 1; net 10.0.0.0/24; asset erp 10.0.0.10 { kind server } }
zone dmz "Industrial DMZ" { level 3.5; sl-t 2; authority isolate lead; net 10.0.1.0/24; asset broker 10.0.1.10 { kind server } }
"""
AUTHORITY = "authority shutdown lead; authority isolate lead"


def plant(zones: int = 150, seed: int = 1) -> str:
    """The text of a plant with so many zones; the same for the same seed."""
    return "\n".join(_lines(zones, Random(seed))) + "\n"


def _lines(zones: int, dice: Random) -> Iterator[str]:
    yield HEAD
    sites = max(1, zones // 15)
    cells = zones - 2 - sites
    for at in range(sites):
        asset = f"asset scada-{at} 10.1.{at}.10 {{ kind scada-server; criticality critical }}"
        yield f'zone site-{at} "Hall {at}" {{ level 3; sl-t 2; {AUTHORITY}; net 10.1.{at}.0/24; {asset} }}'
    for at in range(cells):
        old = '; unpatchable "as delivered"; control "kept apart"' if dice.random() < 0.2 else ""
        kind, level = ("safety-controller", 1) if at % 20 == 0 else ("plc", 2 if at % 3 else 1)
        more = "; kind safety" if at % 20 == 0 else ""
        asset = f"asset plc-{at} 10.2.{at}.10 {{ kind {kind}{old} }}"
        title = f"Cell {at} of hall {at % sites}"
        yield f'zone cell-{at} "{title}" {{ level {level}; sl-t 2{more}; {AUTHORITY}; net 10.2.{at}.0/24; {asset} }}'
    yield 'conduit orders office -> dmz { owner automation; allow erp -> broker : https { because "orders" } }'
    for at in range(sites):
        flow = f'allow scada-{at} -> broker : https {{ because "reports" }}'
        yield f"conduit push-{at} site-{at} -> dmz {{ owner automation; {flow} }}"
    for at in range(cells):
        mode = dice.choice(("monitor", "enforce"))
        ends = (f"cell-{at}", f"site-{at % sites}") if at % 20 == 0 else (f"site-{at % sites}", f"cell-{at}")
        flow = f"plc-{at} -> scada-{at % sites}" if at % 20 == 0 else f"scada-{at % sites} -> plc-{at}"
        yield f'conduit control-{at} {ends[0]} -> {ends[1]} {{ mode {mode}; allow {flow} : modbus {{ because "view" }} }}'
    for at in range(0, cells - sites, 9):
        if at % 20 and (at + sites) % 20:
            facts = f'vendor "Maker"; until 2026-12-{at % 28 + 1:02}; approved-by lead'
            yield f"grant visit-{at} {{ {facts}; allow broker -> plc-{at} : modbus }}"
    yield "firewall fw-site {\n  target iptables\n  interface eth0 office 10.0.0.1/24\n  interface eth1 dmz 10.0.1.1/24"
    yield "".join(f"  interface s{at} site-{at} 10.1.{at}.1/24\n" for at in range(sites)) + "}"
    for site in range(sites):
        yield f"firewall fw-{site} {{\n  target nftables\n  interface up site-{site} 10.1.{site}.2/24"
        yield "".join(f"  interface c{at} cell-{at} 10.2.{at}.1/24\n" for at in range(site, cells, sites)) + "}"
