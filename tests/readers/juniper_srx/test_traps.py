"""Rendered files of Junos with the faults of other tools and of tired people: refuted with a packet, or refused.

Rows are those of tests/acceptance/test_peer_faults.py.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from segc.diagnostics import SegcError
from segc.packets.machine import Refused
from segc.packets.trace import trace
from segc.proof.gate import Gate
from segc.proof.prove import Proof, Prover
from segc.proof.running import running
from segc.targets.build import Built, build
from tests.conformance.cases import AT, built, plant
from tests.plants import plant_of

TARGET = "juniper-srx"
GLOBAL = "set security policies global policy"
BOOK = "set security address-book global"
OLD = f"{GLOBAL} services_mmhvuunr"  # office -> old : modbus
REST = f"{GLOBAL} office_to_dmz_rest"
END = "set security policies default-policy"


@cache
def rendered(name: str, mode: str = "declared") -> Built:
    return built(name, TARGET, mode).built[0]


def proof(name: str, text: str, mode: str = "declared") -> Proof | None:
    """What the proof says of a changed file; None where it is refused."""
    one = rendered(name, mode)
    assert text != one.texts()["rules"], "nothing was changed"
    try:
        return Prover(plant(name, TARGET), AT, None if mode == "declared" else mode).prove(
            one.firewall, {"rules": text}, one.entry
        )
    except Refused:
        return None


def rules(name: str, mode: str = "declared") -> str:
    return rendered(name, mode).texts()["rules"]


REFUTED = {
    "row 4: an exclude that removes every source": (
        "services_mmhvuunr match source-address office\n",
        "services_mmhvuunr match source-address any\n",
    ),
    "row 5: an exclude that is ignored": (
        f"{OLD} then permit",
        f"{OLD} match source-address-excluded\n{OLD} then permit",
    ),
    "row 7: a family without addresses becomes any": (
        f"{BOOK} address-set dmz.web address fd00:2::10/128",
        f"{BOOK} address-set dmz.web address fd00:2::/64",
    ),
    "row 8: the other family of a source": (f"{BOOK} address-set office.pc address fd00:1::10/128\n", ""),
    "row 9: the cross product of protocols and ports": (
        "set applications application udp_69 protocol udp destination-port 69",
        "set applications application udp_69 protocol udp destination-port 9000-9010",
    ),
    "row 9: a port of the other protocol": (
        "application-set range application udp_69",
        "application-set range application modbus",
    ),
    "row 11: the port is left out": ("modbus protocol tcp destination-port 502", "modbus protocol tcp"),
    "row 13: a deny that vanishes": (f"{REST} then deny", f"{REST} then permit"),
    "row 19: a record that is lost": (f"{REST} then log session-init\n", ""),
    "a denied session's close, which never comes": (
        "office_to_dmz_rest then log session-init",
        "office_to_dmz_rest then log session-close",
    ),
    "a record nobody asked for": (
        f"{GLOBAL} back_kymaibxl then permit",
        f"{GLOBAL} back_kymaibxl then permit\n{GLOBAL} back_kymaibxl then log session-close",
    ),
    "a record under another's name": ("policy office_to_dmz_rest", "policy office_to_dmz_other"),
    "ends swapped": (
        "services_mmhvuunr match source-address office\n" + f"{OLD} match destination-address dmz.old",
        "services_mmhvuunr match source-address dmz.old\n" + f"{OLD} match destination-address office",
    ),
    "a flow from any zone": (f"{OLD} match from-zone office\n", ""),
    "a flow to one zone only": (f"{OLD} then permit", f"{OLD} match to-zone office\n{OLD} then permit"),
    "interfaces of zones exchanged": ("zone office interfaces eth0", "zone office interfaces eth2"),
    "a range one too long": ("10.1.0.33 to 10.1.0.46", "10.1.0.33 to 10.1.0.47"),
    "IPv6 dropped": (
        "delete security policies\n",
        "delete security policies\nset security forwarding-options family inet6 mode drop\n",
    ),
    "a policy of the pair of zones comes first": (
        END,
        "\n".join(
            f"set security policies from-zone office to-zone dmz policy x {rest}"
            for rest in ("match source-address any destination-address any application any", "then permit")
        )
        + f"\n{END}",
    ),
    "a member that stayed from last time": (
        f"{BOOK} address-set office.pc",
        f"{BOOK} address-set office.pc address 10.1.0.0/24\n{BOOK} address-set office.pc",
    ),
    "the deny moved to the end": (
        END,
        f"insert security policies global policy office_to_dmz_rest after policy ALL_to_ALL_rest\n{END}",
    ),
    "a flow that is deactivated": (END, f"deactivate security policies global policy services_mmhvuunr\n{END}"),
    "the neighbour's type": ("icmp6-type 128", "icmp6-type 129"),
    "inspection that may stop a flow": (f"{OLD} then permit", f"{OLD} then permit application-services idp"),
}
REFUSED = {
    "row 14: an empty set": (re.escape(f"{BOOK} address-set dmz.web address ") + r"\S+\n", ""),
    "row 15: a mistyped name": ("match destination-address dmz.old", "match destination-address dmz.od"),
    "row 15: a mistyped application": (
        "services_mmhvuunr match application modbus",
        "services_mmhvuunr match application modbsu",
    ),
    "row 1: a mistyped key": ("services_mmhvuunr match source-address", "services_mmhvuunr match source-adress"),
    "row 2: a match that is dropped": (re.escape(f"{OLD} match source-address office") + r"\n", ""),
    "row 18: a mistyped action": ("services_mmhvuunr then permit", "services_mmhvuunr then allow"),
    "an address that is a set as well": (
        "address dmz.old 10.2.0.11/32",
        f"address dmz.old 10.2.0.11/32\n{BOOK} address-set dmz.old address 10.2.0.0/24",
    ),
}


@pytest.mark.parametrize("fault", REFUTED)
def test_a_fault_is_refuted_with_a_packet(fault: str) -> None:
    old, new = REFUTED[fault]
    assert old in rules("basic")
    found = proof("basic", rules("basic").replace(old, new))
    assert found is not None
    assert not found.equal
    assert found.differences or found.unread


@pytest.mark.parametrize("fault", REFUSED)
def test_a_fault_is_refused(fault: str) -> None:
    old, new = REFUSED[fault]
    assert proof("basic", re.sub(old, new, rules("basic"))) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("then permit", "then deny"),
        ("match source-address north.admin", "match source-address any"),
        ("match application ssh", "match application any"),
        ("match application ND-and-MLD", "match application ssh"),
    ],
)
def test_who_may_manage_the_firewall_is_proved(old: str, new: str) -> None:
    head, tail = rules("loop").split("to-zone junos-host", 1)
    found = proof("loop", f"{head}to-zone junos-host{tail.replace(old, new, 1)}")
    assert found is not None
    assert [one.hooks for one in found.differences] == [("prerouting", "input")] * len(found.differences)
    assert found.differences


def test_a_counterexample_leads_to_the_line_that_decides() -> None:
    text = rules("basic").replace(f"{REST} then deny", f"{REST} then permit")
    found = proof("basic", text)
    assert found is not None
    [last] = {trace(found.machine, one.packet, one.hooks).last for one in found.differences}
    assert last is not None
    assert text.split("\n")[last.line - 1] == f"{REST} then permit"


def test_without_the_policies_of_one_zone_everybody_there_manages_it() -> None:
    text = "\n".join(line for line in rules("loop").split("\n") if "from-zone core to-zone junos-host" not in line)
    found = proof("loop", text)
    assert found is not None
    assert {one.packet.iif for one in found.differences} == {"eth1"}


# ---- what is rendered ------------------------------------------------------------------------------------------------


def policies(text: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r"^set security policies \S.* policy (\S+) ", text, re.MULTILINE)))


@pytest.mark.parametrize("name", ["basic", "loop", "nested"])
def test_policies_keep_their_names_from_monitor_to_enforce(name: str) -> None:
    """To Junos, a new name is another policy: sessions of an ALG would end."""
    assert policies(rules(name, "monitor")) == policies(rules(name, "enforce"))


def test_a_permitted_session_is_recorded_at_both_ends_and_a_denied_one_at_its_begin() -> None:
    for mode, expected in (("monitor", {"session-init", "session-close"}), ("enforce", {"session-init"})):
        listed = re.findall(f"^{REST} then log (\\S+)$", rules("basic", mode), re.MULTILINE)
        assert set(listed) == expected


def test_live_sessions_are_judged_by_the_new_policies() -> None:
    """Else the first load would end them all, and a grant's would go on."""
    assert "set security policies policy-rematch extensive" in rules("basic").split("\n")
    assert "policy-rematch extensive" in rendered("basic").texts()["guide"]


