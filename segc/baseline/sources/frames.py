"""One captured frame: down to addresses, protocol and ports.

Link types: tcpdump.org/linktypes.html. Headers: RFC 791, 8200, 9293, 768, 792, 4443. What IP may be wrapped in is told in
`segc.baseline.sources.wrapped`.
"""

from __future__ import annotations

from typing import NamedTuple

from segc.baseline.observed import NO_PORT
from segc.baseline.sources.netfilter import ANSWERS
from segc.baseline.sources.words import ICMP, ICMP6, PORTED, TCP, packed
from segc.baseline.sources.wrapped import Cut, Sealed, unwrapped

ETHERNET, NULL, LOOP, SLL, SLL2, NFLOG = 1, 0, 108, 113, 276, 239
RAW = frozenset({12, 14, 101, 228, 229})
READ = frozenset({ETHERNET, NULL, LOOP, SLL, SLL2, NFLOG}) | RAW
_EXTENSIONS = frozenset({0, 43, 60, 135, 139, 140})
_FRAGMENT, _AUTH = 44, 51
_ERRORS = {ICMP: frozenset({3, 4, 5, 11, 12}), ICMP6: frozenset({1, 2, 3, 4})}
FRAGMENTS = 4096  # first fragments that are remembered


class Frame(NamedTuple):
    """A packet. `key` tells its conversation: protocol, addresses and, where there are any, ports; `reverse` the same
    from the other end. `side` is 1 where the packet is an answer by its own word, else None.
    """

    key: bytes
    reverse: bytes
    flags: int = 0
    side: int | None = None


class Frames:
    """Reads the frames of one capture."""

    def __init__(self) -> None:
        self._first: dict[bytes, bytes] = {}  # ports of datagrams that came in fragments

    def packet(self, link: int, frame: bytes) -> Frame | None:
        """What a frame carries; None for what is no IP. `Cut` if it is too short to tell, `Sealed` if it cannot be read."""
        ip = payload(link, frame)
        found = None if ip is None else self.ip(ip)
        if (
            found is None and ip is not None and link not in (NULL, LOOP)
        ):  # whose own type, of any family, is not looked at
            raise Sealed("that are said to be IP and are not")
        return found

    def ip(self, data: bytes) -> Frame | None:
        """What an IP packet carries."""
        if not data:
            raise Cut
        if data[0] >> 4 == 4:
            return self._ipv4(data)
        return self._ipv6(data) if data[0] >> 4 == 6 else None

    def _ipv4(self, data: bytes) -> Frame:
        header = (data[0] & 15) * 4
        if header < 20 or len(data) < 20:
            raise Cut
        offset = int.from_bytes(data[6:8], "big") & 0x3FFF
        datagram = data[9:10] + data[12:20] + data[4:6] if offset else b""
        return self._transport(data[9], data[12:16], data[16:20], data[header:], datagram, offset & 0x1FFF)

    def _ipv6(self, data: bytes) -> Frame:
        if len(data) < 40:
            raise Cut
        proto, at = data[6], 40
        datagram, offset = b"", 0
        for _ in range(16):
            if proto in _EXTENSIONS or proto in (_AUTH, _FRAGMENT):
                if len(data) < at + 8:
                    raise Cut
                if proto == _FRAGMENT:
                    offset = int.from_bytes(data[at + 2 : at + 4], "big") >> 3
                    datagram = data[8:40] + data[at + 4 : at + 8]
                    length = 8
                else:
                    length = (data[at + 1] + 2) * 4 if proto == _AUTH else (data[at + 1] + 1) * 8
                proto, at = data[at], at + length
                if offset:
                    break
            else:
                break
        return self._transport(proto, data[8:24], data[24:40], data[at:], datagram, offset)

    def _transport(self, proto: int, src: bytes, dst: bytes, rest: bytes, datagram: bytes, offset: int) -> Frame:
        mark = bytes((proto,))
        if proto in (ICMP, ICMP6) and not offset:
            return self._icmp(proto, src, dst, rest)
        ports = b""
        if proto in PORTED:
            if offset:
                ports = self._first.get(mark + datagram, b"")
            elif len(rest) >= 4:
                ports = rest[:4]
                if datagram:
                    if len(self._first) >= FRAGMENTS:
                        self._first.clear()
                    self._first[mark + datagram] = ports
            else:
                raise Cut
        flags = rest[13] if proto == TCP and not offset and len(rest) > 13 else 0
        return Frame(mark + src + dst + ports, mark + dst + src + ports[2:4] + ports[:2], flags)

    def _icmp(self, proto: int, src: bytes, dst: bytes, rest: bytes) -> Frame:
        if len(rest) < 2:
            raise Cut
        mark, kind = bytes((proto,)), rest[0]
        if kind in _ERRORS[proto] and len(rest) >= 36:
            about = self._about(rest[8:])
            if about is not None:
                return about
        question = ANSWERS.get((proto, kind))
        name = rest[4:6].ljust(2, b"\0")  # the identifier of a ping
        if question is not None:
            what = bytes((question, 0))
            return Frame(mark + dst + src + name + what, mark + src + dst + what + name, side=1)
        return Frame(mark + src + dst + name + rest[:2], mark + dst + src + rest[:2] + name, side=0)

    def _about(self, inner: bytes) -> Frame | None:
        """An error is part of the conversation that it is about: what comes back, and no answer."""
        try:
            frame = Frames().ip(inner) if inner[0] >> 4 in (4, 6) else None
        except (Cut, IndexError):
            return None
        if frame is None or frame.key[0] in (ICMP, ICMP6):
            return None
        return frame._replace(side=ERROR)


ERROR = 2  # a packet that is about a conversation, and of neither side


def payload(link: int, frame: bytes) -> bytes | None:
    """The IP packet in a frame."""
    if link in RAW:
        return frame
    if link in (NULL, LOOP):
        return frame[4:]
    if link == SLL2:
        return unwrapped(frame, 0, 20)
    at = 12 if link == ETHERNET else 14  # SLL has its type last in a header of 16
    if len(frame) < at + 2:
        raise Cut
    return unwrapped(frame, at, at + 2)


def parts(key: bytes) -> tuple[str, str, int, int, int]:
    """A key in words: source, target, protocol, ports. A ping's identifier is none."""
    proto, size = key[0], 4 if len(key) in (9, 13) else 16
    src, dst, rest = packed(key[1 : 1 + size]), packed(key[1 + size : 1 + 2 * size]), key[1 + 2 * size :]
    if not rest:
        return src, dst, proto, NO_PORT, NO_PORT
    sport, dport = int.from_bytes(rest[:2], "big"), int.from_bytes(rest[2:], "big")
    return src, dst, proto, NO_PORT if proto in (ICMP, ICMP6) else sport, dport
