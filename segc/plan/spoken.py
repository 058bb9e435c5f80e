"""Which pairs of cells something speaks of, so that all others can be judged at once."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from segc.plan.cells import Cell
    from segc.plan.side import Side


class Spoken:
    """The pairs of cells of which flows, or a mode of their own, speak in one of the plants."""

    def __init__(self, before: Side, after: Side, every: Sequence[Cell]) -> None:
        self._by_before: dict[str | None, list[Cell]] = defaultdict(list)
        self._by_after: dict[str | None, list[Cell]] = defaultdict(list)
        for cell in every:
            self._by_before[cell.before].append(cell)
            self._by_after[cell.after].append(cell)
        self._place = {cell[:2]: at for at, cell in enumerate(every)}
        self._towards_before = _sources(before)
        self._towards_after = _sources(after)

    def of(self, target: Cell) -> list[Cell]:
        """The sources of which something speaks, in the order of cells."""
        found: dict[tuple[str | None, str | None], Cell] = {}
        for zone in self._towards_before.get(target.before, ()):
            found.update((cell[:2], cell) for cell in self._by_before[zone])
        for zone in self._towards_after.get(target.after, ()):
            found.update((cell[:2], cell) for cell in self._by_after[zone])
        return sorted(found.values(), key=lambda cell: self._place[cell[:2]])

    def beside(self, target: Cell) -> list[Cell]:
        """The cells that share a zone with the target before or after."""
        near = {cell[:2]: cell for cell in self._by_before[target.before] if target.before is not None}
        near |= {cell[:2]: cell for cell in self._by_after[target.after] if target.after is not None}
        return sorted(near.values(), key=lambda cell: self._place[cell[:2]])


def _sources(side: Side) -> dict[str | None, list[str]]:
    found: dict[str | None, list[str]] = defaultdict(list)
    for source, target in dict.fromkeys([*side.plant.modes, *side.policy.pairs()]):
        found[target].append(source)
    return found
