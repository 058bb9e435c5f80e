"""The flow that almost covers what is refused, and what differs.

A flow and packets differ in their source, target or service if they have none
in common, in time if the flow is one of a grant that is not open, and in
direction if the flow leads the other way. The nearest flow differs in the
fewest of these; it is exact, because for packets that no open flow covers
every flow of the same pair of zones differs in at least one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.model.addresses import NOTHING, Addresses, meet
from segc.packets.fields import DPORT, PROTO, SOURCE, SPORT, TARGET
from segc.proof.sessions import ranges

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from segc.model.parts import Pair
    from segc.model.plant import Grant, Match
    from segc.proof.duties import Part, Policy
    from segc.proof.query import Row

    Spans = Sequence[tuple[int, int]]
    Candidate = tuple[Pair, Grant | None, Part]

TIME, SERVICE, TARGETED, SOURCED, DIRECTION = "time", "service", "target", "source", "direction"
ORDER = (TIME, SERVICE, SOURCED, TARGETED, DIRECTION)  # of two flows that differ in as many, which one is told
ALL = ((0, 65535),)


class Near(NamedTuple):
    """A flow, and in which of `ORDER` it differs from what was asked."""

    part: Part
    grant: Grant | None
    pair: Pair
    differs: tuple[str, ...]


class Box(NamedTuple):
    """A product of sources, targets and kinds of packets that is refused."""

    family: int
    sources: Addresses
    targets: Addresses
    kinds: Mapping[int, Spans]


def nearest(policy: Policy, row: Row) -> Near | None:
    """The nearest flow of the same direction; None where there is none worth telling.

    That is one with both ends elsewhere, or one between other zones that differs in more than its end.
    """
    boxes = [_box(row.family, box) for box in row.boxes]
    best: tuple[tuple[object, ...], Near] | None = None
    for pair, grant, part in _same_way(policy, row, boxes):
        near = Near(part, grant, pair, (*_late(policy, part), *_least(part, boxes)))
        foreign = pair != (row.source, row.target)
        if {SOURCED, TARGETED} <= set(near.differs) or len(near.differs) > (1 if foreign else 3):
            continue
        key = len(near.differs), foreign, _rank(near.differs)
        if best is None or key < best[0]:
            best = key, near
    return best[1] if best else None


def reverse(policy: Policy, row: Row) -> Near | None:
    """An open flow that covers packets of the row if one turns them round: what it permits is answered, no more."""
    if row.source is None or row.target is None:
        return None
    pair = row.target, row.source
    boxes = [box._replace(sources=box.targets, targets=box.sources) for box in (_box(row.family, b) for b in row.boxes)]
    for grant, part in policy.parts(pair):
        if not _late(policy, part) and not _least(part, boxes):
            return Near(part, grant, pair, (DIRECTION,))
    return None


def _same_way(policy: Policy, row: Row, boxes: list[Box]) -> Iterator[Candidate]:
    """The flows that have a zone in common with the row, at the same end."""
    for pair in policy.pairs():
        both = pair == (row.source, row.target)
        if both or ((row.source == pair[0] or row.target == pair[1]) and _spoken(policy, pair, boxes)):
            for grant, part in policy.parts(pair):
                yield pair, grant, part


def _spoken(policy: Policy, pair: Pair, boxes: list[Box]) -> bool:
    """Has any flow of a pair such packets? Between other zones all others are too far, and cutting them takes long."""
    matches = {match for _, flow in policy.flows(pair) for service in flow.services for match in service.matches}
    return any(_speaks(match, box) for match in matches for box in boxes)


def _late(policy: Policy, part: Part) -> tuple[str, ...]:
    now = int(policy.at.timestamp())
    return () if part.times is None or any(low <= now <= high for low, high in part.times) else (TIME,)


def _least(part: Part, boxes: Iterable[Box]) -> tuple[str, ...]:
    return min((_differs(part, box) for box in boxes), key=_rank)


def _rank(differs: tuple[str, ...]) -> tuple[int, tuple[int, ...]]:
    return len(differs), tuple(ORDER.index(one) for one in differs)


def _box(family: int, box: dict[int, list[tuple[int, int]]]) -> Box:
    return Box(family, _addresses(family, box.get(SOURCE)), _addresses(family, box.get(TARGET)), box)


def _addresses(family: int, spans: list[tuple[int, int]] | None) -> Addresses:
    ranges = tuple(spans) if spans else ((0, (1 << (32 if family == 4 else 128)) - 1),)
    return Addresses(ranges, ()) if family == 4 else Addresses((), ranges)


def _differs(part: Part, box: Box) -> tuple[str, ...]:
    found = []
    if not any(_speaks(match, box) for match in part.matches):
        found.append(SERVICE)
    if meet(part.sources, box.sources) == NOTHING:
        found.append(SOURCED)
    if meet(part.targets, box.targets) == NOTHING:
        found.append(TARGETED)
    return tuple(found)


def _speaks(match: Match, box: Box) -> bool:
    """Has a service a packet of the box's kinds?"""
    if match.family not in (0, box.family):
        return False
    return all(
        _common(spans, box.kinds.get(field) or (ALL if field in (DPORT, SPORT) else ((0, 255),)))
        for field, spans in ranges(match).items()
        if field in (PROTO, DPORT, SPORT)
    )


def _common(a: Iterable[tuple[int, int]], b: Iterable[tuple[int, int]]) -> bool:
    return any(low <= other_high and other_low <= high for low, high in a for other_low, other_high in b)
