"""The reader of mGuard worksheets: what the tables mean, traps, and what it must not pass over."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Any

import pytest

from segc.diagnostics import SegcError
from segc.packets.fields import Packet
from segc.packets.machine import Machine, Refused
from segc.packets.trace import trace
from segc.proof.gate import Gate
from segc.proof.prove import Prover
from segc.targets import registry
from segc.targets.build import build
from tests.conformance.cases import AT, built, plant
from tests.plants import plant_of

SHEET = """# a sheet
No.,Table,Protocol,From IP,From port,To IP,To port,Action,Comment,Log
1,incoming,TCP,10.1.0.0/24,any,10.2.0.5,102:103,Accept,"s7, both ports",Yes
2,incoming,UDP,10.1.0.0/24,123,10.2.0.5,123,Accept,,No
1,outgoing,All,10.2.0.9,,0.0.0.0/0,,Reject,,Yes
2,outgoing,All,0.0.0.0/0,,0.0.0.0/0,,Accept,,No
3,incoming,GRE,10.1.0.7,,10.2.0.0/24,,Accept,,No
4,incoming,ICMP,0.0.0.0/0,,10.2.0.0/24,,Drop,,No
5,incoming,All,0.0.0.0/0,,10.2.0.77,,Accept,,No
"""


def read(text: str = SHEET) -> Machine:
    return registry.reader("mguard").read({"rules": text})


def fate(text: str = SHEET, **values: Any) -> str:
    """What becomes of a packet that comes in, unless told otherwise, and what is recorded."""
    ends: dict[str, Any] = {"source": "10.1.0.5", "target": "10.2.0.5", "proto": 6, "dport": 102}
    ends |= {"iif": "external", "oif": "internal"} | values
    source, target = (int(ipaddress.ip_address(ends.pop(end))) for end in ("source", "target"))
    run = trace(read(text), Packet(4, source, target, **ends))
    return " ".join([run.kind, *run.logs])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, "accept fw-incoming-1"),
        ({"dport": 104}, "drop"),
        ({"dport": 104, "state": "established"}, "accept"),
        ({"proto": 17, "dport": 123, "sport": 123}, "accept"),
        ({"proto": 17, "dport": 123, "sport": 124}, "drop"),
        ({"proto": 47, "dport": 0, "source": "10.1.0.7"}, "accept"),
        ({"proto": 1, "dport": 0, "target": "10.2.0.77"}, "drop"),  # the first that applies
        ({"proto": 6, "target": "10.2.0.77"}, "accept"),
        ({"iif": "internal", "oif": "external"}, "accept"),
        ({"iif": "internal", "oif": "external", "source": "10.2.0.9"}, "reject fw-outgoing-1"),
        ({"oif": "dmz"}, "drop"),
    ],
)
def test_what_a_sheet_does(values: dict[str, Any], expected: str) -> None:
    assert fate(**values) == expected


def test_a_sheet_is_told_by_its_columns() -> None:
    role = registry.reader("mguard").role
    assert (role("a.csv", SHEET), role("b.csv", "kind,name\n")) == ("rules", None)


@pytest.mark.parametrize(
    "row",
    [
        "6,incoming,TCP,10.1.0.1,any,10.2.0.1,80,Permit,,No",
        "6,incoming,TCP,10.1.0.1,any,10.2.0.1,80,Accept,,Maybe",
        "6,incoming,SCTP,10.1.0.1,any,10.2.0.1,80,Accept,,No",
        "6,incoming,TCP,10.1.0.300,any,10.2.0.1,80,Accept,,No",
        "6,incoming,TCP,fd00::1,any,10.2.0.1,80,Accept,,No",
        "6,incoming,TCP,,any,10.2.0.1,80,Accept,,No",
        "6,incoming,TCP,plc,any,10.2.0.1,80,Accept,,No",
        "6,incoming,TCP,10.1.0.1,any,10.2.0.1,90:80,Accept,,No",
        "6,incoming,TCP,10.1.0.1,any,10.2.0.1,80-90,Accept,,No",
        "6,incoming,TCP,10.1.0.1,any,10.2.0.1,,Accept,,No",
        "6,incoming,ICMP,10.1.0.1,,10.2.0.1,8,Accept,,No",  # the device would not look at it
        "6,sideways,TCP,10.1.0.1,any,10.2.0.1,80,Accept,,No",
        "7,incoming,TCP,10.1.0.1,any,10.2.0.1,80,Accept,,No",  # a gap
        "6,incoming,TCP,10.1.0.1,any,10.2.0.1,80,Accept,No",
        '6,incoming,TCP,10.1.0.1,any,10.2.0.1,80,Accept,"x,No',
        "frobnicate",
    ],
)
def test_what_makes_no_sense_is_refused(row: str) -> None:
    with pytest.raises(Refused) as refused:
        read(SHEET + row)
    assert (refused.value.line, refused.value.text) == (10, row)


def test_columns_are_not_guessed() -> None:
    with pytest.raises(Refused):
        read(SHEET.replace("From IP,From port,To IP,To port", "To IP,To port,From IP,From port"))


PLANT = """segc 1
site s { mode enforce }
service web { tcp 443 }
service ping { icmp echo-request }
zone a { level 4; net 10.1.0.0/24; asset admin 10.1.0.5 }
zone b { level 3; net 10.2.0.0/24 }
zone c { level 3.5; net 10.3.0.0/24 }
conduit ab a -> c { allow admin -> c : web }
firewall f { target mguard; interface external a; interface internal b; interface dmz c; MORE }
"""


def test_three_networks_have_six_tables(tmp_path: Path) -> None:
    policy = plant_of(PLANT.replace("MORE", ""), tmp_path)
    one = build(policy, AT, "declared", prove=Gate(policy, AT, None)).built[0]
    assert one.entry["proof"]["result"] == "equal"
    tables = {line.split(",")[1] for line in one.texts()["rules"].split("\n")[3:] if line}
    assert tables == {"incoming", "outgoing", "wan-dmz", "dmz-lan", "dmz-wan", "lan-dmz"}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("MORE", "manage admin : web", "mguard cannot filter traffic to the firewall itself"),
        ("c : web", "c : ping", "mguard does not tell types of ICMP apart"),
        ("tcp 443", "proto 50", "mguard has no word for IP protocol 50"),
    ],
)
def test_what_the_tables_cannot_say_stops_the_build(old: str, new: str, message: str, tmp_path: Path) -> None:
    text = PLANT.replace(old, new).replace("MORE", "")
    with pytest.raises(SegcError) as stopped:
        build(plant_of(text, tmp_path), AT, "declared")
    assert message in [one.message for one in stopped.value.diagnostics]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("# fw", "# other", "equal"),
        (",Drop,", ",Reject,", "equal"),
        (",Drop,", ",Accept,", "refuted"),
        (",10.1.0.10,any,", ",0.0.0.0/0,any,", "refuted"),
        ("502,Accept", "any,Accept", "refuted"),
        ("1,incoming,TCP", "1,incoming,UDP", "refuted"),
        (",Yes", ",No", "refuted"),
        (",No\n", ",Yes\n", "refuted"),
        ("13,incoming,All,10.1.0.0/24,,10.2.0.0/24", "13,incoming,All,10.2.0.0/24,,10.1.0.0/24", "refuted"),
        ("services: pc", "another comment: pc", "equal"),
    ],
)
def test_traps(old: str, new: str, expected: str) -> None:
    one = built("basic", "mguard", "declared").built[0]
    text = one.texts()["rules"]
    assert old in text
    proof = Prover(plant("basic", "mguard"), AT, None).prove("fw", {"rules": text.replace(old, new, 1)}, one.entry)
    assert ("equal" if proof.equal else "refuted" if proof.differences else "unread") == expected
