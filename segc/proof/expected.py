"""The policy of one firewall as decision diagrams: what must become of every packet, and which record is due.

This is the other side of the comparison. It is made from `duties`, which is made
from the plant; no rule, chain or set of the compiler's is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from segc.model.plant import ENFORCE, ICMP, ICMP6, PORTED
from segc.packets.decide import ACCEPT, DROP, Outcome
from segc.packets.fields import DPORT, IIF, PROTO, SOURCE, SPORT, TARGET, TIME, Spans, normal
from segc.packets.unions import sweep

if TYPE_CHECKING:
    from segc.model.plant import Match
    from segc.packets.diagram import Diagrams, Piece
    from segc.packets.space import Cuts
    from segc.proof.duties import Duties, Part, Policy
    from segc.proof.records import Records

Judge = Callable[[str, str | None], int]  # a leaf for what an ordered pair of zones does not allow
Join = Callable[[Iterable[int]], int]
NEIGHBOURS = ((130, 136), (143, 143))  # ICMPv6 types without which a link is dead (RFC 4890 section 4.4)


class Expected(NamedTuple):
    """What must become of a packet; exactly one record, under one of `logs`, where there are any."""

    kind: str
    logs: frozenset[str] = frozenset()


class Space:
    """A firewall's policy for one address family."""

    def __init__(self, policy: Policy, duties: Duties, records: Records, diagrams: Diagrams) -> None:
        self.policy = policy
        self.duties = duties
        self.records = records
        self.diagrams = diagrams
        self.family = diagrams.space.family
        self.passed = diagrams.leaf(Outcome(ACCEPT))
        self._behind: dict[str, int] = {}
        self._services: dict[object, int] = {}
        self._near = dict.fromkeys(policy.topology.neighbours(duties.firewall))
        self._pairs: dict[str, dict[str | None, list[Part]]] = {}
        for (a, b), parts in duties.pairs.items():
            self._pairs.setdefault(a, {})[b] = parts

    # -- packets that open a session --------------------------------------

    def opening(self) -> int:
        """Packets through the firewall that open a session."""
        return self.judged(self.allowed(), self.base())

    def judged(self, allowed: int, base: int) -> int:
        """What is expected where these packets are allowed: they pass, recorded as their flow says; others do not."""
        granted = self.diagrams.relabel(self._recorded(), "expected", lambda ids: self._due(ACCEPT, ids))
        return self.diagrams.select(allowed, granted, base)

    def base(self) -> int:
        """What becomes of packets that open a session and that nothing allows."""
        return self.shut(self._base(self.pair, self._astray), self.duties.shut)

    def shut(self, base: int, pairs: Iterable[tuple[str, str]]) -> int:
        """In monitor, what a killed grant permitted is stopped where it arrived as it should; `base` is of all others."""
        for a, b in pairs:
            parts = filter(self._has, self.duties.shut[a, b])
            made = [(part, self._service(part, timed=False)) for part in parts]
            rows = self.rows(made, self.diagrams.any, self.diagrams.no)
            pieces = [(low, high, self.arrived(a, row, self.diagrams.no)) for low, high, row in rows]
            here = self.diagrams.case(SOURCE, sweep(pieces, self.diagrams.any), self.diagrams.no)
            base = self.diagrams.select(here, self._stopped(ENFORCE, self.records.pair(a, b)), base)
        return base

    def own_addresses(self) -> Spans:
        """The firewall's own addresses, as far as it says them."""
        own = [a for i in self.duties.firewall.interfaces for a in i.addresses]
        return normal([(a.address, a.address) for a in own if a.family == self.family])

    def allowed(self) -> int:
        """Where a flow covers a packet that arrived where its source lies."""
        pieces: list[Piece] = []
        join, no = self.diagrams.any, self.diagrams.no
        for a, pairs in self._pairs.items():
            here = [part for parts in pairs.values() for part in parts if self._has(part)]
            rows = self.rows([(part, self._service(part)) for part in here], join, no)
            pieces += [(low, high, self.arrived(a, row, no)) for low, high, row in rows]
        return self.diagrams.case(SOURCE, sweep(pieces, join), no)

    def _has(self, part: Part) -> bool:
        """Are there any packets of a part in this family?"""
        return bool(part.sources.of(self.family) and part.targets.of(self.family))

    def _recorded(self) -> int:
        """The prefixes of the recorded flows that cover a packet, as a set of which one is due."""
        none = self.diagrams.leaf(frozenset())
        every = [part for parts in self.duties.pairs.values() for part in parts if part.recorded is not None]
        made = [(part, self.diagrams.select(self._service(part), self._one(part), none)) for part in every]
        return self.diagrams.case(SOURCE, sweep(self.rows(made, self._together, none), self._together), none)

    def _one(self, part: Part) -> int:
        return self.diagrams.leaf(self.records.names(self.records.flow(part.recorded or "")))

    def _together(self, nodes: Iterable[int]) -> int:
        """The prefixes of all of them; halves first."""
        leaf, left = self.diagrams.leaf, list(nodes)
        while len(left) > 1:
            pairs = zip(left[::2], left[1::2], strict=False)
            joined = [self.diagrams.combine(a, b, lambda x, y: leaf(x | y)) for a, b in pairs]
            left = [*joined, *left[len(left) & ~1 :]]
        return left[0]

    def _due(self, kind: str, logs: frozenset[str] = frozenset()) -> int:
        """What is due, as a leaf: where no choice is left it is the very outcome of a file that is right."""
        return self.diagrams.leaf(Outcome(kind, tuple(logs)) if len(logs) < 2 else Expected(kind, logs))

    def union(self, parts: Iterable[tuple[Part, int]], *, swapped: bool = False) -> int:
        """Yes where one of the parts holds, each with the node of what comes behind the addresses."""
        join, no = self.diagrams.any, self.diagrams.no
        return self.diagrams.case(SOURCE, sweep(self.rows(parts, join, no, swapped=swapped), join), no)

    def rows(self, parts: Iterable[tuple[Part, int]], join: Join, none: int, *, swapped: bool = False) -> list[Piece]:
        """Parts by pieces of the source, which may overlap; `join` says what holds where several do, `none` elsewhere."""
        rows: dict[tuple[int, int], list[Piece]] = {}
        first, second = (TARGET, SOURCE) if swapped else (SOURCE, TARGET)
        for part, rest in parts:
            ends = {first: part.sources, second: part.targets}
            targets = [(*r, rest) for r in self.diagrams.space.ranks(TARGET, ends[TARGET].of(self.family))]
            for source in self.diagrams.space.ranks(SOURCE, ends[SOURCE].of(self.family)):
                rows.setdefault(source, []).extend(targets)
        known: dict[tuple[Piece, ...], int] = {}
        made = []
        for source, row in rows.items():
            key = tuple(row)
            if key not in known:
                known[key] = self._row(row, join, none)
            made.append((*source, known[key]))
        return made

    def _row(self, pieces: list[Piece], join: Join, none: int) -> int:
        """Pieces of the target address; those of one range are joined first."""
        by_range: dict[tuple[int, int], list[int]] = {}
        for low, high, node in pieces:
            by_range.setdefault((low, high), []).append(node)
        joined = [(low, high, join(dict.fromkeys(nodes))) for (low, high), nodes in by_range.items()]
        return self.diagrams.case(TARGET, sweep(joined, join), none)

    def arrived(self, zone: str, here: int, elsewhere: int) -> int:
        """By where a packet arrived: where its source's zone lies, or elsewhere. At a machine there is one place only."""
        if self.duties.firewall.host is not None:
            return here
        names = self.policy.topology.behind(self.duties.firewall, zone)
        return self._at_interfaces(names, here, elsewhere)

    def _at_interfaces(self, names: Iterable[str], yes: int, no: int) -> int:
        ranks = self.diagrams.space.interface_ranks(IIF, names)
        return self.diagrams.case(IIF, [(low, high, yes) for low, high in sorted(ranks)], no)

    def _service(self, part: Part, *, blurred: bool = False, swapped: bool = False, timed: bool = True) -> int:
        """Protocols, ports and times. `blurred`: protocols without ports as a whole, as conntrack keeps them."""
        times = part.times if timed else None
        key = (part.matches, times, blurred, swapped)
        found = self._services.get(key)
        if found is None:
            found = self._services[key] = self.diagrams.any(
                [self._match(m, times, blurred, swapped) for m in part.matches if m.family in (0, self.family)]
            )
        return found

    def _match(self, match: Match, times: Spans | None, blurred: bool, swapped: bool) -> int:  # noqa: FBT001
        to, origin = (SPORT, DPORT) if swapped else (DPORT, SPORT)
        spans: dict[int, Spans] = {PROTO: ((match.proto, match.proto),)}
        if match.proto in PORTED:
            spans |= {to: ((match.low, match.high),), origin: ((match.source_low, match.source_high),)}
        elif match.proto in (ICMP, ICMP6) and not blurred:
            spans |= {DPORT: ((match.low * 256, min(match.high, 255) * 256 + 255),)}
        if times is not None:
            spans[TIME] = times
        node = self.diagrams.yes
        for field in sorted(spans, reverse=True):
            ranks = self.diagrams.space.ranks(field, spans[field])
            node = self.diagrams.case(field, [(low, high, node) for low, high in ranks], self.diagrams.no)
        return node

    # -- what no flow covers ----------------------------------------------

    def _base(self, arrived: Judge, astray: Judge) -> int:
        """What becomes of packets that nothing allows, by the zones of their addresses."""
        others = self._others()
        pieces = []
        for a in {**self._pairs, **self._near}:
            here = self._from(a, others, arrived, self.passed)
            elsewhere = self._from(a, others, astray, self.other(a))
            node = self.arrived(a, here, elsewhere)
            pieces += [(*r, node) for r in self.ranks(SOURCE, a)]
        return self.diagrams.case(SOURCE, sorted(pieces), others)

    def ranks(self, field: int, zone: str) -> list[tuple[int, int]]:
        """Where a field is an address of a zone."""
        return self.diagrams.space.ranks(field, self.policy.own(zone).of(self.family))

    def _others(self) -> int:
        """By the target's zone: the mode towards it."""
        pieces = [(*r, self.other(b)) for b in self.policy.plant.zones for r in self.ranks(TARGET, b)]
        return self.diagrams.case(TARGET, sorted(pieces), self.other(None))

    def other(self, target: str | None) -> int:
        """The mode towards a zone, for packets of no pair."""
        return self._stopped(self.policy.mode(None, target), self.records.other(target))

    def _stopped(self, mode: str, record: tuple[str, str]) -> int:
        """Recorded, as an alert or as blocked, and stopped only where the mode says so."""
        enforce = mode == ENFORCE
        return self._due(DROP if enforce else ACCEPT, self.records.names(record[enforce]))

    def _from(self, a: str, others: int, judge: Judge, inside: int) -> int:
        """Packets from zone `a`, by their target's zone; `inside` becomes of those that stay in it."""
        pieces: list[Piece] = []
        pairs = self._pairs.get(a, {})
        for b, parts in pairs.items():
            if b is not None:
                spans = self.ranks(TARGET, b)
            else:  # addresses of other firewalls that no zone owns: only these are known
                spans = [r for p in parts for r in self.diagrams.space.ranks(TARGET, p.targets.of(self.family))]
            if spans:
                node = judge(a, b)
                pieces += [(*r, node) for r in dict.fromkeys(spans)]
        if a in self._near and a not in pairs:
            pieces += [(*r, inside) for r in self.ranks(TARGET, a)]
        return self.diagrams.case(TARGET, sorted(pieces), others)

    def pair(self, a: str, b: str | None) -> int:
        """The pair's mode."""
        return self._stopped(self.policy.mode(a, b), self.records.pair(a, b))

    def _astray(self, a: str, b: str | None) -> int:
        """The same, where records say that a packet arrived where its source does not lie."""
        return self._stopped(self.policy.mode(a, b), self.records.astray(a, b))

    # -- packets of sessions, and of what belongs to them -------------------

    def session(self, *, reply: bool) -> int:
        """Packets of an established session: they go on, except where a grant let it in that is over."""
        ended = [parts for parts in self.duties.pairs.values() if any(p.times is not None for p in parts)]
        if not ended:
            return self.passed
        every = [part for parts in ended for part in parts]

        def where(parts: Iterable[Part], *, timed: bool = True) -> int:
            made = ((p, self._service(p, blurred=True, swapped=reply, timed=timed)) for p in parts)
            return self.union(made, swapped=reply)

        due = where([p for p in every if p.times is not None], timed=False)
        due = self.diagrams.both(due, self.diagrams.negated(where(every)))
        base = self._swapped_base() if reply else self._base(self.pair, self.pair)
        for (a, b), parts in self.duties.shut.items():
            known = [part._replace(matches=tuple(filter(_tracked, part.matches))) for part in parts]
            stopped = self._stopped(ENFORCE, self.records.pair(a, b))
            base = self.diagrams.select(where(known, timed=False), stopped, base)
        return self.diagrams.select(due, base, self.passed)

    def _swapped_base(self) -> int:
        """The modes of pairs, for packets on the way back."""
        pieces: list[Piece] = []
        by_target: dict[str, list[Piece]] = {}
        for a, b in self.duties.pairs:
            if b is not None:
                by_target.setdefault(b, []).extend((*r, self.pair(a, b)) for r in self.ranks(TARGET, a))
        for b, row in by_target.items():
            node = self.diagrams.case(TARGET, sorted(row), self.passed)
            pieces += [(*r, node) for r in self.ranks(SOURCE, b)]
        return self.diagrams.case(SOURCE, sorted(pieces), self.passed)

    def related(self, opening: int) -> int:
        """ICMP that belongs to a session passes: path MTU and the like. Other related packets open sessions."""
        return self.diagrams.select(self._icmp(), self.passed, opening)

    def _icmp(self) -> int:
        proto = ICMP if self.family == 4 else ICMP6
        ranks = self.diagrams.space.ranks(PROTO, ((proto, proto),))
        return self.diagrams.case(PROTO, [(*r, self.diagrams.yes) for r in ranks], self.diagrams.no)

    # -- the firewall itself ----------------------------------------------

    def local(self) -> int | None:
        """Packets to the firewall that open a session; None where the policy leaves them untouched."""
        if not self.duties.firewall.manage:
            return None
        diagrams = self.diagrams
        found = self._stopped(self.policy.local_mode(self.duties.firewall), self.records.local())
        allowed = [self.links()] if self.family == 6 else []
        for part, names in self.duties.local:
            rest = self._at_interfaces(names, self._service(part), diagrams.no)
            ranks = diagrams.space.ranks(SOURCE, part.sources.of(self.family))
            allowed.append(diagrams.case(SOURCE, [(*r, rest) for r in ranks], diagrams.no))
        found = diagrams.select(diagrams.any(allowed), self.passed, found)
        return diagrams.select(self._at_interfaces(["lo"], diagrams.yes, diagrams.no), self.passed, found)

    def links(self) -> int:
        """Neighbour discovery and MLD."""
        diagrams = self.diagrams
        spans = tuple((low * 256, high * 256 + 255) for low, high in NEIGHBOURS)
        types = [(*r, diagrams.yes) for r in diagrams.space.ranks(DPORT, spans)]
        proto = diagrams.space.ranks(PROTO, ((ICMP6, ICMP6),))
        return diagrams.case(PROTO, [(*r, diagrams.case(DPORT, types, diagrams.no)) for r in proto], diagrams.no)


