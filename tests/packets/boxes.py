"""The second opinion: sets of packets as lists of disjoint boxes, a range of values for each field.

It shares nothing with the diagrams: no cuts, no classes, no nodes. Boxes can
become many, so every step is paid from a budget; when that is spent the answer
is `GaveUp`, never "equal". `pushing` runs machines on them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.packets.fields import FIELDS, IIF, OIF, normal, top, without
from segc.packets.machine import In, Interface, Unknown, original_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from segc.packets.fields import Spans
    from segc.packets.machine import Machine

Box = tuple[tuple[int, int], ...]  # a range for each axis


class GaveUp(Exception):
    """The budget is spent: nothing is known."""


class Budget:
    """Steps that may still be made."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def spend(self, steps: int = 1) -> None:
        """Pay for steps."""
        self.left -= steps
        if self.left < 0:
            raise GaveUp


class Axes:
    """What boxes have a range of: the fields of a packet, and behind them what machines leave unknown, 0 or 1.

    Interfaces are numbered: the names in use, `eth*` as any other that begins so, and `*` as any other at all.
    """

    def __init__(self, family: int, *machines: Machine) -> None:
        self.family = family
        names: dict[int, set[str]] = {IIF: {"*"}, OIF: {"*"}}
        texts: set[str] = set()
        for match in (m for machine in machines for rules in machine.chains.values() for r in rules for m in r.matches):
            if isinstance(match, Interface):
                names[match.field].update(match.names)
            elif isinstance(match, Unknown):
                texts.add(match.text)
            elif isinstance(match, In) and match.original:
                texts.add(original_text(match))
        self.names = {field: sorted(found) for field, found in names.items()}
        self.unknown = {text: axis for axis, text in enumerate(sorted(texts), len(FIELDS))}

    def everything(self) -> Box:
        """The box of all packets."""
        last = (len(self.names[f]) - 1 if f in self.names else top(f, self.family) for f in range(len(FIELDS)))
        return (*((0, high) for high in last), *((0, 1) for _ in self.unknown))

    def interfaces(self, match: Interface) -> Spans:
        """The numbers of the interfaces that have one of a match's names."""
        told = enumerate(self.names[match.field])
        return normal([(i, i) for i, name in told if any(_called(name, one) for one in match.names)])


def _called(name: str, pattern: str) -> bool:
    """Has every interface that goes by `name` a name that the pattern takes?"""
    return name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern


# ---- one box ---------------------------------------------------------------------------------------------------------


def meet(a: Box, b: Box) -> Box | None:
    """What is in both boxes."""
    found = []
    for (a_low, a_high), (b_low, b_high) in zip(a, b, strict=True):
        low, high = max(b_low, a_low), min(b_high, a_high)
        if low > high:
            return None
        found.append((low, high))
    return tuple(found)


def narrowed(box: Box, axis: int, span: tuple[int, int]) -> Box:
    """The box with another range on one axis."""
    return (*box[:axis], span, *box[axis + 1 :])


def split(box: Box, axis: int, spans: Spans) -> tuple[list[Box], list[Box]]:
    """What of a box lies in ranges of one axis, which are sorted and disjoint, and what lies outside."""
    low, high = box[axis]
    inside = [(max(low, a), min(high, b)) for a, b in spans if a <= high and b >= low]
    if inside == [(low, high)]:
        return [box], []
    if not inside:
        return [], [box]
    outside = without(((low, high),), tuple(inside))
    return [narrowed(box, axis, one) for one in inside], [narrowed(box, axis, one) for one in outside]


def subtract(a: Box, b: Box) -> list[Box]:
    """What is in `a` and not in `b`, as disjoint boxes: a slice off each side of `a` that sticks out."""
    if meet(a, b) is None:
        return [a]
    found = []
    for axis, span in enumerate(b):
        _, outside = split(a, axis, (span,))
        found += outside
        a = narrowed(a, axis, (max(a[axis][0], span[0]), min(a[axis][1], span[1])))
    return found


# ---- lists of disjoint boxes -----------------------------------------------------------------------------------------


def difference(a: Iterable[Box], b: Sequence[Box], budget: Budget) -> list[Box]:
    """What is in `a` and not in `b`."""
    left = list(a)
    for one in b:
        budget.spend(len(left))
        left = [rest for box in left for rest in subtract(box, one)]
    return left


def union(a: Sequence[Box], b: Sequence[Box], budget: Budget) -> list[Box]:
    """What is in one of two lists, which need not be disjoint boxes before."""
    found: list[Box] = []
    for one in (*a, *b):
        found += difference([one], found, budget)
    return found


def intersection(a: Iterable[Box], b: Sequence[Box], budget: Budget) -> list[Box]:
    """What is in both lists."""
    found = []
    for one in a:
        budget.spend(len(b))
        found += [both for other in b if (both := meet(one, other)) is not None]
    return found


def equal(a: Sequence[Box], b: Sequence[Box], budget: Budget) -> bool:
    """Are they the same set?"""
    return not difference(a, b, budget) and not difference(b, a, budget)


def sample(boxes: Sequence[Box]) -> tuple[int, ...] | None:
    """The lowest values of the first box; None where there is none."""
    return tuple(low for low, _ in boxes[0]) if boxes else None
