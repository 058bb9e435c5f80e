"""The reader of SCALANCE: what its manual says of rules and services, traps, and what it must not pass over."""

from __future__ import annotations

import ipaddress
import re
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

SERVICES = """# what the web interface has
kind,name,protocol,source,destination
ip,s7,tcp,*,102-103
ip,ntp,udp,123,123
icmp,ping,icmp,*,8
protocol,gre,47,*,*
"""
NAMES = "cloudconnector dhcp dns http https ipsec ping snmp systime tcpevent telnet vrrp vxlan"
OFF = re.sub(r"(\S+) ?", r"prerule \1 ipv4 all-int disabled\n", NAMES)
COMMANDS = f"""! show running-config
configure terminal
system name cell-4
firewall
ipv4rule from vlan 1 to vlan 2 srcip 10.1.0.0/24 dstip 10.2.0.5 action acc service s7 log info prior 20 comment s7
ipv4rule from vlan 1 to vlan 2 srcip 10.1.0.9 dstip 0.0.0.0/0 action rej log cri prior 10
ipv4rule from vlan 1 to vlan 2 srcip 10.1.0.20-10.1.0.29 dstip 10.2.0.0/24 action acc service gre prior 30
ipv4rule from vlan 1 to vlan 2 srcip 10.1.0.0/24 dstip 10.2.0.0/24 action acc service ntp prior 40
ipv4rule from SinemaRC to vlan 2 srcip 0.0.0.0/0 dstip 10.2.0.0/24 action acc service ping prior 50
ipv4rule from vlan 2 to Device srcip 10.2.0.7 dstip 0.0.0.0/0 action acc prior 60
prerule ssh ipv4 int vlan 1 enabled
prerule ssh ipv4 all-int disabled
{OFF}end
"""


def read(commands: str = COMMANDS, services: str = SERVICES) -> Machine:
    return registry.reader("scalance").read({"rules": commands, "sets": services})


def fate(commands: str = COMMANDS, hook: str = "forward", **values: Any) -> str:
    """What becomes of a packet from vlan1 to vlan2, unless told otherwise, and what is recorded."""
    ends: dict[str, Any] = {
        "source": "10.1.0.5",
        "target": "10.2.0.5",
        "proto": 6,
        "iif": "vlan1",
        "oif": "vlan2",
        "dport": 102,
    }
    ends |= values
    source, target = (int(ipaddress.ip_address(ends.pop(end))) for end in ("source", "target"))
    run = trace(read(commands), Packet(4, source, target, **ends), ("prerouting", hook))
    return " ".join([run.kind, *run.logs])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, "accept s7"),
        ({"dport": 104}, "drop"),  # between VLANs, what no rule accepts
        ({"source": "10.1.0.9"}, "reject precedence 10"),  # 10 comes before 20; without a comment
        ({"oif": "vlan3"}, "drop"),
        ({"oif": "vlan1"}, "accept"),  # within a VLAN
        ({"iif": "vlan2", "oif": "vlan1"}, "drop"),  # a rule has a direction
        ({"proto": 47, "dport": 0, "source": "10.1.0.25"}, "accept"),
        ({"proto": 47, "dport": 0, "source": "10.1.0.30"}, "drop"),
        ({"proto": 17, "dport": 123, "sport": 123}, "accept"),
        ({"proto": 17, "dport": 123, "sport": 124}, "drop"),
        ({"proto": 1, "dport": 8 * 256, "iif": "SinemaRC"}, "accept"),
        ({"proto": 1, "dport": 8 * 256}, "drop"),
        ({"dport": 104, "state": "established"}, "accept"),
    ],
)
def test_what_commands_do(values: dict[str, Any], expected: str) -> None:
    assert fate(**values) == expected
    assert read().unknown == []


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"dport": 22}, "accept"),  # the predefined rule of one VLAN
        ({"dport": 22, "iif": "vlan2"}, "drop"),
        ({"dport": 443, "iif": "vlan2", "source": "10.2.0.7"}, "accept"),
        ({"dport": 443}, "drop"),
    ],
)
def test_what_commands_do_with_traffic_to_the_device(values: dict[str, Any], expected: str) -> None:
    assert fate(hook="input", **values) == expected


