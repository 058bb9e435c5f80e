"""Rules of PAN-OS: each word of one, their order, and what stands behind all."""

from __future__ import annotations

import pytest

from segc.packets.fields import ICMP
from segc.packets.trace import trace
from tests.readers.panos.given import BASE, INPUT, RULE, fate, packet, read, refused


def test_a_rule_and_what_stands_behind_all() -> None:
    assert fate(BASE + RULE, packet()).kind == "accept"
    assert fate(BASE + RULE, packet()).logs == ["r"]
    for other in (packet(port=503), packet(target="10.2.0.6"), packet(iif="ethernet1/2", oif="ethernet1/1")):
        assert fate(BASE + RULE, other).kind == "drop"
    inside = packet(source="10.9.0.1", iif="ethernet1/2", oif="ethernet1/3")
    assert (fate(BASE + RULE, inside).kind, fate(BASE + RULE, inside).logs) == ("accept", [])


def test_sessions_and_their_errors_pass() -> None:
    assert fate(BASE, packet(state="established")).kind == "accept"
    assert fate(BASE, packet(state="related", proto=ICMP, port=3 * 256)).kind == "accept"
    assert fate(BASE, packet(state="related")).kind == "drop"


@pytest.mark.parametrize(
    ("words", "logs"),
    [("", ["r"]), (" log-end no", []), (" log-end no log-start yes", ["r"]), (" log-start yes log-end yes", ["r"])],
)
def test_what_is_not_said_of_logs_is_logged_at_the_end(words: str, logs: list[str]) -> None:
    assert fate(BASE + RULE.strip() + words, packet()).logs == logs


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (("action allow", "action deny"), "drop"),
        (("action allow", "action drop"), "drop"),
        (("action allow", "action reset-both"), "reject"),
        (("action allow", "action allow disabled yes"), "drop"),
        (("source plc", "source plc negate-source yes"), "drop"),
        (("destination server", "destination server negate-destination yes"), "drop"),
        (("service modbus", "service any"), "accept"),
        (("from trust", "from untrust"), "drop"),
        (("to any", "to untrust"), "accept"),
        (("to any", "to trust"), "drop"),
        (("to any", "to any rule-type interzone"), "accept"),
        (("to any", "to any rule-type intrazone"), "drop"),
        (("service modbus", "service service-http"), "drop"),
        (("source plc", "source 10.1.0.0/24"), "accept"),
        (("source plc", "source 10.1.0.1-10.1.0.9"), "accept"),
        (("source plc", "source 10.1.0.77/24"), "accept"),
    ],
)
def test_each_word_of_a_rule(change: tuple[str, str], kind: str) -> None:
    assert change[0] in RULE
    assert fate(BASE + RULE.replace(*change), packet()).kind == kind


def test_negation_lets_all_others_in() -> None:
    text = BASE + RULE.replace("source plc", "negate-source yes source plc")
    assert fate(text, packet(source="10.1.0.6")).kind == "accept"
    assert fate(text, packet()).kind == "drop"


def test_intrazone_rules_do_not_join_zones() -> None:
    rule = "set rulebase security rules r from [ trust untrust ] to [ trust untrust ] source any destination any application any"
    text = f"{BASE}{rule} service any action deny rule-type intrazone"
    assert fate(text, packet(iif="ethernet1/2", oif="ethernet1/3")).logs == ["r"]
    assert fate(text, packet()).logs == []
    text = text.replace("intrazone", "interzone")
    assert fate(text, packet()).logs == ["r"]
    assert fate(text, packet(iif="ethernet1/2", oif="ethernet1/3")).logs == []


def test_the_first_rule_decides() -> None:
    other = RULE.replace("rules r ", "rules q ").replace("allow", "deny")
    assert fate(BASE + RULE + other, packet()).kind == "accept"
    assert fate(BASE + other + RULE, packet()).kind == "drop"


def test_the_default_rules_may_be_overridden() -> None:
    head = BASE + "set rulebase default-security-rules rules "
    assert fate(head + "interzone-default action allow log-end yes", packet()).logs == ["interzone-default"]
    inside = packet(iif="ethernet1/2", oif="ethernet1/3")
    assert fate(head + "intrazone-default action deny", inside).kind == "drop"
    assert "default rule" in refused(head + "other-default action deny").why


def test_traffic_to_the_box_meets_the_same_rules() -> None:
    machine = read(BASE + RULE)
    assert trace(machine, packet(oif=""), INPUT).kind == "accept"
    assert trace(machine, packet(port=22, oif=""), INPUT, unknown=lambda _: False).kind == "drop"
    assert (
        trace(machine, packet(port=22, oif=""), INPUT, unknown=lambda _: True).kind == "accept"
    )  # the zone's own address
    assert trace(machine, packet(port=22, iif="lo", oif=""), INPUT).kind == "accept"
    machine = read(BASE + RULE.replace("to any", "to untrust"))
    assert trace(machine, packet(oif=""), INPUT, unknown=lambda _: False).kind == "drop"
