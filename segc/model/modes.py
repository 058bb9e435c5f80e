"""Modes of zone pairs: a conduit's own, and what happens when conduits disagree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.diagnostics import Diagnostic, finding
from segc.model.plant import MONITOR, Conduit

if TYPE_CHECKING:
    from segc.model.plant import Plant


def pair_modes(plant: Plant, found: list[Diagnostic]) -> dict[tuple[str, str], str]:
    """Modes of the pairs that conduits open. Where they disagree, monitor wins: availability first."""
    opened: dict[tuple[str, str], list[Conduit]] = {}
    for conduit in plant.conduits.values():
        for pair in conduit.pairs():
            opened.setdefault(pair, []).append(conduit)
    modes: dict[tuple[str, str], str] = {}
    for pair, conduits in opened.items():
        each = {conduit.mode or plant.mode(None, pair[1]) for conduit in conduits}
        if len(each) > 1:
            found.append(_disagree(pair, conduits, plant))
        modes[pair] = MONITOR if MONITOR in each else each.pop()
    return modes


def _disagree(pair: tuple[str, str], conduits: list[Conduit], plant: Plant) -> Diagnostic:
    first, *rest = conduits

    def words(conduit: Conduit) -> str:
        own = conduit.mode or plant.mode(None, pair[1])
        return f"`{conduit.name}` says {own}" + ("" if conduit.mode else " (by default)")

    return finding(
        "disagreeing-modes",
        f"conduits of {pair[0]} -> {pair[1]} differ in mode; monitor wins",
        first.span,
        words(first),
        also=tuple((conduit.span, words(conduit)) for conduit in rest),
        help="give all of them the same mode",
    )
