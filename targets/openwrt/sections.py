"""The rules of /etc/config/firewall, one section each.

A rule with `src *` and `dest *` stands in fw4's chain `forward`, one with `src *` alone in `input`: before anything
that zones of OpenWrt's would say, and in the order of the file. `device` is where a packet arrived.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from segc.lang.literals import address_text
from segc.model.addresses import FAMILIES, prefix_text, prefixes
from segc.model.plant import ICMP, ICMP6, PORTED, TCP, UDP
from segc.rules.expand import ALL_PORTS, services
from segc.rules.words import sentence

from .._shared import nft_time

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from segc.rules.expand import Service
    from segc.rules.table import Ends, Line
    from segc.targets.job import Job

EARLY = 1  # seconds: what is named as the end still belongs to the rule
REMARK = 120  # nft takes 128 bytes, of which fw4 needs some
QUOTES = r"[^ -~]|['\"\\]"  # a value stands in single quotes
LINK_KEEPERS = (*range(130, 137), 143)  # RFC 4890 section 4.4: MLD and neighbour discovery
ICMP_OF = {4: ICMP, 6: ICMP6}
NAMES = {TCP: "tcp", UDP: "udp", ICMP: "icmp", ICMP6: "icmp"}
Values = list[tuple[str, str]]  # options, and lists of which every entry is one of these


class Sections:
    """Fills `through` and `itself` with sections of rules."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.through = [
            text for line in job.table.lines for text in self._line(line, [("option src", "*"), ("option dest", "*")])
        ]
        self.itself: list[str] = []
        lines = list(job.table.local())
        if lines:
            keep = [("option src", "*"), ("option family", "ipv6"), ("option proto", "icmp")]
            kinds = [("list icmp_type", str(kind)) for kind in LINK_KEEPERS]
            self.itself.append(_section("neighbour discovery and MLD", [*keep, *kinds, ("option target", "ACCEPT")]))
            self.itself += [text for line in lines for text in self._line(line, [("option src", "*")])]

    def _line(self, line: Line, where: Values) -> Iterator[str]:
        name = line.text if line.rule is None else f"{line.rule.within}: {line.text}"
        for family in FAMILIES:
            if not line.speaks(family):
                continue
            sides = [*_side("src_ip", line.source, family), *_side("dest_ip", line.target, family)]
            ends = [("option target", "ACCEPT" if line.permit else "DROP")]
            if line.record is not None:
                ends.append(("option log", line.record))
            for service in self._services(line, family):
                for device, times in product(line.ingress or (None,), self._times(line)):
                    arrived = [] if device is None else [("option device", device)]
                    values = [*where, *arrived, ("option family", f"ipv{family}"), *service, *sides, *times, *ends]
                    yield _section(name, values)

    def _times(self, line: Line) -> list[Values]:
        """The dates between which the line holds, each of which makes a section; the last second is included."""
        spans = nft_time.spans(self.job, line.rule, early=EARLY)
        if spans is None:
            return [[]]
        return [
            [*([("option start_date", _date(first))] if first else []), ("option stop_date", _date(last))]
            for first, last in spans
        ]

    def _services(self, line: Line, family: int) -> Iterator[Values]:
        if line.matches is None:
            yield [("option proto", "all")]
            return
        for service in services(line.matches, family):
            proto = [("option proto", NAMES.get(service.proto, str(service.proto)))]
            if service.whole:
                yield proto
            elif service.proto in PORTED:
                yield proto + self._ports(line, service)
            elif service.proto == ICMP_OF[family]:
                kinds = {kind for low, high in service.ranges for kind in range(low, min(high, 255) + 1)}
                yield proto + [("list icmp_type", str(kind)) for kind in sorted(kinds)]
            else:
                yield proto

    def _ports(self, line: Line, service: Service) -> Values:
        if service.proto not in (TCP, UDP):
            # fw4 would pass over the ports in silence, and let the whole protocol through
            span = line.rule.span if line.rule is not None else self.job.rules.firewall.span
            raise self.job.unsupported(span, "knows ports of TCP and UDP only")
        found = [] if service.sources == ALL_PORTS else [("list src_port", _port(*service.sources))]
        if ALL_PORTS not in service.ranges:
            found += [("list dest_port", _port(*ends)) for ends in service.ranges]
        return found


def _section(name: str, values: Values) -> str:
    options = [("option name", sentence(name, REMARK, QUOTES)), *values]
    return "config rule\n" + "\n".join(f"\t{key} '{value}'" for key, value in options) + "\n"


def _side(key: str, side: Ends | None, family: int) -> Iterator[tuple[str, str]]:
    """The addresses of a side; the whole space in halves, which no version takes for no condition at all."""
    for low, high in side.addresses.of(family) if side is not None else ():
        found = list(prefixes(family, low, high))
        if len(found) > 1:
            yield f"list {key}", f"{address_text(family, low)}-{address_text(family, high)}"
        elif found[0][1] == 0:
            half = 1 << {4: 31, 6: 127}[family]
            yield from ((f"list {key}", prefix_text(family, start, 1)) for start in (0, half))
        else:
            yield f"list {key}", prefix_text(family, *found[0])


def _date(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}"


def _port(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}-{high}"
