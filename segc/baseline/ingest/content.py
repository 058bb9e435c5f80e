"""A log's bytes: unpacked, and looked through before anything is read from them."""

from __future__ import annotations

import codecs
import hashlib
import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, cast

from segc.baseline.ingest.gunzip import CUT, DAMAGED, Gunzip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

BLOCK = 1 << 22
HEAD = 1 << 16
HEADER = 1 << 14  # bytes that a header of Zeek has at most; some hundred fields
LONGEST_LINE = 1 << 20  # bytes; no record of any format is longer
PACKED = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
TEXT_MARKS = {codecs.BOM_UTF16_LE: "UTF-16", codecs.BOM_UTF16_BE: "UTF-16"}
_BLANK = re.compile(rb"(?<=\n)\n")


class Beginning(NamedTuple):
    """So many first bytes of a log, whose digest is that of another one. `whole`: they end with a line."""

    size: int
    digest: str
    whole: bool


@dataclass(slots=True)
class Facts:
    """What a log is, found out by reading it through once without understanding it.

    `digest` is of `size` bytes, unpacked. Of these, `tail` are of a last line that has no end (a comment: `tail_comments`
    is 1), and `half` of one that is not read. `begins` are the beginnings whose digests are known already, the shortest
    first; the whole log may be one. `headers` are the places of further headers of Zeek after the first, and `comments`
    the lines that begin with `#`.
    `cut` says in words why unpacking ended early. `padded`: zeros follow what is packed, and not every reader passes
    over them.
    """

    digest: str = ""
    size: int = 0
    packed: str = ""
    head: bytes = b""
    lines: int = 0
    longest: int = 0
    tail: int = 0
    tail_comments: int = 0
    half: int = 0
    utf8: bool = True
    not_utf8_at: int = 0
    nuls: bool = False
    begins: list[Beginning] = field(default_factory=list)
    comments: int = 0
    headers: list[int] = field(default_factory=list)
    cut: str = ""
    padded: bool = False

    @property
    def is_utf16(self) -> bool:
        """Does it begin as UTF-16 does, with a mark of the order of its bytes?"""
        return self.head[:2] in TEXT_MARKS

    @property
    def until(self) -> int:
        """Where what is read of it ends."""
        return self.size - self.half

    def without_half_line(self) -> None:
        """Take a last line without an end for none. Of a log that was cut off, nobody knows what it would have told."""
        if self.tail:
            self.half = self.tail
            self.lines -= 1
            self.comments -= self.tail_comments
            self.headers = [place for place in self.headers if place < self.until]


def packing(path: Path) -> str:
    """How a file is packed, by its first bytes: `gzip`, `zstd`, or not at all."""
    with path.open("rb") as file:
        start = file.read(4)
    return next((name for magic, name in PACKED.items() if start.startswith(magic)), "")


def opened(path: Path, packed: str) -> BinaryIO:
    """A log's content, unpacked as it is read; `cut` says afterwards whether it ended in the middle. Raises OSError."""
    if packed == "gzip":
        return io.BufferedReader(_Unpacked(Gunzip(path.open("rb"))), 1 << 16)
    if packed == "zstd":
        import zstandard

        file = path.open("rb")
        reader = zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True, closefd=True)
        return io.BufferedReader(_Unpacked(reader, "" if ends_whole(path) else CUT), 1 << 16)
    return path.open("rb")


def ends_whole(path: Path) -> bool:
    """Does a file of zstd end where a frame does? Its library takes one that is cut off for one that ends there.

    Only headers of frames and blocks are looked at (RFC 8878, 3.1.1), one for each 128 KB of content at most.
    """
    with path.open("rb") as file:
        place, size = 0, path.stat().st_size
        while place < size:
            file.seek(place)
            head = file.read(8)
            if head[1:4] == b"\x2a\x4d\x18":  # a frame to be skipped
                place += 8 + int.from_bytes(head[4:], "little")
                continue
            if len(head) < 5:
                return False
            place = _blocks(file, place + _header(head[4]))
            place += 4 * (head[4] >> 2 & 1)  # the checksum
    return place == size


