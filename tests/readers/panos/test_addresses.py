"""Addresses, their groups, and the commands that add to lists and take away."""

from __future__ import annotations

from tests.readers.panos.given import BASE, RULE, fate, packet, refused


def test_a_set_of_ipv6_holds_ipv4_too() -> None:
    """`::/0` is any address; an IPv4 address is the IPv6 address with zeros before it."""
    for prefix, kind in (("::/0", "accept"), ("::/96", "accept"), ("::a00:0/104", "accept"), ("2000::/3", "drop")):
        assert fate(BASE + RULE.replace("source plc", f"source {prefix}"), packet()).kind == kind, prefix
    six = packet("::a01:5", "::a02:5")
    assert fate(BASE + RULE, six).kind == "drop"  # and not the other way round
    assert fate(BASE + RULE.replace("source plc", "source 0.0.0.0/0"), six).kind == "drop"


def test_groups_hold_objects_and_groups() -> None:
    text = BASE + "set address-group a static [ b server ]\nset address-group b static plc\n"
    assert fate(text + RULE.replace("source plc", "source a"), packet()).kind == "accept"
    assert "holds itself" in refused(text + "set address-group b static a\n").why


def test_commands_add_to_lists_and_take_away() -> None:
    text = BASE + "set address-group a static server\nset address-group a static plc\n"
    rule = RULE.replace("source plc", "source a")
    for source in ("10.1.0.5", "10.2.0.5"):
        assert fate(text + rule, packet(source=source)).kind == "accept"
    assert fate(text + "delete address-group a static plc\n" + rule, packet()).kind == "drop"
    assert fate(text + rule + "delete rulebase security rules r\n", packet()).kind == "drop"
    assert fate(text + "delete rulebase security rules\n" + rule, packet()).kind == "accept"


def test_a_bracket_in_quotes_is_a_text() -> None:
    assert fate(BASE + RULE.replace("action allow", 'description "[" action allow'), packet()).kind == "accept"
