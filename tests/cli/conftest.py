"""A folder with the test plants, a fixed time, and a terminal that nobody has."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.running import PLANTS, Runner


@pytest.fixture
def segc_(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runner:
    """`segc`, in a folder with copies of the plants."""
    shutil.copytree(PLANTS, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "CI", "SEGC_TRACEBACK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1800000000")  # 2027-01-15T08:00:00Z
    monkeypatch.setenv("COLUMNS", "80")
    return Runner(capsys, tmp_path)
