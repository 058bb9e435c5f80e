"""In which order to enforce the conduits that are ready: by how much today's flatness would fall."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from segc.baseline.readiness import State
from segc.baseline.together import recording
from segc.graph.analysis import Analysis
from segc.graph.ways import TODAY
from segc.model.plant import ENFORCE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from segc.baseline.readiness import Readiness
    from segc.model.plant import Conduit, Plant

MOST = 40  # conduits that are tried one by one; of more, the first ones declared


def order(plant: Plant, found: Sequence[Readiness], at: datetime) -> list[str]:
    """Names of conduits in monitor that are ready, the one that helps most first.

    Of those that begin to stop together none is told as long as one is not ready, if so `found` says
    (`segc.baseline.together`).
    """
    ready = [one.conduit for one in found if one.state is State.READY and recording(plant, one.conduit)]
    tried, rest = ready[:MOST], ready[MOST:]
    falls = {conduit.name: _flatness(plant, conduit, at) for conduit in tried}
    return [*sorted(falls, key=lambda name: falls[name]), *(conduit.name for conduit in rest)]


def _flatness(plant: Plant, conduit: Conduit, at: datetime) -> float:
    """Today's flatness, were the conduit enforced."""
    modes = {**plant.modes, **dict.fromkeys(conduit.pairs(), ENFORCE)}
    return Analysis(replace(plant, modes=modes), at).flatness(TODAY).value
