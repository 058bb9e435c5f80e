"""What access lists mean to a router: each form of an entry, defaults, and what is refused by name."""

from __future__ import annotations

import pytest

from segc.packets.fields import ICMP, TCP, UDP, Packet
from segc.packets.machine import Refused
from segc.packets.trace import trace
from segc.proof.prove import Prover
from segc.targets import registry
from tests.conformance.cases import AT, built, plant

HEAD = """\
Building configuration...

Current configuration : 4711 bytes
!
version 15.2
service timestamps log datetime msec
hostname sw-line3
banner motd ^C
permit ip any any
^C
enable secret 9 $9$x
"""
TAIL = """\
interface GigabitEthernet0/1
 description line 3
 ip address 10.1.0.1 255.255.255.0
 ip access-group LINE3 in
!
line vty 0 4
 access-class 10 in
end
"""


def ip(text: str) -> int:
    a, b, c, d = map(int, text.split("."))
    return a << 24 | b << 16 | c << 8 | d


def packet(source: str, target: str, proto: int = TCP, dport: int = 0, **more: object) -> Packet:
    values = {"iif": "GigabitEthernet0/1"} | more
    return Packet(4, ip(source), ip(target), proto, dport, **values)  # type: ignore[arg-type]


def fate(entries: str, one: Packet, before: str = "") -> tuple[str, list[str]]:
    """What becomes of a packet, and the records made of it."""
    listed = "".join(f" {entry}\n" for entry in entries.splitlines())
    text = f"{HEAD}{before}ip access-list extended LINE3\n{listed}!\n{TAIL}"
    machine = registry.reader("cisco-ios").read({"rules": text})
    assert not machine.unknown, machine.unknown
    run = trace(machine, one)
    return run.kind, list(run.logs)


PLC = packet("10.1.0.10", "10.2.0.10", TCP, 502)


@pytest.mark.parametrize(
    ("entry", "one", "passes"),
    [
        ("permit tcp host 10.1.0.10 host 10.2.0.10 eq 502", PLC, True),
        ("permit tcp host 10.1.0.10 host 10.2.0.10 eq 102 502", PLC, True),
        ("10 permit tcp 10.1.0.0 0.0.0.255 any range 500 510", PLC, True),
        ("permit tcp any any gt 502", PLC, False),
        ("permit tcp any any gt 501", PLC, True),
        ("permit tcp any any lt 502", PLC, False),
        ("permit tcp any any neq 502", PLC, False),
        ("permit tcp any eq 502 any", PLC, False),
        ("permit udp any any eq 502", PLC, False),
        ("permit 6 any any", PLC, True),
        ("permit tcp any any eq www", packet("10.1.0.10", "10.2.0.10", TCP, 80), True),
        ("permit udp any any eq ntp", packet("10.1.0.10", "10.2.0.10", UDP, 123), True),
        ("permit tcp any any established", PLC, False),
        ("permit tcp any any established", PLC._replace(state="established"), True),
        ("permit icmp any any echo", packet("10.1.0.10", "10.2.0.10", ICMP, 8 * 256), True),
        ("permit icmp any any 3 4", packet("10.1.0.10", "10.2.0.10", ICMP, 3 * 256 + 1), False),
        ("permit icmp any any 3 4", packet("10.1.0.10", "10.2.0.10", ICMP, 3 * 256 + 4), True),
        ("permit ip 10.1.0.0 0.0.254.255 any", packet("10.1.4.9", "10.2.0.10"), True),  # a wildcard with a hole
        ("permit ip 10.1.0.0 0.0.254.255 any", packet("10.1.5.9", "10.2.0.10"), False),
        ("remark permit ip any any", PLC, False),
        ("deny ip any any\npermit ip any any", PLC, False),
        ("20 deny ip any any\n10 permit ip any any", PLC, True),  # by number, not by place
        ("20 deny ip any any\n5 deny udp any any\npermit ip any any", PLC, False),  # without one: behind all others
    ],
)
def test_an_entry(entry: str, one: Packet, passes: bool) -> None:
    assert fate(entry, one)[0] == ("accept" if passes else "drop")


def test_a_list_ends_in_deny_without_a_record() -> None:
    assert fate("permit udp any any", PLC) == ("drop", [])


def test_log_names_the_list_and_what_was_done() -> None:
    assert fate("deny ip any any log", PLC) == ("drop", ["LINE3 denied"])
    assert fate("permit ip any any log-input", PLC) == ("accept", ["LINE3 permitted"])


