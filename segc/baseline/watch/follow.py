"""A log file as a stream that goes on where the log goes on: after its end, and in the new file after a rotation."""

from __future__ import annotations

import io
import os
import time
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from _typeshed import WriteableBuffer

PAUSE = 0.2  # seconds between two looks at a log that does not grow


class Follow(io.RawIOBase):
    """Reads a file for ever. `idle` is called whenever there is nothing to read; the stream ends once it gives False.

    The file is known by its device and inode. When another one has its name (logrotate `create`), the rest of the old
    one is read first, and a line that it left unfinished ends there. When it became shorter (`copytruncate`), reading
    begins anew. While no file has the name, the stream waits.
    """

    def __init__(self, path: Path, idle: Callable[[], bool], *, pause: float = PAUSE) -> None:
        self.path = path
        self.idle = idle
        self.pause = pause
        self._file = path.open("rb", buffering=0)
        self._ends = True  # the last byte that was read ended a line

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """What there is, at least one byte; 0 when the stream ends."""
        view = memoryview(buffer).cast("B")
        while True:
            found = self._file.read(len(view))
            if found:
                view[: len(found)] = found
                self._ends = found.endswith(b"\n")
                return len(found)
            if self._turned():
                if self._ends:
                    continue
                self._ends = True
                view[:1] = b"\n"
                return 1
            if not self.idle():
                return 0
            time.sleep(self.pause)

    def close(self) -> None:
        """Close the file."""
        if not self.closed:
            self._file.close()
        super().close()

    def _turned(self) -> bool:
        """Go on in another file of the name, or at the beginning of one that was cut. Tells whether that was so."""
        try:
            now = self.path.stat()
        except OSError:
            return False
        mine = os.fstat(self._file.fileno())
        if (now.st_dev, now.st_ino) == (mine.st_dev, mine.st_ino):
            if now.st_size >= self._file.tell():
                return False
            self._file.seek(0)
            return True
        rest = self._file.read(1)  # written between our last look and the rotation
        if rest:
            self._file.seek(-1, os.SEEK_CUR)
            return False
        try:
            fresh = self.path.open("rb", buffering=0)
        except OSError:
            return False
        self._file.close()
        self._file = fresh
        return True


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
