"""What the pages show is what happens: files are written, changes made and commands run as a reader would.

Three kinds of fenced blocks count, in the order in which they stand on the page:

    ```zone plant.zone      the whole of a file
    ```toml segc.toml       the same
    ```diff plant.zone      a change to it: lines with + and -, and enough around them to find the place
    ```console              `$ segc ...` or a small shell command, then all that it says

A line `...` among what a command says stands for any lines. Everything else on a page is only read.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    page
    for folder, glob in ((".", "README.md"), ("docs", "*.md"), ("docs/adr", "*.md"), ("targets", "**/README.md"))
    for page in (ROOT / folder).glob(glob)
)
TODAY = "1795849200"  # 2026-11-28 07:00 UTC, a Saturday
FENCE = re.compile(r"^```(\w*)(?: ([\w./-]+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
LONGEST = 120
WHOLE = ("zone", "toml")


class Block(NamedTuple):
    """A fenced block: its kind, the file that it is about, its text, and where it begins."""

    kind: str
    file: str
    text: str
    line: int


def short(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    return [Block(m[1], m[2] or "", m[3], text[: m.start()].count("\n") + 1) for m in FENCE.finditer(text)]


def commands(block: Block) -> Iterator[tuple[str, str]]:
    """The commands of a console block, each with what it should say."""
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, _, said = part.partition("\n")
        yield command, said


def change(text: str, diff: str) -> str:
    """Apply the one change that a diff block shows."""
    lines = diff.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if line[0] in " -")
    after = "".join(line[1:] for line in lines if line[0] in " +")
    assert text.count(before) == 1, f"found {text.count(before)} times:\n{before}"
    return text.replace(before, after)


def pattern(said: str) -> str:
    """A regular expression for what a command should say."""
    return "".join(r"(?:.*\n)*?" if line == "...\n" else re.escape(line) for line in said.splitlines(keepends=True))


class Reader:
    """Does in a folder of its own what a page says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "reader"
        self.folder.mkdir()
        (self.folder / "examples").symlink_to(ROOT / "examples")
        program = folder / "bin" / "segc"
        program.parent.mkdir()
        program.write_text(f'#!/bin/sh\nexec {sys.executable} -m segc "$@"\n', encoding="utf-8")
        program.chmod(0o755)
        path = f"{program.parent}:{os.environ['PATH']}"
        self.environment = {
            "PATH": path,
            "SOURCE_DATE_EPOCH": TODAY,
            "LC_ALL": "C.UTF-8",
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
        }

    def follow(self, block: Block) -> None:
        file = self.folder / block.file
        if block.kind in WHOLE:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, encoding="utf-8")
        elif block.kind == "diff":
            file.write_text(change(file.read_text(encoding="utf-8"), block.text), encoding="utf-8")
        else:
            for command, said in commands(block):
                done = self.run(command)
                if not re.fullmatch(pattern(said), done):
                    assert f"$ {command}\n{done}" == f"$ {command}\n{said}", f"in the block of line {block.line}"

    def run(self, command: str) -> str:
        """What a command says, on both streams together."""
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        return done.stdout


def to_follow(page: Path) -> list[Block]:
    found = blocks(page)
    return [b for b in found if b.kind == "console" or (b.kind in (*WHOLE, "diff") and b.file)]


@pytest.mark.parametrize("page", [page for page in PAGES if to_follow(page)], ids=short)
def test_a_reader_gets_what_the_page_shows(page: Path, tmp_path: Path) -> None:
    reader = Reader(tmp_path)
    for block in to_follow(page):
        reader.follow(block)


def test_the_pages_that_teach_are_followed() -> None:
    followed = {short(page) for page in PAGES if to_follow(page)}
    assert {"README.md", "docs/tutorial.md"} <= followed


@pytest.mark.parametrize("page", PAGES, ids=short)
def test_links_lead_somewhere(page: Path) -> None:
    prose = FENCE.sub("", page.read_text(encoding="utf-8"))
    places = [link.partition("#")[0] for link in LINK.findall(prose) if not link.startswith(("http", "#"))]
    assert not [place for place in places if not (page.parent / place).exists()]


@pytest.mark.parametrize("page", PAGES, ids=short)
def test_lines_can_be_read_in_a_terminal(page: Path) -> None:
    prose = FENCE.sub("", page.read_text(encoding="utf-8"))
    long = [line for line in prose.splitlines() if len(line) > LONGEST and not line.startswith("|")]
    assert not long
