"""The layers of the house, as pyproject.toml's import-linter contracts say them."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
READERS = sorted((ROOT / "targets").glob("*/reader*.py"))

# A reader and a renderer that shared code could share a fault, which no comparison would then show.
CLOSED_TO_READERS = (
    "segc.lang",
    "segc.model",
    "segc.checks",
    "segc.rules",
    "segc.graph",
    "segc.targets.render",
    "targets",
    "jinja2",
)


def test_a_lower_layer_never_imports_a_higher_one() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def imported(file: Path) -> set[str]:
    """Names of the modules that a file imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            names.add(base)
            names.update(f"{base}.{alias.name}" for alias in node.names)
    return names


@pytest.mark.parametrize("reader", READERS, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_a_reader_imports_nothing_of_the_renderer(reader: Path) -> None:
    closed = [
        name
        for name in sorted(imported(reader))
        if "render" in name or any(name == no or name.startswith(f"{no}.") for no in CLOSED_TO_READERS)
    ]
    assert not closed
