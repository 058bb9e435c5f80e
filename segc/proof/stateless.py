"""What is expected of a firewall that keeps no sessions: answers must pass by themselves (docs/adr/0013).

A packet passes if a flow covers it; or if a flow covers the packet that it may
answer, with its ends swapped; TCP only with ACK or RST set, which no packet
that opens a session has. ICMP errors pass, since path MTU discovery hangs on
them and nothing tells which session they speak of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.model.plant import ICMP, ICMP6, PORTED, TCP
from segc.packets.fields import DPORT, PROTO, SOURCE, SPORT, TARGET, TIME, Spans
from segc.packets.unions import sweep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.model.plant import Match
    from segc.packets.diagram import Diagrams, Piece
    from segc.packets.space import Cuts
    from segc.proof.duties import Duties, Part
    from segc.proof.expected import Space
    from segc.targets.manifest import Capabilities

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
        return space.judged(self.diagrams.either(space.allowed(), self._replies(() if answers else (TCP,))), base)

    def opening(self, follows: tuple[int, ...]) -> int:
        """Packets that open a session, or answer one of a protocol whose sessions the box does not follow."""
        space = self.space
        return space.judged(self.diagrams.either(space.allowed(), self._replies(follows)), space.base())

    def followed(self, follows: tuple[int, ...]) -> int:
        """Packets of the protocols whose sessions the box follows."""
        return self.diagrams.any([self._proto(proto, self.diagrams.yes) for proto in follows])

    def local(self, *, answers: bool) -> int:
        """Packets to the firewall itself."""
        local = self.space.local()
        if local is None:
            return self.space.passed
        free = [self.errors(), self._proto(TCP, self.diagrams.yes)] if answers else [self.errors()]
        return self.diagrams.select(self.diagrams.any(free), self.space.passed, local)

    # -- what may answer --------------------------------------------------

    def _replies(self, but: tuple[int, ...]) -> int:
        """Answers that arrive where their source lies, which is the target of what they answer; not of some protocols."""
        space, diagrams = self.space, self.diagrams
        by_zone: dict[str | None, list[tuple[Part, int]]] = {}
        for (_, b), parts in space.duties.pairs.items():
            by_zone.setdefault(b, []).extend((part, self._answer(part, but)) for part in parts)
        pieces: list[Piece] = []
        for b, found in by_zone.items():
            rows = space.rows(found, diagrams.any, diagrams.no, swapped=True)
            pieces += (
                rows if b is None else [(low, high, space.arrived(b, row, diagrams.no)) for low, high, row in rows]
            )
        return diagrams.case(SOURCE, sweep(pieces, diagrams.any), diagrams.no)

    def _answer(self, part: Part, but: tuple[int, ...]) -> int:
        made = [
            self._match(match, part.times)
            for match in part.matches
            if match.family in (0, self.family) and match.proto not in but
        ]
        return self.diagrams.any(made)

    def _match(self, match: Match, times: Spans | None) -> int:
        node = self.diagrams.yes
        timed = {TIME: times} if times is not None else {}
        for field, spans in sorted({**swapped(match), **timed}.items(), reverse=True):
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


def cut(duties: Duties, can: Capabilities, cuts: Cuts) -> None:
    """Cut a space at what answers look at, where they are asked about."""
    cuts.spans(PROTO, tuple((proto, proto) for proto in can.follows))
    if can.stateful and not can.follows:
        return
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
