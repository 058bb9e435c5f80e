"""House rules that no linter knows."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LONGEST = 400
FOLDERS = ("segc", "targets", "grammar", "docs", "examples", "tests", "scripts", ".ci")
# Places outside the repository, put together here so that this file does not name them itself.
FOREIGN = ("/" + "work/", ".." + "/shared", "/" + "tmp/v/")

SEGC = sorted((ROOT / "segc").rglob("*.py"))
CODE = sorted(file for folder in ("segc", "targets", "tests", "scripts") for file in (ROOT / folder).rglob("*.py"))
TARGETS = sorted(file.parent.name for file in (ROOT / "targets").glob("*/target.toml"))


def short(file: Path) -> str:
    """A file's path within the repository, for test ids and messages."""
    return file.relative_to(ROOT).as_posix()


def every_file() -> Iterator[Path]:
    """All that is written by hand or rendered, without what tools leave behind."""
    yield from (file for file in ROOT.iterdir() if file.is_file() and file.name != ".git")
    for folder in FOLDERS:
        for file in sorted((ROOT / folder).rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                yield file


def test_there_is_code_to_judge() -> None:
    assert len(SEGC) > 1


@pytest.mark.parametrize("file", CODE, ids=short)
def test_no_file_is_too_long(file: Path) -> None:
    lines = len(file.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST, f"{short(file)} has {lines} lines: what in it could stand apart?"


def test_nothing_points_outside_the_repository() -> None:
    found = [
        f"{short(file)}: {text}" for file in every_file() for text in FOREIGN if text.encode() in file.read_bytes()
    ]
    assert not found


def undocumented(node: ast.AST, path: str) -> Iterator[str]:
    """Public things without a docstring, at and below `node`; the inside of a function is its own affair."""
    if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        if not ast.get_docstring(node):
            yield path
        if isinstance(node, ast.Module | ast.ClassDef):
            for child in node.body:
                name = getattr(child, "name", "_")
                if not name.startswith("_"):
                    yield from undocumented(child, f"{path}.{name}")


@pytest.mark.parametrize("file", SEGC, ids=short)
def test_public_things_have_docstrings(file: Path) -> None:
    assert not list(undocumented(ast.parse(file.read_text(encoding="utf-8")), short(file)))


def named_targets(tree: ast.Module) -> Iterator[ast.Constant]:
    """Target names that code decides by: compared with, matched against, or looked up."""
    for node in ast.walk(tree):
        deciding: list[ast.expr | None] = []
        if isinstance(node, ast.Compare):
            for part in (node.left, *node.comparators):
                deciding += part.elts if isinstance(part, ast.Tuple | ast.List | ast.Set) else [part]
        elif isinstance(node, ast.MatchValue):
            deciding.append(node.value)
        elif isinstance(node, ast.Dict):
            deciding += node.keys
        yield from (c for c in deciding if isinstance(c, ast.Constant) and c.value in TARGETS)


@pytest.mark.parametrize("file", SEGC, ids=short)
def test_only_a_targets_own_folder_knows_its_name(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    lines = [node.lineno for node in named_targets(ast.parse(text))]
    assert not lines, f"{short(file)} decides by a target's name in lines {lines}: say it in target.toml"
    assert "if target ==" not in text


def test_the_rule_on_names_sees_every_way_to_decide() -> None:
    name = (TARGETS or ["iptables"])[0]
    if not TARGETS:
        pytest.skip("there are no targets yet")
    ways = (
        f"if t == {name!r}: ...",
        f"if t.name in ('x', {name!r}): ...",
        f"match t:\n  case {name!r}: ...",
        f"d = {{{name!r}: 1}}",
    )
    for way in ways:
        assert list(named_targets(ast.parse(way))), way
