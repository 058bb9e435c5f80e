"""Captures: pcap and pcapng, also those of an NFLOG group, whose packets carry the prefix of the rule that recorded them.

Frames that are no IP (ARP, PROFINET, GOOSE) tell no flow that a rule could name, and are passed over; those that may carry
some and cannot be read are told. Behind a router the hardware address is the router's.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from segc.baseline.conversations import MOST, SYN, Talks
from segc.baseline.direction import Orient
from segc.baseline.observed import Unread
from segc.baseline.sources.capture import MAGICS, SECTION, records
from segc.baseline.sources.frames import ERROR, ETHERNET, NFLOG, READ, Frames, parts
from segc.baseline.sources.netfilter import ANSWERS, Packet, done, observed
from segc.baseline.sources.text import Held
from segc.baseline.sources.words import ICMP, ICMP6, mac
from segc.baseline.sources.wrapped import Cut, Sealed
from segc.words import count, plural

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from segc.baseline.observed import Observed
    from segc.baseline.sources.protocol import Context

PATIENCE = 60_000_000  # microseconds that an answer may take
_PREFIX, _PAYLOAD, _HARDWARE = 10, 9, 8


class Pcap:
    """The source of captures."""

    name = "pcap"
    title = "packet capture (pcap, pcapng, NFLOG)"

    def sniff(self, head: bytes) -> bool:
        """Does it begin like a capture?"""
        return head[:4] in MAGICS or head[:4] == SECTION

    def read(self, stream: BinaryIO, context: Context) -> Iterator[Observed | Unread]:
        """The conversations of a capture, hour by hour, and what is wrong with it at the end."""
        orient, held, bad = Orient(context.known, live=context.live), Held(context), list[Unread]()
        for one in _Reader(context).read(stream, bad):
            for turned in orient.put(one):
                yield from held.put(turned)
        for turned in orient.end():
            yield from held.put(turned)
        yield from held.end()
        yield from bad


class _Reader:
    def __init__(self, context: Context) -> None:
        self.frames = Frames()
        self.talks: Talks[bytes] = Talks(context.known, parts, PATIENCE, live=context.live)
        self.cut = 0
        self.strange: dict[int, int] = {}
        self.sealed: dict[str, int] = {}

    def read(self, stream: BinaryIO, bad: list[Unread]) -> Iterator[Observed]:
        talks = self.talks
        there, back = talks.there, talks.back
        for time, link, frame, size in records(stream, bad):
            if time >= talks.hour or time < talks.floor or len(there) >= MOST:
                yield from talks.turn(time)
                there, back = talks.there, talks.back
            # Nearly all packets: TCP or UDP in IPv4 without options or fragments, on Ethernet without tags, of a
            # conversation that is under way.
            if (
                link == ETHERNET
                and len(frame) > 47
                and frame[12:15] == b"\x08\x00\x45"
                and not frame[20] & 0x3F | frame[21]
            ):
                proto = frame[23]
                if proto in (6, 17):
                    key = frame[23:24] + frame[26:38]
                    flags = frame[47] if proto == 6 else 0
                    talk = there.get(key)
                    if talk is not None and talk.pkts0:
                        talk.pkts0 += 1
                        talk.bytes0 += size
                        talk.flags0 |= flags
                        talk.last = time if time > talk.last else talk.last  # noqa: FURB136 - a call would cost a tenth
                        if flags & SYN:
                            talk.opening(0, flags)
                        continue
                    if talk is None:
                        talk = back.get(key)
                        if talk is not None and talk.pkts1:
                            talk.pkts1 += 1
                            talk.bytes1 += size
                            talk.flags1 |= flags
                            talk.last = time if time > talk.last else talk.last  # noqa: FURB136 - a call would cost a tenth
                            if flags & SYN:
                                talk.opening(1, flags)
                            continue
            try:
                found = self._slow(time, link, frame, size)
            except Cut:
                self.cut += 1
                continue
            except Sealed as error:
                self.sealed[str(error)] = self.sealed.get(str(error), 0) + 1
                continue
            if found is not None:
                yield found
        yield from talks.end()
        self._wrong(bad)

    def _slow(self, time: int, link: int, frame: bytes, size: int) -> Observed | None:
        """Any packet. One of NFLOG is an observation of its own."""
        if link not in READ:
            self.strange[link] = self.strange.get(link, 0) + 1
            return None
        if link == NFLOG:
            return self._nflog(time, frame, size)
        found = self.frames.packet(link, frame)
        if found is None:
            return None
        if found.side == ERROR:
            return None  # whether the other end answered, the conversation itself tells
        talk, side = self.talks.find(found.key, found.reverse, time)
        side = side if found.side is None else found.side
        if link == ETHERNET and not (talk.mac1 if side else talk.mac0):
            macs = mac(frame[6:12].hex()), mac(frame[:6].hex())
            talk.mac0, talk.mac1 = (macs[1], macs[0]) if side else macs
        talk.add(side, time, time, 1, size, found.flags)
        return None

    def _nflog(self, time: int, frame: bytes, size: int) -> Observed | None:
        """A packet with the prefix of its rule: Linux nfnetlink_log.h, attributes in the byte order of who wrote it."""
        prefix, hardware, inner, at = "", b"", None, 4
        order = "<" if len(frame) > 5 and frame[5] == 0 else ">"
        while at + 4 <= len(frame):
            length, kind = struct.unpack_from(order + "HH", frame, at)
            if length < 4:
                break
            value = frame[at + 4 : at + length]
            if kind == _PREFIX:
                prefix = value[:128].rstrip(b"\0").decode("utf-8", "replace")
            elif kind == _HARDWARE:
                hardware = value[4:10]
            elif kind == _PAYLOAD:
                inner = value
            at += length + -length % 4
        if inner is None:
            raise Cut
        found = self.frames.ip(inner)
        if found is None or found.side == ERROR:
            return None
        src, dst, proto, sport, dport = parts(found.key)
        ports: tuple[int, int] | None = (sport, dport) if len(found.key) in (13, 37) else None
        if proto in (ICMP, ICMP6) and ports is not None:
            if found.side == 1:  # the key is the question's, the packet its answer
                src, dst = dst, src
                dport = next(kind for (own, kind), asked in ANSWERS.items() if (own, asked) == (proto, dport >> 8)) << 8
            ports = dport >> 8, dport & 255
        said, tag = done(prefix)
        source = mac(hardware.hex())
        return observed(Packet(time, src, dst, proto, ports, found.flags, min(size, len(inner)), said, tag, source))

    def _wrong(self, bad: list[Unread]) -> None:
        if self.cut:
            were = plural(self.cut, "was", "were")
            why = f"{count(self.cut, 'packet')} {were} captured too short to tell their ports (snaplen)"
            bad.append(Unread(0, why, n=self.cut))
        for link, number in sorted(self.strange.items()):
            bad.append(Unread(0, f"{count(number, 'packet')} of link type {link}, which is not read", n=number))
        for what, number in sorted(self.sealed.items()):
            bad.append(Unread(0, f"{count(number, 'packet')} {what}: what they carry cannot be read", n=number))


SOURCE = Pcap()
