"""Services as the web interface has them: IP services (TCP, UDP), ICMP services and IP protocols, each with a name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from segc.model.plant import ICMP, PORTED, TCP, UDP
from segc.rules.flat import Row, rows
from segc.rules.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from segc.rules.flat import Span
    from segc.rules.table import Line
    from segc.targets.job import Job

LONGEST = 32
NAMES = {TCP: "tcp", UDP: "udp"}
ALL = "all"


class Services:
    """Names what rules need, by the policy's names where one service is one object, and remembers it."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._words = Words(LONGEST, r"[^A-Za-z0-9._-]", reserved=(ALL,), fold=True)
        self._made: dict[str, tuple[str, str, str, str]] = {}

    def rows(self) -> list[str]:
        """The worksheet: kind, name, protocol, source ports, target ports or ICMP type."""
        return [",".join((kind, name, *rest)) for name, (kind, *rest) in sorted(self._made.items())]

    def name(self, line: Line, row: Row) -> str:
        """The service of a row."""
        if row.proto is None:
            return ALL
        for service in line.services:
            parts = _parts(replace(line, source=None, target=None, matches=service.matches))
            if _service(row) in parts:
                text = service.name if len(parts) == 1 else f"{service.name}.{_plain(row)}"
                return self._add(line, row, text)
        return self._add(line, row, _plain(row))

    def _add(self, line: Line, row: Row, text: str) -> str:
        name = self._words(text)
        if name not in self._made:
            self._made[name] = self._object(line, row)
        return name

    def _object(self, line: Line, row: Row) -> tuple[str, str, str, str]:
        if row.proto in NAMES:
            return "ip", NAMES[row.proto], _ports(row.source_ports), _ports(row.ports)
        if row.proto == ICMP and row.ports is not None:
            return "icmp", "icmp", "*", str(row.ports[0])
        where = line.rule.span if line.rule is not None else self.job.rules.firewall.span
        if row.proto in PORTED and (row.ports or row.source_ports):
            raise self.job.unsupported(where, f"has no words for ports of IP protocol {row.proto}")
        if row.proto == 0:
            raise self.job.unsupported(where, "may take IP protocol 0 for any protocol")
        return "protocol", str(row.proto), "*", "*"


def _service(row: Row) -> Row:
    return row._replace(source=None, target=None)


def _parts(line: Line) -> set[Row]:
    found: Iterable[Row] = rows(line, 4, single_types=True)
    return {_service(row) for row in found}


def _plain(row: Row) -> str:
    """A name for a service that the policy has none for."""
    if row.proto == ICMP and row.ports is not None:
        return f"icmp-{row.ports[0]}"
    if row.proto not in NAMES:
        return f"proto-{row.proto}"
    source = f".from-{_ports(row.source_ports)}" if row.source_ports is not None else ""
    return f"{NAMES[row.proto]}-{_ports(row.ports).replace('*', 'any')}{source}"


def _ports(span: Span | None) -> str:
    if span is None:
        return "*"
    return str(span[0]) if span[0] == span[1] else f"{span[0]}-{span[1]}"
