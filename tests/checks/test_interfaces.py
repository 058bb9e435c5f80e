"""Interfaces whose addresses belong to a zone that is not behind them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

# Without links: whatever is linked counts as behind.
UNLINKED = """segc 1
site north { owner ops }
team ops
zone mes { level 4; sl-t 2; net 10.1.0.0/16, fd00:1::/64 }
zone cell { level 4; sl-t 2; net 10.2.0.0/16, fd00:2::/64 }
"""
INTERFACES = """
zone office {{ level 4; sl-t 2; net 10.9.0.0/24, 10.1.4.0/24 }}
zone transit {{ level 4; sl-t 2; net 192.0.2.0/30 }}
link transit -- cell
firewall fw {{
  target nftables
  interface eth0 mes
  interface eth1 office
  interface eth2 {zones} {addresses}
}}
"""


@pytest.mark.parametrize(
    ("zones", "addresses", "wrong"),
    [
        ("mes", "10.1.0.1/16", 0),
        ("mes", "10.2.0.1/16", 1),
        ("mes", "10.1.0.1/16, fd00:2::1/64", 1),
        ("mes", "10.2.0.1/16, fd00:2::1/64", 2),
        ("mes, cell", "10.2.0.1/16", 0),
        ("cell", "192.0.2.1/30", 0),  # which is linked
        ("mes", "192.0.2.1/30", 1),
        ("office", "192.0.2.1/30", 1),
        ("office", "203.0.113.1/30", 0),  # a transit network of nobody
        ("office", "10.0.0.1/8", 0),
        ("mes", "10.1.4.1/24", 1),  # which the office has taken out of mes
    ],
)
def test_an_interface_has_an_address_of_a_zone_behind_it(
    zones: str, addresses: str, wrong: int, names: Callable[..., list[str]]
) -> None:
    found = names(INTERFACES.format(zones=zones, addresses=addresses), prelude=UNLINKED)
    assert found.count("interface-in-wrong-zone") == wrong


@pytest.mark.parametrize(("address", "wrong"), [("203.0.113.1/30", 0), ("10.9.0.1/24", 0), ("10.1.2.1/24", 1)])
def test_what_the_outside_zone_owns_is_no_wrong_zone(address: str, wrong: int, names: Callable[..., list[str]]) -> None:
    text = INTERFACES.format(zones="office", addresses=address) + "zone world { level 5; sl-t 0; net any }\n"
    assert names(text, prelude=UNLINKED).count("interface-in-wrong-zone") == wrong
