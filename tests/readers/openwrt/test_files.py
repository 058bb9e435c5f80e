"""What a file does, rule by rule, and what it leaves open."""

from __future__ import annotations

from typing import Any

import pytest

from segc.packets.machine import Unknown
from segc.targets import registry
from tests.readers.openwrt.given import FILE, INPUT, fate, read


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"dport": 102}, ("accept", ["read out: "])),
        ({"dport": 5003}, ("accept", ["read out: "])),
        ({"dport": 103}, ("reject", [])),
        ({"dport": 102, "source": "10.1.0.66"}, ("reject", [])),
        ({"dport": 102, "target": "10.3.0.32"}, ("reject", [])),
        ({"dport": 102, "oif": "eth9"}, ("reject", ["read out: "])),  # logged before it asks where that goes
        ({"dport": 102, "iif": "eth2"}, ("reject", [])),
        ({"dport": 9, "oif": "tun3"}, ("accept", [])),  # within the zone
        ({"dport": 9, "oif": "tun3", "target": "10.4.0.1"}, ("drop", [])),
        ({"dport": 9, "oif": "tun3", "target": "10.4.0.1", "proto": 17}, ("drop", [])),
        ({"oif": "tun3", "target": "10.4.0.1", "proto": 47}, ("accept", [])),
        ({"dport": 81, "oif": "tun3", "target": "10.5.0.1", "proto": 132}, ("drop", [])),  # its ports do not count
        ({"dport": 9, "state": "established"}, ("accept", [])),
        ({"dport": 102, "state": "invalid"}, ("drop", [])),
        ({"dport": 9, "iif": "tun0", "oif": "br-lan", "source": "fd00::1", "target": "fd00::2"}, ("accept", [])),
    ],
)
def test_what_a_file_does(values: dict[str, Any], expected: tuple[str, list[str]]) -> None:
    assert fate(FILE, **values) == expected


@pytest.mark.parametrize(
    ("values", "kinds"),
    [
        ({"iif": "br-lan"}, {"accept"}),
        ({"iif": "eth2"}, {"drop"}),
        ({"iif": "eth2", "proto": 1, "dport": 8 * 256}, {"accept"}),
        ({"iif": "lo"}, {"accept"}),
        ({"iif": "eth1", "state": "established"}, {"accept"}),
    ],
)
def test_what_it_does_with_traffic_to_itself(values: dict[str, Any], kinds: set[str]) -> None:
    assert {fate(FILE, INPUT, **values)[0]} == kinds


def test_what_stands_in_other_files_or_has_a_memory_is_left_open() -> None:
    assert {fate(FILE, known=known, dport=9, oif="eth1")[0] for known in (True, False)} == {"accept", "reject"}
    limited = [fate(FILE, known=known, target="10.6.0.1", oif="tun3") for known in (True, False)]
    assert limited == [("drop", ["odd: "]), ("accept", [])]


def test_a_zone_that_masquerades_takes_nothing_invalid() -> None:
    text = FILE.replace("\toption drop_invalid '1'\n", "")
    assert fate(text, known=True, dport=9, oif="eth1", state="invalid")[0] == "drop"
    text = text.replace("option masq '1'", "option masq '1'\n\toption masq_allow_invalid '1'")
    assert fate(text, known=True, dport=9, oif="eth1", state="invalid")[0] == "accept"


def test_two_limits_of_the_same_words_may_differ() -> None:
    rule = "config rule\n\toption src '*'\n\toption dest '*'\n\toption proto 'all'\n\toption limit '1/day'\n\toption target DROP\n"
    found = [
        m.text for rules in read(rule * 2).chains.values() for r in rules for m in r.matches if isinstance(m, Unknown)
    ]
    assert len(set(found)) == 2


DROP = "config rule\n\toption src '*'\n\toption dest '*'\n\toption target DROP\n"
ACCEPT = "config defaults\n\toption forward ACCEPT\n"


def test_ports_and_prefixes_as_fw4_reads_them() -> None:
    text = ACCEPT + DROP + "\toption proto tcp\n\tlist dest_port '!502'\n"
    assert [fate(text, dport=dport)[0] for dport in (502, 503)] == ["accept", "drop"]
    text = ACCEPT + DROP + "\toption proto all\n\toption src_ip 10.1.0.77/24\n"
    assert [fate(text, source=source)[0] for source in ("10.1.0.1", "10.1.1.1")] == ["drop", "accept"]


def test_icmp_of_ipv6_is_ipv6_whatever_the_family() -> None:
    text = ACCEPT + DROP + "\toption proto icmpv6\n\toption family ipv4\n"
    six: dict[str, Any] = {"source": "fd00::1", "target": "fd00::2", "proto": 58}
    assert fate(text, **six, dport=128 * 256)[0] == "drop"
    assert fate(text, proto=1, dport=8 * 256)[0] == "accept"


def test_offloaded_sessions_pass_all_rules_by() -> None:
    text = ACCEPT.replace("ACCEPT", "DROP")
    for on, expected in (("0", []), ("1", ["the session is offloaded"])):
        machine = read(text + f"\toption flow_offloading {on}\n")
        found = [m.text for rule in machine.chains["forward"] for m in rule.matches if isinstance(m, Unknown)]
        assert found == expected


def test_a_file_is_understood_and_told_by_its_look() -> None:
    assert read().unknown == []
    role = registry.reader("openwrt").role
    assert role("firewall", FILE) == "rules"
    assert role("network", "config interface 'lan'\n\toption device 'br-lan'\n") is None
