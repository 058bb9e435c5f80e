"""What access lists mean to an EOS switch, where that is not what they mean to IOS."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from segc.packets.fields import ICMP, ICMP6, TCP, UDP, Packet
from segc.packets.machine import Refused
from segc.packets.trace import trace
from segc.proof.prove import Prover
from segc.targets import registry
from tests.conformance.cases import AT, built, plant

HEAD = """\
! Command: show running-config
! device: eos-line3 (DCS-7050TX-64, EOS-4.31.2F)
!
! boot system flash:/EOS.swi
!
no aaa root
!
username admin role network-admin secret sha512 $6$x
!
transceiver qsfp default-mode 4x10G
!
service routing protocols model multi-agent
!
hostname eos-line3
!
spanning-tree mode mstp
!
banner motd
permit ip any any
deny what you like
EOF
!
vlan 10,20
!
ip access-list standard MGMT
   10 permit 10.0.0.0/8
!
"""
TAIL = """\
!
interface Vlan10
   description line 3
   ip address 10.1.0.1/24
   ip ospf area 0.0.0.0
   ip access-group LINE3 in
!
interface Management1
   ip address 192.0.2.7/24
!
ip routing
!
router ospf 1
   max-lsa 12000
!
management ssh
   idle-timeout 10
   !
   vrf default
      no shutdown
