"""How much rules permit: (source, target, port) triples, each counted once however many rules permit it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from segc.model.addresses import FAMILIES, normal
from segc.model.plant import ICMP, ICMP6

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from segc.model.addresses import Addresses, Spans


class Box(NamedTuple):
    """What a rule permits. `spans` are (protocol, first, last)."""

    sources: Addresses
    targets: Addresses
    spans: tuple[tuple[int, int, int], ...]


def volume(boxes: Sequence[Box]) -> int:
    """The triples in the union of the boxes; a packet has one family, so that a triple has too."""
    total = 0
    for proto in sorted({span[0] for box in boxes for span in box.spans}):
        families = {ICMP: (4,), ICMP6: (6,)}.get(proto, FAMILIES)
        cut = [(low, high, box) for box in boxes for p, low, high in box.spans if p == proto]
        for low, high, held in _pieces((low, high, box) for low, high, box in cut):
            total += (high - low + 1) * sum(_area(held, family) for family in families)
    return total


def _area(boxes: Sequence[Box], family: int) -> int:
    total = 0
    cut = [(low, high, box) for box in boxes for low, high in box.sources.of(family)]
    for low, high, held in _pieces(cut):
        targets: Spans = normal(span for box in held for span in box.targets.of(family))
        total += (high - low + 1) * sum(last - first + 1 for first, last in targets)
    return total


def _pieces(spans: Iterable[tuple[int, int, Box]]) -> Iterable[tuple[int, int, list[Box]]]:
    """The line, cut where any span begins or ends, with the boxes that hold each piece. Looks at a span twice only."""
    opened: dict[int, list[int]] = {}
    closed: dict[int, list[int]] = {}
    boxes: list[Box] = []
    for number, (low, high, box) in enumerate(spans):
        boxes.append(box)
        opened.setdefault(low, []).append(number)
        closed.setdefault(high + 1, []).append(number)
    held: dict[int, Box] = {}
    for low, beyond in pairwise(sorted({*opened, *closed})):
        for number in closed.get(low, ()):
            del held[number]
        held.update((number, boxes[number]) for number in opened.get(low, ()))
        if held:
            yield low, beyond - 1, list(held.values())