def test_where_nothing_is_said_of_the_device_it_is_left_alone() -> None:
    lines = [line for line in COMMANDS.split("\n") if "prerule" not in line and "Device" not in line]
    assert fate("\n".join(lines), hook="input", dport=443) == "accept"


def test_files_are_told_by_their_look() -> None:
    role = registry.reader("scalance").role
    assert (role("a", COMMANDS), role("b", SERVICES), role("c", "*filter\nCOMMIT\n")) == ("rules", "sets", None)


def test_all_rules_may_be_taken_away() -> None:
    assert fate(COMMANDS + "no ipv4rule all\n") == "drop"


RULE = "ipv4rule from vlan 1 to vlan 2 srcip 10.1.0.1 dstip 10.2.0.1 action acc service s7 log no prior 1 comment x"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("service s7", "service s8"),  # an object that does not exist
        ("service s7", "service"),
        ("srcip 10.1.0.1", "srcip *"),
        ("srcip 10.1.0.1", "srcip 10.1.0.9-10.1.0.1"),
        ("srcip 10.1.0.1", "srcip fd00::1"),
        (" srcip 10.1.0.1", ""),
        (" prior 1", ""),
        ("prior 1", "prior 128"),
        ("prior 1", "prior 1 prior 2"),
        ("action acc", "action accept"),
        ("log no", "log yes"),
        ("from vlan 1", "from vlan1"),
        ("to vlan 2", "to lan 2"),
        ("vlan 1", "vlan 4095"),
        ("comment x", "comment " + "x" * 33),
        ("comment x", "colour red"),
    ],
)
def test_what_the_device_does_not_have_is_refused(old: str, new: str) -> None:
    assert read(RULE).unknown == []
    with pytest.raises(Refused) as refused:
        read(RULE.replace(old, new, 1))
    assert (refused.value.file, refused.value.line) == ("rules", 1)


def test_two_rules_of_one_precedence_are_refused() -> None:
    with pytest.raises(Refused):
        read(f"{RULE}\n{RULE}\n")


@pytest.mark.parametrize(
    "line",
    [
        "ip,s7,tcp,*,102",  # twice
        "ip,all,tcp,*,102",
        "ip,x,sctp,*,102",
        "ip,x,tcp,*,103-102",
        "ip,x,tcp,*,65536",
        "ip,x,tcp,*",
        "icmp,x,icmp,*,256",
        "icmp,x,icmp,1,8",
        "protocol,x,256,*,*",
        "protocol,x,47,*,1",
        "mac,x,ipv4,*,*",
    ],
)
def test_services_that_make_no_sense_are_refused(line: str) -> None:
    with pytest.raises(Refused) as refused:
        read(services=f"{SERVICES}{line}\n")
    assert (refused.value.file, refused.value.line) == ("sets", 7)


@pytest.mark.parametrize(
    "command",
    [
        "firewall\nmacrule from vlan 1 to vlan 2 action drop",
        "firewall\nno ipv4rule idx 3 now",
        "nat\nmasquerading int vlan 2",
        "frobnicate",
        "ipv4rule from Device to vlan 2 srcip 0.0.0.0/0 dstip 0.0.0.0/0 action drop prior 99",
        "prerule vxlan ipv4 int vlan 2 enabled",  # of what it lets in, the manual does not say enough
    ],
)
def test_what_is_not_understood_is_said(command: str) -> None:
    assert read(COMMANDS + command + "\n").unknown


def test_a_predefined_rule_that_nobody_switched_off_is_not_taken_to_be_off() -> None:
    assert read(COMMANDS.replace("prerule vrrp ipv4 all-int disabled\n", "")).unknown


# -- what is rendered --------------------------------------------------------

