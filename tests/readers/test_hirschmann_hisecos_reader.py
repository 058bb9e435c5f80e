"""The reader of HiSecOS: what the manual says of rules, traps, and what it must not pass over."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest

from segc.packets.fields import Packet
from segc.packets.machine import Machine, Refused
from segc.packets.trace import trace
from segc.proof.prove import Prover
from segc.targets import registry
from tests.conformance.cases import AT, built, plant

NAME = "hirschmann-hisecos"
SCRIPT = """! a script
enable
configure
system name "cell 4"
interface 1/1
ip routing
ip address primary 10.1.0.1 255.255.255.0
exit
packet-filter l3 defaultpolicy drop
packet-filter l3 addrule 7 action accept src-ip 10.1.0.0/24 dest-ip !10.3.0.0/16 proto tcp dest-port 102-103 description "s7"
packet-filter l3 addrule 9 action reject proto udp log yes description "no udp"
packet-filter l3 addrule 3 proto icmp params type=8,code=0 log yes
packet-filter l3 addrule 5 action accept src-ip 10.9.0.1
packet-filter l3 addrule 11 action drop src-ip 10.1.0.66 log yes description "not this one"
packet-filter l3 addif 1/1 ingress 7 20
packet-filter l3 addif 1/1 ingress 9 10
packet-filter l3 addif 1/1 ingress 3 30
packet-filter l3 addif vlan/20 ingress 5 1
packet-filter l3 addif 1/1 ingress 11 15
packet-filter l3 commit
exit
"""
RULE = "packet-filter l3 addrule 1 {}\npacket-filter l3 addif 1/1 ingress 1 1\npacket-filter l3 commit\n"


def read(text: str = SCRIPT) -> Machine:
    return registry.reader(NAME).read({"rules": text})


def fate(text: str = SCRIPT, hooks: tuple[str, ...] = ("prerouting", "forward", "postrouting"), **values: Any) -> str:
    """What becomes of a packet that arrives at 1/1, unless told otherwise, and what is recorded."""
    ends: dict[str, Any] = {
        "source": "10.1.0.5",
        "target": "10.2.0.5",
        "proto": 6,
        "iif": "1/1",
        "oif": "1/2",
        "dport": 102,
    }
    ends |= values
    source, target = (int(ipaddress.ip_address(ends.pop(end))) for end in ("source", "target"))
    run = trace(read(text), Packet(4, source, target, **ends), hooks)
    return " ".join([run.kind, *run.logs])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, "accept"),
        ({"dport": 103}, "accept"),
        ({"source": "10.1.0.66"}, "drop not this one"),  # assigned last, with a lower priority
        ({"dport": 104}, "drop"),  # the default policy
        ({"target": "10.3.0.1"}, "drop"),  # all but that network
        ({"proto": 17}, "reject no udp"),  # priority 10 comes before 20, whatever the number
        (
            {"proto": 1, "dport": 8 * 256},
            "accept rule 3",
        ),  # accept is the default action; no description, so its number
        ({"proto": 1, "dport": 8 * 256 + 1}, "drop"),
        ({"iif": "vlan/20"}, "drop"),
        ({"iif": "vlan/20", "source": "10.9.0.1"}, "accept"),
        ({"iif": "1/3"}, "drop"),
        ({"iif": "1/3", "state": "established"}, "accept"),
    ],
)
def test_what_a_script_does(values: dict[str, Any], expected: str) -> None:
    assert fate(**values) == expected
    assert fate(hooks=("prerouting", "input"), **values) == expected
    assert read().unknown == []


def test_a_script_is_told_by_its_look() -> None:
    role = registry.reader(NAME).role
    assert role("x", SCRIPT) == "rules"
    assert role("x", "access-list a extended permit ip any any\n") is None


def test_the_default_policy_of_a_new_device_accepts() -> None:
    assert fate("packet-filter l3 commit\n") == "accept"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("packet-filter l3 disablerule 7", "drop"),
        ("packet-filter l3 disablerule 7\npacket-filter l3 enablerule 7", "accept"),
        ("packet-filter l3 delrule 7", "drop"),
        ("packet-filter l3 delif 1/1 ingress 7", "drop"),
        ("packet-filter l3 disableif 1/1 ingress 7", "drop"),
        ("packet-filter l3 modifyrule 7 dest-port 104", "drop"),
        ("packet-filter l3 modifyrule 7 action drop", "drop"),
        ("packet-filter l3 addif 1/1 ingress 7 40", "accept"),
        ("packet-filter l3 addif 1/1 ingress 7 40\npacket-filter l3 addif 1/1 ingress 5 20", "accept"),
        ("packet-filter l3 delif 1/1 ingress 7\npacket-filter l3 addif 1/1 ingress 5 20", "drop"),
    ],
)
def test_later_commands_change_what_earlier_ones_made(command: str, expected: str) -> None:
    assert fate(SCRIPT.replace("packet-filter l3 commit", f"{command}\npacket-filter l3 commit")) == expected


@pytest.mark.parametrize(
    "rule",
    [
        "action allow",
        "src-ip 10.1.0.300",
        "src-ip 10.1.0.0/33",
        "src-ip fd00::/8",
        "src-ip !any",
        "src-ip pc",
        "proto gre",
        "dest-port 80",  # of no protocol that has ports
        "proto icmp dest-port 80",
        "proto tcp dest-port 0",
        "proto tcp dest-port 90-80",
        "proto tcp dest-port 80,81",
        "params type=8",
        "proto icmp params type=8|9",
        "proto icmp params code=1",
        "proto icmp params type=8,type=9",
        "proto tcp params ttl=1",
        "proto tcp params state=old",
        "log maybe",
        "log",
        "log yes log no",
        "profile 3",
        "colour red",
        f'description "{"x" * 65}"',
        'description "x',
    ],
)
def test_what_the_device_does_not_have_is_refused(rule: str) -> None:
    with pytest.raises(Refused) as refused:
        read(RULE.format(rule))
    assert refused.value.line == 1


@pytest.mark.parametrize(
    "command",
    [
        "packet-filter l3 addif 1/1 ingress 4 4",
        "packet-filter l3 addif 1/1 ingress 5 20",
        "packet-filter l3 addif 1/1 ingress 7 40\npacket-filter l3 addif 1/1 ingress 5 40",
        "packet-filter l3 addif 1/1 sideways 5 5",
        "packet-filter l3 addrule 7 action drop",
        "packet-filter l3 addrule",
        "packet-filter l3 modifyrule 8 action drop",
        "packet-filter l3 delif 1/1 ingress 5",
        "packet-filter l3 defaultpolicy log",
        "packet-filter l3 frobnicate",
        "packet-filter l3 commit now",
    ],
)
def test_what_makes_no_sense_is_refused(command: str) -> None:
    with pytest.raises(Refused):
        read(SCRIPT + command + "\n")


@pytest.mark.parametrize(
    "command",
    [
        "packet-filter l3 addrule 8 action drop",  # without a commit
        "ip access-list extended name x deny every",
        "ip nat 1to1nat add 1",
        "no ip access-group 3",
        "frobnicate",
        "dos tcp-null",
        "interface 1/1 acl 3",
    ],
)
def test_what_is_not_understood_is_said(command: str) -> None:
    machine = read(SCRIPT + command + "\n")
    assert [line for _, line, _ in machine.unknown] == [SCRIPT.count("\n") + 1]


def test_an_enforcer_may_do_anything() -> None:
    machine = read(RULE.format("action enforce-modbus profile 3"))
    assert machine.unknown
    assert fate(RULE.format("action enforce-modbus profile 3")) == "whatever"


def test_egress_rules_come_after_ingress_ones() -> None:
    text = RULE.format("action drop proto udp").replace("ingress", "egress").replace("1/1", "1/2")
    assert [fate(text, proto=proto) for proto in (6, 17)] == ["accept", "drop"]
    assert read(text).unknown == []
    assert read(
        text.replace("packet-filter l3 commit", "packet-filter l3 defaultpolicy drop\npacket-filter l3 commit")
    ).unknown


# -- what is rendered, mutated -----------------------------------------------


def verdict(old: str, new: str) -> str:
    """What the proof says of the plainest plant's file, changed."""
    one = built("basic", NAME, "declared").built[0]
    text = one.texts()["rules"]
    assert old in text
    prover = Prover(plant("basic", NAME), AT, None)
    proof = prover.prove(one.firewall, {"rules": text.replace(old, new, 1)}, one.entry)
    return "equal" if proof.equal else "refuted" if proof.differences else "unread"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("enable\n", "enable\n", "equal"),
        ("src-ip 10.1.0.10 ", "src-ip any ", "refuted"),
        ("src-ip 10.1.0.10 ", "src-ip !10.1.0.10 ", "refuted"),
        ("params type=8", "params none", "refuted"),
        ("action drop", "action accept", "refuted"),
        ("action drop", "action reject", "equal"),  # stopped either way
        ("log yes", "log no", "refuted"),
        ('log no trap no description "inside', 'log yes trap no description "inside', "refuted"),
        ("segc rest eth0: stopped", "segc rest eth0: halted", "refuted"),
        ("segc:L:services", "segc:L:service", "refuted"),
        ("proto udp", "proto tcp", "refuted"),
        ("packet-filter l3 commit\n", "", "unread"),
        ("packet-filter l3 commit\n", "packet-filter l3 disablerule 5\npacket-filter l3 commit\n", "refuted"),
    ],
)
def test_traps(old: str, new: str, expected: str) -> None:
    assert verdict(old, new) == expected
