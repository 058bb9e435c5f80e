"""The plan from the flat bottling plant to the segmented one, as it stands in the examples."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from segc.cli import run

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "examples" / "bottling" / "PLAN.md"


def test_the_page_is_what_segc_says(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """SEGC_UPDATE_EXPECTED=1 writes it."""
    monkeypatch.chdir(ROOT)
    arguments = ("plan", "examples/bottling", "--against", "examples/bottling-flat", "--at", "2026-12-01")
    assert run([*arguments, "--format", "markdown"]) == 0
    told = capsys.readouterr().out
    if os.environ.get("SEGC_UPDATE_EXPECTED") == "1":
        PAGE.write_text(told, encoding="utf-8")
    assert told == PAGE.read_text(encoding="utf-8")
