"""The IP rules of one device: for each pair of VLANs what may open sessions there, then what becomes of the rest.

A rule names both the VLAN at which a packet arrives and the one by which it leaves, and there is no word for any of
them. The policy speaks of arrival and addresses only, whatever routing does; so what holds for one VLAN is said once
for each of the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.lang.literals import address_text
from segc.rules.cells import Cells
from segc.rules.flat import rows
from segc.rules.table import FLOW, INSIDE
from segc.rules.words import Words, sentence

from .services import Services

if TYPE_CHECKING:
    from segc.rules.flat import Row, Span
    from segc.rules.table import Line
    from segc.targets.job import Job

COMMENT = 32
# Predefined rules that let services of the device itself in, whatever IP rules say.
PREDEFINED = (
    "cloudconnector", "dhcp", "dns", "http", "https", "ipsec", "ping", "snmp", "ssh", "systime", "tcpevent", "telnet",
    "vrrp", "vxlan",
)  # fmt: skip
DEVICE = "Device"


class Rules:
    """Fills `blocks`, a headline and the commands below it, and `closed`: predefined rules to be switched off."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.services = Services(job)
        self.count = 0
        self.blocks: list[tuple[str, list[str]]] = []
        self.closed: list[str] = []
        self._words = Words(COMMENT, r"[^A-Za-z0-9._:>*-]")
        names = [interface.name for interface in job.rules.firewall.interfaces]
        for name in names:
            for other in names:
                if name != other:
                    self._between(name, other)
        local = list(job.table.local())
        for name in names if local else ():
            self._itself(name, local)

    # -- lines ------------------------------------------------------------

    def _between(self, name: str, other: str) -> None:
        for line in self.job.table.at(name):
            if line.kind not in (FLOW, INSIDE):
                self.job.record(_rest(name, other, permit=line.permit), line)
        for line in Cells(self.job.table, name, 4, answers=False).lines():
            known = line.kind in (FLOW, INSIDE)
            comment = self._comment(line) if known else _rest(name, other, permit=line.permit)
            within = f"{line.rule.within}: " if line.rule is not None else ""
            self._add(f"{name} -> {other}, {within}{line.text}", line, name, other, comment)

    def _itself(self, name: str, local: list[Line]) -> None:
        every = f"int vlan {_number(name)}"
        self.closed += [f"prerule {service} ipv4 {every} disabled" for service in PREDEFINED]
        for line in local:
            if line.ingress is None or name in line.ingress:
                self._add(f"{name} -> the device itself, {line.text}", line, name, DEVICE, self._comment(line))

    def _comment(self, line: Line) -> str:
        """A record's own prefix, or the flow's id."""
        if line.record is not None:
            return line.record.strip()
        return self._words(line.id)

    def _add(self, head: str, line: Line, name: str, other: str, comment: str) -> None:
        if not line.speaks(4):
            return
        if line.record is not None and (line.kind in (FLOW, INSIDE) or other == DEVICE):
            self.job.record(comment, line)
        found = [self._rule(line, row, name, other, comment) for row in rows(line, 4, single_types=True)]
        self.blocks.append((sentence(head.replace("-> ?", "-> firewalls"), 100), found))

    def _rule(self, line: Line, row: Row, name: str, other: str, comment: str) -> str:
        to = DEVICE if other == DEVICE else f"vlan {_number(other)}"
        action = "acc" if line.permit else "drop"
        log = "no" if line.record is None else "info" if line.rule is not None else "war"
        service = self.services.name(line, row)
        self.count += 1
        return (
            f"ipv4rule from vlan {_number(name)} to {to} srcip {_network(row.source)} dstip {_network(row.target)} "
            f"action {action} service {service} log {log} prior {self.count - 1} comment {comment}"
        )


def _rest(name: str, other: str, *, permit: bool) -> str:
    """What no flow covers shares a comment, and so a record, for each pair of VLANs and decision."""
    return f"segc-rest-{name}-{other}-{'pass' if permit else 'stop'}"


def _number(name: str) -> str:
    return name.removeprefix("vlan")


def _network(span: Span | None) -> str:
    low, high = span or (0, 0xFFFFFFFF)
    text = address_text(4, low)
    return text if low == high else f"{text}/{32 - (high - low).bit_length()}"
