"""The rule sets of one family.

    forward filter        established first, then by interface and source
        segc-from-mes     what arrives where mes lies: inside; else by target
            segc-mes-scada    the pair: its flows, then the rest
                segc-mes-scada.remote    a grant, while it is open: its flows, then back
    input filter          only where `manage` lines speak of the router itself

A log names a rule by its set and number, so numbers must not move when a flow
is added: each is made from the rule's own text. Within a range the order does
not matter, since the rules of one permit, and zones have nothing in common.
"""

from __future__ import annotations

from hashlib import blake2b
from itertools import groupby
from typing import TYPE_CHECKING

from segc.model.addresses import NOTHING
from segc.model.plant import ICMP, ICMP6, PORTED, TCP, UDP
from segc.rules.expand import ALL_PORTS, services
from segc.rules.table import ASTRAY, INSIDE, OTHER, End, Ends
from segc.rules.words import Words, sentence

from .._shared import nft_time
from .groups import LONGEST, QUOTES, REMARK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.rules.expand import Service
    from segc.rules.table import Line
    from segc.targets.job import Job

    from .groups import Groups

ICMP_OF = {4: ICMP, 6: ICMP6}
NAMES = {4: {ICMP: "icmp"}, 6: {ICMP6: "ipv6-icmp"}}
LINK_KEEPERS = (*range(130, 137), 143)  # RFC 4890 section 4.4: MLD and neighbour discovery
LAST = 999999
RECORDED, FLOWS, JUMPS, STRAYS, OTHERS = (
    (1000, 100000),
    (100000, 900000),
    (1000, 300000),
    (300000, 600000),
    (600000, 900000),
)
SHUT = (900000, LAST)
HOOKS = {"forward filter": "FWD-filter", "input filter": "INP-filter"}
Values = dict[str, str]


