"""A plant as a commit of git has it. Read by git's plumbing; the work tree, the index and hooks are left alone.

`git ls-tree` names the files and `git cat-file` gives their bytes as they were committed, without filters or attributes
(git 2, manual pages of the two). They are put into a folder of their own, where the loader's rules on what a plant may
`use` hold as ever. Symbolic links are not followed: they could lead out of the commit.
"""

from __future__ import annotations

import os
import subprocess
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from segc.diagnostics import SegcError, finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WANTED = (".zone", "segc.toml")
REGULAR = ("100644", "100755")
PATIENCE = 60  # seconds for one call of git


class _Blob(NamedTuple):
    name: str
    digest: str


@contextmanager
def checked_out(ref: str, plant: Path) -> Iterator[Path]:
    """The path of `plant` (a folder or a root file) as `ref` has it, while the context lasts.

    Raises `SegcError` (exit code 2) where there is no git, repository, commit, or plant in that commit.
    """
    folder = plant if plant.is_dir() else plant.parent
    commit = commit_of(ref, folder)
    if commit is None:
        raise _refuse(f"`{ref}` is no folder, no file, and no commit of the repository around `{folder}`")
    blobs = list(_blobs(commit, folder))
    if not blobs:
        raise _refuse(f"`{ref}` has no policy files in the folder `{folder}`")
    with TemporaryDirectory(prefix="segc-") as name:
        base = Path(name) / "plant"
        for blob in blobs:
            file = base / blob.name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(_git(folder, "cat-file", "blob", blob.digest))
        yield base if plant.is_dir() else base / plant.name


def commit_of(ref: str, folder: Path) -> str | None:
    """The digest of the commit that `ref` names in the repository around a folder; None where it names none."""
    done = _call(folder, "rev-parse", "--is-inside-work-tree")
    if done.returncode:
        raise _refuse(f"`{ref}` is no folder and no file, and `{folder}` lies in no git repository")
    done = _call(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    return done.stdout.decode().strip() if not done.returncode else None


def _blobs(commit: str, folder: Path) -> Iterator[_Blob]:
    """Policy files of the folder, by their names below it."""
    for line in _git(folder, "ls-tree", "-r", "-z", commit).split(b"\0"):
        head, _, raw = line.partition(b"\t")
        name = os.fsdecode(raw)
        parts = PurePosixPath(name).parts
        if name.endswith(WANTED) and ".." not in parts and not name.startswith("/"):
            mode, _, digest = head.decode("ascii").split()
            if mode in REGULAR:
                yield _Blob(name, digest)


def _git(folder: Path, *arguments: str) -> bytes:
    done = _call(folder, *arguments)
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise _refuse(f"git {arguments[0]} failed in `{folder}`: {reason}")
    return done.stdout


def _call(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    settings = {**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1"}
    command: Sequence[str] = ("git", "-c", "core.fsmonitor=false", "-C", str(folder), *arguments)
    try:
        return subprocess.run(command, env=settings, capture_output=True, check=False, timeout=PATIENCE)  # noqa: S603 - no shell
    except FileNotFoundError:
        raise _refuse("git is not installed, so that only folders and files can be compared") from None
    except (OSError, ValueError, subprocess.TimeoutExpired) as problem:
        raise _refuse(f"git cannot be asked: {problem}") from None


def _refuse(message: str) -> SegcError:
    return SegcError([finding("unreadable-file", message)], code=2)
