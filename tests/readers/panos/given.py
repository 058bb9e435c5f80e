"""A small PAN-OS firewall, and packets that are sent at it: what the tests of its reader share."""

from __future__ import annotations

import ipaddress

import pytest

from segc.packets.fields import TCP, Packet
from segc.packets.machine import Machine, Refused
from segc.packets.trace import Trace, trace
from segc.targets import registry

FORWARD, INPUT = ("prerouting", "forward", "postrouting"), ("prerouting", "input")
BASE = """\
set zone trust network layer3 ethernet1/1
set zone untrust network layer3 [ ethernet1/2 ethernet1/3 ]
set address plc ip-netmask 10.1.0.5/32
set address server ip-netmask 10.2.0.5
set service modbus protocol tcp port 502
"""
RULE = "set rulebase security rules r from trust to any source plc destination server application any service modbus action allow\n"
OVERRIDE = "set rulebase application-override rules o from any to any source any destination any"


def read(text: str, role: str = "rules") -> Machine:
    return registry.reader("panos").read({role: text})


def packet(source: str = "10.1.0.5", target: str = "10.2.0.5", port: int = 502, **more: object) -> Packet:
    one, other = ipaddress.ip_address(source), ipaddress.ip_address(target)
    fields = {"proto": TCP, "iif": "ethernet1/1", "oif": "ethernet1/2", "dport": port, **more}
    return Packet(one.version, int(one), int(other), **fields)  # type: ignore[arg-type]


def fate(text: str, one: Packet, *, role: str = "rules", known: bool = False) -> Trace:
    return trace(read(text, role), one, unknown=lambda _: known)


def refused(text: str, role: str = "rules") -> Refused:
    with pytest.raises(Refused) as told:
        read(text, role)
    return told.value
