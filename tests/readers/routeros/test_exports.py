"""What an export does, rule by rule, and what it leaves open."""

from __future__ import annotations

from typing import Any

import pytest

from segc.packets.fields import Packet
from segc.packets.machine import Unknown
from segc.packets.trace import trace
from segc.targets import registry
from tests.readers.routeros.given import EXPORT, FILTER, INPUT, fate, read


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"dport": 502}, ("accept", [])),
        ({"dport": 503}, ("reject", [])),
        ({"dport": 502, "target": "10.3.0.31"}, ("accept", [])),
        ({"dport": 502, "target": "10.3.0.32"}, ("drop", ["DROP fwd"])),
        ({"dport": 502, "target": "10.9.0.1"}, ("drop", ["DROP fwd"])),  # its entry is disabled
        ({"dport": 1, "source": "10.8.0.1"}, ("reject", [])),  # its rule is
        ({"proto": 1, "dport": 8 * 256}, ("reject", ["ping"])),
        ({"dport": 1, "source": "10.1.0.66"}, ("drop", ["DROP fwd"])),  # returned, and on
        ({"dport": 1, "state": "established"}, ("accept", [])),
        ({"proto": 17, "iif": "ether7", "target": "10.4.0.1", "dport": 5002}, ("accept", [])),
        ({"proto": 17, "iif": "ether7", "target": "10.4.0.1", "sport": 161, "dport": 9}, ("accept", [])),
        ({"proto": 17, "iif": "ether7", "target": "10.4.0.1", "sport": 9, "dport": 9}, ("drop", ["DROP fwd"])),
        ({"iif": "ether9", "target": "10.4.0.1"}, ("accept", [])),  # a list that nobody fills
        ({"source": "fd00:1::1", "target": "fd00:2::1"}, ("drop", [])),
        ({"source": "fd00:1::1", "target": "fd00:2::1", "proto": 58, "dport": 128 * 256}, ("accept", [])),
        ({"source": "fd00:1::1", "target": "fd00:3::1"}, ("accept", [])),  # no rule decides
    ],
)
def test_what_an_export_does(values: dict[str, Any], expected: tuple[str, list[str]]) -> None:
    assert fate(EXPORT, **values) == expected


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({"iif": "bridge"}, "accept"),
        ({"iif": "ether1"}, "drop"),
        ({"iif": "ether1", "proto": 1, "dport": 8 * 256}, "accept"),
        ({"iif": "bridge", "state": "invalid"}, "drop"),
        ({"iif": "ether1", "state": "untracked"}, "accept"),
    ],
)
def test_what_an_export_does_with_traffic_to_itself(values: dict[str, Any], kind: str) -> None:
    assert fate(EXPORT, INPUT, **values)[0] == kind


def test_what_depends_on_more_than_the_packet_is_left_open() -> None:
    packet = Packet(4, 1, 2, 6, 80, 1, "ether8", "x")
    assert trace(read(), packet, unknown=lambda _: True).kind == "accept"
    assert trace(read(), packet).kind == "drop"
    ntp = Packet(4, 1, 2, 17, 123, 1, "bridge", "x")
    assert trace(read(), ntp, unknown=lambda text: "ntp" in text).kind == "accept"
    assert trace(read(), ntp).kind == "drop"


def test_a_fast_track_lets_what_follows_pass() -> None:
    text = EXPORT.replace("add action=accept chain=forward connection-state=established,related,untracked\n", "")
    packet = Packet(4, 1, 2, 6, 80, 1, "bridge", "x", state="established")
    assert trace(read(text), packet, unknown=lambda _: True).kind == "accept"
    assert trace(read(text), packet).kind == "drop"


def test_an_export_is_understood_and_told_by_its_look() -> None:
    assert read().unknown == []
    role = registry.reader("routeros").role
    assert role("running.rsc", EXPORT) == "rules"
    assert role("x", "/ip/firewall/filter/add chain=forward action=drop\n") == "rules"
    assert role("x", "*filter\n:FORWARD ACCEPT [0:0]\nCOMMIT\n") is None


def test_raw_comes_first() -> None:
    text = "/ip firewall raw\nadd action=drop chain=prerouting src-address=10.1.0.5\n"
    assert fate(text)[0] == "drop"
    assert fate(text, source="10.1.0.6")[0] == "accept"


def test_commands_may_stand_in_one_line_with_their_menu() -> None:
    assert fate("/ip/firewall/filter/add chain=forward action=drop dst-port=502 protocol=tcp", dport=502)[0] == "drop"
    assert fate("/ip firewall filter add chain=forward action=drop protocol=6 dst-port=502", dport=502)[0] == "drop"
    assert fate("/ip firewall filter\nadd chain=forward action=jump jump-target=nowhere")[0] == "accept"


def test_either_port_turned_round_is_neither() -> None:
    text = FILTER + "add action=drop chain=forward protocol=tcp port=!80,443"
    found = [fate(text, dport=dport, sport=sport)[0] for dport, sport in ((80, 1), (1, 443), (1, 1))]
    assert found == ["accept", "accept", "drop"]


def test_host_bits_behind_a_prefix_do_not_count() -> None:
    text = FILTER + "add action=drop chain=forward src-address=10.1.0.77/24"
    assert [fate(text, source=source)[0] for source in ("10.1.0.1", "10.1.1.1")] == ["drop", "accept"]


def test_entries_that_end_are_left_open() -> None:
    text = "/ip firewall address-list add list=x address=10.1.0.5 timeout=1h\n"
    text += FILTER + "add action=drop chain=forward src-address-list=x"
    packet = Packet(4, 10 << 24 | 1 << 16 | 5, 2, 6)
    assert {trace(read(text), packet, unknown=lambda _, it=it: it).kind for it in (True, False)} == {"accept", "drop"}  # type: ignore[misc]


def test_two_limits_of_the_same_words_may_differ() -> None:
    text = FILTER + "add action=drop chain=forward limit=1,5:packet\nadd action=drop chain=forward limit=1,5:packet"
    names = {
        match.text
        for rules in read(text).chains.values()
        for rule in rules
        for match in rule.matches
        if isinstance(match, Unknown)
    }
    assert len(names) == 2


def test_a_list_that_rules_fill_is_not_what_the_export_shows() -> None:
    text = (
        FILTER + "add action=drop chain=forward src-address-list=bad\n"
        "add action=add-src-to-address-list address-list=bad chain=input protocol=tcp dst-port=23\n"
        "/ip firewall address-list\nadd address=10.66.0.0/16 list=bad\n"
    )
    packet = Packet(4, 1, 2, 6, 80, 1, "a", "b")
    assert trace(read(text), packet).kind == "accept"
    assert trace(read(text), packet, unknown=lambda _: True).kind == "drop"