class RuleSets:
    """Fills `commands` with the rule sets of one family, each under a headline."""

    def __init__(self, job: Job, family: int, groups: Groups) -> None:
        self.job = job
        self.family = family
        self.groups = groups
        self.commands: list[str] = []
        self.size = 0
        self._words = Words(LONGEST, r"[^A-Za-z0-9._-]")
        self._taken: set[tuple[str, int]] = set()
        self._later: list[str] = []
        self._grants: list[str] = []
        self._through()
        self.commands += self._later + self._grants
        if job.rules.local is not None:
            self._itself()

    # -- rule sets --------------------------------------------------------

    def _through(self) -> None:
        where = "forward filter"
        last = self.job.table.lines[-1]
        self._begin(self.commands, where, "what passes through", "accept" if last.permit else "drop")
        self._sessions(where)
        for (ingress, zone), group in groupby(self.job.table.lines, key=_arrival):
            lines = [line for line in group if line.speaks(self.family)]
            if ingress is not None:
                if lines:
                    self._zone(zone, ingress, lines)
                continue
            for line in lines:
                spans = {ASTRAY: STRAYS, OTHER: OTHERS}[line.kind] if line is not last else (LAST, LAST + 1)
                self._line(self.commands, where, line, spans)

    def _zone(self, zone: str, ingress: tuple[str, ...], lines: list[Line]) -> None:
        """What arrives where a zone lies."""
        name = self._words(f"segc-from-{zone}")
        side = self.job.rules.side(zone)
        own = side.own if side is not None else NOTHING
        source = Ends((End(zone, own),), own)
        for interface in ingress:
            values = {"action": "jump", "jump-target": name, "inbound-interface name": interface}
            values |= self._side("source", source)
            self._rule(self.commands, "forward filter", JUMPS, values, f"from {zone}, arrived at {interface}")
        zone_set: list[str] = []
        self._begin(zone_set, f"name {name}", f"from {zone}, arrived where it lies", "return")
        pairs: list[str] = []
        for pair, group in groupby(lines, key=lambda line: line.pair):
            if pair is not None:
                self._pair(name, zone_set, pairs, list(group), source)
                continue
            for line in group:
                self._line(zone_set, f"name {name}", line, (1, 2), source)
        self._later += zone_set + pairs

    def _pair(self, name: str, zone_set: list[str], pairs: list[str], lines: list[Line], source: Ends) -> None:
        last = lines[-1]
        pair = last.pair
        target = (pair.target if pair is not None else None) or "firewalls"
        own = self._words(_pair(source.ends[0].name, pair.target if pair is not None else None))
        values = {"action": "jump", "jump-target": own} | self._side("destination", last.target)
        # addresses of firewalls before zones, as in the table
        text = last.text.partition(",")[0]
        self._rule(zone_set, f"name {name}", (2, 3) if target == "firewalls" else JUMPS, values, text)
        where = f"name {own}"
        self._begin(pairs, where, text, "accept" if last.permit else "drop")
        granted: dict[tuple[str, bool], list[Line]] = {}
        for line in lines[:-1]:
            times = nft_time.spans(self.job, line.rule)
            if line.rule is not None and times is not None:
                if times:
                    granted.setdefault((line.rule.within, line.record is not None), []).append(line)
                continue
            behind = RECORDED if line.record is not None else FLOWS
            self._line(pairs, where, line, behind if line.permit else SHUT, source)
        for (grant, recorded), flows in granted.items():
            self._granted(pairs, where, f"{own}.{grant}{'.recorded' if recorded else ''}", flows, source)
        self._line(pairs, where, last, (LAST, LAST + 1), source, last.target)

    def _granted(self, pairs: list[str], where: str, text: str, lines: list[Line], source: Ends) -> None:
        """Flows of a grant in a rule set of their own, into which a rule jumps for each time at which it is open."""
        name = self._words(text)
        recorded = lines[0].record is not None
        for first, end in nft_time.spans(self.job, lines[0].rule) or ():
            values = {"action": "jump", "jump-target": name}
            values |= {"time startdate": f"{first:%Y-%m-%d}", "time starttime": f"{first:%H:%M:%S}"} if first else {}
            values |= {"time stopdate": f"{end:%Y-%m-%d}", "time stoptime": f"{end:%H:%M:%S}"}
            self._rule(pairs, where, RECORDED if recorded else FLOWS, values, f"open until {end:%Y-%m-%d %H:%M}")
        self._begin(self._grants, f"name {name}", f"grant {text.split('.')[1]}", "return")
        for line in lines:
            self._line(self._grants, f"name {name}", line, RECORDED if recorded else FLOWS, source)

    def _itself(self) -> None:
        where = "input filter"
        lines = list(self.job.table.local())
        self._begin(self.commands, where, "to the router itself", "accept" if lines[-1].permit else "drop")
        values = {"action": "accept", "inbound-interface name": "lo"}
        self._rule(self.commands, where, (5, 6), values, "the router to itself")
        self._sessions(where)
        for at, kind in enumerate(LINK_KEEPERS if self.family == 6 else (), 30):
            values = {"action": "accept", "protocol": "ipv6-icmp", "icmpv6 type": str(kind)}
            self._rule(self.commands, where, (at, at + 1), values, "neighbour discovery and MLD")
        for line in lines:
            if line.speaks(self.family):
                spans = (LAST, LAST + 1) if line is lines[-1] else (RECORDED if line.record is not None else FLOWS)
                for interface in line.ingress or (None,):
                    self._line(self.commands, where, line, spans, interface=interface)

    def _begin(self, out: list[str], where: str, text: str, default: str) -> None:
        out.append(f"# ipv{self.family} {where}: {sentence(text, REMARK)}")
        path = f"set firewall ipv{self.family} {where}"
        out.append(f"{path} default-action '{default}'")

    def _sessions(self, where: str) -> None:
        values = {"action": "accept", "state": "established"}
        self._rule(self.commands, where, (10, 11), values, "sessions that were let in")
        values = {"action": "accept", "state": "related", "protocol": NAMES[self.family][ICMP_OF[self.family]]}
        self._rule(self.commands, where, (20, 21), values, "what ICMP says of these")

    # -- rules ------------------------------------------------------------

    def _line(
        self,
        out: list[str],
        where: str,
        line: Line,
        spans: tuple[int, int],
        source: Ends | None = None,
        target: Ends | None = None,
        interface: str | None = None,
    ) -> None:
        """The rules of a line. `source` and `target` are sides that were tested already."""
        values: Values = {"action": "accept" if line.permit else "drop"}
        if interface is not None:
            values["inbound-interface name"] = interface
        values |= self._side("source", line.source, source) | self._side("destination", line.target, target)
        text = line.text if line.rule is None else f"{line.rule.within}: {line.text}"
        for service in self._services(line):
            self._rule(out, where, spans, values | service, text, line)

    def _rule(
        self, out: list[str], where: str, spans: tuple[int, int], values: Values, text: str, line: Line | None = None
    ) -> None:
        number = self._number(where, spans, values)
        path = f"set firewall ipv{self.family} {where} rule {number}"
        out.append(f"{path} description '{sentence(text, REMARK, QUOTES)}'")
        out += [f"{path} {name} '{value}'" for name, value in values.items()]
        if line is not None and line.record is not None:
            out.append(f"{path} log")
            own = HOOKS.get(where) or f"NAM-{where.removeprefix('name ')}"
            self.job.record(f"[ipv{self.family}-{own}-{number}-{values['action'][0].upper()}]", line)
        self.size += 1

    def _number(self, where: str, spans: tuple[int, int], values: Values) -> int:
        """A number within the range, made from what the rule says; the next free one in the rare case that it is taken."""
        first, end = spans
        text = repr(sorted(values.items()))
        at = int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) % (end - first)
        for step in range(end - first):
            number = first + (at + step) % (end - first)
            if (where, number) not in self._taken:
                self._taken.add((where, number))
                return number
        raise self.job.unsupported(self.job.rules.firewall.span, f"has no number left for a rule of `{where}`")

    def _side(self, end: str, side: Ends | None, tested: Ends | None = None) -> Values:
        if side is None or (tested is not None and side.addresses == tested.addresses):
            return {}
        kind, name = self.groups.addresses(side, self.family)
        return {f"{end} group {kind}": name}

    def _services(self, line: Line) -> Iterator[Values]:
        if line.matches is None:
            yield {}
            return
        for service in services(line.matches, self.family):
            if service.proto in PORTED and not service.whole:
                yield self._ported(line, service)
            elif service.proto == ICMP_OF[self.family] and not service.whole:
                word = "icmp" if self.family == 4 else "icmpv6"
                kinds = sorted({kind for low, high in service.ranges for kind in range(low, min(high, 255) + 1)})
                name = NAMES[self.family][service.proto]
                yield from ({"protocol": name, f"{word} type": str(kind)} for kind in kinds)
            else:
                yield {"protocol": NAMES[self.family].get(service.proto, str(service.proto))}

    def _ported(self, line: Line, service: Service) -> Values:
        span = line.rule.span if line.rule is not None else self.job.rules.firewall.span
        if service.proto not in (TCP, UDP):
            raise self.job.unsupported(span, "knows ports of TCP and UDP only")
        low, high = service.sources
        found = {"protocol": "tcp" if service.proto == TCP else "udp"}
        if service.sources != ALL_PORTS:
            found["source port"] = str(low) if low == high else f"{low}-{high}"
        if ALL_PORTS not in service.ranges:
            found["destination group port-group"] = self.groups.ports(line, service)
        if any(first == 0 for first, end in (service.sources, *service.ranges) if (first, end) != ALL_PORTS):
            raise self.job.unsupported(span, "has no port 0")
        return found


def _pair(source: str, target: str | None) -> str:
    """The name of a pair's rule set, which no other pair and no zone has: names of zones have no `--` and no dot."""
    end = "firewalls" if target is None else f"{target}.zone" if target == "firewalls" else target
    plain = "-" not in f"{source}{target or ''}" and source != "from"
    return f"segc-{source}{'-' if plain else '--'}{end}"


def _arrival(line: Line) -> tuple[tuple[str, ...] | None, str]:
    """Where the packets of a line arrive, and from which zone; lines of one zone stand together."""
    if line.ingress is None:
        return None, ""
    return line.ingress, line.id if line.kind == INSIDE or line.pair is None else line.pair.source
