"""What becomes of the sessions that a question names: allow, pass, alert or block, and by which line."""

from __future__ import annotations

from functools import partial
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from segc.model.addresses import FAMILIES, Addresses, meet
from segc.model.plant import MONITOR
from segc.packets.decide import Slice
from segc.packets.fields import DPORT, PROTO, SOURCE, SPORT, TARGET, Packet
from segc.packets.partition import partition, values
from segc.packets.sample import Sampler
from segc.packets.wellformed import well_formed
from segc.proof.sessions import ends_of, open_at, sessions, space_of, touches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.packets.diagram import Diagrams
    from segc.packets.partition import Box
    from segc.proof.asking import Question
    from segc.proof.duties import Part, Policy
    from segc.proof.sessions import Ends

STOPPED = ("block", None)
ASKED = (SOURCE, TARGET, PROTO, DPORT, SPORT)


class Row(NamedTuple):
    """A part of the answer: a verdict, what brings it about, and the packets, a range list a field."""

    verdict: str
    source: str | None
    target: str | None
    part: Part | None
    family: int
    boxes: tuple[dict[int, list[tuple[int, int]]], ...]
    sample: Packet


def answer(policy: Policy, asked: Question) -> list[Row]:
    """The parts of an answer: a row for each verdict and line, in each family."""
    return [
        row
        for family in FAMILIES
        for a, b in product(_zones(policy, asked.sources, family), _zones(policy, asked.targets, family))
        for row in _pair(policy, asked, a, b, family)
    ]


def _zones(policy: Policy, asked: Addresses, family: int) -> list[str | None]:
    """The zones that some of the addresses are in; None for addresses of nobody."""
    ownership = policy.plant.ownership
    found: dict[str | None, None] = {}
    for part in asked.ranges():
        if part.family == family:
            found.update((zone, None) for zone, _, _ in ownership.split(part))
    return list(found)


def _own(policy: Policy, zone: str | None) -> Addresses:
    return policy.plant.ownership.unowned() if zone is None else policy.own(zone)


def _pair(policy: Policy, asked: Question, a: str | None, b: str | None, family: int) -> Iterator[Row]:
    """One ordered pair of zones: what its flows cover, and what becomes of the rest."""
    now = int(policy.at.timestamp())
    parts = []
    if a is not None and b is not None and a != b:
        parts = [p for _, p in policy.parts((a, b)) if open_at(p.times, now)]
    ends = {
        SOURCE: meet(asked.sources, _own(policy, a)).of(family),
        TARGET: meet(asked.targets, _own(policy, b)).of(family),
    }
    shut = policy.shut((a, b)) if a is not None and b is not None and a != b else []
    parts, shut = (_near(found, ends, family) for found in (parts, shut))
    diagrams = space_of(family, [*parts, *shut], ends, asked.matches)
    rest = "pass" if a is not None and a == b else ("alert" if policy.mode(a, b) == MONITOR else "block")
    node = diagrams.leaf((rest, None))
    for part in shut:
        node = diagrams.select(sessions(diagrams, ends_of(part, family), part.matches), diagrams.leaf(STOPPED), node)
    for at, part in reversed(list(enumerate(parts))):
        node = diagrams.select(
            sessions(diagrams, ends_of(part, family), part.matches), diagrams.leaf(("allow", at)), node
        )
    node = diagrams.select(sessions(diagrams, ends, asked.matches), node, diagrams.leaf(None))
    real = well_formed(diagrams)
    sampler = Sampler(diagrams, {})
    groups: dict[tuple[str, int | None], list[Box]] = {}
    for box in partition(diagrams, node):
        if box.value is not None:
            groups.setdefault(box.value, []).append(box)
    for key, boxes in groups.items():
        mine = diagrams.both(diagrams.relabel(node, ("only", key), partial(_only, diagrams, key)), real)
        if mine == diagrams.no:  # headers that no packet has
            continue
        sample, _ = sampler.packet(mine, Slice(family))
        told = tuple({f: values(diagrams, f, box.ranks[f]) for f in ASKED if box.ranks[f]} for box in boxes)
        verdict, chosen = key
        yield Row(verdict, a, b, parts[chosen] if chosen is not None else None, family, told, sample)


def _near(parts: list[Part], ends: Ends, family: int) -> list[Part]:
    """Those that have addresses in common with the ends on both sides."""
    return [part for part in parts if all(touches(ends_of(part, family)[field], ends[field]) for field in ends)]


def _only(diagrams: Diagrams, wanted: object, value: object) -> int:
    return diagrams.leaf(value == wanted)
