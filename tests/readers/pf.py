"""A policy for pfSense and OPNsense, and what becomes of its files: what the tests of both readers share."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory

from segc.packets.fields import Packet
from segc.packets.machine import Refused
from segc.packets.trace import trace
from segc.proof.prove import Prover
from segc.targets import registry
from segc.targets.build import Built, build
from tests.plants import plant_of

AT = datetime(2026, 11, 25, 12, tzinfo=UTC)
POLICY = """
segc 1
site works { mode enforce }
service modbus { tcp 502 }
service range { tcp 500-510; udp 69, 123 }
service ping { icmp echo-request; icmp6 echo-request }
service ssh { tcp 22 }
zone mes { net 10.1.0.0/24, fd01::/64; asset app 10.1.0.5 { address fd01::5 }; asset old 10.1.0.6 }
zone cell { net 10.2.0.0/24, fd02::/64; asset plc 10.2.0.10 { address fd02::10 } }
conduit c mes -> cell {
  allow app -> plc : modbus { log }
  allow old -> plc : range
  allow app -> plc : ping
}
conduit back cell -> mes { mode monitor; allow plc -> app : range }
firewall fw {
  target TARGET
  interface lan mes 10.1.0.1/24, fd01::1/64
  interface opt1 cell 10.2.0.1/24, fd02::1/64
  manage mes.app : ssh
}
"""


def policy(target: str) -> str:
    """The policy above, for one of the two."""
    return POLICY.replace("TARGET", target)


@cache
def made(target: str) -> tuple[Prover, Built]:
    """The policy, and its files."""
    with TemporaryDirectory() as folder:
        plant = plant_of(policy(target), Path(folder))
    return Prover(plant, AT, None), build(plant, AT, "declared").built[0]


def verdict(target: str, given: dict[str, str]) -> str:
    """equal, refuted (with a packet), unread (it hangs on what is not known), or refused."""
    prover, one = made(target)
    try:
        proof = prover.prove(one.firewall, given, one.entry)
    except Refused:
        return "refused"
    if proof.equal:
        return "equal"
    return "refuted" if proof.differences else "unread"


def once(pattern: str, new: str) -> Callable[[str], str]:
    """Change the first place that the pattern matches; there must be one."""

    def change(text: str) -> str:
        changed, count = re.subn(pattern, new, text, count=1, flags=re.DOTALL)
        assert count
        return changed

    return change


def fate(
    target: str,
    export: str,
    ends: tuple[str, str],
    proto: int,
    dport: int,
    iif: str = "lan",
    hook: str = "forward",
    sport: int = 40000,
) -> str:
    """What an export does with a packet, and what it logs."""
    one, other = map(ip_address, ends)
    packet = Packet(one.version, int(one), int(other), proto, dport, sport, iif)
    found = trace(registry.reader(target).read({"rules": export}), packet, (hook,))
    return " ".join([found.kind, *found.logs])
