"""A firewall's rules as one first-match list, for targets whose users expect a table and not a tree of chains.

    each zone       what arrives from it: inside the zone, its pairs' flows, then each pair's rest
                    what arrives elsewhere with its addresses: each pair's mode, recorded as astray
    any other       by target zone, then the rest

A target that binds lists to interfaces takes `at(interface)`; one with a table
for the whole box takes the lines as they are, and tests `ingress` by its own
means. Lines say what must happen and under which name it is recorded; how a
session's further packets pass is the target's affair.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from segc.lang.literals import Range
from segc.model.addresses import FAMILIES, Addresses, meet, union
from segc.model.plant import ENFORCE, ICMP, ICMP6, Zone
from segc.rules.expand import opening
from segc.rules.ids import prefix
from segc.rules.ir import ALERTED, ALERTED_ASTRAY, BLOCKED, BLOCKED_ASTRAY, LOGGED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from segc.model.plant import Endpoint, Match, Service
    from segc.rules.ids import Ids
    from segc.rules.ir import Pair, Rule, RuleSet, Side

INSIDE, FLOW, REPLY, PAIR, ASTRAY, OTHER, LOCAL = "inside", "flow", "reply", "pair", "astray", "other", "local"
# RFC 792, 950 and 4443: the ICMP queries that have answers.
ANSWERS = {ICMP: {8: 0, 13: 14, 15: 16, 17: 18}, ICMP6: {128: 129}}


class End(NamedTuple):
    """One endpoint by its name in the policy: a zone's, `zone.asset`, or a firewall's."""

    name: str
    addresses: Addresses


class Ends(NamedTuple):
    """A side of a line: the endpoints that it names, and all their addresses together."""

    ends: tuple[End, ...]
    addresses: Addresses


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table. `source`, `target` and `matches` are None for any, and never empty.

    `ingress` is where its packets arrive; None for anywhere. `record` is the prefix (`segc:A:mes>scada `) under which
    the manifest explains what is recorded, None where nothing is. `id` is unique in the table and lasts as long as the
    flow, or the pair, does.
    """

    id: str
    kind: str
    permit: bool
    text: str
    record: str | None = None
    source: Ends | None = None
    target: Ends | None = None
    matches: tuple[Match, ...] | None = None
    services: tuple[Service, ...] = ()
    ingress: tuple[str, ...] | None = None
    rule: Rule | None = None
    pair: Pair | None = None

    def speaks(self, family: int) -> bool:
        """Is there a packet of this family that the line can match? A target must leave it out where there is none."""
        sides = all(side is None or side.addresses.of(family) for side in (self.source, self.target))
        return sides and (self.matches is None or any(m.family in (0, family) for m in self.matches))


