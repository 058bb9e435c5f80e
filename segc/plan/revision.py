"""A plant as it was at a revision of git, read without touching the work tree.

`git ls-tree` names the policy files of the revision, and `git cat-file` gives their bytes as they were committed;
`git archive` would leave out and change what attributes say (export-ignore, export-subst). They are put into a
temporary folder, and read there as any plant is. Links are not followed: they could lead out of the revision.
"""

from __future__ import annotations

import os
import subprocess
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from segc.diagnostics import SegcError, finding

if TYPE_CHECKING:
    from collections.abc import Iterator

WANTED = (".zone", "segc.toml")
REGULAR = ("100644", "100755")
# What can be done where git does not have the plant.
COPY = (
    "a folder with the plant as it was: --against FOLDER. Without git, copy the plant before it is edited; after a "
    "promotion, `segc promote CONDUIT --demote --plant COPY` makes a copy what it was"
)
SECONDS = 60  # git must have answered by then; a repository on a dead network drive never does


@contextmanager
def at_revision(path: Path, revision: str) -> Iterator[Path]:
    """The same path as it was at a revision (a branch, tag or commit). Raises `SegcError` (exit code 2)."""
    where = path if path.is_dir() else path.parent
    commit = (
        _git(where, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}").decode().strip()
    )
    files = dict(_files(where, commit))
    if not files:
        raise _no(f"`{revision}` has no policy in `{where}`", f"name a revision that has, or {COPY}")
    with TemporaryDirectory(prefix="segc-") as scratch:
        base = Path(scratch) / (path if path.is_dir() else where).resolve().name
        for name, digest in files.items():
            file = base / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(_git(where, "cat-file", "blob", digest))
        yield base if path.is_dir() else base / path.name


def _files(where: Path, commit: str) -> Iterator[tuple[str, str]]:
    """Policy files below a folder, as the commit has them, and their digests."""
    for line in _git(where, "ls-tree", "-r", "-z", commit).split(b"\0"):
        head, _, raw = line.partition(b"\t")
        name = os.fsdecode(raw)
        if name.endswith(WANTED) and ".." not in PurePosixPath(name).parts and not name.startswith("/"):
            mode, _, digest = head.decode("ascii").split()
            if mode in REGULAR:
                yield name, digest


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
        raise _no(*_told(said[0] if said else "", arguments[-1].removesuffix("^{commit}"), folder))
    return done.stdout


def _told(said: str, revision: str, folder: Path) -> tuple[str, str]:
    """What git said, and what to do."""
    if "not a git repository" in said:
        return f"`{revision}` is no folder, and `{folder}` is in no git repository", f"name {COPY}"
    known = said.removeprefix("fatal: ") or f"git does not know `{revision}`"
    return known, "name a branch, a tag, a commit or a folder"


def _no(message: str, help_text: str) -> SegcError:
    return SegcError([finding("bad-question", message, help=help_text)], code=2)
