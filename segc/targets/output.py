"""Writes a build: all of it, or nothing. What was there before survives every failure."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from segc.diagnostics import SegcError, finding
from segc.lang.suggest import unused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from segc.targets.job import Artefact

MANIFEST = "manifest.json"
SCHEMA = "segc/manifest/1"
SUMS = "sha256sums"


def write(out: Path, files: Mapping[str, Artefact], *, partial: bool = False) -> None:
    """Put files (by path below `out`) into a new folder and exchange it for the old one.

    `partial` says that these are not all firewalls of the plant. Raises
    `SegcError` (exit code 2) where something would be lost that segc did not
    write, or that a partial build leaves out, or where the disk refuses.
    """
    try:
        out = out.resolve()
        _ours(out, files if partial else None)
        out.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{out.name[:100]}.", dir=out.parent))
        try:
            _fill(fresh, files)
            _exchange(fresh, out)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    except OSError as problem:
        reason = os.strerror(problem.errno).lower() if problem.errno else str(problem)
        message = f"`{out}` cannot be written: {reason}; what was there is untouched"
        raise SegcError([finding("output-not-written", message)], code=2) from None


def _ours(out: Path, part: Mapping[str, Artefact] | None) -> None:
    """Refuse to replace anything but an earlier build: its files, all of them and no others."""
    if not out.exists():
        return
    why = ""
    if not out.is_dir():
        why = "is not a folder"
    elif any(out.iterdir()):
        why = _foreign(out, part)
    if why:
        help_text = f"write into another folder: -o {unused('out')}"
        raise SegcError([finding("output-not-ours", f"`{out}` {why}", help=help_text)], code=2)


def _foreign(out: Path, part: Mapping[str, Artefact] | None) -> str:
    """What in a folder is not of an earlier build, or would be lost with it; empty where nothing is."""
    try:
        manifest = json.loads((out / MANIFEST).read_bytes())
        ours = manifest["schema"] == SCHEMA
        known = {f"{name}/{a['file']}" for name, entry in manifest["firewalls"].items() for a in entry["artefacts"]}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        ours = False
    if not ours:
        return f"is not empty and holds no {MANIFEST} of segc's"
    known |= {MANIFEST, *manifest.get("documents", ()), *(f"{name}/{SUMS}" for name in manifest["firewalls"])}
    held = {path.relative_to(out).as_posix() for path in out.rglob("*") if not path.is_dir() or path.is_symlink()}
    if held - known:
        return f"holds `{min(held - known)}`, which segc did not write"
    lost = sorted(set(manifest["firewalls"]) - {name.split("/")[0] for name in part or manifest["firewalls"]})
    if lost:
        return f"is a build of `{lost[0]}` too, which would be lost"
    return ""


def _fill(folder: Path, files: Mapping[str, Artefact]) -> None:
    folder.chmod(0o755)
    for parent in {(folder / name).parent for name in files}:
        parent.mkdir(parents=True, exist_ok=True)
    for name, artefact in files.items():
        path = folder / name
        path.write_bytes(artefact.data)
        path.chmod(0o755 if artefact.executable else 0o644)


def _exchange(fresh: Path, out: Path) -> None:
    """Two renames; should the second one not happen, for whatever reason, the first is undone."""
    if not out.exists():
        fresh.rename(out)
        return
    aside = Path(tempfile.mkdtemp(prefix=f".{out.name[:100]}.old.", dir=out.parent))
    old = aside / "old"
    try:
        out.rename(old)
        fresh.rename(out)
    except BaseException:
        if old.exists() and not out.exists():
            old.rename(out)
        aside.rmdir()  # fails, and so keeps the old build, where it could not be put back
        raise
    shutil.rmtree(aside, ignore_errors=True)