@pytest.mark.parametrize("binding", [" ip access-group NOBODY in\n", ""])
def test_without_a_list_everything_passes(binding: str) -> None:
    """A list that does not exist permits; so does one without an entry."""
    text = f"{HEAD}ip access-list extended NONE\n!\ninterface GigabitEthernet0/1\n{binding}end\n"
    assert trace(registry.reader("cisco-ios").read({"rules": text}), PLC).kind == "accept"


def test_only_the_interface_of_the_list_is_filtered() -> None:
    assert fate("deny ip any any", PLC._replace(iif="GigabitEthernet0/2"))[0] == "accept"


def test_neighbour_discovery_is_let_in_before_the_end() -> None:
    text = "ipv6 access-list L6\n permit tcp any any eq 502\n!\ninterface Vlan10\n ipv6 traffic-filter L6 in\nend\n"
    machine = registry.reader("cisco-ios").read({"rules": text})
    one = Packet(6, 1 << 64, 2 << 64, 58, 135 * 256, iif="Vlan10")
    assert trace(machine, one).kind == "accept"
    assert trace(machine, one._replace(dport=134 * 256)).kind == "drop"


def test_what_stands_under_a_sub_command_belongs_to_it() -> None:
    """It is no command of the interface's own, and an entry under an entry is none that is known."""
    standby = TAIL.replace(" ip access-group", " standby 1\n  ip access-group NOBODY in\n ip access-group")
    text = f"{HEAD}ip access-list extended LINE3\n permit ip any any\n  permit tcp any any\n!\n{standby}"
    machine = registry.reader("cisco-ios").read({"rules": text})
    assert [what for what, _, _ in machine.unknown] == ["permit ip any any / permit tcp any any"]
    assert trace(machine, PLC).kind == "drop"


GROUPS = """\
object-group network PLCS
 description of line 3
 host 10.2.0.10
 10.2.1.0 255.255.255.0
object-group service FIELD
 tcp eq 502
 udp range 2222 2223
 icmp echo
"""


def test_object_groups() -> None:
    entry = "permit object-group FIELD 10.1.0.0 0.0.0.255 object-group PLCS"
    assert fate(entry, PLC, GROUPS)[0] == "accept"
    assert fate(entry, PLC._replace(target=ip("10.2.1.77")), GROUPS)[0] == "accept"
    assert fate(entry, PLC._replace(target=ip("10.2.2.77")), GROUPS)[0] == "drop"
    assert fate(entry, PLC._replace(dport=503), GROUPS)[0] == "drop"
    assert fate(entry, PLC._replace(proto=UDP, dport=2223), GROUPS)[0] == "accept"


@pytest.mark.parametrize(
    "entry",
    [
        "permit ip object-group NOBODY any",  # a group that is not there
        "permit tcp any any eq modbus",  # a port that no IOS knows
        "permit ip 10.1.0.0 any",  # no wildcard
        "permit ip host 10.1.0.300 any",
        "permit tcp any",
    ],
)
def test_half_an_entry_is_refused(entry: str) -> None:
    with pytest.raises(Refused):
        fate(entry, PLC)


@pytest.mark.parametrize(
    "line",
    [
        "ip nat inside source list 1 interface Vlan1 overload",
        "ip inspect name FW tcp",
        "vlan filter MAP vlan-list 10",
        "zone security INSIDE",
        "frobnicate the gizmo",
    ],
)
def test_what_changes_the_meaning_is_named(line: str) -> None:
    machine = registry.reader("cisco-ios").read({"rules": f"{HEAD}{line}\n{TAIL}"})
    assert [text for text, _, _ in machine.unknown] == [line]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("deny ip any any log", "deny ip any any"),  # the record lost
        (" established", ""),  # answers that may open sessions
        ("host 10.1.0.10 host 10.2.0.10 eq 502", "host 10.2.0.10 host 10.1.0.10 eq 502"),  # ends swapped
        ("eq 502", ""),  # the port lost: any
        (" ip access-group", " no ip access-group"),  # not bound
        ("ipv6 traffic-filter segc-eth0-6", "ipv6 traffic-filter segc-eth1-6"),  # the other interface's list
        ("permit ip any host 10.1.0.1\n", ""),  # own traffic cut off
        ("permit icmp any any 3\n", ""),  # path MTU discovery cut off
        ("permit 47 ", "permit ip "),  # a protocol that became any
    ],
)
def test_a_trap_is_refuted(old: str, new: str) -> None:
    """Mistakes that renderers have made, put into a file that was right."""
    one = built("basic", "cisco-ios", "enforce").built[0]
    text = one.texts()["rules"]
    assert old in text
    prover = Prover(plant("basic", "cisco-ios"), AT, "enforce")
    try:
        proof = prover.prove(one.firewall, {"rules": text.replace(old, new, 1)}, one.entry)
    except Refused:
        return
    assert proof.differences or proof.unread
