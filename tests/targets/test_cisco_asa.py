"""Cisco ASA: what a running configuration prints back is still equal; faults of the vendor's kind are shown or refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from segc.diagnostics import SegcError
from segc.packets.machine import Refused
from segc.proof.gate import Gate
from segc.proof.prove import Proof, Prover
from segc.targets.build import Built, build
from tests.conformance.cases import AT, built, plant
from tests.plants import plant_of

TARGET = "cisco-asa"


def one(name: str, mode: str = "declared") -> Built:
    return built(name, TARGET, mode).built[0]


def config(text: Built) -> str:
    return text.texts()["rules"]


def judged(name: str, text: str, mode: str = "declared") -> Proof:
    """The proof of a changed file of the first firewall of a plant."""
    prover = Prover(plant(name, TARGET), AT, None if mode == "declared" else mode)
    return prover.prove(one(name, mode).firewall, {"rules": text}, one(name, mode).entry)


# ---- what the box prints back ----------------------------------------------------------------------------------------

HEAD = """\
: Saved
ASA Version 9.16(4)
!
hostname fw
enable password ***** pbkdf2
names
interface GigabitEthernet0/0
 nameif eth0
 security-level 100
 ip address 10.1.0.1 255.255.255.0
!
interface GigabitEthernet0/1
 nameif eth1
 security-level 100
 ip address 10.2.0.1 255.255.255.0
