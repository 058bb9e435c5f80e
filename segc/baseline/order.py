"""In which order to enforce the conduits that are ready: by how much today's flatness would fall."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from segc.baseline.readiness import State
from segc.graph.analysis import Analysis
from segc.graph.ways import TODAY
from segc.model.plant import ENFORCE, MONITOR

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Sequence
    from datetime import datetime

    from segc.baseline.readiness import Readiness
    from segc.model.plant import Conduit, Plant

MOST = 40  # conduits that are tried one by one; of more, the first ones declared


def order(plant: Plant, found: Sequence[Readiness], at: datetime, only: Container[str] | None = None) -> list[str]:
    """Names of conduits in monitor that are ready (or those of some names), the one that helps most first.

    Conduits of a pair begin to stop together (`segc.baseline.promotion`), so none of them is told as long as one is not
    ready; what is found must tell of all that are `beside`.
    """
    held = _held(plant, found)
    ready = [
        one.conduit
        for one in found
        if (only is None or one.conduit.name in only)
        and (pairs := _listening(plant, one.conduit))
        and held.isdisjoint(pairs)
    ]
    tried, rest = ready[:MOST], ready[MOST:]
    falls = {conduit.name: _flatness(plant, conduit, at) for conduit in tried}
    return [*sorted(falls, key=lambda name: falls[name]), *(conduit.name for conduit in rest)]


def beside(plant: Plant, names: Collection[str]) -> set[str]:
    """Conduits of some names, and all with which they begin to stop: those of the same pairs, of theirs, and so on."""
    found = set(names)
    while True:
        pairs = {pair for name in found for pair in _listening(plant, plant.conduits[name])}
        more = {one.name for one in plant.conduits.values() if not pairs.isdisjoint(one.pairs())}
        if more <= found:
            return found
        found |= more


def _held(plant: Plant, found: Sequence[Readiness]) -> set[tuple[str, str]]:
    """The pairs that stay in monitor: of what is not ready, and of each that keeps its pairs there and waits for such a one."""
    held = {pair for one in found if one.state is not State.READY for pair in _listening(plant, one.conduit)}
    keeping = [_keeping(plant, one.conduit) for one in found]
    while more := {pair for pairs in keeping if not held.isdisjoint(pairs) for pair in pairs} - held:
        held |= more
    return held


def _keeping(plant: Plant, conduit: Conduit) -> set[tuple[str, str]]:
    """The pairs that it keeps in monitor itself; one that says enforce is only kept there."""
    return {pair for pair in _listening(plant, conduit) if (conduit.mode or plant.mode(None, pair[1])) == MONITOR}


def _listening(plant: Plant, conduit: Conduit) -> set[tuple[str, str]]:
    """The pairs that it opens and that are in monitor."""
    return {pair for pair in conduit.pairs() if plant.mode(*pair) == MONITOR}


def _flatness(plant: Plant, conduit: Conduit, at: datetime) -> float:
    """Today's flatness, were the conduit enforced."""
    modes = {**plant.modes, **dict.fromkeys(conduit.pairs(), ENFORCE)}
    return Analysis(replace(plant, modes=modes), at).flatness(TODAY).value
