"""Faults of other compilers, put into our own file, and our file as the router gives it back."""

from __future__ import annotations

import pytest

from segc.proof.prove import Prover
from tests.conformance.cases import AT, built, plant
from tests.readers.faults import change

MODBUS = r'^(add action=accept chain=segc-from-office comment="services: office -> old : modbus".*)$'
TRAPS = {
    "a match that was lost is any": (r" dst-address-list=segc-dmz.old dst-port=502", " dst-port=502"),
    "ports that were lost are all": (r" dst-port=502 protocol=tcp", ""),
    "a list without entries": (r"^add address=10\.2\.0\.11 .*\n", ""),
    "a list mistyped where it is filled": (r"list=segc-dmz\.old$", "list=segc-dmz.odl"),
    "a list mistyped where it is used": (r"dst-address-list=segc-dmz\.old", "dst-address-list=segc-dmz.odl"),
    "a negated list that nobody fills": (r"dst-address-list=segc-dmz\.old", "dst-address-list=!segc-dmz.odl"),
    "protocols and ports as a cross product": (r"dst-port=502,9000-9010", "dst-port=69,502,9000-9010"),
    "the record of a stopped packet is lost": (r"^(add action=drop chain=segc-from-office .*) log=yes", r"\1"),
    "the record of a permitted flow is lost": (r" log=yes (log-prefix=segc:L)", r" \1"),
    "a record under another name": (r'log-prefix="segc:B:office>dmz"', "log-prefix=drop"),
    "the last line is not reached": (r"^(?=add action=drop chain=segc-from-of)", "add chain=segc-from-office\n"),
    "new sessions on the ticket of old ones": ("connection-state=established", "connection-state=established,new"),
    "an answer is not let back": (r'^add action=accept chain=segc-forward comment="sessions.*\n', ""),
    "a jump that leads nowhere": (r"jump-target=segc-from-office", "jump-target=segc-from-offce"),
    "nothing leads in": (r"^add action=jump chain=forward .*\n", ""),
    "somebody else's rule comes first": (r"^(/ip firewall filter)$", r"\1\nadd chain=forward protocol=tcp"),
    "a rule is switched off": (MODBUS, r"\1 disabled=yes"),
    "source and target are swapped": (r"dst-address-list=segc-dmz\.old", "src-address-list=segc-dmz.old"),
    "an interface is not asked": (r" in-interface=eth0", ""),
}  # fmt: skip


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_is_refuted_with_a_packet(trap: str) -> None:
    one = built("basic", "routeros", "declared").built[0]
    text = change(*TRAPS[trap], one.texts()["rules"])
    proof = Prover(plant("basic", "routeros"), AT, None).prove(one.firewall, {"rules": text}, one.entry)
    assert proof.differences


def test_the_other_family_has_rules_of_its_own() -> None:
    """Nothing written for IPv4 opens IPv6: without its half everything passes there, unrecorded."""
    one = built("basic", "routeros", "declared").built[0]
    text = one.texts()["rules"].split("/ipv6 firewall address-list")[0]
    proof = Prover(plant("basic", "routeros"), AT, None).prove(one.firewall, {"rules": text}, one.entry)
    assert proof.differences
    assert {difference.packet.family for difference in proof.differences} == {6}


def test_an_export_of_what_was_imported_is_proved() -> None:
    """As the router gives it back: broken lines, a banner, other menus, and rules of its own behind ours."""
    one = built("basic", "routeros", "declared").built[0]
    text = "# 2026-11-24 08:00:00 by RouterOS 7.16.1\n/interface bridge\nadd name=bridge\n" + one.texts()["rules"]
    text = text.replace(" log-prefix=", " \\\n    log-prefix=")
    text = text.replace("/ipv6 firewall address-list", "add action=drop chain=forward\n/ipv6 firewall address-list")
    text += "/system identity\nset name=fw\n"
    assert Prover(plant("basic", "routeros"), AT, None).prove(one.firewall, {"rules": text}, one.entry).equal
