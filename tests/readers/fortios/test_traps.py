"""What goes wrong in FortiGates, made in our files on purpose: refuted with a packet, or refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from segc.diagnostics import SegcError
from segc.model.addresses import Addresses
from segc.model.plant import Plant
from segc.packets.machine import Refused
from segc.proof.prove import Prover
from segc.rules.table import End, Ends
from segc.targets import registry
from segc.targets.build import Built, build
from tests.plants import plant_of

AT = datetime(2026, 11, 25, 12, tzinfo=UTC)
POLICY = """
segc 1
team ops
site works { mode enforce; owner ops; timezone "Europe/Vienna" }
service modbus { tcp 502 }
service ssh { tcp 22 }
service ping { icmp echo-request; icmp6 echo-request }
service some { icmp 9-11; proto 47 }
zone mes { net 10.1.0.0/24, fd00:1::/64; asset app 10.1.0.5 { address fd00:1::5 }; asset old 10.1.0.9 }
zone hall { net 10.2.0.0/24; mode monitor }
zone cell { net 10.2.0.128/25, fd00:2::/64; asset plc 10.2.0.130 { address fd00:2::130 } }
conduit c mes -> cell {
  allow app -> plc : modbus
  allow app -> plc : ping { log }
  allow old -> plc : some
}
conduit d mes -> hall { allow mes -> hall : ping }
grant g { vendor "Fillmatic"; allow mes.old -> cell.plc : ssh; until 2026-12-31 }
firewall fw {
  target fortios
  interface port1 mes 10.1.0.1/24, fd00:1::1/64
  interface port2 hall, cell 10.2.0.1/24
  manage app : ssh
}
"""


def entry(text: str, has: str) -> str:
    """The entry of a table that has a line."""
    every: list[str] = re.findall(r" {4}edit .*?\n {4}next\n", text, re.DOTALL)
    return next(one for one in every if has in one)


def changed(has: str, what: str, new: str) -> Callable[[str], str]:
    """A change in the entry that has a line; `what` is a pattern."""
    return lambda text: text.replace(entry(text, has), re.sub(what, new, entry(text, has)))


def first(has: str) -> Callable[[str], str]:
    """An entry is moved before all others of `firewall policy`."""
    return lambda text: text.replace(entry(text, has), "").replace(
        "config firewall policy\n", "config firewall policy\n" + entry(text, has)
    )


def log_setting(new: str) -> Callable[[str], str]:
    """Other words in `config log setting`."""
    return lambda text: text.replace("local-in-policy-log enable", new)


FLOW = 'comments "c: app -> plc : modbus"'
LOGGED = 'comments "c: app -> plc : ping'
ONLY4 = 'comments "c: old -> plc : some"'
REST = 'comments "mes -> cell, any other service"'
HALL = 'comments "mes -> hall, any other service"'
LAST = 'comments "anything else"'
MANAGE = 'comments "manage-fw'
ITSELF = 'comments "the firewall itself"'
LINKS = 'comments "neighbour discovery'
REFUSED = {
    "a mistyped object",
    "an object of the other family only",
    "a source of one family and a target of the other",
    "a group that lost its members",
    "ports of another protocol",
    "half a file",
}
# What happens hangs on what no configuration tells.
UNCERTAIN = {"inspected", "at some times", "packets that leave as they came", "six that leave as they came"}
TRAPS: dict[str, Callable[[str], str]] = {
    "source and target swapped": changed(FLOW, r'srcaddr "(.*)"\n(.*)dstaddr "(.*)"', r'srcaddr "\3"\n\2dstaddr "\1"'),
    "an object that lost its address": changed('edit "mes.app"', r" *set subnet .*\n", ""),
    "an object of six that lost its address": changed("set ip6 fd00:1::5/128", r" *set ip6 .*\n", ""),
    "a mistyped object": changed(FLOW, '"mes.app"', '"mes.ap"'),
    "an object of the other family only": changed(ONLY4, "addr ", "addr6 "),
    "a source of one family and a target of the other": changed(FLOW, "dstaddr ", "dstaddr6 "),
    "an empty source means all": changed(FLOW, r'srcaddr ".*"', 'srcaddr "all"'),
    "an empty target means all": changed(FLOW, r'dstaddr6 ".*"', 'dstaddr6 "all"'),
    "the other family is let through": changed(ONLY4, r"(set schedule)", r'set srcaddr6 "all"\n set dstaddr6 "all"\n \1'),
    "six is not denied": changed(LAST, r" *set (src|dst)addr6 .*\n", ""),
    "four is not denied": changed(REST, r" *set (src|dst)addr .*\n", ""),
    "every service": changed(FLOW, "modbus", "ALL"),
    "ports of another protocol": changed('edit "modbus"', "set tcp-portrange", "set udp-portrange"),
    "ports of other protocols as well": changed('edit "modbus"', "unset udp-portrange", "set udp-portrange 502"),
    "a range off by one": changed('edit "modbus"', "502", "502-503"),
    "source ports for target ports": changed('edit "modbus"', "502", "0-65535:502"),
    "every ICMP type": changed('edit "ping.icmp-8"', "set icmptype 8", "unset icmptype"),
    "one ICMP code": changed('edit "ping.icmp-8"', "unset icmpcode", "set icmpcode 1"),
    "IP protocol 0 is every one": changed('edit "some.ip-47"', " 47", " 0"),
    "a group that lost a member": changed('edit "some"', '"some.ip-47"', ""),
    "a group that lost its members": changed('edit "some"', " *set member .*\n", ""),
    "accept for deny": changed(REST, "action deny", "action accept"),
    "deny for accept": changed(FLOW, "action accept", "action deny"),
    "no action is deny": changed(FLOW, " *set action .*\n", ""),
    "a policy that is off": changed(FLOW, "(set schedule)", r"set status disable\n\1"),
    "a deny that is off": changed(REST, "(set schedule)", r"set status disable\n\1"),
    "a list turned round": changed(FLOW, "(set schedule)", r"set srcaddr-negate enable\nset srcaddr6-negate disable\n\1"),
    "a log that is missing": changed(REST, "logtraffic all", "logtraffic disable"),
    "a log of what profiles find": changed(HALL, "logtraffic all", "logtraffic utm"),
    "no word is not a log": changed(LOGGED, " *set logtraffic .*\n", ""),
    "a log too many": changed(FLOW, "logtraffic disable", "logtraffic all"),
    "another number": changed(REST, r"edit \d+", "edit 9"),
    "the rest before its flows": first(REST),
    "everything before the denies": first(HALL),
    "an interface forgotten": changed(FLOW, 'srcintf "port1"', 'srcintf "any"'),
    "another interface": changed(FLOW, 'srcintf "port1"', 'srcintf "port2"'),
    "by where it leaves": changed(REST, 'dstintf "any"', 'dstintf "port2"'),
    "inspected": changed(FLOW, "utm-status disable", "utm-status enable"),
    "at some times": changed(FLOW, "always", "nights"),
    "a grant for everybody": changed('comments "g: ', '"mes.old"', '"mes"'),
    "packets that leave as they came": lambda text: text.replace("    set allow-traffic-redirect disable\n", ""),
    "six that leave as they came": lambda text: text.replace("ipv6-allow-traffic-redirect disable", "hostname x"),
    "a zone that lets its own pass": lambda text: (
        text + 'config system zone\nedit z\nset interface "port1" "port2"\nset intrazone allow\nnext\nend\n'
    ),
    "the box: nobody is kept out": changed(ITSELF, "action deny", "action accept"),
    "the box: any service": changed(MANAGE, '"ssh"', '"ALL"'),
    "the box: from anywhere": changed(MANAGE, '"port1"', '"any"'),
    "the box: logs one by one are off": log_setting("local-in-policy-log disable"),
    "the box: all logs are on": log_setting("local-in-policy-log enable\n    set local-in-allow enable"),
    "the box: no neighbours": lambda text: text.replace(entry(text, LINKS), ""),
    "the box: denied to begin with": changed(MANAGE, "action accept", "action deny"),
    "half a file": lambda text: text[: len(text) // 2],
}  # fmt: skip


@cache
def made(folder: Path) -> tuple[Plant, Built]:
    plant = plant_of(POLICY, folder)
    return plant, build(plant, AT, "declared").built[0]


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> tuple[Plant, Built]:
    return made(tmp_path_factory.mktemp("works"))


@pytest.mark.parametrize("trap", TRAPS)
def test_is_told(trap: str, works: tuple[Plant, Built]) -> None:
    plant, one = works
    prover = Prover(plant, AT)
    text = one.texts()["rules"]
    assert prover.prove("fw", {"rules": text}, one.entry).equal
    broken = TRAPS[trap](text)
    assert broken != text, "the trap is not in this file"
    try:
        proof = prover.prove("fw", {"rules": broken}, one.entry)
    except Refused:
        assert trap in REFUSED
        return
    assert proof.possible if trap in UNCERTAIN else proof.differences
    assert trap not in REFUSED


# ---- what is rendered ------------------------------------------------------------------------------------------------


def test_no_line_asks_the_command_line_for_help(works: tuple[Plant, Built]) -> None:
    """A `?` does, even between quotes."""
    for file in works[1].files:
        if file.role in ("rules", "kill"):
            assert "?" not in file.text
            assert file.text.isascii()


def test_one_more_flow_is_one_more_entry(tmp_path: Path, works: tuple[Plant, Built]) -> None:
    more = POLICY.replace("conduit d", "conduit c2 mes -> cell { allow old -> plc : modbus }\nconduit d")
    new = build(plant_of(more, tmp_path), AT, "declared").built[0].texts()["rules"].split("\n")
    old = works[1].texts()["rules"].split("\n")
    assert len(new) - len(old) == len(entry("\n".join(new), "c2: old").split("\n")) - 1
    rest = iter(new)
    assert all(line in rest for line in old)


def test_sessions_of_grants_end_by_name(works: tuple[Plant, Built]) -> None:
    kill = works[1].texts()["kill"]
    block = kill.partition("# g: mes.old -> cell.plc : ssh\n")[2].split("\n")
    assert block == [
        "diagnose sys session filter clear",
        "diagnose sys session filter src 10.1.0.9 10.1.0.9",
        "diagnose sys session filter dst 10.2.0.130 10.2.0.130",
        "diagnose sys session filter proto 6 6",
        "diagnose sys session filter dport 22 22",
        "diagnose sys session filter",
        "diagnose sys session list",
        "diagnose sys session clear",
        "",
    ]


def test_sessions_end_in_their_own_family(tmp_path: Path) -> None:
    text = POLICY.replace("mes.old -> cell.plc : ssh;", "mes.app -> cell.plc : ping;")
    kill = build(plant_of(text, tmp_path), AT, "declared").built[0].texts()["kill"]
    assert re.findall(r"(\S+) filter proto (\d+)", kill) == [("session", "1"), ("session6", "58")]
    assert "dport" not in kill


def module(name: str) -> ModuleType:
    registry.renderer("fortios")
    return import_module(f"segc_targets.fortios.{name}")


def test_one_name_for_two_things_is_two_objects() -> None:
    addresses = module("addresses").Addresses(4)
    few, more = (Addresses(((1, high),), ()) for high in (2, 3))
    names = [addresses.names(Ends((End("pump", one),), one)) for one in (few, more, few)]
    assert names[0] == names[2] == ["pump"]
    assert names[1] != names[0]


def test_long_lists_go_on_in_further_lines() -> None:
    lines = module("cli").listed("member", [f"n{number}" for number in range(41)])
    assert [line.split(" ")[0] for line in lines] == ["set", "append", "append"]
    assert " ".join(lines).count('"') == 82


def test_two_names_never_share_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module("policies"), "IDS", 3)
    ids = module("policies").Ids()
    assert len({ids(name) for name in "abc"}) == 3
    assert ids("a") == ids("a")


@pytest.mark.parametrize("number", [0, 255])
def test_a_protocol_without_an_object_is_an_error_at_its_flow(number: int, tmp_path: Path) -> None:
    text = POLICY.replace("proto 47", f"proto {number}")
    with pytest.raises(SegcError) as stopped:
        build(plant_of(text, tmp_path), AT, "declared")
    (found,) = stopped.value.diagnostics
    assert found.name == "unsupported-by-target"
    assert f"IP protocol {number}" in found.message
    assert found.primary is not None
    assert text.split("\n")[found.primary.span.line - 1].strip() == "allow old -> plc : some"


def test_names_fit(tmp_path: Path) -> None:
    """Of conduits, zones and services that are longer than the box takes."""
    long = "hall-north-of-the-river-line-with-a-name-that-goes-on-and-on"
    text = re.sub(r"\bold\b", f"{long}-9", re.sub(r"\bmes\b", long, POLICY))
    one = build(plant_of(text.replace("conduit c ", f"conduit {long} "), tmp_path), AT, "declared").built[0]
    names = re.findall(r'(?:edit|set name) "([^"]*)"', one.texts()["rules"])
    policies = re.findall(r'set name "([^"]*)"', one.texts()["rules"])
    assert 70 < max(map(len, names)) <= 79
    assert 30 < max(map(len, policies)) <= 35
    assert len(set(policies)) == len(policies)
