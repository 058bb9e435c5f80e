"""A firewall of OpenWrt, and packets that are sent at it: what the tests of its reader share."""

from __future__ import annotations

import ipaddress
from typing import Any

from segc.packets.fields import Packet
from segc.packets.machine import Machine
from segc.packets.trace import trace
from segc.targets import registry

FILE = """\
package firewall

config defaults
\toption input 'REJECT'
\toption output 'ACCEPT'
\toption forward 'REJECT'
\toption synflood_protect '1'
\toption drop_invalid '1'

config zone 'lan'   # by device
\toption name 'lan'
\tlist device 'br-lan'
\tlist device 'tun+'
\toption input 'ACCEPT'
\toption output 'ACCEPT'
\toption forward 'ACCEPT'

config zone
\toption name "wan"
\tlist network 'wan'
\tlist network 'wan6'
\toption input 'REJECT'
\toption output 'ACCEPT'
\toption forward 'DROP'
\toption masq '1'
\toption mtu_fix '1'

config zone
\toption name cell
\toption device 'eth2'
\toption input 'DROP'

config forwarding
\toption src 'lan'
\toption dest 'wan'

config rule
\toption name 'Allow-Ping'
\toption src '*'
\toption proto 'icmp'
\tlist icmp_type 'echo-request'
\toption family 'ipv4'
\toption target 'ACCEPT'

config rule
\toption name 'read out'
\toption src 'lan'
\toption dest 'cell'
\tlist src_ip '10.1.0.0/24'
\tlist src_ip '!10.1.0.66'
\toption dest_ip '10.3.0.16-10.3.0.31'
\toption proto 'tcp'
\toption dest_port '102 5000-5003'
\toption log '1'
\toption target 'ACCEPT'

config rule
\toption name 'no proto is TCP and UDP'
\toption src 'lan'
\toption dest '*'
\toption dest_ip '10.4.0.1'
\toption target 'DROP'

config rule
\toption src 'lan'
\toption dest '*'
\toption dest_ip '10.5.0.1'
\toption proto 'sctp'
\toption dest_port '80'
\toption target 'DROP'

config rule
\toption src '*'
\toption dest '*'
\toption dest_ip '10.6.0.1'
\toption proto 'all'
\toption limit '5/second'
\toption log 'odd: '
\toption target 'DROP'

config rule
\toption enabled '0'
\toption src '*'
\toption dest '*'
\toption proto 'all'
\toption target 'DROP'

config redirect
\toption src 'wan'
\toption src_dport '80'
\toption dest_ip '10.3.0.16'
"""


def read(text: str = FILE) -> Machine:
    return registry.reader("openwrt").read({"rules": text})


FORWARD, INPUT = ("prerouting", "forward"), ("prerouting", "input")


def fate(text: str, hooks: tuple[str, ...] = FORWARD, *, known: bool = False, **values: Any) -> tuple[str, list[str]]:
    """What becomes of a packet from the LAN to a PLC, unless told otherwise; `known` is what is not known."""
    ends: dict[str, Any] = {"source": "10.1.0.5", "target": "10.3.0.20", "proto": 6, "iif": "br-lan", "oif": "eth2"}
    ends |= values
    source, target = (ipaddress.ip_address(ends.pop(end)) for end in ("source", "target"))
    packet = Packet(source.version, int(source), int(target), **ends)
    run = trace(read(text), packet, hooks, unknown=lambda _: known)
    return run.kind, run.logs


RULE = "config rule\n\toption src '*'\n\toption dest '*'\n"
