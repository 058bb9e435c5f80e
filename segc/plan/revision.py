"""A plant as it was at a revision of git, read without touching the work tree.

`git archive` gives the files of the revision below the plant's repository; they
are unpacked into a temporary folder, and read there as any plant is. Only files
are taken, and only below that folder (tarfile's filter "data").
"""

from __future__ import annotations

import io
import subprocess
import tarfile
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from segc.diagnostics import SegcError, finding

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = 60  # git must have answered by then; a repository on a dead network drive never does


@contextmanager
def at_revision(path: Path, revision: str) -> Iterator[Path]:
    """The same path as it was at a revision (a branch, tag or commit). Raises `SegcError` (exit code 2)."""
    where = path if path.is_dir() else path.parent
    top = Path(_git(where, "rev-parse", "--show-toplevel").decode().strip())
    commit = (
        _git(where, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}").decode().strip()
    )
    inside = path.resolve().relative_to(top.resolve())
    folder = inside if path.is_dir() else inside.parent
    data = _git(top, "archive", "--format=tar", commit, "--", folder.as_posix())
    with TemporaryDirectory(prefix="segc-") as scratch:
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            archive.extractall(scratch, filter="data")
        yield Path(scratch) / inside


def is_revision(path: Path, text: str) -> bool:
    """Does git know it as one, seen from the plant?"""
    try:
        where = path if path.is_dir() else path.parent
        _git(where, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{text}^{{commit}}")
    except SegcError:
        return False
    return True


def _git(folder: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and options end before the revision
            ["git", "-C", str(folder), *arguments],  # noqa: S607 - whichever git the user has
            capture_output=True,
            check=False,
            timeout=SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise _no("git cannot be asked: " + str(problem).split("] ")[-1].lower(), "name a folder instead") from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        message = (
            said[0].removeprefix("fatal: ")
            if said
            else f"git does not know `{arguments[-1].removesuffix('^{commit}')}`"
        )
        raise _no(message, "name a branch, a tag, a commit or a folder")
    return done.stdout


def _no(message: str, help_text: str) -> SegcError:
    return SegcError([finding("bad-question", message, help=help_text)], code=2)