!
"""
TAIL = """\
logging enable
logging trap informational
icmp unreachable rate-limit 1 burst-size 1
route eth0 0.0.0.0 0.0.0.0 10.1.0.9 1
timeout conn 1:00:00 half-closed 0:10:00 udp 0:02:00 sctp 0:02:00 icmp 0:00:02
ssh stricthostkeycheck
ssh 10.1.0.5 255.255.255.255 eth0
ssh timeout 5
Cryptochecksum:00000000000000000000000000000000
: end
"""
PRINTED = {  # numbers that the box shows by name, and what it adds
    "service 47": "service gre",
    "icmp 8": "icmp echo",
    "icmp6 128": "icmp6 echo",
    "eq 22": "eq ssh",
    "udp destination eq 69": "udp destination eq tftp",
    "any6 any6 135": "any6 any6 neighbor-solicitation",
    " log warnings": " log warnings interval 300",
}


def printed(text: str) -> str:
    lines = [line for line in text.split("\n") if line != "!" and not line.startswith("! ")]
    order = ("same-security", "object", "access-list", "access-group", "class-map", "policy-map", "service-policy")
    blocks: list[list[str]] = []
    for line in lines:
        if line.startswith(" "):
            blocks[-1].append(line)
        elif line:
            blocks.append([line])
    blocks.sort(key=lambda block: next(i for i, word in enumerate(order) if block[0].startswith(word)))
    body = "\n".join(line for block in blocks for line in block)
    for ours, theirs in PRINTED.items():
        body = re.sub(rf"{re.escape(ours)}(?=\s|$)", theirs, body, flags=re.MULTILINE)
    return f"{HEAD}{body}\n{TAIL}"


@pytest.mark.parametrize("mode", ["declared", "monitor", "enforce"])
@pytest.mark.parametrize("name", ["basic", "loop"])
def test_a_whole_configuration_with_our_lists_is_equal(name: str, mode: str) -> None:
    text = printed(config(one(name, mode)))
    if name == "basic":
        text = text.replace("ssh 10.1.0.5 255.255.255.255 eth0\n", "")
    assert "log warnings interval 300" in text
    proof = judged(name, text, mode)
    assert not proof.unread
    assert proof.equal


def test_a_management_statement_wider_than_the_policy_is_shown() -> None:
    wider = printed(config(one("loop"))).replace("ssh 10.1.0.5 255.255.255.255 eth0", "ssh 10.1.0.0 255.255.255.0 eth0")
    differences = judged("loop", wider).differences
    assert {d.packet.dport for d in differences} == {22}
    assert all(d.hooks[-1] == "input" for d in differences)


def test_an_interface_that_the_policy_does_not_know_is_no_way_into_the_box() -> None:
    third = "interface GigabitEthernet0/2\n nameif spare\n security-level 0\n!\nlogging enable"
    [difference, *_] = judged("loop", printed(config(one("loop"))).replace("logging enable", third)).differences
    assert difference.packet.iif == "spare"
    assert difference.hooks[-1] == "input"


# ---- faults, each told by a packet or refused ------------------------------------------------------------------------

IN = "access-list segc-eth0-in extended"
TRAPS = {
    "a port is forgotten": (" service tcp destination eq 502", " service tcp"),
    "ports of one protocol go to the other": (
        " service-object udp destination eq 69",
        " service-object udp destination eq 69\n service-object udp destination range 9000 9010",
    ),
    "high ports for answers": (
        f"{IN} deny ip",
        f"access-list segc-eth0-in extended permit udp any any range 1024 65535\n{IN} deny ip",
    ),
    "source ports for target ports": (" service tcp destination eq 502", " service tcp source eq 502"),
    "established is no word of an ASA's": (f"{IN} deny ip", f"{IN} permit tcp any any established\n{IN} deny ip"),
    "an object without an address": (" host 10.2.0.11\n", ""),
    "an object by another name": ("object dmz.old\n", "object dmz.odl\n"),
    "a group whose last member is gone": (" network-object 10.1.0.0 255.255.255.0\n network-object fd00:1::/64\n", ""),
    "a group that lost its IPv6": (" network-object fd00:2::/64\n", ""),
    "a group that lost its IPv4": (" network-object host 10.2.0.10\n", ""),
    "IPv6 sources to IPv4 targets": ("object-group office object dmz.old", "any6 object dmz.old"),
    "any for one family": ("object-group office object dmz.old", "any4 object dmz.old"),
    "a deny that has gone": (f"{IN} deny ip object-group office object-group dmz log warnings\n", ""),
    "everything first": (
        f"{IN} permit object-group segc_icmp-errors",
        f"{IN} permit ip any any\n{IN} permit object-group segc_icmp-errors",
    ),
    "a record is lost": ("object-group dmz.web log\n", "object-group dmz.web\n"),
    "a denial under the default message": ("object-group dmz log warnings", "object-group dmz"),
    "a denial without a word": ("object-group dmz log warnings", "object-group dmz log disable"),
    "an alert of another level": ("object-group office log warnings", "object-group office log"),
    "the implicit deny records nothing": (
        "access-list segc-global extended permit ip any any log notifications",
        "access-list segc-global remark the end",
    ),
    "a line is inactive": (
        "object svc_modbus object-group office object dmz.old",
        "object svc_modbus object-group office object dmz.old inactive",
    ),
    "a line holds at times": (
        "object svc_modbus object-group office object dmz.old",
        "object svc_modbus object-group office object dmz.old time-range nights",
    ),
    "a list is bound to no interface": ("access-group segc-eth0-in in interface eth0\n", ""),
    "a list is bound out": ("segc-eth1-in in interface eth1", "segc-eth1-in out interface eth1"),
    "a list by another name": ("access-group segc-eth0-in", "access-group segc-eth0-on"),
    "one list for another": ("access-group segc-eth0-in", "access-group segc-eth1-in"),
    "no global list": ("access-group segc-global global\n", ""),
    "answers to pings are not followed": ("  inspect icmp\n", ""),
    "ICMP errors are stopped": (f"{IN} permit object-group segc_icmp-errors any any\n", ""),
    "packets too big are stopped": (" service-object icmp6 packet-too-big\n", ""),
    "equal levels are apart": ("same-security-traffic permit inter-interface\n", ""),
    "one interface is no way back": ("same-security-traffic permit intra-interface\n", ""),
    "sessions are not followed": (
        "  inspect icmp\n",
        "  inspect icmp\n  set connection advanced-options tcp-state-bypass\n",
    ),
}


def told(name: str, text: str) -> bool:
    """Refuted with a packet, named as unread, or refused by line."""
    try:
        proof = judged(name, text)
    except Refused as why:
        return why.line > 0
    return not proof.equal


@pytest.mark.parametrize("trap", TRAPS)
def test_a_fault_is_told(trap: str) -> None:
    old, new = TRAPS[trap]
    text = config(one("basic"))
    assert old in text, trap
    assert told("basic", text.replace(old, new, 1)), trap


def test_neighbour_discovery_to_the_box_is_part_of_the_proof() -> None:
    text = config(one("loop"))
    line = "access-list segc-eth0-self extended permit icmp6 any6 any6 135\n"
    [difference, *_] = judged("loop", text.replace(line, "")).differences
    assert difference.packet.dport // 256 == 135


# ---- rendering -------------------------------------------------------------------------------------------------------

PLAIN = """\
segc 1
site s {{ mode enforce }}
service modbus {{ tcp 502 }}
service ping {{ icmp echo-request }}
service odd {{ proto 0, 47 }}
service few {{ icmp 9-11 }}
service gre {{ proto 47 }}
zone a {{ net 10.1.0.0/24
  asset a1 10.1.0.1
  asset a2 10.1.0.2
}}
zone b {{ net 10.2.0.0/24, fd00:2::/64
  asset b1 10.2.0.1
}}
conduit c a -> b {{
{facts}
}}
firewall fw {{
  target cisco-asa
  interface inside a
  interface cell b
}}
"""


def rendered(folder: Path, facts: str) -> str:
    policy = plant_of(PLAIN.format(facts=facts), folder)
    result = build(policy, AT, "declared", prove=Gate(policy, AT, None))
    return config(result.built[0])


def test_no_inspection_touches_a_conduit_that_forbids_it(tmp_path: Path) -> None:
    text = rendered(tmp_path, "  inspect forbid\n  allow a1 -> b1 : modbus")
    narrowed = "class-map inspection_default\n match default-inspection-traffic\n match access-list segc-inspect\n"
    assert narrowed in text
    assert "access-list segc-inspect extended deny ip object a object-group b\n" in text
    assert "access-list segc-inspect extended deny ip object-group b object a\n" in text
    assert "segc-inspect" not in rendered(tmp_path, "  allow a1 -> b1 : modbus")
    assert "tcp-state-bypass" not in text


def test_pings_that_nothing_may_look_into_stop_the_build(tmp_path: Path) -> None:
    with pytest.raises(SegcError) as caught:
        rendered(tmp_path, "  latency 10ms\n  allow a1 -> b1 : ping")
    [found] = caught.value.diagnostics
    assert found.name == "unsupported-by-target"
    assert "inspecting" in found.message
    assert found.primary is not None
    assert found.primary.span.text.endswith("ping")


def test_a_protocol_that_would_mean_all_of_ip_stops_the_build(tmp_path: Path) -> None:
    with pytest.raises(SegcError) as caught:
        rendered(tmp_path, "  allow a1 -> b1 : odd")
    assert "IP protocol 0" in caught.value.diagnostics[0].message


def test_a_range_of_icmp_types_is_each_of_them(tmp_path: Path) -> None:
    text = rendered(tmp_path, "  allow a1 -> b1 : few")
    assert " service-object icmp 9\n service-object icmp 10\n service-object icmp 11\n" in text


def test_a_side_of_one_family_never_becomes_any(tmp_path: Path) -> None:
    """Zone `a` has no IPv6."""
    text = rendered(tmp_path, "  allow a -> b : modbus")
    assert "extended permit object svc_modbus object a object-group b\n" in text
    flows = [line for line in text.splitlines() if "svc_modbus" in line and line.startswith("access-list")]
    assert not any(" any" in line for line in flows)


def test_one_more_flow_is_a_small_change(tmp_path: Path) -> None:
    before = rendered(tmp_path, "  allow a1 -> b1 : modbus").splitlines()
    after = rendered(tmp_path, "  allow a1 -> b1 : modbus\n  allow a2 -> b1 : modbus").splitlines()
    assert [line for line in before[1:] if line not in after] == []
    assert len(after) - len(before) == 4  # an object of two lines, a remark and the line itself


def test_remarks_hold_no_question_marks_and_fit() -> None:
    for name in ("basic", "grants", "loop", "many", "nested"):
        remarks = re.findall(r"^access-list \S+ remark (.*)$", config(one(name)), re.MULTILINE)
        assert remarks
        assert not [text for text in remarks if "?" in text or len(text) > 100]


def test_records_name_the_message_as_the_box_sends_it() -> None:
    """One name a list, decision and level: alerts of pairs, of what is astray or of no pair, and recorded flows."""
    records = one("basic").entry["records"]
    assert all(re.fullmatch(r"%ASA-[456]-106100: access-list segc-\S+ (permitted|denied)", name) for name in records)
    told = {name: {prefix[5] for prefix in prefixes} for name, prefixes in records.items()}
    assert told["%ASA-6-106100: access-list segc-eth0-in permitted"] == {"L"}
    assert told["%ASA-4-106100: access-list segc-eth0-in denied"] == {"B"}
    assert told["%ASA-5-106100: access-list segc-global denied"] == {"b"}


@pytest.mark.parametrize(("mode", "place"), [("monitor", 0), ("declared", 2), ("enforce", 2)])
def test_lists_are_bound_in_the_order_that_interrupts_least(mode: str, place: int) -> None:
    """An interface's list alone ends with the implicit deny; the global one alone does not know its flows."""
    bound = re.findall(r"^access-group (\S+)", config(one("basic", mode)), re.MULTILINE)
    assert bound.index("segc-global") == place


