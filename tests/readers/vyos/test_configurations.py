"""What a configuration does, rule by rule, and what it leaves open."""

from __future__ import annotations

from typing import Any

import pytest

from segc.packets.fields import Packet
from segc.packets.machine import Unknown
from segc.packets.trace import trace
from segc.targets import registry
from tests.readers.vyos.given import CONFIGURATION, INPUT, fate, read

DEFAULT = ["[ipv4-FWD-filter-default-D]"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"dport": 102}, ("accept", [])),
        ({"dport": 5003, "target": "10.3.0.99"}, ("accept", [])),  # of a group within
        ({"dport": 103}, ("drop", ["[ipv4-to-plcs-default-D]"])),
        ({"dport": 102, "iif": "eth25"}, ("accept", [])),
        ({"dport": 102, "iif": "eth3"}, ("drop", DEFAULT)),
        ({"dport": 102, "iif": "wg0"}, ("accept", [])),  # not in an empty group
        ({"dport": 9, "source": "10.1.0.66"}, ("drop", DEFAULT)),  # returned
        ({"dport": 80, "target": "10.4.0.1"}, ("accept", ["[ipv4-FWD-filter-100-A]"])),
        ({"dport": 1443, "target": "10.4.0.1"}, ("drop", DEFAULT)),
        ({"dport": 80, "target": "10.4.0.1", "proto": 17}, ("accept", ["[ipv4-FWD-filter-100-A]"])),
        ({"dport": 80, "target": "10.4.0.1", "proto": 132}, ("drop", DEFAULT)),
        ({"dport": 8 * 256, "target": "10.4.0.1", "proto": 1}, ("accept", [])),
        ({"dport": 8 * 256, "target": "10.5.0.1", "proto": 17}, ("drop", DEFAULT)),  # a type is of ICMP, without a word
        ({"dport": 8, "target": "10.5.0.1"}, ("drop", DEFAULT)),  # rule 20 is disabled
        ({"dport": 8, "target": "10.5.0.1", "state": "established"}, ("accept", [])),
        ({"dport": 102, "state": "invalid"}, ("drop", ["[STATE-POLICY-INV-D]"])),
        ({"source": "fd00:2::1", "target": "fd00:3::1"}, ("reject", [])),
        ({"source": "fd00:1::1", "target": "fd00:3::1"}, ("accept", [])),
    ],
)
def test_what_a_configuration_does(values: dict[str, Any], expected: tuple[str, list[str]]) -> None:
    assert fate(CONFIGURATION, **values) == expected


@pytest.mark.parametrize(
    ("values", "kind"),
    [({"iif": "eth1"}, "accept"), ({"iif": "eth0"}, "drop"), ({"iif": "eth0", "proto": 1, "dport": 2048}, "accept")],
)
def test_what_it_does_with_traffic_to_itself(values: dict[str, Any], kind: str) -> None:
    assert fate(CONFIGURATION, INPUT, **values)[0] == kind


def test_what_depends_on_more_than_the_packet_is_left_open() -> None:
    limited = Packet(4, 10 << 24 | 8 << 16 | 5, 2, 6, 80, 1, "eth5", "x")
    named = Packet(4, 1, 2, 17, 123, 1, "eth5", "x")
    for packet in (limited, named):
        assert trace(read(), packet, unknown=lambda _: True).kind == "accept"
        assert trace(read(), packet).kind == "drop"


def test_offloaded_sessions_pass_all_rules_by() -> None:
    text = CONFIGURATION.replace("set firewall global-options state-policy established action 'accept'\n", "")
    packet = Packet(4, 1, 2, 6, 80, 1, "eth5", "x", state="established")
    assert trace(read(text), packet, unknown=lambda _: True).kind == "accept"
    assert trace(read(text), packet).kind == "drop"


def test_two_limits_of_the_same_words_may_differ() -> None:
    rule = "set firewall ipv4 forward filter rule {} {}\n"
    text = "".join(rule.format(n, words) for n in (1, 2) for words in ("action drop", "limit rate 1/second"))
    found = [m.text for rules in read(text).chains.values() for r in rules for m in r.matches if isinstance(m, Unknown)]
    assert len(set(found)) == 2


def test_a_configuration_is_understood_and_told_by_its_look() -> None:
    assert read().unknown == []
    role = registry.reader("vyos").role
    assert role("running.txt", CONFIGURATION) == "rules"
    assert role("x", "/ip firewall filter\nadd chain=forward action=drop\n") is None


def test_delete_takes_away_what_was_set_before_it() -> None:
    text = "set firewall ipv4 forward filter default-action drop\n"
    assert fate(text)[0] == "drop"
    assert fate(text + "delete firewall ipv4 forward\n")[0] == "accept"
    assert fate("delete firewall ipv4 forward\n" + text)[0] == "drop"


def test_words_of_before_1_4_are_taken() -> None:
    text = (
        "set firewall ipv4 forward filter rule 1 action drop\nset firewall ipv4 forward filter rule 1 log enable\n"
        "set firewall ipv4 forward filter rule 1 state new enable\n"
        "set firewall ipv4 forward filter rule 1 state related disable\n"
    )
    assert fate(text) == ("drop", ["[ipv4-FWD-filter-1-D]"])
    assert fate(text, state="related")[0] == "accept"
    assert fate(text.replace("log enable", "log disable")) == ("drop", [])
