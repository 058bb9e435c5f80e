"""From lines of the table to rules of pfSense and OPNsense: one protocol, and one port or alias of ports, for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.model.addresses import FAMILIES
from segc.model.plant import ICMP, ICMP6, MONITOR, PORTED, SCTP, TCP, UDP
from segc.packets.fields import normal
from segc.rules.expand import services
from segc.rules.table import INSIDE, LOCAL
from segc.rules.words import Words, sentence

from .pf_schedules import Schedules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from segc.rules.expand import Service
    from segc.rules.table import Line
    from segc.targets.job import Job

    from .pf_aliases import Aliases

LONGEST_DESCR = 52  # pfSense cuts the rest off
WORDS = {TCP: "tcp", UDP: "udp", ICMP: "icmp", ICMP6: "icmp", SCTP: "sctp", 2: "igmp", 47: "gre", 50: "esp", 51: "ah"}
WORDS |= {89: "ospf", 103: "pim"}
BOTH, ONE = "inet46", {4: "inet", 6: "inet6"}
SELF = "(self)"
NEIGHBOURS = "130,131,132,133,134,135,136,143"  # RFC 4890 section 4.4: without these a link is dead
BAD = r'[^\x20-\x7e]|["\\$]'


class Part(NamedTuple):
    """What a rule says of families, protocol and ports."""

    name: str = ""
    ipprotocol: str = BOTH
    protocol: str = ""
    port: str = ""
    source_port: str = ""
    icmptype: str = ""


class Rule(NamedTuple):
    """One `<rule>`. A side is an alias, `(self)`, or empty for any."""

    identity: str
    type: str
    interface: str
    part: Part
    source: str
    target: str
    log: bool
    allowopts: bool
    descr: str
    sched: str = ""


class Rules:
    """The rules of one firewall, interface by interface: traffic to the firewall itself first.

    `identity` makes the name under which a rule is recorded from a text that says which rule it is.
    """

    def __init__(
        self, job: Job, aliases: Aliases, identity: Callable[[str], str], longest: int = LONGEST_DESCR
    ) -> None:
        self._job = job
        self._aliases = aliases
        self._identity = identity
        self._longest = longest
        self._local = list(job.table.local())
        self.schedules = Schedules(job)

    def all(self) -> list[Rule]:
        """In the order in which they are tried."""
        return [rule for interface in self._job.rules.firewall.interfaces for rule in self._at(interface.name)]

    def _at(self, interface: str) -> Iterator[Rule]:
        descr = Words(self._longest, BAD, "?")
        yield from self._itself(interface, descr)
        for line in self._job.table.at(interface):
            target = self._aliases.side(line.target) if line.target is not None else ""
            yield from self._rules(interface, line, target, descr)

    # -- the firewall itself ------------------------------------------------

    def _itself(self, interface: str, descr: Words) -> Iterator[Rule]:
        """Its addresses are `(self)`; what is sent to everybody on the link is not."""
        for target in (SELF, self._aliases.link()):
            if not self._local:
                yield self._free(interface, target, Part(), "not managed by the policy", descr)
                continue
            neighbours = Part("", "inet6", "icmp", icmptype=NEIGHBOURS)
            yield self._free(interface, target, neighbours, "neighbour discovery and MLD", descr)
            for line in self._local:
                if line.ingress is None or interface in line.ingress:
                    yield from self._rules(interface, line, target, descr)

    def _free(self, interface: str, target: str, part: Part, text: str, descr: Words) -> Rule:
        identity = self._identity(f"{interface} {target} {text}")
        name = descr(f"{text} -> {target}")
        return Rule(identity, "pass", interface, part, "", target, log=False, allowopts=True, descr=name)

    # -- lines --------------------------------------------------------------

    def _rules(self, interface: str, line: Line, target: str, descr: Words) -> Iterator[Rule]:
        sched = self.schedules(line.rule)
        if sched is None:
            return
        source = self._aliases.side(line.source) if line.source is not None else ""
        for part in self._parts(line):
            identity = self._identity(f"{interface} {line.id} {target} {part.name} {part.ipprotocol}")
            self._job.record(identity, line)
            yield Rule(
                identity,
                "pass" if line.permit else "block",
                interface,
                part,
                source,
                target,
                log=line.record is not None,
                allowopts=line.permit and self._monitored(line),
                descr=self._descr(line, target, part, descr),
                sched=sched,
            )

    def _descr(self, line: Line, target: str, part: Part, descr: Words) -> str:
        """The line's id, unique at the interface, then as much of its text as there is room for."""
        words = [line.id, part.name, "" if line.kind != LOCAL else "self" if target == SELF else "link"]
        name = descr(" ".join(word for word in words if word))
        return sentence(f"{name}: {line.text}", self._longest, BAD) if len(name) < self._longest - 6 else name

    def _monitored(self, line: Line) -> bool:
        """Would pf stop packets with IP options that nobody wants to stop?"""
        if line.kind == LOCAL and self._job.rules.local is not None:
            return self._job.rules.local.mode == MONITOR
        return line.kind == INSIDE or (line.pair.mode == MONITOR if line.pair is not None else line.permit)

    # -- protocols ----------------------------------------------------------

    def _parts(self, line: Line) -> list[Part]:
        """What a line needs: a rule for each protocol and family, or one for both where they say the same."""
        speaks = [family for family in FAMILIES if line.speaks(family)]
        if line.kind == LOCAL and line.rule is None:
            speaks = list(FAMILIES)
        if line.matches is None:
            return [Part(ipprotocol=BOTH if len(speaks) == 2 else ONE[speaks[0]])] if speaks else []
        found: dict[Part, list[int]] = {}
        for family in speaks:
            for service in services(line.matches, family):
                found.setdefault(self._part(line, service), []).append(family)
        return [
            part._replace(
                ipprotocol=BOTH if len(families) == 2 else ONE[families[0]],
                name=part.name if len(families) == 2 or len(speaks) == 1 else f"{part.name}{families[0]}",
            )
            for part, families in found.items()
        ]

    def _part(self, line: Line, service: Service) -> Part:
        word = WORDS.get(service.proto, str(service.proto))
        part = Part(word, protocol=word)
        if service.proto == 0:
            raise self._no(line, "has no rules for protocol 0")
        if service.proto in (ICMP, ICMP6):
            part = part._replace(
                name=f"{word}{service.proto}", icmptype="" if service.whole else self._types(line, service)
            )
        elif service.proto in PORTED and not service.whole:
            source = self._ports(line, (service.sources,), "")
            name = f"{word} from {source}" if source else word
            ports = self._ports(line, service.ranges, f"{self._called(line)}-{name.replace(' ', '-')}")
            part = part._replace(name=name, port=ports, source_port=source)
        return part

    def _types(self, line: Line, service: Service) -> str:
        types = [one for low, high in normal(list(service.ranges)) for one in range(low, min(high, 255) + 1)]
        if 255 in types:
            raise self._no(line, "cannot name ICMP type 255 (pf counts types from one, in eight bits)")
        return ",".join(map(str, types))

    def _ports(self, line: Line, ranges: tuple[tuple[int, int], ...], text: str) -> str:
        """A port, a range, or an alias; empty for any. No packet from or to port 0 of TCP or UDP gets as far as this."""
        found = [(max(low, 1), high) for low, high in normal(list(ranges)) if high]
        if not found:
            raise self._no(line, "blocks port 0 by itself")
        if found == [(1, 65535)]:
            return ""
        if len(found) == 1:
            low, high = found[0]
            return str(low) if low == high else f"{low}-{high}"
        return self._aliases.ports(text, found)

    def _called(self, line: Line) -> str:
        """The line's services by name; together with the protocol they say which ports."""
        return "+".join(sorted(service.name for service in line.services)) or line.id

    def _no(self, line: Line, what: str) -> Exception:
        span = line.rule.span if line.rule is not None else self._job.rules.firewall.span
        return self._job.unsupported(span, what)
