"""The plan in the examples' folder is what segc says of them now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.cli import run
from tests.plan.conftest import EXAMPLES

if TYPE_CHECKING:
    import pytest


def test_the_plan_from_flat_to_segmented(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(EXAMPLES.parent)
    wanted = "plan --against examples/bottling-flat examples/bottling --at 2026-11-28T07:00Z --format markdown"
    assert run(wanted.split()) == 0
    assert capsys.readouterr().out == (EXAMPLES / "bottling" / "PLAN.md").read_text(encoding="utf-8"), (
        f"write it anew: segc {wanted} > examples/bottling/PLAN.md"
    )
