"""The moment of all plans, and plants of a few lines."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from segc import api
from segc.plan.document import plan
from segc.plan.shape import Plan
from segc.plan.side import Side
from tests.plants import plant_of

AT = datetime(2026, 10, 5, 9, tzinfo=UTC)
EXAMPLES = Path(__file__).parent.parent.parent / "examples"


def side_of(text: str, folder: Path, label: str = "plant") -> Side:
    """A plant without errors, at that moment."""
    return Side(label, plant_of(text, folder), AT)


def planned_of(plain: str, folder: Path, *changes: tuple[str, str]) -> Plan:
    """The plan from a plant's text to the same with some places changed."""
    new = plain
    for old, text in changes:
        assert old in new
        new = new.replace(old, text)
    for name in ("old", "new"):
        (folder / name).mkdir(parents=True)
    return plan(side_of(plain, folder / "old"), side_of(new, folder / "new"))


def example(name: str) -> Side:
    """One of the examples."""
    return Side(f"examples/{name}", api.check(EXAMPLES / name, AT)[0], AT)


@pytest.fixture(scope="session")
def bottling() -> tuple[Side, Side]:
    """The bottling plant, flat and cut into zones."""
    return example("bottling-flat"), example("bottling")
