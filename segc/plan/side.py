"""One of the two plants that a plan compares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.graph.analysis import Analysis
from segc.model.places import relative
from segc.proof.duties import Policy

if TYPE_CHECKING:
    from datetime import datetime

    from segc.model.plant import Plant
    from segc.plan.judged import Judged
    from segc.plan.shape import Place
    from segc.source import Span


class Side:
    """A plant at the moment that both are judged for. `label` is what the user called it.

    `judged` is what its own checks and settings say of it; None where nobody asked them.
    """

    def __init__(self, label: str, plant: Plant, at: datetime, judged: Judged | None = None) -> None:
        self.judged = judged
        self.label = label
        self.plant = plant
        self.at = at
        self.policy = Policy(plant, at)
        self.analysis = Analysis(plant, at, self.policy.topology)

    def place(self, span: Span) -> Place:
        """Where something stands: the file as seen from the plant's folder, and the line."""
        return {"file": relative(self.plant, span.source), "line": span.line}
