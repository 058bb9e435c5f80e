"""Security rules from the table's lines, and what must stand before them: the box's own traffic.

PAN-OS takes an IPv4 address for an IPv6 one below ::/96. Where a zone's IPv6
addresses reach there (`net any`), all rules for IPv4 come first, and the last of
them decides; what is behind sees IPv6 only.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from segc.lang.literals import Range
from segc.model.addresses import FAMILIES, Addresses, union
from segc.model.plant import ICMP6, SCTP, Match
from segc.rules.table import ASTRAY, INSIDE, LOCAL, End, Ends, Line
from segc.rules.words import sentence

from .config import Config
from .names import Names, readable
from .objects import Objects
from .schedules import schedule
from .zones import Zones

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from segc.targets.job import Job

    from .config import Entry

LAST_V4 = (1 << 32) - 1
LONGEST_REMARK = 1000
# RFC 5771 section 4, RFC 919, RFC 4291 sections 2.5.6 and 2.7: no router passes these on.
NEVER_FORWARDED = (
    Range(4, 0xE0000000, 0xE00000FF),
    Range(4, LAST_V4, LAST_V4),
    Range(6, 0xFE80 << 112, (0xFEC0 << 112) - 1),
    Range(6, 0xFF02 << 112, (0xFF03 << 112) - 1),
)
NEIGHBOURS = (Match(ICMP6, 130, 136, family=6), Match(ICMP6, 143, 143, family=6))  # RFC 4890 section 4.4
EVERY_V4 = "0.0.0.0/0"


class Rules:
    """Fills a configuration with one firewall's rules."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.config = Config()
        self.names = Names()
        self.objects = Objects(self.config, self.names)
        self.zones = Zones(job.rules, self.names)

    def build(self) -> Config:
        """All of it."""
        lines = [*self._own(), *self.job.table.lines]
        for line in lines:
            self.objects.note(line.matches)
        for name, interfaces in self.zones.members.items():
            self.config.add("zone", name, {"network": {"layer3": list(interfaces)}})
        apart = any(_below(line) for line in lines)
        self.config.ipv6 = any(_speaks_of_v6(line) for line in lines[1:])
        for families in ((4,), (6,)) if apart else (FAMILIES,):
            for line in lines:
                self._line(line, families, apart=apart)
        self._overrides()
        return self.config

    # -- the box's own traffic --------------------------------------------

    def _own(self) -> Iterator[Line]:
        """What is sent to the link, and to the firewall's own addresses."""
        link = union(NEVER_FORWARDED)
        yield Line("@link", LOCAL, True, "routing, neighbours: no router passes it on", target=_ends("link", link))
        own = self.job.table.own()
        if not own.addresses:
            return
        itself = _ends(f"{self.job.rules.firewall.name} itself", own.addresses)
        local = list(self.job.table.local())
        if not local:
            yield Line("@itself", LOCAL, True, "the firewall itself, of which the policy says nothing", target=itself)
            return
        if own.addresses.v6:
            text = "neighbour discovery"
            yield Line("@neighbours", LOCAL, True, text, target=itself, matches=NEIGHBOURS)
        yield from (replace(line, id=f"@{line.id}", target=itself) for line in local)

    # -- one line ---------------------------------------------------------

    def _line(self, line: Line, families: Iterable[int], *, apart: bool) -> None:
        """A line as one rule, or as two: ports, and what has none."""
        spoken = [family for family in families if line.speaks(family)]
        if not spoken:
            return
        name = self.names.rule(_identity(line))
        tail = "_v6" if apart and spoken == [6] else ""
        if line.matches is None:
            self._rule(f"{name}{tail}", line, spoken, ["any"], ["any"], apart=apart)
            return
        services = self.objects.services(line.services)
        if services:
            self._rule(f"{name}{tail}", line, spoken, ["any"], services, apart=apart)
        applications = self.objects.applications(line.matches, spoken)
        if applications:
            # service any would let every TCP handshake in until its application shows
            self._rule(f"{name}_ip{tail}", line, spoken, applications, ["application-default"], apart=apart)

    def _rule(
        self, name: str, line: Line, families: list[int], applications: list[str], services: list[str], *, apart: bool
    ) -> None:
        times = schedule(self.job, self.config, line.rule)
        if times == "":
            return
        entry: Entry = {"from": self.zones.of(line.ingress), "to": ["any"]}
        entry |= self._sides(line.source, line.target, families, apart=apart)
        entry |= {
            "application": applications,
            "service": services,
            "action": "allow" if line.permit else "deny",
            "log-start": "no",
            "log-end": "yes" if line.record is not None else "no",
            "description": _remark(line.text),
        }
        entry |= {"schedule": times} if times is not None else {}
        self.config.add("rulebase security rules", name, entry)
        self.job.record(name, line)

    def _sides(self, source: Ends | None, target: Ends | None, families: list[int], *, apart: bool) -> Entry:
        """Both sides' names. In a list of its own, a rule of one family must say which."""
        named = [["any"] if side is None else self.objects.addresses(side, families) for side in (source, target)]
        if apart and families == [4] and source is None and target is None:
            named[0] = [EVERY_V4]
        return {"source": named[0], "destination": named[1]}

    # -- what must not be looked into -------------------------------------

    def _overrides(self) -> None:
        """Overrides for pairs whose packets nothing may look into, flows and the rest alike."""
        for pair in self.job.rules.pairs:
            side = self.job.rules.side(pair.source)
            if not pair.plain or side is None:
                continue
            for rule in pair.rules:
                if rule.when != () and any(match.proto == SCTP for match in rule.matches):
                    what = "cannot keep its inspection away from SCTP"
                    raise self.job.unsupported(rule.span, what, "application overrides are of TCP and UDP only")
            source, target = Ends((End(side.zone, side.own),), side.own), self.job.table.towards(pair)
            families = [f for f in FAMILIES if source.addresses.of(f) and target.addresses.of(f)]
            if not families or not side.ingress:
                continue
            for word in ("tcp", "udp"):
                entry: Entry = {"from": self.zones.of(side.ingress), "to": ["any"]}
                entry |= self._sides(source, target, families, apart=False)
                entry |= {"protocol": word, "port": "0-65535", "application": self.objects.plain()}
                entry["description"] = _remark(f"{pair.source} -> {pair.target or '?'}: nothing may look into it")
                name = f"{self.names.rule(readable(pair.id))}_{word}"
                self.config.add("rulebase application-override rules", name, entry)


def _ends(name: str, addresses: Addresses) -> Ends:
    return Ends((End(name, addresses),), addresses)


def _identity(line: Line) -> str:
    """A line's name. A letter that is small for what is astray would be hard to tell from the capital one."""
    if line.kind == ASTRAY:
        return readable(line.id[:-1]) + f"{line.id[-1].upper()}.astray"
    return readable(line.id) + ("_inside" if line.kind == INSIDE else "")


def _speaks_of_v6(line: Line) -> bool:
    return any(side is not None and side.addresses.v6 for side in (line.source, line.target))


def _below(line: Line) -> bool:
    """Does a side hold IPv6 addresses that PAN-OS takes for IPv4?"""
    sides = (line.source, line.target)
    return line.speaks(6) and any(s is not None and any(low <= LAST_V4 for low, _ in s.addresses.v6) for s in sides)


def _remark(text: str) -> str:
    return sentence(text.replace('"', "'"), LONGEST_REMARK)
