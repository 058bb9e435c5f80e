"""What VyOS would not take is refused, and what the reader does not know is said."""

from __future__ import annotations

import pytest

from segc.packets.fields import Packet
from segc.packets.machine import Refused
from segc.packets.trace import trace
from tests.readers.vyos.given import read

RULE = "set firewall ipv4 forward filter rule 1 "
DROP = RULE + "action drop\n"


@pytest.mark.parametrize(
    "text",
    [
        RULE + "protocol tcp",
        DROP + RULE + "destination port 502",
        DROP + RULE + "protocol icmp\n" + RULE + "destination port 502",
        DROP + RULE + "protocol sctp\n" + RULE + "destination port 502",
        DROP + RULE + "protocol tcp\n" + RULE + "destination port 0",
        DROP + RULE + "protocol tcp\n" + RULE + "destination port 70000",
        DROP + RULE + "protocol ipv6-icmp",
        DROP + RULE + "icmpv6 type 128",
        DROP + RULE + "icmp type 256",
        DROP + RULE + "protocol telepathy",
        DROP + RULE + "source address fd00::1",
        DROP + RULE + "source address 10.0.0.1/24",
        DROP + RULE + "source address 10.0.0.9-10.0.0.1",
        DROP + RULE + "source adress 10.0.0.1",
        DROP + RULE + "source",
        DROP + RULE + "source group",
        DROP + RULE + "source group address-group nobody",
        DROP + RULE + "source group port-group nobody",
        DROP + RULE + "source group address-group g\n" + RULE + "source address 10.0.0.1\n"
        "set firewall group address-group g address 10.0.0.1",
        DROP + RULE + "source group address-group g\nset firewall group ipv6-address-group g address fd00::1",
        DROP + RULE + "source group address-group g\nset firewall group address-group g address 10.0.0.0/24",
        DROP + RULE + "source group network-group g\nset firewall group network-group g network 10.0.0.1-10.0.0.2",
        DROP + RULE + "source group network-group g\nset firewall group network-group g include g",
        DROP + RULE + "inbound-interface group LAN",
        DROP + RULE + "inbound-interface",
        DROP + RULE + "state old",
        DROP + RULE + "jump-target x",
        DROP + RULE + "action accept",
        DROP + RULE + "gizmo 1",
        DROP + RULE + "description 'no end",
        RULE + "action jump\n" + RULE + "jump-target nowhere",
        "set firewall ipv4 forward filter rule first action drop",
        "set firewall ipv4 forward filter default-action return",
        "set firewall ipv4 name x default-action whatever",
        "set firewall ipv4 name x default-action jump",
        RULE + "action jump\n" + RULE + "jump-target a\nset firewall ipv4 name a default-action jump\n"
        "set firewall ipv4 name a default-jump-target a",
    ],
)
def test_what_vyos_would_not_take_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        trace(read(text), Packet(4, 1, 2, 6, 80, 1, "a", "b"))


@pytest.mark.parametrize(
    "text",
    [
        RULE + "action queue",
        "set firewall ipv4 prerouting raw rule 1 action notrack",
        "set firewall ipv4 forward filter gizmo",
        "set firewall ipv4 sideways filter default-action drop",
        "set firewall group gizmo-group x y z",
        "set firewall group address-group x adress 10.0.0.1",
        "set firewall zone LAN default-action drop",
        "set firewall bridge forward filter default-action drop",
        "set firewall global-options source-validation strict",
        "set firewall global-options apply-to-bridged-traffic ipv4",
        "set firewall global-options state-policy offload offload-target FT",
        "set firewall name OLD default-action drop",
        "set system conntrack ignore ipv4 rule 10 protocol tcp",
        "set system ip disable-forwarding",
        "set zone-policy zone LAN default-action drop",
        "set policy route PBR rule 10 action drop",
        "set gizmo",
        "frobnicate the gizmo",
    ],
)
def test_what_it_does_not_know_is_said_by_line(text: str) -> None:
    assert {(line, file) for _, line, file in read("# 1\n" + text).unknown} == {(2, "rules")}
