"""The report of the bottling plant, as it stands in the examples, and the page that leads into it."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from segc.cli import run

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "examples" / "bottling" / "REPORT.md"


def test_the_page_is_what_segc_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SEGC_UPDATE_EXPECTED=1 writes it."""
    monkeypatch.chdir(ROOT)
    arguments = ("report", "examples/bottling", "--against", "examples/bottling-flat", "--at", "2026-12-01")
    assert run([*arguments, "-o", str(tmp_path)]) == 0
    told = (tmp_path / "report.md").read_text(encoding="utf-8")
    if os.environ.get("SEGC_UPDATE_EXPECTED") == "1":
        PAGE.write_text(told, encoding="utf-8")
    assert told == PAGE.read_text(encoding="utf-8")


def test_what_the_guide_points_at_is_there() -> None:
    """Each answer names a chapter, or an id of a requirement, that the report has."""
    guide = (ROOT / "docs" / "report.md").read_text(encoding="utf-8").partition("Questions from the plant")[2]
    report = PAGE.read_text(encoding="utf-8")
    titles = re.findall(r"^#+ (.+)$", report, re.MULTILINE)
    rows = [row.split("|")[2] for row in guide.splitlines() if row.startswith("| ") and "---" not in row][1:]
    assert len(rows) > 20
    for row in rows:
        named = [title for title in (*titles, "Plant picture") if title in row]
        ids = re.findall(r"(?:ZCR|SR|CCSC|NET|COMP|MA-|SC-|R)\s?\d[\d.]*|6\.7\.2 \(h\)", row)
        assert named or ids or "Evidence" in row, row
        assert all(f"| {number} |" in report for number in ids), row
