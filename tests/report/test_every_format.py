"""Every format on all that the corpus and the examples give: readable by those who read it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from segc import api
from segc.diagnostics import SegcError
from segc.report import FORMATS, render
from segc.report.document import document
from segc.report.shape import Document
from tests.report.test_github import COMMAND
from tests.report.test_junit import counted
from tests.report.test_markdown import OURS, page
from tests.report.test_sarif import PLANTS

AT = datetime(2026, 10, 1, 12, tzinfo=UTC)


def judged(plant: Path) -> Document:
    try:
        result = api.judge(plant, AT)
    except SegcError as problem:
        return document(problem.diagnostics, outcome={"exit_code": problem.code, "fail_level": "error"})
    return document(result.found, result.plant, result.accepted, {"exit_code": 1, "fail_level": "warning"})


@pytest.mark.parametrize("plant", PLANTS, ids=lambda path: path.name)
def test_reports_are_well_formed(plant: Path) -> None:
    made = judged(plant)
    counted(ET.fromstring(render(made, "junit")))  # noqa: S314 - our own text
    seen = page(render(made, "markdown"))
    assert set(seen.tags) <= OURS
    assert {len(row) for row in seen.rows} <= {4}
    assert len(seen.rows) >= len(made["diagnostics"])
    lines = render(made, "github").splitlines()
    commands = [line for line in lines if line.startswith("::")]
    assert all(COMMAND.fullmatch(line) for line in commands)
    assert len(commands) + len([line for line in lines if line.startswith("  ")]) >= len(made["diagnostics"])
    for form in FORMATS:
        text = render(made, form)
        assert text == "" or text.endswith("\n")
        assert text == render(made, form), "the same findings, the same bytes"
