"""A pipe as a stream that ends also when nobody reads any more what is told of it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

    from segc.baseline.watch.out import Lines


class Piped(io.RawIOBase):
    """Reads a descriptor that stays open, as long as `lines` has a reader."""

    def __init__(self, descriptor: int, lines: Lines) -> None:
        self._inner = io.FileIO(descriptor, closefd=False)
        self._lines = lines

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int | None:
        """What there is; 0 at the end."""
        return self._inner.readinto(buffer) if self._lines.wait(self._inner.fileno()) else 0
