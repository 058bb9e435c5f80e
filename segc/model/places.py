"""Places in a policy as seen from the plant's folder, so that they do not depend on where segc was called."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from segc.model.plant import Plant
    from segc.source import Source, Span


def relative(plant: Plant, source: Source) -> str:
    """A source's path as seen from the plant's folder, whatever the current one is."""
    return source.path if source.builtin else os.path.relpath(source.path, plant.root.parent)


def place(plant: Plant, span: Span) -> str:
    """`file:line`."""
    return f"{relative(plant, span.source)}:{span.line}"
