"""Probe packets: what one is, its bytes, and how to know it again after it has crossed a firewall."""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

ICMP, TCP, UDP, GRE, AH, ICMP6, SCTP, UDPLITE = 1, 6, 17, 47, 51, 58, 132, 136
BEHIND_AH = 253  # an experimental protocol
ETHERTYPE = {4: 0x0800, 6: 0x86DD}
SOURCE_MAC = bytes.fromhex("025047000001")

HEADLESS = "headless"  # as flags: the packet is cut behind its first eight bytes, which hold the marker
# The first byte is no IP version, so that a marker is never mistaken for a packet quoted by an ICMP error.
MAGIC = b"\x73egC"
_MARKER = struct.Struct("!4sI")
_MARKER_AT = {UDP: 8, UDPLITE: 8, ICMP: 8, ICMP6: 8, SCTP: 36}
_OTHER_HEADER = 12
_TCP_FLAGS = {letter: 1 << bit for bit, letter in enumerate("FSRPAUEC")}
_ICMP_ERRORS = {ICMP: frozenset({3, 4, 5, 11, 12}), ICMP6: frozenset({1, 2, 3, 4})}


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet to be judged.

    `proto` is the IP protocol number: 6 TCP, 17 UDP, 132 SCTP, 1 ICMP, 58 ICMPv6, or any other. `flags` are
    those of TCP; for SCTP "S" is INIT, "SA" INIT ACK and anything else DATA. A ping's identifier is `sport`.
    """

    iif: str
    src: str
    dst: str
    proto: int
    sport: int = 40000
    dport: int = 0
    icmp_type: int = 8
    icmp_code: int = 0
    flags: str = "S"

    @property
    def version(self) -> int:
        """IP version, 4 or 6, as the destination is written."""
        return 6 if ":" in self.dst else 4

    def session(self) -> tuple[object, ...]:
        """Equal for packets that connection tracking could take for one session, in either direction."""
        ports = (self.sport, self.dport) if self.proto in {TCP, UDP, UDPLITE, SCTP} else (0, 0)
        ends = sorted([(self.src, ports[0]), (self.dst, ports[1])])
        # In IPv6, AH is an extension header, behind which tracking looks.
        proto = BEHIND_AH if (self.version, self.proto) == (6, AH) else self.proto
        return (proto, *ends, self.sport if self.proto in {ICMP, ICMP6} else 0)


class Seen(NamedTuple):
    """A probe recognised in captured bytes: its serial number, and its ICMP type or -1."""

    serial: int
    icmp_type: int


class Answer(NamedTuple):
    """A packet that refuses a probe. `serial` is None when only `session` tells which one (a TCP reset)."""

    text: str
    serial: int | None
    session: tuple[object, ...] | None


@lru_cache(maxsize=65536)
def packed(version: int, address: str) -> bytes:
    """The address's bytes in network order. OSError when it is no address of that IP version."""
    return socket.inet_pton(socket.AF_INET6 if version == 6 else socket.AF_INET, address)


def frame(packet: Packet, mac: bytes, serial: int) -> bytes:
    """The Ethernet frame for a packet, with its serial number as payload. `mac` is the firewall's.

    OSError when an address is unreadable or the two are of different families.
    """
    source, target = packed(packet.version, packet.src), packed(packet.version, packet.dst)
    marker = _MARKER.pack(MAGIC, serial)
    transport = marker if packet.flags == HEADLESS else _transport(packet, source + target, marker)
    if packet.version == 6:
        header = struct.pack("!IHBB", 6 << 28, len(transport), packet.proto, 64) + source + target
    else:
        header = _ipv4_header(packet.proto, len(transport), serial, source + target)
    ether = struct.pack("!6s6sH", _target_mac(target, mac), SOURCE_MAC, ETHERTYPE[packet.version])
    return ether + header + transport


def _ipv4_header(proto: int, length: int, serial: int, addresses: bytes) -> bytes:
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + length, serial & 0xFFFF, 0, 64, proto, 0) + addresses
    return head[:10] + checksum(head) + head[12:]


def _target_mac(target: bytes, mac: bytes) -> bytes:
    """Group addresses travel in group frames, or else the kernel would call them packets for this host."""
    if len(target) == 16:
        return b"\x33\x33" + target[12:] if target[0] == 0xFF else mac
    if target == b"\xff\xff\xff\xff":
        return b"\xff" * 6
    return b"\x01\x00\x5e" + bytes([target[1] & 0x7F]) + target[2:] if target[0] >> 4 == 0xE else mac


def _transport(packet: Packet, addresses: bytes, marker: bytes) -> bytes:
    if packet.proto == TCP:
        return _checked(packet, addresses, _tcp_header(packet) + marker, 16)
    if packet.proto in {UDP, UDPLITE}:
        # UDP-Lite has its checksum's coverage where UDP has the length: 0 means everything.
        length = 0 if packet.proto == UDPLITE else 8 + len(marker)
        header = struct.pack("!HHHH", packet.sport, packet.dport, length, 0)
        return _checked(packet, addresses, header + marker, 6)
    if packet.proto in {ICMP, ICMP6}:
        header = struct.pack("!BBHHH", packet.icmp_type, packet.icmp_code, 0, packet.sport, 1)
        return _checked(packet, addresses if packet.proto == ICMP6 else b"", header + marker, 2)
    if packet.proto == SCTP:
        return _sctp(packet, marker)
    # AH names the protocol after it and its own length; GRE the protocol it carries.
    start = {AH: bytes([BEHIND_AH, 1]), GRE: b"\0\0\x08\0"}.get(packet.proto, b"")
    return start.ljust(_OTHER_HEADER, b"\0") + marker