def test_the_kill_ends_sessions_of_every_grant_and_of_nothing_else() -> None:
    text = one("grants").texts()["kill"]
    commands = [line for line in text.splitlines() if not line.startswith("!")]
    assert commands == [
        "clear conn protocol tcp address 10.1.0.5 address 10.2.0.5-10.2.0.6 port 102",
        "clear conn protocol tcp address 10.1.0.5 address 10.2.0.5-10.2.0.6 port 443",
        "clear conn protocol tcp address 10.1.0.5 address 10.2.0.5 port 443",
        "clear conn protocol tcp address 10.1.0.5 address 10.2.0.6 port 102",
    ]
    assert "kill" not in one("basic").texts()
    assert [line for line in text.splitlines() if line.startswith("! over.")]


def test_sessions_that_cannot_be_told_apart_are_left_alone(tmp_path: Path) -> None:
    grant = "grant g {\n  allow a.a1 -> b.b1 : ping, gre\n  until 2027-01-31\n}\n"
    policy = plant_of(PLAIN.format(facts="  allow a1 -> b1 : modbus") + grant, tmp_path)
    text = build(policy, AT, "declared").built[0].texts()["kill"]
    assert text.count("`clear conn` cannot tell it from others") == 2
    assert not [line for line in text.splitlines() if not line.startswith("!")]


