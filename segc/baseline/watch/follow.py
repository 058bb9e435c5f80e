"""A log file as a stream that goes on where the log goes on: after its end, and in the new file after a rotation."""

from __future__ import annotations

import io
import os
import stat
import time
from collections import deque
from typing import TYPE_CHECKING, BinaryIO

from segc.baseline.ingest.content import fault
from segc.baseline.ingest.files import reason
from segc.baseline.watch.rotated import Last, Mark, beside, between, is_rotated, rotated

if TYPE_CHECKING:
    from collections.abc import Callable
    from io import FileIO
    from pathlib import Path

    from _typeshed import WriteableBuffer

OFTEN = 60.0  # seconds; no log is rotated twice in less
PAUSE = 0.2  # seconds between two looks at a log that does not grow


class Follow(io.RawIOBase):
    """Reads a file for ever. `idle` is called whenever there is nothing to read; the stream ends once it gives False.

    The file is known by its device and inode. When another one has its name (logrotate `create`), the rest of the old
    one is read first, and what is written to it while the new one is empty. When it holds no more what was read of it
    (`copytruncate`), the rest is read of its copy, which begins with that. Then come the files that were the log in
    between, packed or not, and then the one of the name. A line that one of them left unfinished ends there. A new file
    that begins with what was read is the log rewritten (`sed -i`, an editor), and goes on behind that. `lost` is told in
    words where there may have been more. While no file has the name, the stream waits.
    """

    def __init__(
        self,
        path: Path,
        idle: Callable[[], bool],
        *,
        pause: float = PAUSE,
        lost: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.path = path
        self.idle = idle
        self.pause = pause
        self.lost = lost
        self._beside, self._listed = beside(rotated(path)), time.monotonic()  # before it is opened: none comes after it
        self._file = path.open("rb", buffering=0)
        self._mark = Mark()
        self._changed = 0  # when the file was written to, as far as it was read
        self._looked = time.monotonic()
        self._before: deque[tuple[Path, BinaryIO]] = deque()  # to be read before it
        self._hollow = True  # nothing but zeros was read of it
        self._ends = True  # the last byte that was read ended a line
        self._ended = False  # what comes next is of another file

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """What there is, at least one byte; 0 when the stream ends."""
        view = memoryview(buffer).cast("B")
        while True:
            found = b"\n" if self._ended and not self._ends else self._next(len(view))
            if found:
                self._ended = False
                view[: len(found)] = found
                self._ends = found.endswith(b"\n")
                return len(found)
            if self._before or self._turned():
                continue
            if not self.idle():
                return 0
            time.sleep(self.pause)

    def close(self) -> None:
        """Close all files."""
        if not self.closed:
            for file in (self._file, *(stream for _, stream in self._before)):
                file.close()
        super().close()

    def _next(self, most: int) -> bytes:
        """Some bytes: of the files before it first, then of the log itself; none where there are none now."""
        while self._before:
            path, stream = self._before[0]
            try:
                found: bytes = stream.read1(most)  # type: ignore[attr-defined]
                why = fault(stream)
            except OSError as problem:
                found, why = b"", reason(problem)
            if found:
                return found
            if why:
                self.lost(f"`{path}` cannot be read to its end: {why}")
            stream.close()
            self._before.popleft()
            self._ended = True
            if not self._ends:
                return b"\n"
        return self._live(most)

    def _live(self, most: int) -> bytes:
        while True:
            place = self._file.tell()
            found: bytes = self._file.read(most) or b""
            if found and not self._mark.is_of(self._file.fileno()):  # it was cut, and has grown since
                self._file.seek(place)
                return b""
            self._mark.add(found)
            # Who writes on where he was when the log was cut leaves zeros before.
            told = found.lstrip(b"\0") if self._hollow else found
            if told or not found:
                self._hollow = self._hollow and not told
                return told

    def _turned(self) -> bool:
        """Find out what to read next where the log is not what it was. Tells whether there may be anything."""
        there = beside(rotated(self.path)) if time.monotonic() - self._listed > OFTEN else None
        try:
            now = self.path.stat()
        except OSError:
            return False
        mine, whole = os.fstat(self._file.fileno()), self._mark.is_of(self._file.fileno())
        if (now.st_dev, now.st_ino) == (mine.st_dev, mine.st_ino):
            if whole:
                self._changed, self._looked = now.st_mtime_ns, time.monotonic()
                if there is not None:  # listed while the log was as it is: none of it will ever come after it
                    self._beside, self._listed = there, self._looked
                return False
            self._gather(now)
            self._file.seek(0)
        elif not stat.S_ISREG(now.st_mode) or (whole and not now.st_size):
            # Who writes goes on in the old one until he is told of the new one. A pipe would be waited for.
            self._looked = time.monotonic()
            return whole and mine.st_size > self._mark.offset
        elif whole and mine.st_size > self._mark.offset:  # written between our last look and the rotation
            return True
        else:
            try:
                fresh = self.path.open("rb", buffering=0)
            except OSError:
                return False
            if self._rewritten(fresh, mine):
                return True
            self._changed = mine.st_mtime_ns if whole else self._changed
            self._gather(os.fstat(fresh.fileno()), mine if whole else None)
            self._file.close()
            self._file = fresh
        self._mark, self._hollow, self._looked = Mark(), True, time.monotonic()
        return True

    def _rewritten(self, fresh: FileIO, mine: os.stat_result) -> bool:
        """Go on in another file of the name if it begins with what was read, and no rotation has left that beside it."""
        if not self._mark.offset or not self._mark.is_of(fresh.fileno()) or is_rotated(self.path, self._mark, mine):
            return False
        self._file.close()
        self._file, self._looked = fresh, time.monotonic()
        fresh.seek(self._mark.offset)
        return True

    def _gather(self, now: os.stat_result, mine: os.stat_result | None = None) -> None:
        """Open what lies between what was read and what has the name now. `mine` was renamed; without, it was cut."""
        gap = between(self.path, Last(self._mark, self._changed, self._beside), now, mine)
        self._beside, self._listed = gap.there, time.monotonic()
        self._before.extend(gap.parts)
        self._ended = gap.rest is None
        for text in gap.missing:
            self.lost(text)
        if mine is not None and not gap.known and not gap.parts and time.monotonic() - self._looked > OFTEN:
            self.lost(f"what `{self.path}` was is not beside it: a file that came after that may be missing")


class Again(io.RawIOBase):
    """A stream of which some bytes were read already, from its beginning."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """What there is."""
        view = memoryview(buffer).cast("B")
        found = self._head[: len(view)]
        self._head = self._head[len(found) :]
        found = found or self._rest.read1(len(view))  # type: ignore[attr-defined]
        view[: len(found)] = found
        return len(found)
