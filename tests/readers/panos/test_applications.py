"""Applications, and all else that only the box knows."""

from __future__ import annotations

import pytest

from segc.packets.fields import ICMP
from tests.readers.panos.given import BASE, RULE, fate, packet, read, refused

PING = BASE + "set application echo default ident-by-icmp-type type 8\n"
PINGS = RULE.replace("application any service modbus", "application echo service application-default")


def test_an_icmp_type_is_an_application() -> None:
    echo = packet(proto=ICMP, port=8 * 256)
    assert fate(PING + PINGS, echo).kind == "accept"
    assert fate(PING + PINGS, packet(proto=ICMP, port=13 * 256)).kind == "drop"
    assert fate(PING + PINGS, packet(), known=True).kind == "drop"


def test_with_any_service_handshakes_may_pass() -> None:
    """An application that is not known yet: what it will be shows behind the handshake."""
    text = PING + PINGS.replace("service application-default", "service any")
    assert fate(text, packet(proto=ICMP, port=8 * 256)).kind == "accept"
    assert fate(text, packet(), known=True).kind == "accept"
    assert fate(text, packet(proto=47, port=0), known=True).kind == "drop"


def test_the_narrower_application_has_the_packet() -> None:
    text = f"{PING}set application all-icmp default ident-by-ip-protocol 1\n"
    rule = PINGS.replace("application echo", "application all-icmp")
    assert fate(text + rule, packet(proto=ICMP, port=13 * 256)).kind == "accept"
    assert fate(text + rule, packet(proto=ICMP, port=8 * 256)).kind == "drop"
    both = PINGS.replace("application echo", "application [ all-icmp echo ]")
    assert fate(text + both, packet(proto=ICMP, port=8 * 256)).kind == "accept"
    code = "set application odd default ident-by-icmp-type type 8 code 1\n"
    assert fate(text + code + both, packet(proto=ICMP, port=8 * 256 + 1)).kind == "drop"
    assert "same packets" in refused(PING + "set application echo-2 default ident-by-icmp-type type 8\n").why


@pytest.mark.parametrize("told", ["ident-by-ip-protocol 6", "ident-by-icmp-type type 8", "port tcp/502"])
def test_what_a_signature_or_tcp_is_shows_later(told: str) -> None:
    signed = "set application x signature one scope session\n" if "icmp" in told else ""
    rule = RULE.replace("application any service modbus", "application x service any")
    text = f"{BASE}set application x default {told}\n{signed}{rule}"
    one = packet(proto=ICMP, port=8 * 256) if signed else packet()
    assert fate(text, one, known=True).kind == "accept"
    assert fate(text, one, known=False).kind == "drop"


@pytest.mark.parametrize(
    "change",
    [
        ("application any service modbus", "application modbus-base service application-default"),
        ("application any service modbus", "application [ modbus-base echo ] service any"),
        ("service modbus", "service application-default"),
        ("application any", "application modbus-base"),
        ("action allow", "action allow schedule nights"),
        ("action allow", "action allow source-user bob"),
        ("action allow", "action allow category news"),
        ("source plc", "source DE"),
        ("source plc", "source away"),
        ("source plc", "source tagged"),
        ("source plc", "source listed"),
    ],
)
def test_what_only_the_box_knows_is_left_open(change: tuple[str, str]) -> None:
    more = (
        "set address away fqdn plc.example\nset address-group tagged dynamic filter \"'plc'\"\n"
        "set external-list listed type ip url http://lists.example\n"
    )
    text = PING + more + RULE.replace(*change)
    assert change[0] in RULE
    assert fate(text, packet(), known=True).kind == "accept"
    assert fate(text, packet(), known=False).kind == "drop"


def test_profiles_may_stop_what_a_rule_allows() -> None:
    text = BASE + RULE.strip() + " profile-setting profiles vulnerability strict"
    assert fate(text, packet(), known=True).kind == "drop"
    assert fate(text, packet(), known=False).kind == "accept"


@pytest.mark.parametrize("section", ["nat", "dos", "decryption", "authentication"])
def test_rules_that_do_more_are_noted(section: str) -> None:
    machine = read(f"{BASE}{RULE}set rulebase {section} rules x from any to any\n")
    assert machine.unknown == [(f"{section} rules", 7, "rules")]
    assert not read(f"{BASE}{RULE}set rulebase qos rules x from any to any\n").unknown
