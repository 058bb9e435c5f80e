"""Faults of other compilers, put into our own file, and our file as the router shows it."""

from __future__ import annotations

import re

import pytest

from segc.packets.machine import Refused
from segc.proof.prove import Prover
from tests.conformance.cases import AT, built, plant
from tests.readers.faults import change
from tests.readers.vyos.given import read

OLD = r"^((set firewall ipv4 name segc-office-dmz rule )\d+) "  # that of the flow office -> old: see `old_flow`
FIRST = "set firewall ipv4 forward filter rule 10"
TRAPS = {
    "a match that was lost is any": (OLD + r"destination group address-group 'segc-dmz\.old'\n", ""),
    "ports that were lost are all": (OLD + r"destination group port-group 'segc-modbus-tcp'\n", ""),
    "a group without members": (r"^set firewall group address-group segc-dmz\.old address .*\n", ""),
    "a negated group": (OLD + r"destination group address-group 'segc", r"\1 destination group address-group '!segc"),
    "protocols and ports as a cross product": (OLD + r"protocol 'tcp'", r"\1 protocol 'tcp_udp'"),
    "the record of a stopped packet is lost": (r"^set firewall ipv4 name segc-office-dmz rule 999999 log\n", ""),
    "the record of a permitted flow is lost": (r"^set firewall ipv4 name segc-office-dmz rule (?!999999)\d+ log\n", ""),
    "a record too many": (OLD + r"action 'accept'", r"\1 action 'accept'\n\1 log"),
    "a default that nobody logs": (r"^set firewall ipv4 name segc-office-dmz rule 999999 .*\n", ""),
    "the last line is not reached": (OLD + "action 'accept'", r"\1 action accept\n\1 disable\n\g<2>900000 action accept"),
    "new sessions on the ticket of old ones": (r"^(.* rule 10 state) 'established'$", r"\1 'established'\n\1 'new'"),
    "an answer is not let back": (r"^set firewall ipv4 forward filter rule 10 action 'accept'", FIRST + " action 'continue'"),
    "a jump is switched off": (r"^(set firewall ipv4 forward filter rule \d+) action 'jump'$", r"\1 action 'jump'\n\1 disable"),
    "somebody else's rule comes first": (r"^# groups$", "set firewall ipv4 forward filter rule 1 action accept"),
    "a state policy that drops": (r"^# groups$", "set firewall global-options state-policy related action drop"),
    "source and target are swapped": (OLD + "destination group address-group", r"\1 source group address-group"),
    "an interface is not asked": (r"^set firewall ipv4 forward filter rule \d+ inbound-interface .*\n", ""),
    "a family has no hook": (r"^set firewall ipv6 forward filter .*\n", ""),
}  # fmt: skip


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_is_refuted_with_a_packet(trap: str) -> None:
    one = built("basic", "vyos", "declared").built[0]
    pattern, to = TRAPS[trap]
    text = one.texts()["rules"]
    if trap in ("a default that nobody logs", "a family has no hook"):  # all lines of it
        text = re.sub(pattern, to, text, flags=re.MULTILINE)
    else:
        text = change(old_flow(text, pattern), to, text)
    proof = Prover(plant("basic", "vyos"), AT, None).prove(one.firewall, {"rules": text}, one.entry)
    assert proof.differences


def old_flow(text: str, pattern: str) -> str:
    """A pattern for the rule of just that flow, whose number is made from its text."""
    found = re.search(r"segc-office-dmz rule (\d+) description 'services: office -> old : modbus'", text)
    assert found
    return pattern.replace(r"rule )\d+)", f"rule ){found[1]})")


@pytest.mark.parametrize(
    ("pattern", "to"),
    [
        (r"group 'segc-dmz\.old'", "group 'segc-dmz.odl'"),
        (r"jump-target 'segc-from-office'", "jump-target 'segc-from-offce'"),
        (r"^set firewall ipv4 name segc-dmz-office .*\n", ""),
        (r"^set firewall group port-group segc-modbus-tcp .*\n", ""),
    ],
)
def test_what_is_named_and_not_there_is_refused(pattern: str, to: str) -> None:
    text, count = re.subn(pattern, to, built("basic", "vyos", "declared").built[0].texts()["rules"], flags=re.MULTILINE)
    assert count
    with pytest.raises(Refused):
        read(text)


def test_what_runs_is_proved() -> None:
    """As the router shows it: sorted, without comments, other paths around."""
    one = built("basic", "vyos", "declared").built[0]
    lines = [line for line in one.texts()["rules"].splitlines() if line.startswith("set ")]
    text = "\n".join(
        [*sorted(lines), "set interfaces ethernet eth0 address '10.1.0.1/24'", "set system host-name 'fw'"]
    )
    assert Prover(plant("basic", "vyos"), AT, None).prove(one.firewall, {"rules": text}, one.entry).equal
