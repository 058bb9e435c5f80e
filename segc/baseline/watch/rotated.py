"""The files that a log's rotation left beside it: which of them was read, and what came after.

Names only narrow: other logs may be called alike, as `fw-203.0.113.5.log` beside `fw.log`. The file that was read is known
by its inode, or begins with what was read. What came after it is called in the same form, and was not there before.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from segc.baseline.ingest.content import opened, packing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    Ours = Callable[["Rotated"], bool]
    Beside = dict[Path, tuple[int, int, bytes]]  # files, with device and inode, and what each begins with

KEPT = 1 << 12  # bytes by which a log's copy is known, at its beginning and before the place that was read
PACKED = (".gz", ".zst", ".bz2", ".xz")
UNREADABLE = (".bz2", ".xz")
# `.1` of logrotate, and of its `dateext`, `dateformat` and `extension`; a date and time of whatever else rotates.
_MARK = re.compile(r"\.\d{1,5}|[.\-_](?=(?:\D*\d){6})\d[\d\-_.:T]*")
TRIES = 5
NUMBERED = 5  # digits that no date has so few of


class Rotated(NamedTuple):
    """A file that may have been the log once. Within a `series`, a form of names, a higher `place` is newer."""

    path: Path
    device: int
    inode: int
    changed: int  # nanoseconds since 1970
    series: str
    place: tuple[int, str]

    @property
    def is_numbered(self) -> bool:
        """Does its name have a number, and no date?"""
        return not self.place[1]

    def is_file(self, told: os.stat_result) -> bool:
        """Is it the file of which that was told?"""
        return (self.device, self.inode) == (told.st_dev, told.st_ino)


@dataclass(slots=True)
class Mark:
    """What was read of a file, known by some of it: of `offset` bytes, the first ones and the last ones."""

    offset: int = 0
    head: bytes = b""
    tail: bytes = b""

    def add(self, data: bytes) -> None:
        """More was read."""
        self.offset += len(data)
        if len(self.head) < KEPT:
            self.head += data[: KEPT - len(self.head)]
        self.tail = (self.tail + data[-KEPT:])[-KEPT:]

    def is_of(self, descriptor: int) -> bool:
        """Does an open file still hold what was read of it?"""
        last = os.pread(descriptor, len(self.tail), self.offset - len(self.tail))
        return last == self.tail and os.pread(descriptor, len(self.head), 0) == self.head

    def skip(self, stream: BinaryIO) -> bool:
        """Go on in a copy, from its beginning, to the place up to which it was read. False where it is no copy."""
        head = stream.read(len(self.head))
        if head != self.head:
            return False
        last, left = head, self.offset - len(head)
        if left > KEPT and stream.seekable():
            left = KEPT
            stream.seek(self.offset - left)
        while left > 0 and (data := stream.read(min(left, 1 << 20))):
            last, left = (last + data)[-KEPT:], left - len(data)
        return left == 0 and last == self.tail


def rotated(log: Path) -> list[Rotated]:
    """All that may have been `log` once, as its name tells; the newest last. Of one that is being packed, what is not."""
    found: dict[str, Rotated] = {}
    try:
        entries = sorted(os.scandir(log.parent), key=lambda entry: entry.name, reverse=True)
    except OSError:
        return []
    for entry in entries:
        plain = entry.name.removesuffix(next((end for end in PACKED if entry.name.endswith(end)), "\0"))
        mark = _mark(log, plain)
        if mark is None or not entry.is_file():
            continue
        try:
            now = entry.stat()
        except OSError:  # it is being rotated further
            continue
        digits = re.sub(r"\D", "", mark)
        few = len(digits) <= NUMBERED
        place = (-int(digits), "") if few else (0, digits)
        form = plain.replace(mark, ".0" if few else re.sub(r"\d", "0", mark))
        found[plain] = Rotated(log.parent / entry.name, now.st_dev, now.st_ino, now.st_mtime_ns, form, place)
    return sorted(found.values(), key=lambda one: (one.changed, one.place))


def _mark(log: Path, name: str) -> str | None:
    """The number or date in the name of what was a log: behind its name, or before its suffix."""
    for begin, end in ((log.name, ""), (log.stem, log.suffix)):
        if name.startswith(begin) and name.endswith(end) and len(name) > len(begin) + len(end):
            found = _MARK.fullmatch(name[len(begin) : len(name) - len(end)])
            if found is not None:
                return found[0]
    return None


def beside(files: Iterable[Rotated]) -> Beside:
    """What is beside the log, to be known again; by nothing, where nothing is in it."""
    return {one.path: (one.device, one.inode, head) for one in files if (head := _head(one.path))}


def _stood(one: Rotated, before: Beside) -> bool:
    """Was it there before, under its name? The inode alone does not tell: that of a file that was packed is free again."""
    device, inode, head = before.get(one.path, (0, 0, b""))
    return (one.device, one.inode) == (device, inode) and _head(one.path, len(head)) == head


def _head(path: Path, most: int = KEPT) -> bytes:
    try:
        with path.open("rb", buffering=0) as file:
            return file.read(most) or b""
    except OSError:  # it is being rotated further
        return b""


def since(files: list[Rotated], ours: Ours, changed: int, before: Beside) -> tuple[Rotated | None, list[Rotated]]:
    """The file that was read, and those that came after it, the oldest first; `ours` knows it.

    Where it is none of them: those that were written to after `changed`, when it was read last. Never those that were
    there `before`, under the same name while the log had its own.
    """
    fresh = [one for one in files if not _stood(one, before)]
    for one in reversed(files):
        if ours(one):
            newer = (other for other in fresh if other.series == one.series and other.place > one.place)
            return one, sorted(newer, key=lambda other: other.place)
    return None, [one for one in fresh if one.changed > changed]


def is_rotated(log: Path, mark: Mark, mine: os.stat_result) -> bool:
    """Is the file that was read, or a copy of it, among those beside the log?"""
    files, is_copy = rotated(log), copies(mark)
    return any(one.is_file(mine) for one in files) or any(is_copy(one) for one in files)


class Between(NamedTuple):
    """What is to be read before the log goes on: `parts`, with the `rest` of a log that was cut as the first one.

    `known`: the file that was read is one of those beside it. `missing` says in words what may be lost. `there` is what
    is beside the log and will never come after it.
    """

    parts: list[tuple[Path, BinaryIO]]
    rest: BinaryIO | None
    known: bool
    missing: list[str]
    there: Beside


@dataclass(frozen=True, slots=True)
class Last:
    """What is known of the log as it was read last: what was read, when that was written to, and what was beside it."""

    mark: Mark
    changed: int
    beside: Beside


def between(log: Path, last: Last, now: os.stat_result, mine: os.stat_result | None) -> Between:
    """What was written between `last`, and `now`, the log as it is. `mine` was renamed; without, the log was cut.

    Files are found by name and opened one after another, so all of it is done again where some were renamed meanwhile.
    """
    tries = TRIES
    while True:
        files = rotated(log)
        found = _between(log, files, last, now, mine)
        tries -= 1
        if not tries or [one[:3] for one in rotated(log)] == [one[:3] for one in files]:
            return found
        for _, stream in found.parts:
            stream.close()


def _between(log: Path, files: list[Rotated], last: Last, now: os.stat_result, mine: os.stat_result | None) -> Between:
    mark = last.mark
    ours, newer = since(files, lambda one: mine is not None and one.is_file(mine), last.changed, last.beside)
    if ours is None and mark.offset:
        ours, newer = since(files, copies(mark), last.changed, last.beside)
    live = next((place for place, one in enumerate(newer) if one.is_file(now)), len(newer))  # renamed meanwhile
    parts: list[tuple[Path, BinaryIO]] = []
    rest = content(ours) if ours is not None and mine is None else None
    if ours is not None and rest is not None:
        mark.skip(rest)
        parts.append((ours.path, rest))
    missing = list(_missing(log, ours, newer if ours else newer[:live], mark, cut=mine is None))
    for one in newer[:live]:
        stream = content(one)
        if stream is None:
            missing.append(f"`{one.path}` cannot be read")
        else:
            parts.append((one.path, stream))
    return Between(parts, rest, ours is not None, missing, beside(one for one in files if one not in newer[live:]))


def _missing(log: Path, ours: Rotated | None, newer: list[Rotated], mark: Mark, *, cut: bool) -> Iterator[str]:
    if ours is None and cut:
        yield f"`{log}` was cut, and no file beside it begins with the {mark.offset:,} bytes that were read of it"
    elif ours is None and newer:
        yield f"what `{log}` was is not beside it, but `{newer[0].path.name}` that came later: what was between is missing"
    elif ours is not None and ours.is_numbered:
        there = {-one.place[0] for one in newer}
        gone = [f"`{log.name}.{number}`" for number in range(-ours.place[0] - 1, 0, -1) if number not in there]
        if gone:
            yield f"of what came after `{ours.path.name}`, {', '.join(gone)} is missing"


def content(one: Rotated) -> BinaryIO | None:
    """What such a file holds, unpacked as it is read; None where it cannot be read."""
    if one.path.suffix in UNREADABLE:
        return None
    try:
        return opened(one.path, packing(one.path))
    except OSError:
        return None


def copies(mark: Mark) -> Ours:
    """Knows a file by what was read of it."""

    def is_copy(one: Rotated) -> bool:
        stream = content(one)
        if stream is None:
            return False
        with stream:
            try:
                return mark.skip(stream)
            except OSError:
                return False

    return is_copy
