"""Which files are meant, and how a pipe is read."""

from __future__ import annotations

import os
import select
import stat
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from segc.baseline.ingest import findings as said
from segc.diagnostics import SegcError

if TYPE_CHECKING:
    from collections.abc import Sequence

STDIN = "-"
MOST_LOGS = 10_000  # at once: more are a spool folder, and its files want to be joined first
PATIENCE = 60.0  # seconds for a pipe's writer to begin


def logs(names: Sequence[str]) -> list[str]:
    """The files that are meant: of a folder, all in it but hidden ones, pipes, sockets and devices.

    SegcError where a folder has none or too many, or holds one that cannot be read.
    """
    found: list[str] = []
    for name in names:
        if name == STDIN or not Path(name).is_dir():
            found.append(name)
            continue
        before = len(found)
        for folder, below, files in os.walk(name, onerror=_unreadable):
            below[:] = sorted(entry for entry in below if not entry.startswith("."))
            paths = (Path(folder, file) for file in sorted(files) if not file.startswith("."))
            found += [str(path) for path in paths if path.is_file() or not path.exists()]
            if len(found) > MOST_LOGS:
                raise SegcError([said.too_many(name, MOST_LOGS)], code=2)
        if len(found) == before:
            raise SegcError([said.not_read(name, "no file is in it")], code=2)
    return found


def _unreadable(problem: OSError) -> None:
    raise SegcError([said.not_read(str(problem.filename), reason(problem))], code=2)


def reason(problem: OSError) -> str:
    """What is wrong with a file, in words."""
    return os.strerror(problem.errno).lower() if problem.errno else str(problem)


def piped(path: Path) -> BinaryIO:
    """A pipe, once somebody writes into it. A run must not hang on one that nobody does."""
    pipe = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    if stat.S_ISFIFO(os.fstat(pipe).st_mode) and not select.select([pipe], [], [], PATIENCE)[0]:
        os.close(pipe)
        raise OSError(f"nobody has written into this pipe for {PATIENCE:g} seconds")
    os.set_blocking(pipe, True)
    return os.fdopen(pipe, "rb")
