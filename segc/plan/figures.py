"""The plant as a graph before and after: flatness, how far each machine reaches, and who newly reaches a crown jewel.

Machines are the same if they have the same addresses, whatever they are called and whatever zone they are in; a zone
without assets stands for one machine, and is the same by its name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.graph.ways import DECLARED, TODAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from segc.graph.closure import Closure
    from segc.graph.machines import Machine
    from segc.graph.search import Hop
    from segc.plan.side import Side

NEWLY = 20  # machines that newly reach a jewel, of which a chain is looked for


class Blast(NamedTuple):
    """How many machines one machine reaches before and after, in both states; None where it is not there."""

    before: Machine | None
    after: Machine | None
    declared: tuple[int | None, int | None]
    today: tuple[int | None, int | None]
    chain: tuple[Hop, ...] = ()

    @property
    def growth(self) -> int:
        """By how many machines it grows as declared; all that a new machine reaches."""
        return (self.declared[1] or 0) - (self.declared[0] or 0)


class Jewel(NamedTuple):
    """How many machines reach a crown jewel as declared, which newly do, and the shortest new way."""

    machine: Machine
    reached_by: tuple[int | None, int]
    newly: tuple[Machine, ...]
    chain: tuple[Hop, ...]


class Comparison:
    """Both closures, and which machine is which."""

    def __init__(self, before: Side, after: Side) -> None:
        self.before = before
        self.after = after
        self.closures = {
            (side, state): side.analysis.closure(state) for side in (before, after) for state in (DECLARED, TODAY)
        }
        self.same = _same(before, after)

    def _machines(self, side: Side) -> Sequence[Machine]:
        return side.analysis.ways().machines

    def blast(self) -> list[Blast]:
        """Every machine whose reach changes, the one that grows most first; those that go last."""
        back = {new.number: old for old, new in self.same}
        found = [self._blast(back.get(new.number), new) for new in self._machines(self.after)]
        kept = {old.number for old, _ in self.same}
        found += [self._blast(old, None) for old in self._machines(self.before) if old.number not in kept]
        differing = [one for one in found if one.declared[0] != one.declared[1] or one.today[0] != one.today[1]]
        return sorted(differing, key=lambda one: (-one.growth, _number(one)))

    def _blast(self, old: Machine | None, new: Machine | None) -> Blast:
        def counts(state: str) -> tuple[int | None, int | None]:
            ends = ((self.before, old), (self.after, new))
            was, now = (self.closures[side, state].of(m).machines if m is not None else None for side, m in ends)
            return was, now

        return Blast(old, new, counts(DECLARED), counts(TODAY))

    def chain(self, one: Blast) -> tuple[Hop, ...]:
        """The shortest chain to a machine that is newly reached as declared, crown jewels first."""
        if one.after is None:
            return ()
        was, now = self.closures[self.before, DECLARED], self.closures[self.after, DECLARED]
        back = {new.number: old for old, new in self.same}
        newly = [
            target
            for target in self._machines(self.after)
            if target.number != one.after.number
            and now.reaches(one.after, target)
            and not _reached(was, one.before, back.get(target.number))
        ]
        if not newly:
            return ()
        search = self.after.analysis.search([one.after])
        return search.chain(min(newly, key=lambda m: (not m.jewel, search.hops(m) or 0, m.number)))

    def jewels(self) -> list[Jewel]:
        """Crown jewels that machines newly reach, the most exposed first."""
        was, now = self.closures[self.before, DECLARED], self.closures[self.after, DECLARED]
        back = {new.number: old for old, new in self.same}
        found = []
        for jewel in self._machines(self.after):
            if not jewel.jewel:
                continue
            old = back.get(jewel.number)
            reaching = [m for m in self._machines(self.after) if m.number != jewel.number and now.reaches(m, jewel)]
            newly = tuple(m for m in reaching if not _reached(was, back.get(m.number), old))
            if newly:
                found.append(
                    Jewel(jewel, (self._reaching(was, old), len(reaching)), newly, self._shortest(newly, jewel))
                )
        return sorted(found, key=lambda one: (-len(one.newly), one.machine.number))

    def _reaching(self, closure: Closure, jewel: Machine | None) -> int | None:
        if jewel is None:
            return None
        others = [m for m in self._machines(self.before) if m.number != jewel.number]
        return sum(closure.reaches(m, jewel) for m in others)

    def _shortest(self, newly: Sequence[Machine], jewel: Machine) -> tuple[Hop, ...]:
        return self.after.analysis.search(newly[:NEWLY]).chain(jewel)


def _reached(closure: Closure, source: Machine | None, target: Machine | None) -> bool:
    return source is not None and target is not None and closure.reaches(source, target)


def _number(one: Blast) -> int:
    machine = one.after or one.before
    return machine.number if machine is not None else 0


def _same(before: Side, after: Side) -> list[tuple[Machine, Machine]]:
    """By addresses, else by name. Of several with the same addresses, the first ones belong together."""
    old, new = before.analysis.ways().machines, after.analysis.ways().machines
    found = _paired([(_addresses(before, m), m) for m in old], [(_addresses(after, m), m) for m in new])
    known = {a.number for a, _ in found}, {b.number for _, b in found}
    left = (
        [(m.path, m) for m in old if m.number not in known[0]],
        [(m.path, m) for m in new if m.number not in known[1]],
    )
    return found + _paired(*left)


def _paired(
    old: Sequence[tuple[object, Machine]], new: Sequence[tuple[object, Machine]]
) -> list[tuple[Machine, Machine]]:
    waiting: dict[object, list[Machine]] = {}
    for key, machine in old:
        waiting.setdefault(key, []).append(machine)
    return [(waiting[key].pop(0), machine) for key, machine in new if waiting.get(key)]


def _addresses(side: Side, machine: Machine) -> object:
    if machine.asset is not None:
        return machine.asset.addresses
    return machine.zone.kind, side.policy.own(machine.zone.name)
