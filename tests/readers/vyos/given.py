"""A configuration of VyOS, and packets that are sent at it: what the tests of its reader share."""

from __future__ import annotations

import ipaddress
from typing import Any

from segc.packets.fields import Packet
from segc.packets.machine import Machine
from segc.packets.trace import trace
from segc.targets import registry

CONFIGURATION = """\
set firewall flowtable FT interface 'eth0'
set firewall global-options all-ping 'enable'
set firewall global-options state-policy established action 'accept'
set firewall global-options state-policy invalid action 'drop'
set firewall global-options state-policy invalid log
set firewall group address-group plcs address '10.3.0.11'
set firewall group address-group plcs address '10.3.0.16-10.3.0.31'
set firewall group address-group plcs include 'more'
set firewall group address-group more address '10.3.0.99'
set firewall group address-group none description "it's empty"
set firewall group domain-group ntp address 'time.example.org'
set firewall group interface-group LAN interface 'eth1'
set firewall group interface-group LAN interface 'eth2*'
set firewall group ipv6-network-group site network 'fd00:1::/48'
set firewall group network-group office network '10.1.0.0/24'
set firewall group port-group s7 port '102'
set firewall group port-group s7 port '5000-5003'
set firewall ipv4 forward filter default-action 'drop'
set firewall ipv4 forward filter default-log
set firewall ipv4 forward filter rule 9 action 'offload'
set firewall ipv4 forward filter rule 9 offload-target 'FT'
set firewall ipv4 forward filter rule 9 state 'established'
set firewall ipv4 forward filter rule 10 action 'jump'
set firewall ipv4 forward filter rule 10 destination group address-group 'plcs'
set firewall ipv4 forward filter rule 10 inbound-interface group 'LAN'
set firewall ipv4 forward filter rule 10 jump-target 'to-plcs'
set firewall ipv4 forward filter rule 100 action 'accept'
set firewall ipv4 forward filter rule 100 destination address '10.4.0.0/16'
set firewall ipv4 forward filter rule 100 destination port '80,!1443,1000-2000'
set firewall ipv4 forward filter rule 100 log
set firewall ipv4 forward filter rule 100 protocol 'tcp_udp'
set firewall ipv4 forward filter rule 20 action 'accept'
set firewall ipv4 forward filter rule 20 disable
set firewall ipv4 forward filter rule 30 action 'accept'
set firewall ipv4 forward filter rule 30 icmp type-name 'echo-request'
set firewall ipv4 forward filter rule 40 action 'accept'
set firewall ipv4 forward filter rule 40 limit rate '10/minute'
set firewall ipv4 forward filter rule 40 source address '10.8.0.1-10.8.0.9'
set firewall ipv4 forward filter rule 50 action 'accept'
set firewall ipv4 forward filter rule 50 destination group domain-group 'ntp'
set firewall ipv4 forward filter rule 50 protocol 'udp'
set firewall ipv4 forward filter rule 60 action 'accept'
set firewall ipv4 forward filter rule 60 source group address-group '!none'
set firewall ipv4 forward filter rule 60 inbound-interface name '!eth*'
set firewall ipv4 name to-plcs rule 10 action 'accept'
set firewall ipv4 name to-plcs rule 10 destination group port-group 's7'
set firewall ipv4 name to-plcs rule 10 protocol 'tcp'
set firewall ipv4 name to-plcs rule 10 source group network-group 'office'
set firewall ipv4 name to-plcs rule 20 action 'return'
set firewall ipv4 name to-plcs rule 20 source address '10.1.0.66'
set firewall ipv4 name to-plcs default-log
set firewall ipv6 forward filter rule 10 action 'reject'
set firewall ipv6 forward filter rule 10 source group network-group '!site'
set firewall ipv4 input filter rule 10 action 'drop'
set firewall ipv4 input filter rule 10 inbound-interface name 'eth0'
set firewall ipv4 input filter rule 10 protocol '!icmp'
set interfaces ethernet eth0 address 'dhcp'
set nat source rule 10 translation address 'masquerade'
set system host-name 'vyos'
"""


def read(text: str = CONFIGURATION) -> Machine:
    return registry.reader("vyos").read({"rules": text})


FORWARD, INPUT = ("prerouting", "forward"), ("prerouting", "input")


def fate(text: str, hooks: tuple[str, ...] = FORWARD, **values: Any) -> tuple[str, list[str]]:
    """What becomes of a packet from eth1 to a PLC, unless told otherwise."""
    ends: dict[str, Any] = {"source": "10.1.0.5", "target": "10.3.0.11", "proto": 6, "iif": "eth1", "oif": "x"}
    ends |= values
    source, target = (ipaddress.ip_address(ends.pop(end)) for end in ("source", "target"))
    run = trace(read(text), Packet(source.version, int(source), int(target), **ends), hooks)
    return run.kind, run.logs
