"""Selectors, and the sets of addresses that they choose."""

from __future__ import annotations

import pytest

from tests.readers.calico.given import ALLOWING, ENDPOINT, FROM_SET, NETS, ONLY4, forwarded, machine, packet, policy


def test_sets_match_in_their_own_family_only() -> None:
    """A source of one family and a target of the other is never any."""
    rule = {"action": "Allow", "source": FROM_SET, "destination": {**FROM_SET, "selector": "zone == 'four'"}}
    allow = policy("p", {"action": "Allow", "source": FROM_SET}, applyOnForward=True)
    found = machine(ENDPOINT, NETS, ONLY4, allow)
    assert [forwarded(found, packet(one)) for one in ("10.1.0.5", "10.2.0.5", "fd00::5")] == [
        "accept",
        "drop",
        "accept",
    ]
    mixed = machine(ENDPOINT, NETS, ONLY4, policy("p", rule, applyOnForward=True))
    assert forwarded(mixed, packet("fd00::5")) == "drop"
    assert forwarded(mixed, packet()._replace(target=0x0A020001)) == "accept"


@pytest.mark.parametrize("selector", ["zone == 'plk'", "zone in {}", "has(zones)", "zone contains 'x'", "!all()"])
def test_a_selector_of_nothing_matches_nothing(selector: str) -> None:
    rule = {"action": "Allow", "source": {"selector": selector, "namespaceSelector": "global()"}}
    assert forwarded(machine(ENDPOINT, NETS, policy("p", rule, applyOnForward=True)), packet()) == "drop"


@pytest.mark.parametrize(
    "selector",
    ["zone != 'x'", "zone in {'x', \"plc\"}", "has(zone) && !(zone == 'x')", "zone not in {'x'}", "all()", "",
     "zone == 'x' || zone starts with 'p'", "zone ends with 'lc'", "missing != 'x'", "zone == 'x' && all() || has(zone)"],
)  # fmt: skip
def test_selectors_choose(selector: str) -> None:
    rule = {"action": "Allow", "source": {"selector": selector, "namespaceSelector": "global()"}}
    assert forwarded(machine(ENDPOINT, NETS, policy("p", rule, applyOnForward=True)), packet()) == "accept"


def test_an_endpoint_is_in_a_set_by_its_expected_addresses() -> None:
    rule = {"action": "Allow", "source": {"selector": "has(role)", "namespaceSelector": "global()"}}
    found = machine(ALLOWING, policy("p", rule, applyOnForward=True))
    assert [forwarded(found, packet(one)) for one in ("10.9.0.1", "10.9.0.2")] == ["accept", "drop"]


def test_networks_and_selector_must_both_hold() -> None:
    rule = {"action": "Allow", "source": {**FROM_SET, "nets": ["10.1.0.0/30", "10.7.0.0/24"]}}
    found = machine(ENDPOINT, NETS, policy("p", rule, applyOnForward=True))
    sources = ("10.1.0.1", "10.1.0.5", "10.7.0.1", "fd00::1")
    assert [forwarded(found, packet(one)) for one in sources] == ["accept", "drop", "drop", "drop"]