def _checked(packet: Packet, addresses: bytes, data: bytes, at: int) -> bytes:
    """`data` with its checksum at offset `at`; `addresses` are summed too, unless empty."""
    pseudo = addresses + struct.pack("!IHH", len(data), 0, packet.proto) if addresses else b""
    return data[:at] + checksum(pseudo + data) + data[at + 2 :]


def _tcp_header(packet: Packet) -> bytes:
    flags = sum(_TCP_FLAGS[letter] for letter in set(packet.flags))
    # All sequence numbers are 1: inside the window that connection tracking expects, in both directions.
    acknowledged = 1 if "A" in packet.flags else 0
    return struct.pack("!HHIIBBHHH", packet.sport, packet.dport, 1, acknowledged, 0x50, flags, 65535, 0, 0)


def _sctp(packet: Packet, marker: bytes) -> bytes:
    kind = {"S": 1, "SA": 2, "AS": 2}.get(packet.flags, 0)
    if kind:  # noqa: SIM108 - tag, window, streams, TSN; then the marker in a parameter that receivers skip
        body = struct.pack("!IIHHIHH", 1, 65535, 1, 1, 1, 0x8FFF, 4 + len(marker))
    else:  # TSN, stream, sequence, payload protocol; then data
        body = struct.pack("!IHHIII", 1, 0, 0, 0, 0, 0)
    chunk = struct.pack("!BBH", kind, 0 if kind else 3, 4 + len(body) + len(marker)) + body + marker
    # A verification tag of 1 everywhere (0 in INIT, as it must be) belongs to the INIT's own tag of 1.
    ports = struct.pack("!HHI", packet.sport, packet.dport, 0 if kind == 1 else 1)
    return ports + struct.pack("<I", crc32c(ports + b"\0\0\0\0" + chunk)) + chunk


def checksum(data: bytes) -> bytes:
    """The Internet checksum (RFC 1071) of data of even length, two bytes, never zero."""
    # A one's complement sum of 16 bit words is the number that they spell, modulo 65535.
    return (0xFFFF - int.from_bytes(data, "big") % 0xFFFF).to_bytes(2, "big")


def _crc_entry(value: int) -> int:
    for _ in range(8):
        value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
    return value


_CRC_TABLE = tuple(_crc_entry(value) for value in range(256))


def crc32c(data: bytes) -> int:
    """The Castagnoli checksum, which SCTP uses."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ _CRC_TABLE[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def split(datagram: bytes) -> tuple[int, bytes]:
    """Protocol and transport bytes of an IP packet without extension headers; (-1, b"") when it is none."""
    version = datagram[0] >> 4 if datagram else 0
    if version == 4 and len(datagram) >= 20:
        return datagram[9], datagram[(datagram[0] & 15) * 4 :]
    if version == 6 and len(datagram) >= 40:
        return datagram[6], datagram[40:]
    return -1, b""


def recognise(proto: int, transport: bytes) -> Seen | None:
    """The probe that a packet is. A packet that merely quotes or refuses a probe is not one."""
    if transport[: len(MAGIC)] == MAGIC:
        at = 0
    elif proto == TCP:
        at = (transport[12] >> 4) * 4 if len(transport) >= 20 else 0
    else:
        at = _MARKER_AT.get(proto, _OTHER_HEADER)
    if transport[at : at + 4] != MAGIC or len(transport) < at + _MARKER.size:
        return None
    return Seen(_MARKER.unpack_from(transport, at)[1], transport[0] if proto in _ICMP_ERRORS else -1)


def refusal(datagram: bytes) -> Answer | None:
    """The refusal that a packet is: an ICMP error that quotes a probe, or a TCP reset."""
    proto, transport = split(datagram)
    if proto in _ICMP_ERRORS and len(transport) >= 8 and transport[0] in _ICMP_ERRORS[proto]:
        seen = recognise(*split(transport[8:]))
        name = "icmp" if proto == ICMP else "icmp6"
        return Answer(f"{name} {transport[0]}/{transport[1]}", seen.serial, None) if seen else None
    if proto == TCP and len(transport) >= 20 and transport[13] & _TCP_FLAGS["R"]:
        return Answer("tcp-reset", None, _reset_session(datagram, transport))
    return None


def _reset_session(datagram: bytes, transport: bytes) -> tuple[object, ...]:
    family, start, size = (socket.AF_INET, 12, 4) if datagram[0] >> 4 == 4 else (socket.AF_INET6, 8, 16)
    source = socket.inet_ntop(family, datagram[start : start + size])
    target = socket.inet_ntop(family, datagram[start + size : start + 2 * size])
    sport, dport = struct.unpack_from("!HH", transport)
    return Packet("", source, target, TCP, sport, dport).session()
