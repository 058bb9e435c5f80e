"""Summaries, and when there are colours."""

from __future__ import annotations

import pytest

from segc.report.colour import wanted
from segc.report.shape import Summary
from segc.report.words import summary_line

CHECKED: Summary = {
    "errors": 0,
    "warnings": 0,
    "hints": 0,
    "safe_fixes": 0,
    "checked": {"files": 1, "zones": 20, "conduits": 34, "assets": 76},
}


def test_a_clean_plant() -> None:
    assert summary_line(CHECKED) == "checked 1 file, 20 zones, 34 conduits, 76 assets: no findings"


def test_findings() -> None:
    found: Summary = {**CHECKED, "errors": 2, "warnings": 1, "safe_fixes": 1}
    assert summary_line(found).endswith(": 2 errors, 1 warning (1 can be fixed by `segc check --fix`)")


@pytest.mark.parametrize(
    ("choice", "environment", "terminal", "expected"),
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"FORCE_COLOR": "0"}, False, False),
        ("auto", {"CI": "true"}, True, False),
        ("auto", {"CI": "true", "FORCE_COLOR": "1"}, False, True),
        ("auto", {"TERM": "dumb"}, True, False),
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_colours(choice: str, environment: dict[str, str], terminal: bool, expected: bool) -> None:
    assert wanted(choice, environment, terminal=terminal) is expected
