"""Writes a build: all of it, or nothing. What was there before survives every failure."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from segc.diagnostics import SegcError, finding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from segc.targets.job import Artefact

MANIFEST = "manifest.json"
SCHEMA = "segc/manifest/1"
_START = re.compile(rb'\s*\{\s*"schema"\s*:\s*"' + SCHEMA.encode() + b'"')  # of every manifest


def write(out: Path, files: Mapping[str, Artefact]) -> None:
    """Put files (by path below `out`) into a new folder and exchange it for the old one.

    Raises `SegcError` (exit code 2) where the folder holds what segc did not
    write, or the disk refuses.
    """
    out = out.resolve()
    _ours(out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
        try:
            _fill(fresh, files)
            _exchange(fresh, out)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    except OSError as problem:
        reason = os.strerror(problem.errno).lower() if problem.errno else str(problem)
        message = f"`{out}` cannot be written: {reason}; what was there is untouched"
        raise SegcError([finding("output-not-written", message)], code=2) from None


def _ours(out: Path) -> None:
    """Refuse to replace anything that is not an earlier build."""
    if not out.exists():
        return
    why = ""
    if not out.is_dir():
        why = "is not a folder"
    elif any(out.iterdir()):
        try:
            with (out / MANIFEST).open("rb") as manifest:
                start = manifest.read(256)  # the rest may be as large as the plant
        except OSError:
            start = b""
        if not _START.match(start):
            why = f"is not empty and holds no {MANIFEST} of segc's"
    if why:
        help_text = "choose another folder with -o, or empty this one"
        raise SegcError([finding("output-not-ours", f"`{out}` {why}", help=help_text)], code=2)


def _fill(folder: Path, files: Mapping[str, Artefact]) -> None:
    folder.chmod(0o755)
    for parent in {(folder / name).parent for name in files}:
        parent.mkdir(parents=True, exist_ok=True)
    for name, artefact in files.items():
        path = folder / name
        path.write_bytes(artefact.text.encode())
        path.chmod(0o755 if artefact.executable else 0o644)


def _exchange(fresh: Path, out: Path) -> None:
    """Two renames; should the second one fail, the first is undone."""
    if not out.exists():
        fresh.rename(out)
        return
    aside = Path(tempfile.mkdtemp(prefix=f".{out.name}.old.", dir=out.parent))
    old = aside / "old"
    out.rename(old)
    try:
        fresh.rename(out)
    except OSError:
        old.rename(out)
        raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)