MANAGED = """segc 1
site s { mode enforce }
service ssh { tcp 22 }
service web { tcp 443 }
zone a { level 4; net 10.1.0.0/24; asset admin 10.1.0.5 }
zone b { level 4; net 10.2.0.0/24 }
conduit c a -> b { allow admin -> b : ssh }
firewall f { target scalance; interface vlan1 a 10.1.0.1/24; interface vlan20 b 10.2.0.1/24; manage a.admin : web }
"""


def test_management_is_by_rules_alone(tmp_path: Path) -> None:
    policy = plant_of(MANAGED, tmp_path)
    one = build(policy, AT, "declared", prove=Gate(policy, AT, None)).built[0]
    text = one.texts()["rules"]
    assert "from vlan 1 to Device srcip 10.1.0.5 dstip 0.0.0.0/0 action acc service web" in text
    assert "prerule telnet ipv4 int vlan 20 disabled" in text
    prover = Prover(policy, AT, None)
    for old, new in (
        ("srcip 10.1.0.5 dstip 0.0.0.0/0", "srcip 0.0.0.0/0 dstip 0.0.0.0/0"),
        ("prerule ssh", "! prerule ssh"),
    ):
        assert old in text
        assert not prover.prove("f", {**one.texts(), "rules": text.replace(old, new, 1)}, one.entry).equal


def test_an_interface_is_a_vlan(tmp_path: Path) -> None:
    for name in ("eth0", "vlan4095", "vlan01"):
        with pytest.raises(SegcError) as stopped:
            build(plant_of(MANAGED.replace("vlan20", name), tmp_path), AT, "declared")
        assert [one.name for one in stopped.value.diagnostics] == ["bad-interface-name"]


@pytest.mark.parametrize(
    ("role", "old", "new", "expected"),
    [
        ("rules", "! ==", "! --", "equal"),
        ("rules", "action drop", "action rej", "equal"),  # stopped either way
        ("rules", "action drop", "action acc", "refuted"),
        ("rules", "service ping", "service all", "refuted"),
        ("rules", "log war", "log no", "refuted"),
        ("rules", "vlan2-stop", "vlan2-halt", "refuted"),
        ("rules", "no ipv4rule all\n", "", "equal"),
        ("rules", "end\n", "no ipv4rule all\nend\n", "refuted"),
        (
            "rules",
            "end\n",
            "ipv4rule from IPsecall to vlan 2 srcip 0.0.0.0/0 dstip 0.0.0.0/0 action acc prior 99\nend\n",
            "refuted",
        ),
        ("sets", "modbus,tcp,*,502", "modbus,tcp,*,*", "refuted"),
        ("sets", "modbus,tcp,*,502", "modbus,udp,*,502", "refuted"),
        ("sets", "modbus,tcp,*,502", "modbus,tcp,502,*", "refuted"),
    ],
)
def test_traps(role: str, old: str, new: str, expected: str) -> None:
    one = built("basic", "scalance", "declared").built[0]
    files = {name: text for name, text in one.texts().items() if name in ("rules", "sets")}
    assert old in files[role]
    proof = Prover(plant("basic", "scalance"), AT, None).prove(
        "fw", files | {role: files[role].replace(old, new, 1)}, one.entry
    )
    assert ("equal" if proof.equal else "refuted" if proof.differences else "unread") == expected


def test_a_pair_of_vlans_without_rules_is_missed() -> None:
    """What is asked does not depend on what the file names."""
    one = built("basic", "scalance", "monitor").built[0]
    files = {name: text for name, text in one.texts().items() if name in ("rules", "sets")}
    for way in ("from vlan 1 to vlan 2", "from vlan 2 to vlan 1"):
        kept = "\n".join(line for line in files["rules"].split("\n") if way not in line)
        proof = Prover(plant("basic", "scalance"), AT, "monitor").prove("fw", files | {"rules": kept}, one.entry)
        assert {difference.kind for difference in proof.differences} == {"interruption"}
