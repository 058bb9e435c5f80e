"""Security zones and policies: what passes through by global policies, what is meant for the box by zone.

Zones of an SRX are sets of interfaces, and that is all that is asked of them here: where a packet arrived. A policy of a
pair of zones would ask where it leaves, too, and so hold only while routing agrees with the policy (docs/adr/0013).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.rules.table import ASTRAY, INSIDE

from .names import policy_text, quoted, words
from .objects import Applications, Book, single_matches
from .schedules import Schedulers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.rules.table import Line
    from segc.targets.job import Job

MOST_ADDRESSES, MOST_APPLICATIONS = 1024, 128  # of one policy, as Juniper documents it for most boxes
GLOBAL = "set security policies global"


class Zones:
    """Security zones: interfaces in front of the same zones of the policy are one."""

    def __init__(self, job: Job) -> None:
        name = words()
        self._of: dict[str, str] = {}
        self.interfaces: dict[str, list[str]] = {}
        for interface in job.rules.firewall.interfaces:
            zone = self._of[interface.name] = name("_".join(interface.zones))
            self.interfaces.setdefault(zone, []).append(interface.name)

    def of(self, ingress: tuple[str, ...]) -> list[str]:
        """The security zones of interfaces. Whatever lies behind one of a zone's interfaces lies behind all of them."""
        return list(dict.fromkeys(self._of[name] for name in ingress))

    def lines(self) -> list[str]:
        """Which interface is in which zone."""
        return [
            f"set security zones security-zone {zone} interfaces {name}"
            for zone, names in self.interfaces.items()
            for name in names
        ]


class Policies:
    """All policies of one firewall, and the objects that they name."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.zones = Zones(job)
        self.local = list(job.table.local())
        self.book = Book([*job.table.lines, *self.local])
        self.applications = Applications()
        self.schedulers = Schedulers(job)
        self._words = words()

    def names(self, line: Line) -> list[tuple[str, str | None]]:
        """What a line's policies are called: one for each scheduler that it takes, or one without."""
        text = policy_text(line)
        found = enumerate(self.schedulers.names(line.rule), 1)
        return [(self._words(f"{text}_{count}" if count > 1 else text), one) for count, one in found]

    def through(self) -> list[str]:
        """Global policies, one pair of zones after another."""
        found, block = [], ""
        for line in self.job.table.lines:
            head = _head(line)
            if head != block:
                found += ["", f"# {head}"]
                block = head
            ingress = self.zones.of(line.ingress) if line.ingress is not None else []
            where = [f"match from-zone {zone}" for zone in ingress]
            found += self._policies(GLOBAL, line, where)
        return found

    def itself(self) -> list[str]:
        """Self-traffic policies, zone by zone. Behind the last one of a zone nothing is left to the default."""
        found = []
        for zone, interfaces in self.zones.interfaces.items() if self.local else ():
            context = f"set security policies from-zone {zone} to-zone junos-host"
            found += ["", f"# to the firewall itself, from {zone}", *self._link(context)]
            for line in self.local:
                if line.ingress is None or set(interfaces) & set(line.ingress):
                    found += self._policies(context, line, [])
        return found

    def _policies(self, context: str, line: Line, where: list[str]) -> Iterator[str]:
        self._fits(line)
        for name, scheduler in self.names(line):
            self.job.record(name, line)
            yield from self._policy(f"{context} policy {name}", line, where)
            if scheduler is not None:
                yield f"{context} policy {name} scheduler-name {scheduler}"

    def _policy(self, start: str, line: Line, where: list[str]) -> Iterator[str]:
        yield f"{start} description {quoted(line.text)}"
        matches = [*where, *(f"match source-address {name}" for name in self.book.names(line.source))]
        matches += [f"match destination-address {name}" for name in self.book.names(line.target)]
        matches += [f"match application {name}" for name in self.applications.names(line)]
        yield from (f"{start} {match}" for match in matches)
        yield f"{start} then {'permit' if line.permit else 'deny'}"
        if line.record is not None:
            yield f"{start} then log session-init"
            if line.permit:
                yield f"{start} then log session-close"

    def _fits(self, line: Line) -> None:
        """A flow that is too large for one policy must be written as several."""
        for side in (line.source, line.target):
            if line.rule is not None and self.book.size(side) > MOST_ADDRESSES:
                what = (
                    f"takes {MOST_ADDRESSES} addresses a side in one policy, and this flow needs {self.book.size(side)}"
                )
                raise self.job.unsupported(line.rule.span, what, "write it as several flows")
        count = len(list(single_matches(line.matches or ())))
        if line.rule is not None and count > MOST_APPLICATIONS:
            what = f"takes {MOST_APPLICATIONS} applications in one policy, and this flow needs {count}"
            raise self.job.unsupported(line.rule.span, what, "write it as several flows, or name ranges of ports")

    def _link(self, context: str) -> Iterator[str]:
        """Neighbour discovery, without which an IPv6 link is dead."""
        start = f"{context} policy {self._words('ND-and-MLD')}"
        yield f'{start} description "neighbour discovery and MLD"'
        yield f"{start} match source-address any"
        yield f"{start} match destination-address any"
        yield f"{start} match application {self.applications.neighbours()}"
        yield f"{start} then permit"


def _head(line: Line) -> str:
    """The block that a policy stands in."""
    if line.kind == INSIDE:
        return line.text
    if line.pair is None:
        return "anything else"
    if line.kind == ASTRAY:
        return f"from {line.pair.source}, arrived elsewhere"
    return f"{line.pair.source} -> {line.pair.target or 'addresses of no zone'}"