def test_every_name_is_one_that_junos_takes() -> None:
    for name in ("basic", "loop", "many", "nested", "grants"):
        text = rules(name)
        names = {*policies(text), *re.findall(r" (?:application|application-set|security-zone) (\S+)", text)}
        assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}", one) for one in names)
        assert all(len(one) < 64 for one in re.findall(r"global address(?:-set)? (\S+)", text))


PLANT = """segc 1
site s {{ timezone "UTC"; owner ops; mode enforce }}
team ops
zone a {{ level 4; net 10.1.0.0/24; asset x 10.1.0.5 }}
zone b {{ level 4; net 10.2.0.0/24; asset y 10.2.0.11; asset z 10.2.0.12 }}
service ftp {{ tcp 21 }}
service wide {{ tcp 5000-5999; udp any; icmp 13 }}
conduit c a -> b {{
  {more}
  allow x -> y : ftp
}}
{rest}
firewall fw {{ target juniper-srx; interface "ge-0/0/1.0" a 10.1.0.1/24; interface "ge-0/0/2.0" b 10.2.0.1/24 }}
"""


def made(folder: Path, more: str = "", rest: str = "", text: str = PLANT) -> dict[str, str]:
    """A proved build's texts by role."""
    policy = plant_of(text.format(more=more, rest=rest), folder)
    one = build(policy, AT, "declared", prove=Gate(policy, AT, None)).built[0]
    assert one.entry["proof"]["result"] == "equal"
    return one.texts()