class Table:
    """The lines of one firewall, for packets that open sessions. The last one always decides."""

    def __init__(self, rules: RuleSet, ids: Ids) -> None:
        self.rules = rules
        self.ids = ids
        # a flow between several pairs of zones has a line in each: then its id alone is not enough
        self._often = Counter(rule.id for pair in rules.pairs for rule in opening(pair.rules))
        self.lines: tuple[Line, ...] = tuple(line for line in self._lines() if any(map(line.speaks, FAMILIES)))

    def at(self, interface: str) -> list[Line]:
        """The lines for what arrives at one interface. A zone that lies there is not astray there."""
        here = {side.zone for side in self.rules.sides if interface in side.ingress}
        return [
            line
            for line in self.lines
            if (line.ingress is None or interface in line.ingress)
            and not (line.kind == ASTRAY and line.pair is not None and line.pair.source in here)
        ]

    def local(self) -> Iterator[Line]:
        """The lines for packets to the firewall itself; none where the policy leaves them untouched."""
        local = self.rules.local
        if local is None:
            return
        for rule, ingress in local.rules:
            line = self._flow(rule, f"{rule.within}.{rule.id}")
            yield replace(line, kind=LOCAL, ingress=ingress, target=None)
        yield decided(local.mode, local.id, LOCAL, "the firewall itself")

    def replies(self, follows: Collection[int] = ()) -> Iterator[Line]:
        """What may answer the flows, for targets that keep no sessions; they must let TCP answer with ACK or RST only.

        Not of the protocols that a target follows by itself. These lines go behind those of flows from the same zone
        to the same one, and before the rest of that pair.
        """
        for pair in self.rules.pairs:
            for rule in opening(pair.rules):
                there = (rule, f"{rule.within}.{rule.id}.{pair.id}")
                odd = [match for match in rule.matches if match.proto not in follows]
                matches = tuple(dict.fromkeys(m for match in odd for m in answers(match)))
                if matches:
                    line = replace(self._flow(*there), kind=REPLY, record=None, text=f"answers: {rule.text}", pair=pair)
                    ingress = self.rules.ingress[pair.target] if pair.target is not None else None
                    line = replace(line, source=line.target, target=line.source, ingress=ingress)
                    line = replace(line, matches=matches, services=())  # no service is called so
                    if any(map(line.speaks, FAMILIES)):
                        yield line

    def own(self) -> Ends:
        """The firewall's own addresses."""
        addresses = [a for i in self.rules.firewall.interfaces for a in i.addresses]
        own = union(Range(a.family, a.address, a.address) for a in addresses)
        return Ends((End(self.rules.firewall.name, own),), own)

    # -- lines ------------------------------------------------------------

    def _lines(self) -> Iterator[Line]:
        for side in self.rules.sides:
            yield from self._side(side)
        for other in self.rules.others:
            ends = Ends((End(other.zone or "", other.own),), other.own)
            yield replace(decided(other.mode, other.id, OTHER, f"anything else -> {other.zone}"), target=ends)
        yield decided(self.rules.rest.mode, self.rules.rest.id, OTHER, "anything else")

    def _side(self, side: Side) -> Iterator[Line]:
        mine = Ends((End(side.zone, side.own),), side.own)
        pairs = sorted(self.rules.pairs_from(side, *FAMILIES), key=lambda p: p.target is not None)
        if side.ingress:
            if side.passes:
                text = f"inside {side.zone}"
                yield Line(side.zone, INSIDE, True, text, None, mine, mine, ingress=side.ingress)
            for pair in pairs:
                yield from (replace(line, ingress=side.ingress) for line in self._pair(pair, mine))
        for pair in pairs:
            line = decided(pair.mode, pair.id, ASTRAY, f"{pair.source} -> {pair.target or '?'}, arrived elsewhere")
            yield replace(line, source=mine, target=self.towards(pair), pair=pair)

    def _pair(self, pair: Pair, mine: Ends) -> Iterator[Line]:
        """What its flows permit, recorded ones first: what any of these covers is recorded. Then what is shut, and the rest."""
        for rule in sorted(opening(pair.rules), key=lambda rule: not rule.log):
            name = f"{rule.within}.{rule.id}"
            yield replace(self._flow(rule, name if self._often[rule.id] < 2 else f"{name}.{pair.id}"), pair=pair)
        yield from self._shut(pair)
        line = decided(pair.mode, pair.id, PAIR, f"{pair.source} -> {pair.target or '?'}, any other service")
        yield replace(line, source=mine, target=self.towards(pair), pair=pair)

    def _shut(self, pair: Pair) -> Iterator[Line]:
        """What is stopped of a grant that was killed: behind all that is permitted, so that it takes nothing from it."""
        for rule in pair.shut:
            line = self._flow(replace(rule, log=False), f"{rule.within}.{rule.id}.{pair.id}.shut")
            record = prefix(BLOCKED, pair.id)
            yield replace(line, permit=False, record=record, text=f"closed: {rule.text}", pair=pair, rule=None)

    def _flow(self, rule: Rule, identity: str) -> Line:
        return Line(
            identity,
            FLOW,
            permit=True,
            text=rule.text,
            record=prefix(LOGGED, self.ids.rule(rule.within, rule.id)) if rule.log else None,
            source=self.ends(rule.source_ends, rule.sources),
            target=self.ends(rule.target_ends, rule.targets),
            matches=rule.matches,
            services=rule.services,
            rule=rule,
        )

    # -- sides ------------------------------------------------------------

    def towards(self, pair: Pair) -> Ends:
        """Where a pair's packets go."""
        own = self.rules.towards(pair)
        return Ends((End(pair.target or "firewalls", own),), own)

    def ends(self, ends: Iterable[Endpoint], addresses: Addresses) -> Ends:
        """Endpoints by name, each cut to what its zone really owns; those of which nothing is left are left out."""
        named = [End(end.path, self._owned(end, addresses)) for end in ends]
        found = tuple(end for end in named if end.addresses)
        return Ends(found or (End("firewalls", addresses),), addresses)

    def _owned(self, end: Endpoint, addresses: Addresses) -> Addresses:
        if not isinstance(end, Zone):
            return meet(end.addresses, addresses)
        side = self.rules.side(end.name)
        return side.own if side is not None else self.rules.targets.get(end.name, addresses)


def answers(match: Match) -> Iterator[Match]:
    """The packets that answer a match: ends swapped; for ICMP, the types that answer its queries."""
    if match.proto not in ANSWERS:
        low, high = match.source_low, match.source_high
        yield match._replace(low=low, high=high, source_low=match.low, source_high=match.high)
        return
    for query, answer in ANSWERS[match.proto].items():
        if match.low <= query <= match.high:
            yield match._replace(low=answer, high=answer)


def decided(mode: str, identity: str, kind: str, text: str) -> Line:
    """Recorded, and stopped only where the mode says so."""
    enforce = mode == ENFORCE
    letters = {ASTRAY: (ALERTED_ASTRAY, BLOCKED_ASTRAY)}.get(kind, (ALERTED, BLOCKED))
    return Line(f"{identity}.{letters[enforce]}", kind, not enforce, text, prefix(letters[enforce], identity))


def fewer(lines: Iterable[Line]) -> list[Line]:
    """Leave out lines that decide and record as the last one does, where nothing behind them does otherwise.

    For targets whose records do not tell pairs apart, or whose memory is small: give the lines the records that the
    target can make first.
    """
    every = list(lines)
    last = every[-1]
    same = (last.permit, last.record)
    kept: list[Line] = [last]
    others: list[Line] = []  # kept, and deciding otherwise
    for line in reversed(every[:-1]):
        if (line.permit, line.record) == same and not any(may_meet(line, other) for other in others):
            continue
        kept.append(line)
        if (line.permit, line.record) != same:
            others.append(line)
    return kept[::-1]


def may_meet(a: Line, b: Line) -> bool:
    """May a packet match both? Services are not looked at."""
    if a.ingress is not None and b.ingress is not None and not set(a.ingress) & set(b.ingress):
        return False
    return all(
        one is None or two is None or bool(meet(one.addresses, two.addresses))
        for one, two in ((a.source, b.source), (a.target, b.target))
    )
