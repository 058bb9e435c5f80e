"""Flows that open nothing of their own, by exact algebra: others, all together, cover every packet of theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.checks.registry import check
from segc.diagnostics import finding
from segc.model.addresses import FAMILIES, Addresses, meet
from segc.model.clock import expired, zone_of
from segc.model.parts import cut
from segc.model.plant import ICMP, ICMP6, PORTED
from segc.packets.diagram import Diagrams
from segc.packets.fields import DPORT, PROTO, SOURCE, SPORT, TARGET
from segc.packets.space import Cuts
from segc.packets.unions import sweep

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from segc.checks.registry import Moment
    from segc.diagnostics import Diagnostic
    from segc.model.parts import Pair
    from segc.model.plant import Flow, Match, Plant
    from segc.packets.fields import Spans

SHOWN = 3  # of the flows that cover another one


class _Part(NamedTuple):
    """What a flow opens between two zones."""

    flow: Flow
    sources: Addresses
    targets: Addresses
    matches: tuple[Match, ...]


@check("redundant-flow")
def redundant_flow(plant: Plant) -> Iterator[Diagnostic]:
    """Flows of conduits that other flows of conduits cover together."""
    standing = [flow for conduit in plant.conduits.values() for flow in conduit.flows]
    for flow, others in _covered(plant, standing, standing):
        message = f"`{flow.text}` opens nothing: other flows allow all of it"
        also = tuple((one.span, f"`{one.text}` allows it") for one in others[:SHOWN])
        help_text = "delete it, or narrow what covers it"
        yield finding("redundant-flow", message, flow.span, "opens nothing of its own", also=also, help=help_text)


@check("grant-opens-nothing")
def grant_opens_nothing(plant: Plant, moment: Moment) -> Iterator[Diagnostic]:
    """Grants whose packets standing flows allow at any time: the end of the grant ends nothing."""
    standing = [flow for conduit in plant.conduits.values() for flow in conduit.flows]
    zone = zone_of(plant)
    lasting = [grant for grant in plant.grants.values() if not expired(grant, zone, moment.at)]
    granted = [flow for grant in lasting for flow in grant.flows]
    for flow, others in _covered(plant, granted, standing):
        message = f"`{flow.text}` in grant `{flow.within}` opens nothing: standing flows allow all of it, at any time"
        also = tuple((one.span, f"`{one.text}` allows it") for one in others[:SHOWN])
        help_text = "delete the standing flow if access is to end with the grant, else delete this"
        yield finding("grant-opens-nothing", message, flow.span, "ends nothing", also=also, help=help_text)


def _covered(plant: Plant, asked: Sequence[Flow], by: Sequence[Flow]) -> Iterator[tuple[Flow, list[Flow]]]:
    """Flows that others cover in every pair of zones, with those others. Of two equal ones, the later is covered."""
    covering = _by_pair(plant, by)
    mine = covering if asked is by else _by_pair(plant, asked)
    verdicts: dict[Flow, list[Flow] | None] = {}
    for pair, parts in mine.items():
        for part, others in _judge(parts, covering.get(pair, [])):
            known = verdicts.get(part.flow, [])
            verdicts[part.flow] = None if others is None or known is None else [*known, *others]
    gone: set[Flow] = set()
    for flow in reversed(asked):
        others = verdicts.get(flow)
        # what covers it must itself stay: two flows that cover each other are not both superfluous
        if others and gone.isdisjoint(others):
            gone.add(flow)
            yield flow, list(dict.fromkeys(others))


def _by_pair(plant: Plant, flows: Sequence[Flow]) -> dict[Pair, list[_Part]]:
    known: dict[str, Addresses] = {}

    def own(zone: str) -> Addresses:
        if zone not in known:
            known[zone] = plant.ownership.own(zone)
        return known[zone]

    found: dict[Pair, list[_Part]] = {}
    for flow in flows:
        matches = tuple(match for service in flow.services for match in service.matches)
        for pair, sources, targets in cut(flow, own) if matches else ():
            found.setdefault(pair, []).append(_Part(flow, sources, targets, matches))
    return found


def _judge(parts: list[_Part], others: list[_Part]) -> Iterator[tuple[_Part, list[Flow] | None]]:
    """For each part flows that cover it, one if one does, else several together; None where none do."""
    same = parts is others
    if not others or (same and len(parts) == 1):
        yield from ((part, None) for part in parts)
        return
    # A part is covered by others exactly if each packet of it is covered by so many: itself and one more, or just one.
    needed = 2 if same else 1
    spaces = [_Pair(family, parts, others, needed) for family in FAMILIES]
    by_size = sorted(others, key=lambda one: -one.sources.size() * one.targets.size())
    for part in parts:
        covered = all(space.covered(part) for space in spaces)
        yield part, (_coverers(part, by_size) if covered else None)


def _coverers(part: _Part, by_size: list[_Part]) -> list[Flow]:
    """The flows to show: the widest one that covers a part by itself, else all that touch it."""
    near = []
    for one in by_size:
        if one.flow is not part.flow and _meet(part, one):
            if _contains(one, part):
                return [one.flow]
            near.append(one.flow)
    return near


def _meet(a: _Part, b: _Part) -> bool:
    """Can one packet be of both?"""
    return (
        any(m.proto == n.proto and m.low <= n.high and n.low <= m.high for m in a.matches for n in b.matches)
        and bool(meet(a.targets, b.targets))
        and bool(meet(a.sources, b.sources))
    )


def _contains(outer: _Part, inner: _Part) -> bool:
    return (
        outer.sources.covers(inner.sources)
        and outer.targets.covers(inner.targets)
        and all(any(_holds(m, n) for m in outer.matches) for n in inner.matches)
    )


def _holds(outer: Match, inner: Match) -> bool:
    return (
        outer.proto == inner.proto
        and outer.family in (0, inner.family)
        and outer.low <= inner.low
        and inner.high <= outer.high
        and outer.source_low <= inner.source_low
        and inner.source_high <= outer.source_high
    )


class _Pair:
    """The packets between two zones in one family, and by how many flows each is covered, up to two."""

    def __init__(self, family: int, parts: Sequence[_Part], others: Sequence[_Part], needed: int) -> None:
        self.family = family
        cuts = Cuts(family)
        for part in [*parts, *(others if others is not parts else [])]:
            for field, ranges in self._ends(part).items():
                cuts.spans(field, ranges)
            for match in part.matches:
                for field, ranges in _kind(match).items():
                    cuts.spans(field, ranges)
        self.diagrams = Diagrams(cuts.space())
        self._kinds: dict[tuple[Match, ...], int] = {}
        leaf = self.diagrams.leaf
        self._enough = self.diagrams.relabel(self._counted(others), "enough", lambda n: leaf(n >= needed))

    def covered(self, part: _Part) -> bool:
        """Is every packet of a part covered often enough?"""
        diagrams = self.diagrams
        ends = self._ends(part)
        node = self._by(
            SOURCE, ends[SOURCE], self._by(TARGET, ends[TARGET], self._kind(part), diagrams.no), diagrams.no
        )
        return diagrams.select(self._enough, diagrams.no, node) == diagrams.no

    def _counted(self, parts: Sequence[_Part]) -> int:
        """How many of the flows cover each packet. Those of one source are joined before sources are."""
        none = self.diagrams.leaf(0)
        rows: dict[tuple[int, int], dict[tuple[int, int], list[int]]] = {}
        for part in parts:
            ends = self._ends(part)
            one = self.diagrams.relabel(self._kind(part), "one", lambda yes: self.diagrams.leaf(int(yes)))
            targets = self.diagrams.space.ranks(TARGET, ends[TARGET])
            for source in self.diagrams.space.ranks(SOURCE, ends[SOURCE]):
                row = rows.setdefault(source, {})
                for target in targets:
                    row.setdefault(target, []).append(one)
        made = []
        for source, row in rows.items():
            pieces = [(*target, self._sum(nodes)) for target, nodes in row.items()]
            made.append((*source, self.diagrams.case(TARGET, sweep(pieces, self._sum), none)))
        return self.diagrams.case(SOURCE, sweep(made, self._sum), none)

    def _sum(self, nodes: list[int]) -> int:
        """Counts, added up to two; halves first."""
        left, leaf = list(nodes), self.diagrams.leaf
        while len(left) > 1:
            pairs = zip(left[::2], left[1::2], strict=False)
            added = [self.diagrams.combine(a, b, lambda x, y: leaf(min(x + y, 2))) for a, b in pairs]
            left = [*added, *left[len(left) & ~1 :]]
        return left[0]

    def _ends(self, part: _Part) -> dict[int, Spans]:
        return {SOURCE: part.sources.of(self.family), TARGET: part.targets.of(self.family)}

    def _kind(self, part: _Part) -> int:
        """Yes for the protocols and ports of a part."""
        found = self._kinds.get(part.matches)
        if found is None:
            mine = [_kind(match) for match in part.matches if match.family in (0, self.family)]
            found = self._kinds[part.matches] = self.diagrams.any(map(self._cube, mine))
        return found

    def _cube(self, spans: dict[int, Spans]) -> int:
        node = self.diagrams.yes
        for field in sorted(spans, reverse=True):
            node = self._by(field, spans[field], node, self.diagrams.no)
        return node

    def _by(self, field: int, spans: Spans, yes: int, no: int) -> int:
        ranks = self.diagrams.space.ranks(field, spans)
        return self.diagrams.case(field, [(low, high, yes) for low, high in ranks], no)


def _kind(match: Match) -> dict[int, Spans]:
    spans: dict[int, Spans] = {PROTO: ((match.proto, match.proto),)}
    if match.proto in PORTED:
        spans |= {DPORT: ((match.low, match.high),), SPORT: ((match.source_low, match.source_high),)}
    elif match.proto in (ICMP, ICMP6):
        spans[DPORT] = ((match.low, match.high),)
    return spans
