"""The folder that a baseline is made in: one of ours or an empty one, and gone again where nothing was read into it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from segc.baseline.absent import PARTS, is_left
from segc.baseline.ingest import findings as said
from segc.baseline.manifest import sources_file
from segc.diagnostics import SegcError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def made(folder: Path) -> list[Path]:
    """Make the folder where there is none; gives what was made, the innermost first.

    Raises OSError, and SegcError where it holds other files than a baseline's: a plant's policy would be mixed with it.
    """
    if folder.is_dir() and not sources_file(folder).exists():
        others = sorted(one.name for one in folder.iterdir() if not is_left(one.name))
        if others:
            raise SegcError([said.mixed(str(folder), others)], code=2)
    elif folder.exists() and not folder.is_dir():
        raise SegcError([said.mixed(str(folder))], code=2)
    fresh = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return fresh


def gone(folder: Path, fresh: Sequence[Path]) -> None:
    """Take away what was made, as no log was read into it."""
    for name in PARTS:
        shutil.rmtree(folder / name, ignore_errors=True)
    (folder / ".lock").unlink(missing_ok=True)
    for one in fresh:
        try:
            one.rmdir()
        except OSError:  # somebody else has put something there
            return
