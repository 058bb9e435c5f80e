"""The lock-out guard: in enforce, a packet of some manage source must get through, past every firewall on its way."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from segc.diagnostics import SegcError
from segc.lang.loader import Bundle
from segc.lang.parser import parse
from segc.model.resolve import resolve
from segc.source import Source
from segc.targets.build import build

HEAD = """segc 1
team ops
site s { mode %s; owner ops }
service ssh { tcp 22 }
service ping6 { icmp6 echo-request }
service ping { icmp echo-request }
zone a { level 4; net 10.1.0.0/24
  asset admin 10.1.0.5
}
zone b { level 4; net 10.2.0.0/24 }
zone c { level 4; net 10.3.0.0/24 }
"""
NEAR = "firewall near { target iptables; interface eth0 a; interface eth1 b }\n"


def locked(policy: str, site: str = "enforce", mode: str = "declared") -> bool:
    """Is a build refused because nobody could manage a firewall?"""
    tree, found = parse(Source("plant.zone", HEAD % site + policy))
    plant, more = resolve(Bundle(Path("plant.zone"), [tree], found))
    assert not [one for one in more if one.severity.word == "error"], more
    try:
        build(plant, datetime(2026, 11, 23, tzinfo=UTC), mode)
    except SegcError as stopped:
        return {one.name for one in stopped.diagnostics} == {"lock-out"}
    return False


@pytest.mark.parametrize(
    ("manage", "expected"),
    [
        ("manage admin : ssh", False),
        ("manage a : ssh", False),
        ("manage c : ssh", True),  # behind none of its interfaces
        ("manage c : ssh; manage admin : ssh", False),
        ("manage admin : ping6", True),  # IPv6 only, and the source has none
        ("manage admin : ping", True),  # nobody manages by ping
    ],
)
def test_right_at_the_source(manage: str, expected: bool) -> None:
    """Whether the one firewall can be managed."""
    assert locked(f"firewall fw {{ target iptables; interface eth0 a; interface eth1 b; {manage} }}") == expected


@pytest.mark.parametrize(
    ("addresses", "expected"),
    [("10.2.0.2/24", False), ("", True), ("fd00::2/64", True), ("192.0.2.7/30", False)],
)
def test_past_another_firewall(addresses: str, expected: bool) -> None:
    """The one in between lets management through to addresses that it knows, of the source's family."""
    far = f"firewall far {{ target nftables; interface eth0 b {addresses}; interface eth1 c; manage admin : ssh }}\n"
    assert locked(NEAR + far) == expected
    assert not locked(NEAR + far, site="monitor")
    assert not locked(NEAR + far, mode="monitor")
    assert locked(NEAR + far, site="monitor", mode="enforce") == expected


def test_a_zone_on_the_way_may_be_what_enforces() -> None:
    """The site only watches, and yet one zone's mode would stop what leads to the firewall behind it."""
    zone = "zone d { level 4; net 10.4.0.0/24; mode enforce }\n"
    far = "firewall far { target iptables; interface eth0 b; interface eth1 d; mode enforce; manage admin : ssh }\n"
    assert locked(zone + NEAR + far, site="monitor")
