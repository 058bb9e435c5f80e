"""The container of a capture: pcap in both byte orders, with micro- or nanoseconds, and pcapng.

IETF drafts draft-ietf-opsawg-pcap and draft-ietf-opsawg-pcapng. A capture that ends within a packet, or is damaged, is
read up to there, and told.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from segc.baseline.observed import Unread
from segc.words import count, plural

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

MAGICS = {
    b"\xd4\xc3\xb2\xa1": ("<", 1), b"\xa1\xb2\xc3\xd4": (">", 1),
    b"\x4d\x3c\xb2\xa1": ("<", 1000), b"\xa1\xb2\x3c\x4d": (">", 1000),
}  # fmt: skip
SECTION = b"\x0a\x0d\x0d\x0a"
_ORDERS = {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}
CHUNK = 1 << 20
LONGEST = 1 << 20  # bytes of a packet that could be true: four times what tcpdump takes at most
LONGEST_BLOCK = 1 << 24
_INTERFACE, _OLD, _SIMPLE, _ENHANCED = 1, 2, 3, 6
_LINK, _RESOLUTION, _OFFSET = 0xFFFF, 9, 14

Record = tuple[int, int, bytes, int]  # microseconds since 1970, link type, what was captured, length on the wire


def records(stream: BinaryIO, bad: list[Unread]) -> Iterator[Record]:
    """The packets of a capture; what is wrong with it goes to `bad`."""
    magic = stream.read(4)
    if magic in MAGICS:
        yield from _pcap(stream, bad, *MAGICS[magic])
    elif magic == SECTION:
        yield from _pcapng(stream, bad)
    else:
        bad.append(Unread(0, "no capture: it begins like neither pcap nor pcapng", magic.hex(), cut=True))


def _pcap(stream: BinaryIO, bad: list[Unread], order: str, parts: int) -> Iterator[Record]:
    head = stream.read(20)
    if len(head) < 20:
        bad.append(Unread(0, "the capture ends within its header", cut=True))
        return
    link = struct.unpack_from(order + "I", head, 16)[0] & _LINK
    read = struct.Struct(order + "IIII").unpack_from
    data, at, number = stream.read(CHUNK), 0, 0
    end = len(data)
    while True:
        if at + 16 > end:
            data = data[at:] + stream.read(CHUNK)
            at, end = 0, len(data)
            if end < 16:
                break
        seconds, fraction, caught, size = read(data, at)
        if caught > LONGEST:
            bad.append(Unread(number + 1, f"damaged: a packet of {caught} bytes; {_before(number)}", cut=True))
            return
        stop = at + 16 + caught
        if stop > end:
            data = data[at:] + stream.read(max(CHUNK, caught))
            at, stop, end = 0, 16 + caught, len(data)
            if stop > end:
                break
        number += 1
        yield seconds * 1_000_000 + fraction // parts, link, data[at + 16 : stop], size
        at = stop
    if end:
        bad.append(Unread(number + 1, f"the capture ends within a packet; {_before(number)}", cut=True))


def _before(number: int) -> str:
    return f"{count(number, 'packet')} before it {plural(number, 'was', 'were')} read"


class _Interface(NamedTuple):
    link: int
    per_second: int
    offset: int


def _pcapng(stream: BinaryIO, bad: list[Unread]) -> Iterator[Record]:
    number, order = 0, "<"
    interfaces: list[_Interface] = []
    begin = SECTION
    while begin:
        block = _block(stream, begin, order)
        if isinstance(block, str):
            bad.append(Unread(number + 1, f"{block}; {_before(number)}", cut=True))
            return
        order, kind, body = block
        if begin == SECTION:
            interfaces = []
        elif kind == _INTERFACE and len(body) >= 8:
            interfaces.append(_interface(order, body))
        elif kind in (_ENHANCED, _OLD, _SIMPLE):
            record = _packet(order, kind, body, interfaces)
            number += 1
            if record is None:
                bad.append(
                    Unread(
                        number,
                        "damaged: a packet of an interface that is not there, or longer than its block",
                        cut=True,
                    )
                )
                return
            yield record
        begin = stream.read(4)


def _block(stream: BinaryIO, begin: bytes, order: str) -> tuple[str, int, bytes] | str:
    """A block's byte order, type and content, or what is wrong with it."""
    length = stream.read(4)
    inner = b""
    if begin == SECTION:
        inner = stream.read(4)
        if inner not in _ORDERS:
            return "damaged: a section without its byte order"
        order = _ORDERS[inner]
    if len(begin) < 4 or len(length) < 4:
        return "the capture ends within a block"
    size = int(struct.unpack(order + "I", length)[0])
    if size < 12 or size > LONGEST_BLOCK or size % 4:
        return f"damaged: a block of {size} bytes"
    rest = stream.read(size - 8 - len(inner))
    if len(rest) < size - 8 - len(inner):
        return "the capture ends within a block"
    return order, int(struct.unpack(order + "I", begin)[0]), rest[:-4]


def _interface(order: str, body: bytes) -> _Interface:
    link, per_second, offset, at = struct.unpack_from(order + "H", body)[0], 1_000_000, 0, 8
    while at + 4 <= len(body):
        code, size = struct.unpack_from(order + "HH", body, at)
        value = body[at + 4 : at + 4 + size]
        if code == 0:
            break
        if code == _RESOLUTION and len(value) == 1:
            exponent = value[0] & 0x7F
            per_second = 2 ** min(exponent, 64) if value[0] & 0x80 else 10 ** min(exponent, 18)
        elif code == _OFFSET and len(value) == 8:
            offset = struct.unpack(order + "q", value)[0]
        at += 4 + size + -size % 4
    return _Interface(link, per_second, offset)


def _packet(order: str, kind: int, body: bytes, interfaces: list[_Interface]) -> Record | None:
    if kind == _SIMPLE:  # has no time, and belongs to the first interface
        if len(body) < 4 or not interfaces:
            return None
        size = struct.unpack_from(order + "I", body)[0]
        return 0, interfaces[0].link, body[4 : 4 + size], size
    if len(body) < 20:
        return None
    which, high, low, caught, size = struct.unpack_from(order + ("HxxIIII" if kind == _OLD else "IIIII"), body)
    if which >= len(interfaces) or 20 + caught > len(body):
        return None
    one = interfaces[which]
    time = ((high << 32 | low) * 1_000_000) // one.per_second + one.offset * 1_000_000
    return time, one.link, body[20 : 20 + caught], size
