"""Random plants: whatever the policy, what was rendered is proved to be what was written."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segc.diagnostics import Diagnostic, SegcError
from segc.proof.gate import Gate
from segc.targets.build import build
from tests.plants import plant_of, policies

AT = datetime(2026, 11, 25, 12, tzinfo=UTC)
MODES = {"declared": None, "monitor": "monitor", "enforce": "enforce"}


@settings(
    max_examples=max(settings().max_examples, 110),  # in three modes: more than 300 builds
    deadline=None,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(text=policies(), seed=st.integers(0, 1 << 16))
def test_what_is_rendered_is_what_was_written(tmp_path_factory: pytest.TempPathFactory, text: str, seed: int) -> None:
    plant = plant_of(text, tmp_path_factory.mktemp("plant"))
    for mode, override in MODES.items():
        stopped: tuple[Diagnostic, ...] = ()
        try:
            result = build(plant, AT, mode, prove=Gate(plant, AT, override))
            assert all(one.entry["proof"]["result"] == "equal" for one in result.built)
        except SegcError as problem:
            stopped = problem.diagnostics
        told = "\n".join(f"{one.message} {one.notes}" for one in stopped)
        assert {one.name for one in stopped} <= {"lock-out"}, f"{mode}\n{text}\n{told}"