!
end
"""


def packet(source: str, target: str, proto: int = TCP, dport: int = 0) -> Packet:
    one = ip_address(source)
    return Packet(one.version, int(one), int(ip_address(target)), proto, dport, iif="Vlan10")


def fate(entries: str, one: Packet) -> tuple[str, list[str]]:
    """What becomes of a packet, and the records made of it."""
    listed = "".join(f"   {entry}\n" for entry in entries.splitlines())
    machine = registry.reader("arista-eos").read({"rules": f"{HEAD}ip access-list LINE3\n{listed}{TAIL}"})
    assert not machine.unknown, machine.unknown
    run = trace(machine, one)
    return run.kind, list(run.logs)


PLC = packet("10.1.0.10", "10.2.0.10", TCP, 502)


@pytest.mark.parametrize(
    ("entries", "one", "passes"),
    [
        ("counters per-entry\n10 permit tcp 10.1.0.10/32 10.2.0.0/16 eq 502", PLC, True),
        ("10 permit tcp 10.1.0.0/29 any", PLC, False),
        ("10 permit tcp 10.1.0.0/28 any", PLC, True),
        ("10 permit tcp 10.1.0.0 0.0.0.255 host 10.2.0.10", PLC, True),
        ("10 permit icmp any any 3 4", packet("10.1.0.10", "10.2.0.10", ICMP, 3 * 256 + 4), True),
        ("10 permit icmp any any 3 4", packet("10.1.0.10", "10.2.0.10", ICMP, 3 * 256 + 1), False),
        ("10 permit tcp any any established", PLC, False),
        ("10 permit tcp any any established", PLC._replace(state="established"), True),
        ("10 permit udp any any eq ntp", packet("10.1.0.10", "10.2.0.10", UDP, 123), True),
        ("10 remark permit ip any any\n20 permit udp any any", PLC, False),
        ("20 deny ip any any\n15 permit ip any any", PLC, True),  # by number, not by place
        ("20 deny ip any any\n10 deny udp any any\npermit ip any any", PLC, False),  # ten behind the highest
    ],
)
def test_an_entry(entries: str, one: Packet, passes: bool) -> None:
    assert fate(entries, one)[0] == ("accept" if passes else "drop")


@pytest.mark.parametrize(
    ("words", "kind", "code"),
    [("unreachable", 1, 3), ("port-unreachable", 1, 4), ("packet-too-big", 2, 0), ("neighbor-solicitation", 135, 0)],
)
def test_the_names_of_icmpv6(words: str, kind: int, code: int) -> None:
    text = f"ipv6 access-list L6\n   permit icmpv6 any any {words}\ninterface Vlan10\n   ipv6 access-group L6 in\n"
    machine = registry.reader("arista-eos").read({"rules": text})
    one = packet("fd00:1::10", "fd00:2::10", ICMP6, kind * 256 + code)
    assert trace(machine, one, unknown=lambda _: False).kind == "accept"
    assert trace(machine, one._replace(dport=137 * 256), unknown=lambda _: False).kind == "drop"


def test_the_log_says_what_was_done() -> None:
    assert fate("10 deny ip any any log", PLC) == ("drop", ["LINE3 denied"])
    assert fate("10 permit ip any any log", PLC) == ("accept", ["LINE3 permitted"])
    assert fate("10 permit udp any any log", PLC) == ("drop", [])


@pytest.mark.parametrize("entries", ["", "counters per-entry", "10 remark nothing yet"])
def test_a_list_without_entries_is_not_guessed_at(entries: str) -> None:
    """Neither that it permits, as on IOS, nor that it denies."""
    assert fate(entries, PLC)[0] == "whatever"


def test_neighbour_discovery_at_the_end_of_a_list_is_not_guessed_at() -> None:
    """No public document says whether it is let in."""
    text = "ipv6 access-list L6\n   10 permit tcp any any eq 502\ninterface Vlan10\n   ipv6 access-group L6 in\n"
    machine = registry.reader("arista-eos").read({"rules": text})
    one = packet("fd00:1::10", "fd00:2::10", ICMP6, 135 * 256)
    assert trace(machine, one, unknown=lambda _: True).kind == "accept"
    assert trace(machine, one, unknown=lambda _: False).kind == "drop"
    assert trace(machine, one._replace(dport=128 * 256), unknown=lambda _: True).kind == "drop"


@pytest.mark.parametrize(
    "entry",
    [
        "10 permit tcp any any eq modbus",
        "10 permit ip 10.1.0.0/33 any",
        "10 permit ip 10.1.0.300/24 any",
        "10 permit tcp any",
    ],
)
def test_half_an_entry_is_refused(entry: str) -> None:
    with pytest.raises(Refused):
        fate(entry, PLC)


@pytest.mark.parametrize(
    "entry",
    [
        "10 permit 0 any any",
        "10 permit tcp any any syn",
        "10 permit ip any any dscp ef",
        "10 permit ip any any tracked",
        "10 permit icmpv6 any any",
        "fragment-rules",
    ],
)
def test_what_an_entry_says_beyond_that_is_named(entry: str) -> None:
    text = f"{HEAD}ip access-list LINE3\n   {entry}\n{TAIL}"
    machine = registry.reader("arista-eos").read({"rules": text})
    assert [(text, line) for text, line, _ in machine.unknown] == [(entry, HEAD.count("\n") + 2)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("traffic-policies\n   traffic-policy P\n", ""),
        ("system control-plane\n   ip access-group CPU in\n", ""),
        ("class-map type pbr match-any C\n", ""),
        ("no ip access-list LINE3\n", ""),
        ("", "   traffic-policy input P\n"),
        ("", "   service-policy type pbr input PBR\n"),
        ("", "   ip nat source dynamic access-list L overload\n"),
        ("", "   ip verify unicast source reachable-via rx\n"),
        ("", "   ip access-group LINE3 out\n"),
        ("", "   no ip access-group LINE3 in\n"),
    ],
)
def test_what_changes_the_meaning_is_named(before: str, after: str) -> None:
    text = f"{HEAD}{before}ip access-list LINE3\n   10 permit ip any any\ninterface Vlan10\n{after}"
    machine = registry.reader("arista-eos").read({"rules": text})
    assert len(machine.unknown) == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("deny ip any any log", "deny ip any any"),  # the record lost
        (" established", ""),  # answers that may open sessions
        ("host 10.1.0.10 host 10.2.0.10 eq 502", "host 10.2.0.10 host 10.1.0.10 eq 502"),  # ends swapped
        ("host 10.2.0.10 eq 502", "host 10.2.0.10"),  # the port lost: any
        ("   ip access-group", "   no ip access-group"),  # not bound
        ("ipv6 access-group segc-eth0-6", "ipv6 access-group segc-eth1-6"),  # the other interface's list
        ("permit ip any host 10.1.0.1\n", ""),  # own traffic cut off
        ("permit icmp any any 3\n", ""),  # path MTU discovery cut off
        ("permit icmpv6 any any packet-too-big\n", ""),
        ("permit icmpv6 any any packet-too-big\n", "permit icmp any any packet-too-big\n"),  # the word of IOS
        ("permit 47 ", "permit ip "),  # a protocol that became any
        ("10.1.0.0/24", "10.1.0.0/23"),  # a prefix too short
        ("in\n   ipv6", "out\n   ipv6"),  # the other direction
    ],
)
def test_a_trap_is_refuted(old: str, new: str) -> None:
    """Mistakes that renderers have made, put into a file that was right."""
    one = built("basic", "arista-eos", "enforce").built[0]
    text = one.texts()["rules"]
    assert old in text
    prover = Prover(plant("basic", "arista-eos"), AT, "enforce")
    try:
        proof = prover.prove(one.firewall, {"rules": text.replace(old, new, 1)}, one.entry)
    except Refused:
        return
    assert not proof.equal


def test_numbers_that_the_device_prints_change_nothing() -> None:
    """What is rendered comes back from the device with a number before every entry."""
    one = built("basic", "arista-eos", "enforce").built[0]
    number, lines = 0, []
    for line in one.texts()["rules"].splitlines():
        number = 0 if "access-list" in line else number + 10
        lines.append(f"   {number} {line.strip()}" if line.startswith(("   permit", "   deny", "   remark")) else line)
    proof = Prover(plant("basic", "arista-eos"), AT, "enforce").prove(
        one.firewall, {"rules": HEAD + "\n".join(lines) + "\n"}, one.entry
    )
    assert proof.equal