def test_one_more_flow_adds_lines_and_changes_none(tmp_path: Path) -> None:
    before = made(tmp_path)["rules"].split("\n")
    after = made(tmp_path, "allow x -> z : ftp")["rules"].split("\n")
    kept = iter(after)
    assert all(line in kept for line in before)
    assert len(after) == len(before) + 7  # one address, one policy


def test_where_nothing_may_look_inside_no_alg_does(tmp_path: Path) -> None:
    assert "application-protocol" not in made(tmp_path)["rules"]
    text = made(tmp_path, "inspect forbid")["rules"]
    assert "set applications application ftp_plain application-protocol ignore" in text
    assert "match application ftp_plain" in text


def test_sessions_of_a_grant_are_ended_as_narrowly_as_can_be(tmp_path: Path) -> None:
    grant = "grant g { allow a.x -> y : ftp, wide; from 2026-11-01; until 2026-12-01 }"
    commands = made(tmp_path, rest=grant)["kill"].split("\n")
    ends = "source-prefix 10.1.0.5 destination-prefix 10.2.0.11"
    clear = "clear security flow session"
    assert f"{clear} {ends} protocol tcp destination-port 21" in commands
    assert f"{clear} {ends} protocol udp" in commands
    assert not [one for one in commands if one.startswith(f"{clear} {ends} protocol tcp") and "port" not in one]
    assert [one for one in commands if one.startswith("# ports 5000-5999 only")]
    assert [one for one in commands if one.startswith("# also ends others' sessions") and "icmp" in one]


def test_the_guide_says_what_the_zones_must_offer(tmp_path: Path) -> None:
    managed = PLANT.replace("10.1.0.1/24;", "10.1.0.1/24; manage x : ssh;").replace(
        "service ftp", "service ssh {{ tcp 22 }}\nservice ftp"
    )
    guide = made(tmp_path, text=managed)["guide"]
    assert "set security zones security-zone a host-inbound-traffic system-services ssh" in guide
    assert "security-zone b host-inbound-traffic" not in guide
    assert "no `manage` line" in made(tmp_path)["guide"]


@pytest.mark.parametrize("name", ["ge-0/0/1", "reth1", "irb", "st0"])
def test_an_interface_needs_its_unit(name: str, tmp_path: Path) -> None:
    with pytest.raises(SegcError) as caught:
        made(tmp_path, text=PLANT.replace("ge-0/0/1.0", name))
    assert [one.name for one in caught.value.diagnostics] == ["bad-interface-name"]
    assert "unit" in caught.value.diagnostics[0].help


@pytest.mark.parametrize(
    ("service", "ends", "what"),
    [
        ("tcp " + ", ".join(str(port) for port in range(1, 260, 2)), "x", "130"),
        ("tcp 1", ", ".join(f"h{at}" for at in range(1025)), "1025"),
    ],
)
def test_a_flow_too_large_for_one_policy_is_an_error(service: str, ends: str, what: str, tmp_path: Path) -> None:
    assets = "; ".join(f"asset h{at} 10.8.{at >> 7}.{at % 128 * 2}" for at in range(1025))
    text = PLANT.replace("asset x 10.1.0.5", f"asset x 10.1.0.5; net 10.8.0.0/16; {assets}")
    with pytest.raises(SegcError) as caught:
        made(tmp_path, f"allow {ends} -> y : much", f"service much {{ {service} }}", text)
    assert [one.name for one in caught.value.diagnostics] == ["unsupported-by-target"]
    assert what in caught.value.diagnostics[0].message


def test_what_the_box_does_of_itself_is_said_in_words(tmp_path: Path) -> None:
    """A whole configuration without a word of IPv6: no line of it drops, and none is called foreign."""
    one = rendered("basic")
    mode = "set security forwarding-options family inet6 mode flow-based\n"
    text = "set version 21.4R3\nset system host-name fw\n" + one.texts()["rules"].replace(mode, "")
    file = tmp_path / "running.txt"
    file.write_text(text, encoding="utf-8")
    found = running(plant("basic", TARGET), [str(file)], AT, "declared", one.firewall).found
    told = "\n".join("\n".join((each.message, *each.notes)) for each in found)
    assert "the box drops all of IPv6 before any policy, unless `family inet6 mode flow-based` is set" in told
    assert "line 0" not in told
    assert "``" not in told
    assert "foreign-rule" not in {each.name for each in found}
