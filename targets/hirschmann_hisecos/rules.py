"""The rules of one device: numbered in the order in which they are tried, and assigned to interfaces.

A rule is made once and assigned to each interface at which it holds, with its number as its priority there:

    packet-filter l3 addrule 4 action accept src-ip 10.1.0.10 ... description "services.k3v: pc -> web : modbus"
    packet-filter l3 addif vlan/20 ingress 4 4
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from segc.lang.literals import Range, address_text
from segc.model.addresses import prefix_text, union
from segc.model.plant import ICMP, TCP, UDP
from segc.rules.cells import Cells
from segc.rules.flat import rows
from segc.rules.table import FLOW, INSIDE, End, Ends, Line
from segc.rules.words import sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.rules.flat import Row, Span
    from segc.targets.job import Job

DESCRIPTION = 64
NAMES = {ICMP: "icmp", 2: "igmp", 4: "ipip", TCP: "tcp", UDP: "udp", 50: "esp", 51: "ah"}
# No router passes these on (RFC 5771 section 4, RFC 919), so they are for the device: routing protocols, VRRP, DHCP.
NEAR = ((0xE0000000, 0xE00000FF), (0xFFFFFFFF, 0xFFFFFFFF))


class Rules:
    """Fills `blocks`: a headline and the commands of what stands below it."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.count = 0
        self.blocks: list[tuple[str, list[str]]] = []
        self._own_traffic()
        for interface in job.rules.firewall.interfaces:
            self._through(interface.name)

    # -- lines ------------------------------------------------------------

    def _own_traffic(self) -> None:
        """What is for the device itself stands first: the packet filter knows it by its address only."""
        everywhere = [interface.name for interface in self.job.rules.firewall.interfaces]
        near = union(Range(4, *span) for span in NEAR)
        side = Ends((End("link", near),), near)
        head = "to the device itself"
        self._add(
            head, Line("near", head, permit=True, text="sent to the link, never forwarded", target=side), everywhere
        )
        own = self.job.table.own()
        if not own.addresses.of(4):
            return
        lines = list(self.job.table.local())
        if not lines:
            self._add(head, Line("own", head, permit=True, text="to the device itself", target=own), everywhere)
        for line in lines:
            there = [name for name in everywhere if line.ingress is None or name in line.ingress]
            self._add(head, replace(line, target=own), there)

    def _through(self, interface: str) -> None:
        """What one interface lets in, in few rules: what no flow covers shares a record for each decision."""
        for line in self.job.table.at(interface):
            if line.kind not in (FLOW, INSIDE):
                self.job.record(rest(interface, permit=line.permit), line)
        for line in Cells(self.job.table, interface, 4, answers=False).lines():
            text = None if line.kind in (FLOW, INSIDE) else rest(interface, permit=line.permit)
            self._add(f"{interface}, {_headline(line)}", line, [interface], text)

    def _add(self, head: str, line: Line, interfaces: list[str], text: str | None = None) -> None:
        if not interfaces or not line.speaks(4):
            return
        if text is None:
            text = description(line)
            self.job.record(text, line)
        if not self.blocks or self.blocks[-1][0] != head:
            self.blocks.append((head, []))
        for row in rows(line, 4, single_types=True):
            self.count += 1
            at = (f"packet-filter l3 addif {name} ingress {self.count} {self.count}" for name in interfaces)
            self.blocks[-1][1].extend((self._rule(line, row, text), *at))

    def _rule(self, line: Line, row: Row, text: str) -> str:
        values = {
            "action": "accept" if line.permit else "drop",
            "src-ip": _network(row.source),
            "dest-ip": _network(row.target),
            "proto": "any" if row.proto is None else NAMES[row.proto],
            "src-port": self._ports(line, row.source_ports),
            "dest-port": "any" if row.proto == ICMP else self._ports(line, row.ports),
            "params": f"type={row.ports[0]}" if row.proto == ICMP and row.ports is not None else "none",
            "log": "yes" if line.record is not None else "no",
            "trap": "no",
        }
        return " ".join([f"packet-filter l3 addrule {self.count}", *_pairs(values), f'description "{text}"'])

    def _ports(self, line: Line, span: Span | None) -> str:
        if span is None:
            return "any"
        if span[0] == 0:
            where = line.rule.span if line.rule is not None else self.job.rules.firewall.span
            raise self.job.unsupported(where, "has no word for port 0", "begin the range at 1")
        return str(span[0]) if span[0] == span[1] else f"{span[0]}-{span[1]}"


def description(line: Line) -> str:
    """What the device shows and logs of a rule. A record's own prefix leads it, so that each has a name of its own."""
    where = f"{line.rule.within}: " if line.rule is not None else ""
    # a question mark asks the command line for help, quotes end the text
    text = sentence(f"{line.record or where}{line.text}", DESCRIPTION, r'[^\x20-\x7e]|["?\\]')
    return text.replace("?", ".")


def rest(interface: str, *, permit: bool) -> str:
    """The description of what no flow covers at an interface, and so the name of its records."""
    return f"segc rest {interface}: {'passed, enforce would stop it' if permit else 'stopped'}"


def _headline(line: Line) -> str:
    if line.pair is not None:
        return sentence(f"{line.pair.source} -> {line.pair.target or 'firewalls'}: {line.pair.mode}", 100)
    return sentence(line.text, 100) if line.ingress is not None else "anything else"


def _pairs(values: dict[str, str]) -> Iterator[str]:
    return (f"{name} {value}" for name, value in values.items())


def _network(span: Span | None) -> str:
    if span is None or span == (0, 0xFFFFFFFF):
        return "any"
    low, high = span
    return address_text(4, low) if low == high else prefix_text(4, low, 32 - (high - low).bit_length())
