"""A small FortiGate, and packets that are sent at it: what the tests of its reader share."""

from __future__ import annotations

import ipaddress

from segc.packets.fields import Packet
from segc.packets.machine import Machine
from segc.packets.trace import trace
from segc.targets import registry

TCP, UDP, SCTP, ICMP, ICMP6 = 6, 17, 132, 1, 58
INPUT = ("prerouting", "input")
# One policy over whatever its test sets otherwise; `edit` of an entry that is there goes on with it.
SMALL = """\
config system global
    set allow-traffic-redirect disable
    set ipv6-allow-traffic-redirect disable
end
config firewall address
    edit "a"
        set subnet 10.1.0.0/24
    next
    edit "b"
        set subnet 10.2.0.5 255.255.255.255
    next
end
config firewall address6
    edit "a"
        set ip6 fd00:1::/64
    next
end
config firewall service custom
    edit "s"
        set tcp-portrange 502
    next
end
config firewall policy
    edit 1
        set srcintf "in"
        set dstintf "out"
        set action accept
        set srcaddr "a"
        set dstaddr "b"
        set schedule "always"
        set service "s"
        set logtraffic all
    next
end
"""


def machine(text: str) -> Machine:
    """What a configuration means."""
    return registry.reader("fortios").read({"rules": text})


def packet(
    source: str, target: str, proto: int = TCP, dport: int = 0, sport: int = 40000, *, iif: str = "in", oif: str = "out"
) -> Packet:
    a, b = ipaddress.ip_address(source), ipaddress.ip_address(target)
    return Packet(a.version, int(a), int(b), proto, dport, sport if proto in (TCP, UDP, SCTP) else 0, iif, oif)


def policy(*lines: str) -> str:
    """The small configuration, with more in its policy."""
    return SMALL + "config firewall policy\nedit 1\n" + "".join(f"{line}\n" for line in lines) + "next\nend\n"


def fares(text: str, one: Packet, hooks: tuple[str, ...] = ("forward",)) -> tuple[str, list[str]]:
    run = trace(machine(text), one, hooks)
    return run.kind, run.logs


MODBUS = packet("10.1.0.7", "10.2.0.5", dport=502)
NO: tuple[str, list[str]] = ("drop", [])
YES = ("accept", ["policy 1"])
