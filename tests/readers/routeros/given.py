"""An export of RouterOS, and packets that are sent at it: what the tests of its reader share."""

from __future__ import annotations

import ipaddress
from typing import Any

from segc.packets.fields import Packet
from segc.packets.machine import Machine
from segc.packets.trace import trace
from segc.targets import registry

EXPORT = r"""
# 2026-11-20 08:15:02 by RouterOS 7.16.1
# software id = ABCD-1234
#
# model = RB5009UG+S+
/interface bridge
add admin-mac=48:A9:8A:00:00:01 auto-mac=no comment=defconf name=bridge
/interface list
add comment=defconf name=WAN
add comment=defconf name=LAN
add include=LAN name=more
/interface bridge port
add bridge=bridge comment=defconf interface=ether2
/ip firewall connection tracking
set udp-timeout=10s
/interface list member
add comment=defconf interface=bridge list=LAN
add comment=defconf interface=ether1 list=WAN
/ip address
add address=192.168.88.1/24 comment=defconf interface=bridge network=192.168.88.0
/ip firewall address-list
add address=10.3.0.11 list=plcs
add address=10.3.0.16-10.3.0.31 comment="the \"new\" line" list=plcs
add address=10.9.0.0/16 disabled=yes list=plcs
add address=time.example.org list=ntp
/ip firewall filter
add action=accept chain=input comment=\
    "defconf: accept established,related,untracked" connection-state=\
    established,related,untracked
add action=drop chain=input comment="defconf: drop invalid" connection-state=\
    invalid
add action=accept chain=input comment="defconf: accept ICMP" protocol=icmp
add action=drop chain=input comment="defconf: drop all not coming from LAN" \
    in-interface-list=!LAN
add action=fasttrack-connection chain=forward comment="defconf: fasttrack" \
    connection-state=established,related hw-offload=yes
add action=accept chain=forward connection-state=established,related,untracked
add action=jump chain=forward dst-address-list=plcs jump-target=to-plcs
add action=accept chain=forward dst-address-list=ntp dst-port=123 protocol=udp
add action=accept chain=forward in-interface=ether7 port=161,5000-5003 protocol=udp
add action=accept chain=forward in-interface=ether8 limit=10,5:packet
add action=accept chain=forward in-interface=ether9 src-address-list=!nobody
add action=accept chain=forward src-address-list=nobody
add action=drop chain=forward comment="a long one that the export\
    \_breaks" log=yes log-prefix="DROP fwd"
add action=accept chain=to-plcs dst-port=102,502 protocol=tcp src-address=10.1.0.0/24
add action=accept chain=to-plcs disabled=yes src-address=10.8.0.0/24
add action=log chain=to-plcs icmp-options=8:0-255 log-prefix=ping protocol=icmp
add action=return chain=to-plcs src-address=10.1.0.66
add action=reject chain=to-plcs reject-with=icmp-admin-prohibited
/ip firewall nat
add action=masquerade chain=srcnat comment="defconf: masquerade" ipsec-policy=\
    out,none out-interface-list=WAN
/ipv6 firewall filter
add action=accept chain=forward protocol=icmpv6
add action=drop chain=forward dst-address=fd00:2::/64
/system identity
set name=cell-4
/system script
add dont-require-permissions=no name=x owner=admin policy=read source=\
    ":foreach i in={1;2} do={\r\
    \n  :put \$i\r\
    \n}"
"""


def read(text: str = EXPORT) -> Machine:
    return registry.reader("routeros").read({"rules": text})


FORWARD, INPUT = ("prerouting", "forward"), ("prerouting", "input")


def fate(text: str, hooks: tuple[str, ...] = FORWARD, **values: Any) -> tuple[str, list[str]]:
    """What becomes of a packet from the bridge to a PLC, unless told otherwise."""
    ends: dict[str, Any] = {"source": "10.1.0.5", "target": "10.3.0.11", "proto": 6, "iif": "bridge", "oif": "x"}
    ends |= values
    source, target = (ipaddress.ip_address(ends.pop(end)) for end in ("source", "target"))
    run = trace(read(text), Packet(source.version, int(source), int(target), **ends), hooks)
    return run.kind, run.logs


FILTER = "/ip firewall filter\n"
