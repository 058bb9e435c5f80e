"""What is said of files on a disk that have been compared, and how they are read."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import TYPE_CHECKING

from segc.diagnostics import Diagnostic, SegcError, Severity, finding
from segc.proof.compare import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

LARGEST = 1 << 28  # bytes of a file that are read


@dataclass(frozen=True, slots=True)
class Verified:
    """What is to be said of one firewall's files."""

    firewall: str
    target: str
    words: str
    found: tuple[Diagnostic, ...]


def in_words(found: Sequence[Diagnostic], families: Sequence[int] = FAMILIES) -> str:
    """What findings come to."""
    names = [one.name for one in found if one.severity is Severity.ERROR]
    if "unread-line" in names:
        return "cannot be told"
    if set(names) & {"interruption", "leak", "not-equal"}:
        return "not what the policy says"
    if "may-differ" in names:
        return "may be something else than the policy says"
    which = "all packets" if tuple(families) == FAMILIES else f"all IPv{families[0]} packets"
    return f"equal to the policy, for {which}"


def text_of(path: Path) -> str:
    """A file's text, as segc writes one."""
    return _normal(_bytes_of(path).decode("utf-8", "surrogateescape"))


def captured(path: Path) -> str:
    """A file's text, whoever wrote it: UTF-8, or the UTF-16 of PowerShell, with a byte order mark or without."""
    raw = _bytes_of(path)
    wide = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return _normal(raw.decode("utf-16", "replace") if wide else raw.decode("utf-8-sig", "surrogateescape"))


def _normal(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _bytes_of(path: Path) -> bytes:
    try:
        if path.is_dir() or not path.is_file():
            raise no(f"`{path}` is no file")
        if path.stat().st_size > LARGEST:
            raise no(f"`{path}` is larger than any configuration")
        return path.read_bytes()
    except OSError as problem:
        raise no(f"`{path}` cannot be read: {(problem.strerror or str(problem)).lower()}") from None


def no(message: str, help_text: str = "") -> SegcError:
    """Nothing can be said, and why."""
    return SegcError([finding("nothing-to-verify", message, help=help_text)], code=2)
