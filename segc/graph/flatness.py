"""Flatness: one number between 0 (all machines apart) and 1 (one flat network), and what it is made of.

F(l) is the mean of l^(hop - 1) over all ordered pairs of machines, where hop is
the length of the shortest chain of sessions, and l^infinity is 0. F(0) is the
share of pairs that are joined directly; F(1) of those joined by any chain; the
index is F(1/2), in which each further hop counts half.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.graph.classes import Quotient
from segc.graph.closure import Closure

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from segc.graph.machines import Machine
    from segc.graph.ways import Ways

DECAY = 0.5


class Flatness(NamedTuple):
    """F(1/2), F(0) and F(1) of a set of machines; `floor` is what would be left without a single flow."""

    machines: int
    value: float
    direct: float
    transitive: float
    floor: float


class Level(NamedTuple):
    """Flatness among the machines of one Purdue level (None: zones that say no level). Chains may leave the level."""

    level: float | None
    flatness: Flatness


def flatness(closure: Closure) -> Flatness:
    """Of all machines."""
    machines = closure.quotient.ways.machines
    return _flatness(machines, [closure.of(one).by_hop for one in machines])


def levels(closure: Closure) -> list[Level]:
    """Of each Purdue level, from the top."""
    by_level: dict[float | None, list[Machine]] = {}
    for machine in closure.quotient.ways.machines:
        by_level.setdefault(machine.zone.level, []).append(machine)
    order = sorted(by_level, key=lambda level: (level is None, -(level or 0)))
    return [Level(level, _flatness(by_level[level], [closure.of(m).near for m in by_level[level]])) for level in order]


def of_ways(ways: Ways) -> Flatness:
    """Of all machines, where nothing else is asked of the closure."""
    return flatness(Closure(Quotient(ways)))


def _flatness(machines: Sequence[Machine], hops: Iterable[Sequence[int]]) -> Flatness:
    by_hop: list[int] = []
    for counts in hops:
        by_hop += [0] * (len(counts) - len(by_hop))
        for at, number in enumerate(counts):
            by_hop[at] += number
    pairs = len(machines) * (len(machines) - 1)
    if not pairs:
        return Flatness(len(machines), 0.0, 0.0, 0.0, 0.0)
    sizes: dict[str, int] = {}
    for machine in machines:
        sizes[machine.zone.name] = sizes.get(machine.zone.name, 0) + 1
    return Flatness(
        len(machines),
        sum(number * DECAY**at for at, number in enumerate(by_hop)) / pairs,
        (by_hop[0] if by_hop else 0) / pairs,
        sum(by_hop) / pairs,
        sum(size * (size - 1) for size in sizes.values()) / pairs,
    )
