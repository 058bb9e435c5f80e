"""The moment of all plans, and plants of a few lines."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from segc import api
from segc.plan.side import Side
from tests.plants import plant_of

AT = datetime(2026, 10, 5, 9, tzinfo=UTC)
EXAMPLES = Path(__file__).parent.parent.parent / "examples"


def side_of(text: str, folder: Path, label: str = "plant") -> Side:
    """A plant without errors, at that moment."""
    return Side(label, plant_of(text, folder), AT)


def example(name: str) -> Side:
    """One of the examples."""
    return Side(f"examples/{name}", api.check(EXAMPLES / name, AT)[0], AT)


@pytest.fixture(scope="session")
def bottling() -> tuple[Side, Side]:
    """The bottling plant, flat and cut into zones."""
    return example("bottling-flat"), example("bottling")
