"""Where a draft may be written: never over what somebody else wrote."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from segc.cli.in_use import refuse
from segc.diagnostics import SegcError, finding

if TYPE_CHECKING:
    from pathlib import Path


def free(file: Path, heading: str) -> None:
    """Nothing is lost by a draft in `file`: it is new, empty, no regular file, or an older draft that begins with
    `heading`.

    Raises SegcError (exit code 2) for any other file, and for a draft that the plant has taken in: written again, it
    would lack what it permits, and the names that were given in it.
    """
    refuse([file], drafts=True)
    if not file.is_file():
        return
    try:
        with file.open("rb") as old:
            start = old.read(len(heading.encode()))
    except OSError as problem:
        reason = os.strerror(problem.errno or 0).lower()
        raise _lost(f"`{file}` is there, and cannot be read: {reason}", "write to another file") from None
    if start and start != heading.encode():
        message = f"`{file}` is there, was not drafted by this verb, and would be lost"
        raise _lost(message, "write to another file")


def _lost(message: str, way_out: str) -> SegcError:
    return SegcError([finding("not-a-draft", message, help=way_out)], code=2)
