"""A log that is packed, as a stream of what is in it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from segc.baseline.ingest.content import PACKED, fault, opened, packing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from _typeshed import WriteableBuffer

UNPACK = {"gzip": "zcat", "zstd": "zstdcat"}


def whole(path: Path, cut: Callable[[str], None]) -> io.RawIOBase:
    """A file from its beginning to its end, unpacked. `cut` is told why it ended before. Raises OSError."""
    if not path.is_file():  # of a pipe nothing may be read before
        return io.FileIO(path)
    packed = packing(path)
    return Unpacked(path, packed, cut) if packed else io.FileIO(path)


def named(head: bytes) -> str:
    """How a log is packed that begins with these bytes: `gzip`, `zstd`, or not at all."""
    return next((name for magic, name in PACKED.items() if head.startswith(magic)), "")


class Unpacked(io.RawIOBase):
    """Reads a packed file, and tells once why it ends where it was cut off or is damaged."""

    def __init__(self, path: Path, packed: str, cut: Callable[[str], None]) -> None:
        self._inner = opened(path, packed)
        self._cut = cut
        self._told = False

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """What there is; 0 at the end."""
        view = memoryview(buffer).cast("B")
        found: bytes = self._inner.read1(len(view))  # type: ignore[attr-defined]
        view[: len(found)] = found
        if not found and not self._told and (why := fault(self._inner)):
            self._told = True
            self._cut(why)
        return len(found)

    def close(self) -> None:
        """Close the file."""
        if not self.closed:
            self._inner.close()
        super().close()
