"""Where no baseline is: what there is instead, and a way out that costs nothing.

No way out names a place that holds anything but a baseline: whoever follows it must not lose a policy or a log.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from segc.diagnostics import SegcError, finding
from segc.lang.suggest import nearest, unused

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "baseline"
FILE = "sources.json"
PARTS = ("ledger", "addresses", "hours", "together")
KEPT = (".lock", ".gitignore", ".gitkeep", *PARTS)
HIGHEST = 3  # folders above this one that are looked into


def none(folder: Path) -> SegcError:
    """There is no baseline in `folder`."""
    if folder.is_dir():
        why = f"it has no {FILE}"
    else:
        why = "it is a file, and a baseline is a folder" if folder.exists() else "there is no such folder"
    near = _near(folder)
    if near is not None:
        help_text = f"there is one in `{near}`: --baseline {near}"
    else:
        help_text = f"make one of the plant's logs: segc baseline learn LOG... -o {place(folder)}"
    return SegcError([finding("no-baseline", f"`{folder}` is no baseline: {why}", help=help_text)], code=2)


def place(folder: Path) -> str:
    """Where a baseline can be made: in `folder`, where nothing is there yet, or under a name that is free."""
    above = next((one for one in folder.parents if one.exists()), folder)
    if above.is_dir() and not folder.is_symlink() and (not folder.exists() or _is_free(folder)):
        return str(folder)
    return unused(NAME)


def may_be(folder: Path) -> bool:
    """Is there a baseline, or a folder that does not let one see whether there is?"""
    try:
        return (folder / FILE).is_file()
    except PermissionError:
        return True


def again() -> str:
    """What to do about a baseline that is damaged. What else lies in its folder is not ours to give up."""
    return f"restore it from version control, or read the logs again: segc baseline learn LOG... -o {unused(NAME)}"


def closed(file: Path) -> SegcError:
    """A baseline that may not be read: somebody has it, and it is not damaged."""
    mode = f"u+r {file}" if os.access(file.parent, os.X_OK) else f"u+rwx {file.parent}"
    help_text = f"as its owner: chmod {mode}"
    return SegcError(
        [finding("unreadable-file", f"`{file}` cannot be read: permission denied", help=help_text)], code=2
    )


def is_left(name: str) -> bool:
    """Is a file of a folder what a run leaves that was interrupted?"""
    return name in KEPT or name.startswith((".learn-", f".{FILE}."))


def _is_free(folder: Path) -> bool:
    return folder.is_dir() and all(is_left(one.name) for one in folder.iterdir())


def _near(folder: Path) -> Path | None:
    """A baseline that may have been meant: of the same name in a folder above, or of nearly the same one beside."""
    above = (Path(*[".."] * steps, folder) for steps in range(1, HIGHEST + 1))
    found = next((one for one in above if not folder.is_absolute() and (one / FILE).is_file()), None)
    close = nearest(folder.name, (one.name for one in _beside(folder)))
    return found or (folder.with_name(close) if close else None)


def _beside(folder: Path) -> Iterator[Path]:
    try:
        yield from (one for one in sorted(folder.parent.iterdir()) if (one / FILE).is_file())
    except OSError:
        return
