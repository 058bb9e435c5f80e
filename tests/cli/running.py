"""Runs the command line inside the test, and tells how it went as one text."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

import segc
from segc.cli import run

PLANTS = Path(__file__).parent / "plants"


class Done(NamedTuple):
    """A run's exit code and what it said."""

    code: int
    out: str
    err: str

    def told(self) -> str:
        """All of it, for comparison with a file; without what differs between releases."""
        text = f"exit code {self.code}\n"
        text += f"---- stdout\n{self.out}" if self.out else ""
        text += f"---- stderr\n{self.err}" if self.err else ""
        return text.replace(segc.__version__, "VERSION")


class Runner:
    """Calls `segc` with arguments, in a folder of its own."""

    def __init__(self, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        self.capsys = capsys
        self.folder = folder

    def __call__(self, *arguments: str) -> Done:
        """Run it. Nothing that looks like a traceback may ever be seen."""
        self.capsys.readouterr()
        code = run(arguments)
        out, err = self.capsys.readouterr()
        assert "Traceback" not in out + err
        assert not re.search(r'File ".*", line \d+', out + err)
        return Done(code, out, err)

    def write(self, path: str, text: str | bytes) -> Path:
        """A file in the folder."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return file
