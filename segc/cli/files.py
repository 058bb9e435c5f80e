"""Files that are written whole or not at all, and differences between texts."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from segc.diagnostics import SegcError, finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from segc.source import Source

    Data = bytes | Iterable[bytes]

BOM = b"\xef\xbb\xbf"
NO_NEWLINE = "\n\\ No newline at end of file\n"


def replace(path: Path, data: bytes) -> None:
    """Put `data` into a file: readers see the old content or the new one, never a part. Keeps its mode.

    Raises `SegcError` (exit code 2) where that cannot be done; the old content then stands.
    """
    replace_all([(path, data)])


def replace_all(files: Sequence[tuple[Path, Data]]) -> None:
    """`replace`, for several files: all are written beside their places before the first one takes its own. `Data` may
    come in parts.

    So a full disk, a folder that is not there or one that may not be written to leaves all old contents. Only a rename
    that fails after others have been done could not.
    """
    fresh: list[tuple[Path, Path]] = []
    path = Path()
    try:
        for path, data in files:
            target = path.resolve()  # of a link, the file that it leads to
            if not _is_stream(path):
                fresh.append((_beside(target, data), target))
        for new, path in fresh:
            new.replace(path)
        for path, data in files:
            if _is_stream(path):
                with path.open("wb") as file:
                    file.writelines(_parts(data))
    except OSError as problem:
        reason = os.strerror(problem.errno).lower() if problem.errno else str(problem)
        message = f"`{path}` cannot be written: {reason}"
        raise SegcError([finding("output-not-written", message)], code=2) from None
    finally:
        for new, _ in fresh:
            new.unlink(missing_ok=True)


def _is_stream(path: Path) -> bool:
    """Is it /dev/null, /dev/stdout, a pipe? Nothing is there to be kept whole. What its link says may be no path."""
    return path.exists() and not path.is_file() and not path.is_dir()


def _parts(data: Data) -> Iterable[bytes]:
    return (data,) if isinstance(data, bytes) else data


def _beside(target: Path, data: Data) -> Path:
    """Write `data` to a new file beside another one, with that one's mode."""
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, "")
    fresh = target.with_name(f".{target.name}.{os.getpid()}.segc")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(_parts(data))
            file.flush()
            if target.exists():
                _like(target, fresh)
            os.fsync(file.fileno())
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    return fresh


def _like(old: Path, new: Path) -> None:
    """Owner and mode as the old file has them; the owner where we may."""
    status = old.stat()
    if hasattr(os, "chown"):
        with suppress(PermissionError):
            os.chown(new, status.st_uid, status.st_gid)
    new.chmod(stat.S_IMODE(status.st_mode))


def rewrite(source: Source, text: str) -> None:
    """Give a source file a new text, unless somebody else has just done so. A byte order mark stays."""
    rewrite_all([(source, text)])


def rewrite_all(texts: Sequence[tuple[Source, str]]) -> None:
    """`rewrite`, for several files: all of them, or none where one was changed or cannot be written."""
    replace_all([(Path(source.path), _anew(source, text)) for source, text in texts])


def _anew(source: Source, text: str) -> bytes:
    path = Path(source.path)
    try:
        old = path.read_bytes()
    except OSError as problem:
        reason = os.strerror(problem.errno or 0).lower()
        message = f"`{path}` cannot be read again: {reason}"
        raise SegcError([finding("output-not-written", message)], code=2) from None
    mark = BOM if old.startswith(BOM) else b""
    if old.removeprefix(BOM) != source.text.encode():
        message = f"`{path}` was changed by somebody else just now, and is left as it is"
        raise SegcError([finding("output-not-written", message)], code=2)
    return mark + text.encode()


def difference(source: Source, text: str) -> str:
    """A unified diff from a source's text to another one; `patch -p0` takes it."""
    from difflib import unified_diff

    lines = unified_diff(_lines(source.text), _lines(text), source.path, source.path)
    return "".join(line if line.endswith("\n") else line + NO_NEWLINE for line in lines)


def _lines(text: str) -> list[str]:
    """Lines with their ends; unlike `splitlines`, form feeds and their kind end none."""
    lines = [line + "\n" for line in text.split("\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines
