"""The filter rules of one family, chain by chain.

    forward -> segc-forward    established first, then by interface and source
        -> segc-from-mes       what arrives where mes lies: its flows, then each pair's rest
           ...                 what arrives elsewhere with its addresses; other targets; the rest
    input   -> segc-input      only where `manage` lines speak of the router itself

A chain's name is its zone's, and every rule has its flow as a comment.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from segc.model.addresses import NOTHING
from segc.model.plant import ICMP, ICMP6, PORTED, SCTP, TCP, UDP
from segc.rules.expand import ALL_PORTS, chunks, services
from segc.rules.table import End, Ends
from segc.rules.words import Words, sentence

from .lists import LONGEST, REMARK
from .text import command
from .times import times

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.rules.expand import Service
    from segc.rules.table import Line
    from segc.targets.job import Job

    from .lists import Lists

SLOTS = 15  # ports of one rule, a range counting for two: netfilter's multiport
ICMP_OF = {4: ICMP, 6: ICMP6}
NAMES = {TCP: "tcp", UDP: "udp", SCTP: "sctp", ICMP: "icmp", ICMP6: "icmpv6"}
LINK_KEEPERS = (*range(130, 137), 143)  # RFC 4890 section 4.4: MLD and neighbour discovery
ANY_ICMP = 255  # netfilter takes this type of ICMP for any
Values = dict[str, str]


class Filters:
    """Fills `commands` with the rules of one family, and headlines between chains."""

    def __init__(self, job: Job, family: int, lists: Lists) -> None:
        self.job = job
        self.family = family
        self.lists = lists
        self.commands: list[str] = []
        self._chains = Words(LONGEST - len("segc-from-"), r"[^A-Za-z0-9._-]")
        self._through()
        if job.rules.local is not None:
            self._itself()

    # -- chains -----------------------------------------------------------

    def _through(self) -> None:
        self._add({"action": "jump", "chain": "forward", "jump-target": "segc-forward"}, "segc: what passes through")
        self._sessions("segc-forward")
        own: list[tuple[str, list[Line]]] = []
        for (ingress, zone), group in groupby(self.job.table.lines, key=_arrival):
            lines = [line for line in group if line.speaks(self.family)]
            if ingress is None:
                self._lines("segc-forward", lines)
            elif lines:
                chain = f"segc-from-{self._chains(zone)}"
                own.append((chain, lines))
                self._jumps(ingress, zone, chain)
        for chain, lines in own:
            self.commands.append(f"# {chain}")
            self._lines(chain, lines)

    def _jumps(self, ingress: tuple[str, ...], zone: str, chain: str) -> None:
        source = self._source(zone)
        for interface in ingress:
            values = {"action": "jump", "chain": "segc-forward", "jump-target": chain, "in-interface": interface}
            self._add(values | self._side("src", source), f"from {zone}, arrived where it lies")

    def _lines(self, chain: str, lines: list[Line]) -> None:
        for line in lines:
            whole = None
            if chain != "segc-forward" and line.source is not None:
                whole = self._source(_arrival(line)[1])
            self._line(chain, line, whole)

    def _source(self, zone: str) -> Ends:
        """A zone's own addresses: the jump has tested these."""
        side = self.job.rules.side(zone)
        own = side.own if side is not None else NOTHING
        return Ends((End(zone, own),), own)

    def _itself(self) -> None:
        self.commands.append("# the router itself")
        self._add({"action": "jump", "chain": "input", "jump-target": "segc-input"}, "segc: to the router itself")
        self._add({"action": "accept", "chain": "segc-input", "in-interface": "lo"}, "the router to itself")
        self._sessions("segc-input")
        for kind in LINK_KEEPERS if self.family == 6 else ():
            values = {"action": "accept", "chain": "segc-input", "protocol": "icmpv6", "icmp-options": f"{kind}:0-255"}
            self._add(values, "neighbour discovery and MLD")
        for line in self.job.table.local():
            if line.speaks(self.family):
                for interface in line.ingress or (None,):
                    self._line("segc-input", line, None, interface)

    def _sessions(self, chain: str) -> None:
        first = {"action": "accept", "chain": chain}
        self._add(first | {"connection-state": "established"}, "sessions that were let in")
        protocol = NAMES[ICMP_OF[self.family]]
        self._add(first | {"connection-state": "related", "protocol": protocol}, "what ICMP says of these")

    # -- rules ------------------------------------------------------------

    def _line(self, chain: str, line: Line, whole: Ends | None, interface: str | None = None) -> None:
        """The rules of a line. `whole` is a source that was tested already."""
        values: Values = {"action": "accept" if line.permit else "drop", "chain": chain}
        if interface is not None:
            values["in-interface"] = interface
        if line.record is not None:
            name = line.record.rstrip()
            self.job.record(name, line)
            values |= {"log": "yes", "log-prefix": name}
        if whole is None or line.source is None or line.source.addresses != whole.addresses:
            values |= self._side("src", line.source)
        values |= self._side("dst", line.target)
        text = line.text if line.rule is None else f"{line.rule.within}: {line.text}"
        for service in self._services(line):
            for time in times(self.job, line.rule):
                self._add(values | service | time, text)

    def _add(self, values: Values, text: str) -> None:
        self.commands.append(command(values | {"comment": sentence(text, REMARK)}))

    def _side(self, end: str, side: Ends | None) -> Values:
        return {} if side is None else {f"{end}-address-list": self.lists.name(side, self.family)}

    def _services(self, line: Line) -> Iterator[Values]:
        if line.matches is None:
            yield {}
            return
        for service in services(line.matches, self.family):
            if service.proto == 0:
                raise self._unsaid(line, "takes protocol 0 for any protocol")
            name = {"protocol": NAMES.get(service.proto, str(service.proto))}
            if service.proto in PORTED:
                yield from (name | ports for ports in _ports(service))
            elif service.proto in (ICMP, ICMP6) and not service.whole:
                yield from (name | {"icmp-options": f"{kind}:0-255"} for kind in self._types(line, service))
            else:
                yield name

    def _types(self, line: Line, service: Service) -> list[int]:
        kinds = sorted({kind for low, high in service.ranges for kind in range(low, min(high, 255) + 1)})
        if service.proto == ICMP and ANY_ICMP in kinds:
            raise self._unsaid(line, "takes ICMP type 255 for any type")
        return kinds

    def _unsaid(self, line: Line, what: str) -> Exception:
        span = line.rule.span if line.rule is not None else self.job.rules.firewall.span
        return self.job.unsupported(span, what)


def _arrival(line: Line) -> tuple[tuple[str, ...] | None, str]:
    """Where the packets of a line arrive, and from which zone; lines of one zone stand together."""
    if line.ingress is None:
        return None, ""
    return line.ingress, line.pair.source if line.pair is not None else line.id


def _ports(service: Service) -> Iterator[Values]:
    """Source port and target ports, as many as one rule takes."""
    low, high = service.sources
    source = {} if service.sources == ALL_PORTS else {"src-port": _port(low, high)}
    if ALL_PORTS in service.ranges:
        yield source
        return
    for chunk in chunks(service.ranges, SLOTS):
        yield source | {"dst-port": ",".join(_port(*ends) for ends in chunk)}


def _port(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}-{high}"