def _tracked(match: Match) -> bool:
    """Does conntrack tell its sessions from others? Of ICMP it keeps the type, and rules cannot ask for it."""
    return match.proto not in (ICMP, ICMP6) or (match.low == 0 and match.high >= 255)


def cut(policy: Policy, duties: Duties, cuts: Cuts, period: tuple[int, int]) -> None:
    """Cut a space at every value that a firewall's policy looks at, and where the time of the comparison begins and ends."""
    family = cuts.family
    cuts.interfaces(IIF, [interface.name for interface in duties.firewall.interfaces] + ["lo"])
    for zone in policy.plant.zones:
        for field in (SOURCE, TARGET):
            cuts.spans(field, policy.own(zone).of(family))
    if family == 6:
        cuts.spans(DPORT, tuple((low * 256, high * 256 + 255) for low, high in NEIGHBOURS))
    cuts.spans(TIME, (period,))
    seen: set[object] = set()
    for parts in [*duties.pairs.values(), *duties.shut.values(), [part for part, _ in duties.local]]:
        # sessions that a grant let in are looked at from both ends
        both = any(part.times is not None for part in parts)
        for part in parts:
            _cut_ends(part, cuts, both=both)
            key = (part.matches, part.times, both)
            if key not in seen:
                seen.add(key)
                _cut_services(part, cuts, both=both)


def _cut_ends(part: Part, cuts: Cuts, *, both: bool) -> None:
    sources, targets = part.sources.of(cuts.family), part.targets.of(cuts.family)
    cuts.spans(SOURCE, sources)
    cuts.spans(TARGET, targets)
    if both:
        cuts.spans(TARGET, sources)
        cuts.spans(SOURCE, targets)


def _cut_services(part: Part, cuts: Cuts, *, both: bool) -> None:
    cuts.spans(TIME, part.times or ())
    for match in part.matches:
        cuts.spans(PROTO, ((match.proto, match.proto),))
        if match.proto in PORTED:
            ends = ((match.low, match.high),), ((match.source_low, match.source_high),)
            for field, spans in zip((DPORT, SPORT), ends, strict=True):
                cuts.spans(field, spans)
            if both:
                for field, spans in zip((SPORT, DPORT), ends, strict=True):
                    cuts.spans(field, spans)
        elif match.proto in (ICMP, ICMP6):
            cuts.spans(DPORT, ((match.low * 256, min(match.high, 255) * 256 + 255),))
