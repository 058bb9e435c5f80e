"""What is expected of a firewall that keeps no sessions: answers must pass by themselves (docs/adr/0013).

A packet passes if a flow covers it; or if a flow covers the packet that it may
answer, with its ends swapped; TCP only with ACK or RST set, which no packet
that opens a session has. ICMP errors pass, since path MTU discovery hangs on
them and nothing tells which session they speak of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.model.plant import ICMP, ICMP6, PORTED, TCP
from segc.packets.fields import DPORT, IIF, PROTO, SOURCE, SPORT, TARGET, Spans

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.model.plant import Match
    from segc.packets.diagram import Diagrams
    from segc.packets.space import Cuts
    from segc.proof.duties import Duties, Part
    from segc.proof.expected import Space

# RFC 792 and RFC 4443 section 2.1: errors; and the queries that have answers (RFC 792, 950, 4443).
ERRORS = {4: (3, 11, 12), 6: (1, 2, 3, 4)}
ANSWERS = {ICMP: {8: 0, 13: 14, 15: 16, 17: 18}, ICMP6: {128: 129}}


class Stateless:
    """One firewall's policy for packets of which nobody remembers the session."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.diagrams: Diagrams = space.diagrams
        self.family = space.family

    def through(self, *, answers: bool) -> int:
        """Packets through the firewall; `answers`: TCP packets with ACK or RST set."""
        space = self.space
        base = self.diagrams.select(self.errors(), space.passed, space.base())
        return space.judged(self.diagrams.either(space.allowed(), self._replies(tcp=answers)), base)

    def local(self, *, answers: bool) -> int:
        """Packets to the firewall itself."""
        local = self.space.local()
        if local is None:
            return self.space.passed
        free = [self.errors(), self._proto(TCP, self.diagrams.yes)] if answers else [self.errors()]
        return self.diagrams.select(self.diagrams.any(free), self.space.passed, local)

    # -- what may answer --------------------------------------------------

    def _replies(self, *, tcp: bool) -> int:
        found = []
        for (_, b), parts in self.space.duties.pairs.items():
            for part in parts:
                service = self._answer(part, tcp=tcp)
                if b is not None:
                    names = self.space.policy.topology.behind(self.space.duties.firewall, b)
                    service = self._arrived(names, service)
                found.append((part, service))
        return self.space.union(found, swapped=True)

    def _arrived(self, names: tuple[str, ...], rest: int) -> int:
        ranks = self.diagrams.space.interface_ranks(IIF, names)
        return self.diagrams.case(IIF, [(*r, rest) for r in sorted(ranks)], self.diagrams.no)

    def _answer(self, part: Part, *, tcp: bool) -> int:
        made = [
            self._match(match)
            for match in part.matches
            if match.family in (0, self.family) and (tcp or match.proto != TCP)
        ]
        return self.diagrams.any(made)

    def _match(self, match: Match) -> int:
        node = self.diagrams.yes
        for field, spans in sorted(swapped(match).items(), reverse=True):
            ranks = self.diagrams.space.ranks(field, spans)
            node = self.diagrams.case(field, [(*r, node) for r in ranks], self.diagrams.no)
        return self._proto(match.proto, node)

    def errors(self) -> int:
        """ICMP errors, whichever session they belong to."""
        proto = ICMP if self.family == 4 else ICMP6
        spans = tuple((kind * 256, kind * 256 + 255) for kind in ERRORS[self.family])
        types = [(*r, self.diagrams.yes) for r in self.diagrams.space.ranks(DPORT, spans)]
        return self._proto(proto, self.diagrams.case(DPORT, types, self.diagrams.no))

    def _proto(self, proto: int, rest: int) -> int:
        ranks = self.diagrams.space.ranks(PROTO, ((proto, proto),))
        return self.diagrams.case(PROTO, [(*r, rest) for r in ranks], self.diagrams.no)


def swapped(match: Match) -> dict[int, Spans]:
    """Ports or ICMP types of the packets that answer a match."""
    if match.proto in PORTED:
        return {DPORT: ((match.source_low, match.source_high),), SPORT: ((match.low, match.high),)}
    if match.proto in ANSWERS:
        kinds = sorted(a for q, a in ANSWERS[match.proto].items() if match.low <= q <= match.high)
        return {DPORT: tuple((kind * 256, kind * 256 + 255) for kind in kinds)}
    return {}


def cut(duties: Duties, cuts: Cuts) -> None:
    """Cut a space at what answers look at."""
    cuts.spans(DPORT, tuple((kind * 256, kind * 256 + 255) for kind in ERRORS[cuts.family]))
    for part in _parts(duties):
        cuts.spans(SOURCE, part.targets.of(cuts.family))
        cuts.spans(TARGET, part.sources.of(cuts.family))
        for match in part.matches:
            for field, spans in swapped(match).items():
                cuts.spans(field, spans)


def _parts(duties: Duties) -> Iterator[Part]:
    for parts in duties.pairs.values():
        yield from parts