def test_answers_that_are_not_followed_have_lines_of_their_own() -> None:
    """GRE keeps no session on an ASA: without that line, the tunnel would never come up."""
    text = one("basic", "enforce").texts()["rules"]
    (line,) = [
        each for each in text.splitlines() if each.startswith("access-list segc-eth1-in extended permit object svc_")
    ]
    prover = Prover(plant("basic", "cisco-asa"), AT, "enforce")
    proof = prover.prove("fw", {"rules": text.replace(line + "\n", "")}, one("basic", "enforce").entry)
    assert {(d.kind, d.packet.proto) for d in proof.differences} == {("interruption", 47)}


def test_answers_of_firewalls_that_no_zone_owns_may_arrive_anywhere(tmp_path: Path) -> None:
    policy = plant_of(
        "segc 1\nsite s { mode monitor }\nservice ipip { proto 4 }\n"
        "zone a { net 10.1.0.0/16 }\nzone b { net 10.2.0.0/16 }\nzone c { net 10.3.0.0/16 }\n"
        "firewall near { target cisco-asa; interface eth0 a; interface eth1 b }\n"
        "firewall far { target cisco-asa; interface eth0 b 192.0.2.1/24; interface eth1 c; manage a : ipip }\n"
        "conduit k a -> b { }\n",
        tmp_path,
    )
    result = build(policy, AT, "declared", prove=Gate(policy, AT, None))
    assert [each.entry["proof"]["result"] for each in result.built] == ["equal", "equal"]
