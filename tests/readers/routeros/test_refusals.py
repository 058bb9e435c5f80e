"""What the router would not take is refused, and what the reader does not know is said."""

from __future__ import annotations

import pytest

from segc.packets.fields import Packet
from segc.packets.machine import Refused
from segc.packets.trace import trace
from tests.readers.routeros.given import FILTER, read


@pytest.mark.parametrize(
    "text",
    [
        FILTER + "add action=accept chain=forward dst-port=502",
        FILTER + "add action=accept chain=forward dst-port=502 protocol=icmp",
        FILTER + "add action=accept chain=forward dst-port=502 protocol=!tcp",
        FILTER + "add action=accept chain=forward protocol=0",
        FILTER + "add action=accept chain=forward protocol=icmp icmp-options=255:0-255",
        FILTER + "add action=accept chain=forward protocol=tcp icmp-options=8:0",
        FILTER + "add action=accept chain=forward src-address=fd00::1",
        "/ipv6 firewall filter\nadd action=accept chain=forward src-address=10.0.0.1",
        "/ipv6 firewall filter\nadd action=accept chain=forward src-address=fd00::1-fd00::9",
        "/ipv6 firewall address-list\nadd address=10.0.0.1 list=x",
        FILTER + "add action=accept chain=forward src-adress=10.0.0.1",
        FILTER + "add action=accept chain=forward src-address=10.0.0.300",
        FILTER + "add action=accept chain=forward src-address=",
        FILTER + "add action=accept chain=forward src-address=10.0.0.9-10.0.0.1",
        FILTER + "add action=accept chain=forward in-interface-list=LAN",
        FILTER + "add action=accept chain=forward in-interface=*5",
        FILTER + "add action=accept chain=forward connection-state=established,old",
        FILTER + "add action=jump chain=forward",
        FILTER + "add action=accept src-address=10.0.0.1",
        FILTER + "add action=accept chain=forward src-address=10.0.0.1 src-address=10.0.0.2",
        FILTER + "add action=accept chain=forward disabled=maybe",
        FILTER + 'add action=accept chain=forward comment="no end',
        FILTER + "add action=accept chain=forward comment=x\\",
        FILTER + "add action=accept chain=forward quickly",
        FILTER + "add action=accept chain=forward protocol=tcp dst-port=" + ",".join(map(str, range(1, 17))),
        FILTER + "add action=accept chain=forward protocol=tcp dst-port=70000",
        FILTER + "add action=jump chain=forward jump-target=a\nadd action=jump chain=a jump-target=forward",
        "/ip firewall raw\nadd action=drop chain=prerouting connection-state=new",
        "/ip firewall filter FROBNICATE",
    ],
)
def test_what_the_router_would_not_take_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        trace(read(text), Packet(4, 1, 2, 6, 80, 1, "a", "b"))


@pytest.mark.parametrize(
    "text",
    [
        FILTER + "add action=shortcut chain=forward",
        FILTER + "remove 0",
        FILTER + "set 0 action=drop",
        "/ip firewall raw\nadd action=notrack chain=prerouting",
        "/ip firewall connection tracking\nset enabled=no",
        "/ip settings\nset rp-filter=strict",
        "/ipv6 settings\nset disable-ipv6=yes",
        "/interface bridge filter\nadd action=drop chain=forward",
        "/ip firewall mangle\nadd action=log chain=forward log=yes",
        "/ip hotspot\nadd interface=bridge",
        "#\n/ip firewall filter frobnicate",
        "/system identity\nfrobnicate the gizmo",
    ],
)
def test_what_it_does_not_know_is_said_by_line(text: str) -> None:
    assert [(line, file) for _, line, file in read(text).unknown] == [(2, "rules")]
