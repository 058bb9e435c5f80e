"""What access lists mean to a Nexus switch, where that is not what they mean to IOS."""

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
!Command: show running-config
!Running configuration last done at: Thu Nov 26 03:00:00 2026
!Time: Thu Nov 26 03:29:00 2026

version 10.3(4a) Bios:version 05.47
hostname n9k-line3
vdc n9k-line3 id 1
  limit-resource vlan minimum 16 maximum 4094
cfs eth distribute
feature ospf
feature interface-vlan
no password strength-check
username admin password 5 $5$x role network-admin
banner motd #
permit ip any any
#
copp profile strict
vlan 1,10,20
vrf context management
  ip route 0.0.0.0/0 192.0.2.1
object-group ip address PLCS
  10 host 10.2.0.10
  20 10.2.1.0/24
"""
TAIL = """\
interface Vlan10
  description line 3
  no shutdown
  ip address 10.1.0.1/24
  ip router ospf 1 area 0.0.0.0
  hsrp 10
    preempt
    ip 10.1.0.254
  ip access-group LINE3 in
interface mgmt0
  vrf member management
  ip address 192.0.2.7/24
line console
line vty
  access-class MGMT in
boot nxos bootflash:/nxos64.10.3.4a.bin
"""


def packet(source: str, target: str, proto: int = TCP, dport: int = 0) -> Packet:
    one = ip_address(source)
    return Packet(one.version, int(one), int(ip_address(target)), proto, dport, iif="Vlan10")


def fate(entries: str, one: Packet) -> tuple[str, list[str]]:
    """What becomes of a packet, and the records made of it."""
    listed = "".join(f"  {entry}\n" for entry in entries.splitlines())
    machine = registry.reader("cisco-nxos").read({"rules": f"{HEAD}ip access-list LINE3\n{listed}{TAIL}"})
    assert not machine.unknown, machine.unknown
    run = trace(machine, one)
    return run.kind, list(run.logs)


PLC = packet("10.1.0.10", "10.2.0.10", TCP, 502)


@pytest.mark.parametrize(
    ("entries", "one", "passes"),
    [
        ("statistics per-entry\n10 permit tcp 10.1.0.10/32 10.2.0.0/16 eq 502", PLC, True),
        ("10 permit tcp 10.1.0.0/29 any", PLC, False),
        ("10 permit tcp 10.1.0.0/28 any", PLC, True),
        ("10 permit tcp 10.1.0.0 0.0.0.255 host 10.2.0.10", PLC, True),
        ("10 permit ip any addrgroup PLCS", PLC, True),
        ("10 permit ip any addrgroup PLCS", packet("10.1.0.10", "10.2.1.77"), True),
        ("10 permit ip any addrgroup PLCS", packet("10.1.0.10", "10.2.2.77"), False),
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


def test_the_log_says_permit_or_deny() -> None:
    assert fate("10 deny ip any any log", PLC) == ("drop", ["LINE3 Deny"])
    assert fate("10 permit ip any any log", PLC) == ("accept", ["LINE3 Permit"])
    assert fate("10 permit udp any any log", PLC) == ("drop", [])


@pytest.mark.parametrize("entries", ["", "statistics per-entry", "10 remark nothing yet"])
def test_a_list_without_entries_is_not_guessed_at(entries: str) -> None:
    """Neither that it permits, as on IOS, nor that it denies."""
    assert fate(entries, PLC)[0] == "whatever"


def test_neighbour_discovery_at_the_end_of_a_list_is_not_guessed_at() -> None:
    """Older releases let it in, newer ones of the 9000 do not."""
    text = "ipv6 access-list L6\n  10 permit tcp any any eq 502\ninterface Vlan10\n  ipv6 traffic-filter L6 in\n"
    machine = registry.reader("cisco-nxos").read({"rules": text})
    one = packet("fd00:1::10", "fd00:2::10", ICMP6, 135 * 256)
    assert trace(machine, one, unknown=lambda _: True).kind == "accept"
    assert trace(machine, one, unknown=lambda _: False).kind == "drop"
    assert trace(machine, one._replace(dport=128 * 256), unknown=lambda _: True).kind == "drop"


@pytest.mark.parametrize(
    "entry",
    [
        "10 permit ip addrgroup NOBODY any",  # a group that is not there
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
        "10 permit tcp any any portgroup P",
        "10 permit tcp any any syn",
        "10 permit ip any any dscp ef",
        "10 permit icmpv6 any any",
        "fragments permit-all",
    ],
)
def test_what_an_entry_says_beyond_that_is_named(entry: str) -> None:
    text = f"{HEAD}ip access-list LINE3\n  {entry}\n{TAIL}"
    machine = registry.reader("cisco-nxos").read({"rules": text})
    assert [(text, line) for text, line, _ in machine.unknown] == [(entry, HEAD.count("\n") + 2)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("vlan access-map MAP 10\n  action drop\n", ""),
        ("vlan filter MAP vlan-list 10\n", ""),
        ("feature nat\n", ""),
        ("no ip access-list LINE3\n", ""),
        ("", "  ip port access-group LINE3 in\n"),
        ("", "  ip policy route-map PBR\n"),
        ("", "  ip verify unicast source reachable-via rx\n"),
        ("", "  ip access-group LINE3 out\n"),
        ("", "  no ip access-group LINE3 in\n"),
    ],
)
def test_what_changes_the_meaning_is_named(before: str, after: str) -> None:
    text = f"{HEAD}{before}ip access-list LINE3\n  10 permit ip any any\ninterface Vlan10\n{after}"
    machine = registry.reader("cisco-nxos").read({"rules": text})
    assert len(machine.unknown) == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("deny ip any any log", "deny ip any any"),  # the record lost
        (" established", ""),  # answers that may open sessions
        ("10.1.0.10/32 10.2.0.10/32 eq 502", "10.2.0.10/32 10.1.0.10/32 eq 502"),  # ends swapped
        ("/32 eq 502", "/32"),  # the port lost: any
        ("  ip access-group", "  no ip access-group"),  # not bound
        ("ipv6 traffic-filter segc-eth0-6", "ipv6 traffic-filter segc-eth1-6"),  # the other interface's list
        ("permit ip any 10.1.0.1/32\n", ""),  # own traffic cut off
        ("permit icmp any any 3\n", ""),  # path MTU discovery cut off
        ("permit 47 ", "permit ip "),  # a protocol that became any
        ("10.1.0.0/24", "10.1.0.0/23"),  # a prefix too short
        ("in\n  ipv6", "out\n  ipv6"),  # the other direction
    ],
)
def test_a_trap_is_refuted(old: str, new: str) -> None:
    """Mistakes that renderers have made, put into a file that was right."""
    one = built("basic", "cisco-nxos", "enforce").built[0]
    text = one.texts()["rules"]
    assert old in text
    prover = Prover(plant("basic", "cisco-nxos"), AT, "enforce")
    try:
        proof = prover.prove(one.firewall, {"rules": text.replace(old, new, 1)}, one.entry)
    except Refused:
        return
    assert not proof.equal


def test_numbers_that_the_device_prints_change_nothing() -> None:
    """What is rendered comes back from the device with a number before every entry."""
    one = built("basic", "cisco-nxos", "enforce").built[0]
    number, lines = 0, []
    for line in one.texts()["rules"].splitlines():
        number = 0 if "access-list" in line else number + 10
        lines.append(f"  {number} {line.strip()}" if line.startswith(("  permit", "  deny", "  remark")) else line)
    proof = Prover(plant("basic", "cisco-nxos"), AT, "enforce").prove(
        one.firewall, {"rules": HEAD + "\n".join(lines) + "\n"}, one.entry
    )
    assert proof.equal
