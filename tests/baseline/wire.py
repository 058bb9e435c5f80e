"""Packets and captures, byte by byte, for tests."""

from __future__ import annotations

import struct
from ipaddress import ip_address
from typing import NamedTuple

START = 1_795_446_000  # 2026-11-23T15:00:00Z
SYN, ACK, RST, FIN, PSH = 2, 16, 4, 1, 8
MACS = bytes.fromhex("02420a1e0001 02420a1e004d".replace(" ", ""))


class Sent(NamedTuple):
    """A frame and when it was seen, in microseconds since `START`."""

    time: int
    frame: bytes


def transport(proto: int, sport: int, dport: int, *, flags: int = ACK, data: bytes = b"") -> bytes:
    if proto == 6:
        return struct.pack(">HHIIBBHHH", sport, dport, 1, 1, 0x50, flags, 8192, 0, 0) + data
    return struct.pack(">HHHH", sport, dport, 8 + len(data), 0) + data


def ip(src: str, dst: str, proto: int, inner: bytes, *, fragment: int = 0, name: int = 7) -> bytes:
    """An IP packet; `fragment` is IPv4's field of flags and offset."""
    source, target = ip_address(src).packed, ip_address(dst).packed
    if len(source) == 16:
        return struct.pack(">IHBB", 6 << 28, len(inner), proto, 64) + source + target + inner
    return struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(inner), name, fragment, 64, proto, 0) + source + target + inner


def ethernet(packet: bytes, *tags: int) -> bytes:
    kind = struct.pack(">H", 0x86DD if packet[0] >> 4 == 6 else 0x0800)
    outer = b"".join(
        struct.pack(">HH", 0x88A8 if i == 0 and len(tags) > 1 else 0x8100, tag) for i, tag in enumerate(tags)
    )
    return MACS + outer + kind + packet


def segment(
    src: str, sport: int, dst: str, dport: int, flags: int = ACK, *, proto: int = 6, data: bytes = b"x"
) -> bytes:
    return ethernet(ip(src, dst, proto, transport(proto, sport, dport, flags=flags, data=data)))


def pcap(*sent: Sent | bytes, link: int = 1, order: str = "<", nano: bool = False, snaplen: int = 65535) -> bytes:
    """A capture; frames without a time come a millisecond apart."""
    magic = 0xA1B23C4D if nano else 0xA1B2C3D4
    parts = [struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, snaplen, link)]
    for number, one in enumerate(sent):
        time, frame = one if isinstance(one, Sent) else (number * 1000, one)
        fraction = time % 1_000_000 * (1000 if nano else 1)
        caught = frame[:snaplen]
        parts += [struct.pack(order + "IIII", START + time // 1_000_000, fraction, len(caught), len(frame)), caught]
    return b"".join(parts)


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    body += b"\0" * (-len(body) % 4)
    size = struct.pack(order + "I", 12 + len(body))
    return struct.pack(order + "I", kind) + size + body + size


def pcapng(
    *frames: bytes, order: str = "<", link: int = 1, resolution: int | None = None, simple: bool = False
) -> bytes:
    section = block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1), order)
    options = b"" if resolution is None else struct.pack(order + "HHBxxxHH", 9, 1, resolution, 0, 0)
    out = [section, block(1, struct.pack(order + "HHI", link, 0, 65535) + options, order)]
    per_second = 10**6 if resolution is None else 2 ** (resolution & 0x7F) if resolution & 0x80 else 10**resolution
    for frame in frames:
        if simple:
            out.append(block(3, struct.pack(order + "I", len(frame)) + frame, order))
        else:
            time = START * per_second
            head = struct.pack(order + "IIIII", 0, time >> 32, time & 0xFFFFFFFF, len(frame), len(frame))
            out.append(block(6, head + frame, order))
    return b"".join(out)
