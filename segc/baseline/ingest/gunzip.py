"""A gzip's content up to its first fault. Python's own reader drops what it unpacked in the step in which it fails."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator

MAGIC = b"\x1f\x8b"
STEP = 1 << 13  # bytes that are unpacked at a time; a thousand times as many may come of them
MEMBER = zlib.MAX_WBITS | 16  # with header and trailer (RFC 1952), which zlib compares with the content
CUT = "it ends in the middle"
FOREIGN = "what follows its last whole part is no gzip"
DAMAGED = "it is damaged"


class Gunzip:
    """Unpacks a file, all its members. `fault` says in words why that ended early; it is empty where it did not.

    `padded`: zeros follow a member, as tapes and some tools leave them.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._content = self._unpacked()
        self._left = memoryview(b"")
        self.fault = ""
        self.padded = False

    def read1(self, most: int) -> bytes:
        """Some bytes, `most` at most; none at the end. Raises OSError."""
        while not self._left:
            data = next(self._content, None)
            if data is None:
                return b""
            self._left = memoryview(data)
        found, self._left = self._left[:most], self._left[most:]
        return bytes(found)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _unpacked(self) -> Iterator[bytes]:
        member, begun, first = zlib.decompressobj(MEMBER), False, True
        while block := self._file.read(STEP):
            while block:
                if not begun:
                    self.padded |= not first and block.startswith(b"\0")
                    block = block if first else block.lstrip(b"\0")
                    if block and not block.startswith(MAGIC[: len(block)]):
                        self.fault = FOREIGN
                        return
                    begun = bool(block)
                before = member.copy()
                try:
                    data = member.decompress(block)
                except zlib.error:
                    yield from _to_the_fault(before, block)
                    self.fault = DAMAGED
                    return
                yield data
                block = member.unused_data
                if member.eof:
                    member, begun, first = zlib.decompressobj(MEMBER), False, False
        self.fault = CUT if begun else ""


def _to_the_fault(member: zlib._Decompress, block: bytes) -> Iterator[bytes]:
    """What comes of a block of which zlib as a whole gives nothing."""
    for place in range(len(block)):
        try:
            yield member.decompress(block[place : place + 1])
        except zlib.error:
            return
