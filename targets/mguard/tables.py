"""The tables of the packet filter, by where packets come from and where they go."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from segc.lang.literals import address_text
from segc.model.plant import ICMP, TCP, UDP
from segc.rules.cells import Cells
from segc.rules.flat import rows
from segc.rules.table import FLOW, INSIDE
from segc.rules.words import sentence

if TYPE_CHECKING:
    from segc.rules.flat import Row, Span
    from segc.rules.table import Line
    from segc.targets.job import Job

COMMENT = 128
TABLES = {
    ("external", "internal"): "incoming",
    ("internal", "external"): "outgoing",
    ("external", "dmz"): "wan-dmz",
    ("dmz", "internal"): "dmz-lan",
    ("dmz", "external"): "dmz-wan",
    ("internal", "dmz"): "lan-dmz",
}
NAMES = {
    "incoming": "Incoming Rules",
    "outgoing": "Outgoing Rules",
    "wan-dmz": "DMZ, WAN to DMZ",
    "dmz-lan": "DMZ, DMZ to LAN",
    "dmz-wan": "DMZ, DMZ to WAN",
    "lan-dmz": "DMZ, LAN to DMZ",
}
PROTOCOLS = {ICMP: "ICMP", TCP: "TCP", UDP: "UDP", 47: "GRE"}


class Tables:
    """Fills `lines`, those of the worksheet, and counts the rules of each table."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.lines: list[str] = []
        self.sizes: dict[str, int] = {}
        there = {interface.name for interface in job.rules.firewall.interfaces}
        for (name, other), table in TABLES.items():
            if {name, other} <= there:
                self._table(table, name)

    def _table(self, table: str, name: str) -> None:
        self.sizes[table] = 0
        for line in Cells(self.job.table, name, 4, answers=False).lines():
            for row in rows(line, 4) if line.speaks(4) else ():
                self.sizes[table] += 1
                if line.record is not None:
                    self._record(f"fw-{table}-{self.sizes[table]}", name, line)
                self.lines.append(self._rule(table, line, row))

    def _record(self, called: str, name: str, line: Line) -> None:
        """What no flow covers may be any of the pairs that are decided alike: the table does not keep them apart."""
        if line.kind in (FLOW, INSIDE):
            self.job.record(called, line)
            return
        for other in self.job.table.at(name):
            if other.kind not in (FLOW, INSIDE) and other.permit == line.permit:
                self.job.record(called, other)

    def _rule(self, table: str, line: Line, row: Row) -> str:
        within = f"{line.rule.within}: " if line.rule is not None else ""
        comment = sentence(f"{within}{line.text}".replace("-> ?", "-> firewalls"), COMMENT)
        return _csv(
            str(self.sizes[table]),
            table,
            "All" if row.proto is None else PROTOCOLS[row.proto],
            _network(row.source),
            _ports(row, row.source_ports),
            _network(row.target),
            _ports(row, row.ports),
            "Accept" if line.permit else "Drop",
            comment,
            "Yes" if line.record is not None else "No",
        )


def _csv(*cells: str) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue()


def _network(span: Span | None) -> str:
    low, high = span or (0, 0xFFFFFFFF)
    text = address_text(4, low)
    return text if low == high else f"{text}/{32 - (high - low).bit_length()}"


def _ports(row: Row, span: Span | None) -> str:
    """Ports have a meaning for TCP and UDP only."""
    if row.proto not in (TCP, UDP):
        return ""
    if span is None:
        return "any"
    return str(span[0]) if span[0] == span[1] else f"{span[0]}:{span[1]}"
