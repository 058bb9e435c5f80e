"""Faults of other compilers, put into our own file, and our file as uci exports it."""

from __future__ import annotations

import pytest

from segc.proof.prove import Prover
from tests.conformance.cases import AT, built, plant
from tests.readers.faults import change
from tests.readers.openwrt.given import RULE

OLD = r"(name 'services: office -> old : modbus'\n(?:.*\n)*?)"
BEFORE = RULE + "\toption target 'ACCEPT'\n\n"
REST = r"(name 'office -> dmz, any other service'\n(?:.*\n)*?)"
TRAPS = {
    "a match that was lost is any": (OLD + r"\tlist dest_ip '10\.2\.0\.11'\n", r"\1"),
    "ports that were lost are all": (OLD + r"\tlist dest_port '502'\n", r"\1"),
    "protocols and ports as a cross product": (OLD + "\toption proto 'tcp'", r"\1\toption proto 'tcpudp'"),
    "ports of a protocol that has none": (OLD + "\toption proto 'tcp'", r"\1\toption proto 'sctp'"),
    "a rule without a protocol": (REST + "\toption proto 'all'\n", r"\1"),
    "the record of a stopped packet is lost": (REST + "\toption log .*\n", r"\1"),
    "a record under the rule's name": (REST + "\toption log '.*'", r"\1\toption log '1'"),
    "a rule without a target only counts": (REST + "\toption target 'DROP'\n", r"\1"),
    "a rule is switched off": (OLD, r"\1\toption enabled '0'\n"),
    "a rule for the router itself": (r"(: modbus'\n\toption src '\*'\n)\toption dest '\*'\n", r"\1"),
    "the last line is not reached": (r"^(?=config rule\n\toption name 'office -> dmz, any other)", BEFORE),
    "a device is not asked": (OLD + r"\toption device 'eth0'\n", r"\1"),
    "source and target are swapped": (OLD + "\tlist dest_ip", r"\1\tlist src_ip"),
    "invalid packets are dropped in monitor": ("drop_invalid '0'", "drop_invalid '1'"),
}  # fmt: skip


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_is_refuted_with_a_packet(trap: str) -> None:
    one = built("basic", "openwrt", "declared").built[0]
    text = change(*TRAPS[trap], one.texts()["rules"])
    proof = Prover(plant("basic", "openwrt"), AT, None).prove(one.firewall, {"rules": text}, one.entry)
    assert proof.differences


def test_a_limit_on_the_router_itself_is_not_called_equal() -> None:
    """What it drops depends on what came before."""
    one = built("basic", "openwrt", "declared").built[0]
    text = change("synflood_protect '0'", "synflood_protect '1'", one.texts()["rules"])
    assert not Prover(plant("basic", "openwrt"), AT, None).prove(one.firewall, {"rules": text}, one.entry).equal


def test_the_other_family_has_rules_of_its_own() -> None:
    one = built("basic", "openwrt", "declared").built[0]
    sections = one.texts()["rules"].split("\n\n")
    text = "\n\n".join(section for section in sections if "family 'ipv6'" not in section)
    proof = Prover(plant("basic", "openwrt"), AT, None).prove(one.firewall, {"rules": text}, one.entry)
    assert {difference.packet.family for difference in proof.differences} == {6}


def test_what_uci_exports_is_proved() -> None:
    one = built("basic", "openwrt", "declared").built[0]
    text = "package firewall\n\n" + one.texts()["rules"].replace("'tcp'", '"tcp"')
    assert Prover(plant("basic", "openwrt"), AT, None).prove(one.firewall, {"rules": text}, one.entry).equal
