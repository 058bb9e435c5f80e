"""Services as Calico's rules say them: protocol, IP version, ICMP type, ports. It has no objects for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from segc.model.addresses import FAMILIES
from segc.model.plant import ICMP, ICMP6, PORTED, SCTP, TCP, UDP
from segc.rules import expand

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from segc.rules.table import Line
    from segc.targets.job import Job

    from .objects import Json

NAMES = {TCP: "TCP", UDP: "UDP", SCTP: "SCTP", ICMP: "ICMP", ICMP6: "ICMPv6"}
WITH_PORTS = (TCP, UDP, SCTP)
TOP_TYPE = 254  # 255 would be any type to iptables, so Calico does not take it


@dataclass(frozen=True, slots=True)
class Part:
    """What one rule says of a service: its own fields, and the ports of its two sides."""

    head: Json
    source_ports: tuple[int | str, ...] = ()
    ports: tuple[int | str, ...] = ()

    def with_ports(self, ends: Mapping[str, Json]) -> dict[str, Json]:
        """The two sides, with their ports."""
        named = {"source": self.source_ports, "destination": self.ports}
        return {end: values | ({"ports": list(named[end])} if named[end] else {}) for end, values in ends.items()}


def services(job: Job, line: Line) -> Iterator[Part]:
    """A rule for each service of a line, for both families where it is the same in both."""
    spoken = [family for family in FAMILIES if line.speaks(family)]
    version: Json = {} if len(spoken) > 1 else {"ipVersion": spoken[0]}
    if line.matches is None:
        yield Part(version)
        return
    found = {family: expand.services(line.matches, family) if family in spoken else () for family in FAMILIES}
    for service in found[4]:
        yield from _parts(job, line, service, {} if service in found[6] else {"ipVersion": 4})
    for service in found[6]:
        if service not in found[4]:
            yield from _parts(job, line, service, {"ipVersion": 6})


def _parts(job: Job, line: Line, service: expand.Service, head: Json) -> Iterator[Part]:
    if service.proto == 0:
        raise _unsaid(job, line, "has no protocol 0")
    head = {**head, "protocol": NAMES.get(service.proto, service.proto)}
    if service.proto in (ICMP, ICMP6) and not service.whole:
        kinds = sorted({kind for low, high in service.ranges for kind in range(low, min(high, 255) + 1)})
        if kinds[-1] > TOP_TYPE:
            raise _unsaid(job, line, "has no ICMP type 255")
        yield from (Part({**head, "icmp": {"type": kind}}) for kind in kinds)
    elif service.proto in PORTED and not service.whole:
        if service.proto not in WITH_PORTS:
            raise _unsaid(job, line, f"knows no ports of protocol {service.proto}")
        yield Part(head, _ports(job, line, [service.sources]), _ports(job, line, service.ranges))
    else:
        yield Part(head)


def _ports(job: Job, line: Line, ranges: Any) -> tuple[int | str, ...]:
    """Numbers and ranges; nothing where every port is meant."""
    if expand.ALL_PORTS in ranges:
        return ()
    if any(low == 0 for low, _ in ranges):
        raise _unsaid(job, line, "has no port 0")
    return tuple(low if low == high else f"{low}:{high}" for low, high in ranges)


def _unsaid(job: Job, line: Line, what: str) -> Exception:
    span = line.rule.span if line.rule is not None else job.rules.firewall.span
    return job.unsupported(span, what)