def _header(told: int) -> int:
    """The length of a frame's header, by the byte that describes it (RFC 8878, 3.1.1.1)."""
    single = told >> 5 & 1
    return 5 + (1 - single) + (0, 1, 2, 4)[told & 3] + (single, 2, 4, 8)[told >> 6]


def _blocks(file: BinaryIO, place: int) -> int:
    """Where the blocks of a frame end; far beyond the file where one is missing."""
    while True:
        file.seek(place)
        block = file.read(3)
        if len(block) < 3:
            return 1 << 62
        told = int.from_bytes(block, "little")
        place += 3 + (1 if told >> 1 & 3 == 1 else told >> 3)  # one byte that is repeated, or what there is
        if told & 1:
            return place


class Until(io.RawIOBase):
    """The first bytes of a stream, as if it ended there."""

    def __init__(self, inner: BinaryIO, most: int) -> None:
        self._inner, self._left = inner, most

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: object) -> int:
        """As of any raw stream."""
        data = self._inner.read(min(len(view := memoryview(cast("bytearray", buffer))), self._left))
        self._left -= len(data)
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close the stream as well."""
        self._inner.close()
        super().close()


class _Unpacked(io.RawIOBase):
    """Ends where a packed file has a fault, as one has that is still being copied, and remembers it in words."""

    def __init__(self, inner: Any, cut: str = "") -> None:
        self._inner = inner
        self.cut = cut
        self.padded = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast("bytearray", buffer))
        try:
            data = self._inner.read1(len(view))  # `read` would lose what it has when it fails
        except Exception as problem:
            if type(problem).__name__ != "ZstdError":
                raise
            self.cut, data = DAMAGED, b""
        if isinstance(self._inner, Gunzip):
            self.cut, self.padded = self._inner.fault, self._inner.padded
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._inner.close()
        super().close()


def fault(stream: BinaryIO) -> str:
    """Why unpacking a stream of `opened` ended early, in words; empty where it did not."""
    packed = _packed(stream)
    return packed.cut if packed is not None else ""


def _packed(stream: BinaryIO) -> _Unpacked | None:
    inner = getattr(stream, "raw", None)
    return inner if isinstance(inner, _Unpacked) else None


def survey(stream: BinaryIO, known: Iterable[tuple[int, str]], seen: Callable[[int], None], most: int = -1) -> Facts:
    """Read a log through, `most` bytes at most: its hash, its lines, its encoding, and which beginnings are known.

    `known` are lengths and digests of what was read before; `seen` is told how many bytes were read so far.
    """
    facts = Facts()
    pending = sorted(set(known))
    digests = set(pending)
    lengths = sorted({length for length, _ in pending})
    total, decoder, line = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")(), 0
    last = b"\n"
    while most < 0 or facts.size < most:
        want = BLOCK if most < 0 else min(BLOCK, most - facts.size)
        if lengths:  # stop at the next length that may be known
            want = min(want, lengths[0] - facts.size)
        block = stream.read(want)
        if not block:
            break
        if len(facts.head) < HEAD:
            facts.head += block[: HEAD - len(facts.head)]
        total.update(block)
        _encoding(facts, decoder, block)
        _headers(facts, block, last)
        line = _lines(facts, block, line)
        if line <= len(block):  # the line that has no end yet begins in this block
            facts.tail_comments = block.startswith(b"#", len(block) - line)
        last = block[-1:]
        facts.size += len(block)
        if lengths and facts.size == lengths[0]:
            lengths.pop(0)
            if (facts.size, total.hexdigest()) in digests:
                facts.begins.append(Beginning(facts.size, total.hexdigest(), last == b"\n"))
        seen(facts.size)
    packed = _packed(stream)
    if packed is not None:
        facts.cut, facts.padded = packed.cut, packed.padded
    facts.digest = total.hexdigest()
    facts.tail = line
    facts.lines += line > 0
    return facts


def _lines(facts: Facts, block: bytes, line: int) -> int:
    """Count lines and find the longest one; gives the length of the line that goes on in the next block."""
    facts.lines += block.count(b"\n")
    first = block.find(b"\n")
    if first < 0:
        facts.longest = max(facts.longest, line + len(block))
        return line + len(block)
    facts.longest = max(facts.longest, line + first)
    if len(block) > LONGEST_LINE:  # a line that long leaves no end in one of these pieces
        step = LONGEST_LINE // 2
        place = first
        while place < len(block):
            end = block.rfind(b"\n", place, place + step)
            if end > place:
                place = end
                continue
            after = block.find(b"\n", place + 1)
            after = len(block) if after < 0 else after
            facts.longest = max(facts.longest, after - place)
            place = after
    return len(block) - block.rfind(b"\n") - 1


def _encoding(facts: Facts, decoder: codecs.IncrementalDecoder, block: bytes) -> None:
    if not facts.nuls and b"\0" in block:
        facts.nuls = True
    if not facts.utf8 or (block.isascii() and not decoder.getstate()[0]):
        return
    try:
        decoder.decode(block)
    except UnicodeDecodeError:
        facts.utf8 = False
        facts.not_utf8_at = facts.size


def _headers(facts: Facts, block: bytes, last: bytes) -> None:
    """Count lines that are no records, and find where headers of Zeek begin after the first: joined logs have several."""
    if b"#" not in block:  # ten times as fast as to look for the start of a line
        return
    begins = last == b"\n" and block.startswith(b"#")
    facts.comments += block.count(b"\n#") + begins
    if begins and block.startswith(b"#separator") and facts.size:
        facts.headers.append(facts.size)
    place = block.find(b"\n#separator")
    while place >= 0:
        facts.headers.append(facts.size + place + 1)
        place = block.find(b"\n#separator", place + 1)


def heads(stream: BinaryIO, places: Iterable[int]) -> Iterator[bytes]:
    """What begins at each of these places, which ascend: `HEADER` bytes, fewer at the end. Reads the stream once."""
    held, at = b"", 0  # what was read last, and where it begins
    for place in places:
        while at + len(held) < place:
            at += len(held)
            held = stream.read(min(BLOCK, place - at))
            if not held:
                break
        held, at = held[max(0, place - at) :], place
        held += stream.read(max(0, HEADER - len(held)))
        yield held


def blank_lines(stream: BinaryIO) -> int:
    """How many lines of a log are empty. Only asked where lines are missing: it reads all of it."""
    count, last = 0, b"\n"
    while block := stream.read(BLOCK):
        count += len(_BLANK.findall(block)) + (last == b"\n" and block.startswith(b"\n"))
        last = block[-1:]
    return count


def copied(stream: BinaryIO, to: BinaryIO, since: int, until: int) -> int:
    """Copy what lies between two places, without lines that are too long; gives how many were left out."""
    left = since
    while left > 0 and (block := stream.read(min(BLOCK, left))):
        left -= len(block)
    left, dropped, long = until - since, 0, False
    rest = b""
    while left > 0:
        block = stream.read(min(BLOCK, left))
        if not block:
            break
        left -= len(block)
        rest += block
        end = rest.rfind(b"\n") + 1
        if long:  # within a line that is being left out
            first = rest.find(b"\n") + 1
            if not first:
                rest = b""
                continue
            rest, long, end = rest[first:], False, end - first
        to.writelines(_short(rest[:end]))
        dropped += sum(1 for _ in _long(rest[:end]))
        rest = rest[end:]
        if len(rest) > LONGEST_LINE:
            dropped, rest, long = dropped + 1, b"", True
    if not long:
        to.write(rest)
    return dropped


def _short(text: bytes) -> Iterable[bytes]:
    """The same text, in pieces, without its long lines."""
    if len(text) <= LONGEST_LINE:
        return (text,)
    return (line for line in text.splitlines(keepends=True) if len(line) <= LONGEST_LINE)


def _long(text: bytes) -> Iterable[bytes]:
    if len(text) <= LONGEST_LINE:
        return ()
    return (line for line in text.splitlines(keepends=True) if len(line) > LONGEST_LINE)
