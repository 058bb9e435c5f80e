"""What docs/ci.md and action.yml tell CI systems to run: each segc command is run, and writes the files that are used."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from pathlib import Path
from textwrap import dedent

import pytest

from segc.cli import VERBS
from tests.docs.test_readme import ROOT, Block, Reader, blocks

PAGE = ROOT / "docs" / "ci.md"
EXAMPLES = [block for block in blocks(PAGE) if block.kind in ("yaml", "groovy")]
SEGC = re.compile(r"(?:^\s*(?:- )?(?:run: )?|PATH=\S+ )(segc (?:check|build|verify|drift) [^'\n]*)", re.MULTILINE)
USED = re.compile(r"(?:sarif_file: |junit: |junit '|pattern: '|cat )(\[[^\]]*\]|[\w.-]+)")


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """A repository with a plant, its build, and what one of its firewalls lists."""
    made = Reader(tmp_path_factory.mktemp("ci"))
    made.run("cp -r examples/bottling plant && segc build plant -o out")
    made.run("cp out/fw-site/nftables.nft fw-site.txt")
    return made


def test_the_page_has_examples_to_run() -> None:
    assert len(EXAMPLES) >= 6
    assert sum(len(SEGC.findall(block.text)) for block in EXAMPLES) >= 7


@pytest.mark.parametrize("block", EXAMPLES, ids=lambda block: f"line {block.line}")
def test_what_an_example_runs_works(block: Block, reader: Reader) -> None:
    for line in SEGC.findall(block.text):
        said = reader.run(f"{line}; echo exit code $?")
        assert said.endswith("exit code 0\n"), f"$ {line}\n{said}"
    if SEGC.search(block.text):
        used = {name for names in USED.findall(block.text) for name in re.findall(r"[\w.-]+", names)}
        assert used or "--persona audit" in block.text
        assert not [name for name in used if not (reader.folder / name).is_file()]


def scripts() -> list[str]:
    """The shell scripts of action.yml."""
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    return [dedent(found) for found in re.findall(r"^ +run: \|\n((?:        .*\n)+)", text, re.MULTILINE)]


def test_no_input_is_put_into_a_script() -> None:
    assert len(scripts()) == 2
    assert not [script for script in scripts() if "${{" in script], "it would be run as shell"


@pytest.mark.parametrize(("plant", "code"), [("plant", 0), ("faulty", 1), ("no where $(id)", 2)])
@pytest.mark.parametrize("persona", ["", "audit"])
def test_the_action_does_what_it_says(plant: str, code: int, persona: str, reader: Reader, tmp_path: Path) -> None:
    reader.run(f"cp -rT {shlex.quote(str(ROOT / 'tests/cli/plants/faulty'))} faulty")
    summary = tmp_path / "summary"
    summary.write_text("before\n", encoding="utf-8")
    inputs = {"PLANT": plant, "LEVEL": "error", "PERSONA": persona, "SARIF": "a b.sarif"}
    runner = {"RUNNER_TEMP": str(tmp_path), "GITHUB_STEP_SUMMARY": str(summary)}
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", scripts()[1]],
        cwd=reader.folder,
        env=reader.environment | inputs | runner,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert summary.read_text(encoding="utf-8").startswith("before\n### segc: ")
    log = json.loads((reader.folder / "a b.sarif").read_text(encoding="utf-8"))
    assert log["runs"][0]["invocations"][0]["exitCode"] == code
    assert ("::error " in done.stdout) == (code > 0)


def test_hooks_run_verbs_that_there_are() -> None:
    text = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    entries = re.findall(r"entry: segc (\w+)", text)
    assert len(entries) == text.count("- id: ") > 0
    assert set(entries) <= set(VERBS)
    assert set(re.findall(r"- id: (segc-\w+)", PAGE.read_text(encoding="utf-8"))) == {
        f"segc-{verb}" for verb in entries
    }
