"""How far everything reaches from everywhere: hops between all machines, exactly, on sets of bits.

One round a hop. `within[u]` are the classes that class u reaches in so many
hops, one bit each; a round joins to it what its neighbours had. Python's long
integers do that for 64 classes a machine word, so that 10,000 classes take a
second or two, where breadth-first searches from each take minutes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from segc.graph.classes import Class, Quotient
    from segc.graph.machines import Machine


class Reach(NamedTuple):
    """What one machine of a class reaches: numbers of machines by hop (from one hop on), their weight in all.

    `near` counts only machines of its own Purdue level. The machine itself is never counted.
    """

    by_hop: tuple[int, ...]
    near: tuple[int, ...]
    weight: int

    @property
    def machines(self) -> int:
        """By any number of hops."""
        return sum(self.by_hop)


class Closure:
    """Of each class what a machine of it reaches; `of(machine)` asks for one."""

    def __init__(self, quotient: Quotient) -> None:
        self.quotient = quotient
        classes = quotient.classes
        self._count = _Planes(classes, len)
        self._weight = _Planes(classes, lambda members: sum(one.weight for one in members))
        self._level: dict[float | None, int] = {}
        for one in classes:
            level = one.members[0].zone.level
            self._level[level] = self._level.get(level, 0) | 1 << one.number
        self._hops: list[list[int]] = [[] for _ in classes]
        self._near: list[list[int]] = [[] for _ in classes]
        self.within = self._walk()

    def of(self, machine: Machine) -> Reach:
        """What a machine reaches."""
        index = self.quotient.class_of[machine.number]
        weight = self._weight.total(self.within[index]) - machine.weight
        return Reach(tuple(self._hops[index]), tuple(self._near[index]), weight)

    def reaches(self, source: Machine, target: Machine) -> bool:
        """By any number of hops; everything reaches itself."""
        class_of = self.quotient.class_of
        return bool(self.within[class_of[source.number]] >> class_of[target.number] & 1)

    def _walk(self) -> list[int]:
        classes, reaches = self.quotient.classes, self.quotient.reaches
        within = [1 << one.number for one in classes]
        hop = 0
        while True:
            beyond = self._beyond(within)
            before, grown = within, []
            for index, groups in enumerate(reaches):
                bits = before[index]
                for group in groups:
                    bits |= beyond[group]
                grown.append(bits)
            if grown == before and hop:
                return within
            hop += 1
            self._tally(before, grown, hop)
            within = grown

    def _beyond(self, within: Sequence[int]) -> list[int]:
        """Of each group what its classes have reached."""
        found: list[int] = []
        for classes, groups in self.quotient.groups:
            bits = 0
            for one in classes:
                bits |= within[one]
            for group in groups:
                bits |= found[group]
            found.append(bits)
        return found

    def _tally(self, before: Sequence[int], grown: Sequence[int], hop: int) -> None:
        for one in self.quotient.classes:
            new = grown[one.number] & ~before[one.number]
            beside = len(one.members) - 1 if hop == 1 else 0  # the others of its own class are in its zone: one hop
            if not new and not beside:
                continue
            level = self._level[one.members[0].zone.level]
            _add(self._hops[one.number], hop, self._count.total(new) + beside)
            _add(self._near[one.number], hop, self._count.total(new & level) + beside)


def _add(counts: list[int], hop: int, number: int) -> None:
    counts += [0] * (hop - len(counts))
    counts[hop - 1] += number


class _Planes:
    """Sums of a number a class over a set of classes: bit by bit of these numbers, so that counting bits adds them."""

    def __init__(self, classes: Sequence[Class], of: Callable[[tuple[Machine, ...]], int]) -> None:
        self._planes: list[int] = []
        for one in classes:
            number, at = of(one.members), 0
            while number:
                if at == len(self._planes):
                    self._planes.append(0)
                if number & 1:
                    self._planes[at] |= 1 << one.number
                number, at = number >> 1, at + 1

    def total(self, bits: int) -> int:
        """The sum over the classes whose bits are set."""
        return sum((bits & plane).bit_count() << at for at, plane in enumerate(self._planes))
