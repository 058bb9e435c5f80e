"""What would help most, counted by hand."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from segc.graph import gains
from segc.graph.analysis import Analysis
from tests.graph.test_flatness import AT, CHAIN, plant


def test_each_conduit_lowers_the_index_by_what_it_adds(tmp_path: Path) -> None:
    """45.75 of 90 as declared; 33, 30 and 40 without the first, second and third conduit."""
    built = plant(tmp_path, CHAIN, "ent -> dmz", "dmz -> ctrl", "ctrl -> saf")
    found = gains.conduits(Analysis(built, AT))
    lowers = [Fraction(63, 360), Fraction(51, 360), Fraction(23, 360)]
    assert [one.name for one in found] == ["c1", "c0", "c2"]
    assert [one.lowers for one in found] == pytest.approx(lowers)
