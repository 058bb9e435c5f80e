"""Packets, or records of one direction, merged into conversations by their addresses and ports.

A conversation is told once for each hour (UTC) in which something of it was seen, so that a session of months shows in
every hour that it lives, and forgotten after an hour of silence. In a stream that never ends it is told every ten seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from segc.baseline.noise import HOUR
from segc.baseline.observed import NO_PORT, Grade, Observed, Said

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    from segc.baseline.direction import Known

TCP, UDP = 6, 17
FIN, SYN, RST, ACK = 0x01, 0x02, 0x04, 0x10
TRIES = 7  # of one SYN: Linux's `tcp_syn_retries` is 6, and others send fewer
BARE = (
    80  # bytes of the largest packet without data: headers of IPv4 and TCP with all options that a SYN has, or of IPv6
)
LIVE = 10_000_000  # microseconds
MOST = 500_000  # conversations at a time; a storm of scans tells the oldest early instead of filling the memory

# UDP services that nobody answers, so that silence tells nothing: RFC 3164 and 5426 (syslog), RFC 3416 (traps), NetFlow,
# RFC 7011 (IPFIX), sFlow 5. Those of peers and publishers (EGD, R-GOOSE) come with the library.
ONE_WAY = frozenset({162, 514, 2055, 4739, 6343, 9995, 9996})


def never_answers(known: Known, proto: int, dport: int) -> bool:
    """Is a target's port one of a service that nobody answers, or in which each end sends when it likes?"""
    return proto == UDP and (dport in ONE_WAY or (proto, dport) in known.peers or (proto, dport) in known.wide)


K = TypeVar("K", bound="Hashable")


class Talk:
    """One conversation: side 0 is whose packet or record came first."""

    __slots__ = (
        "bytes0",
        "bytes1",
        "first",
        "flags0",
        "flags1",
        "last",
        "mac0",
        "mac1",
        "opener",
        "pkts0",
        "pkts1",
        "said",
        "tag",
        "told",
    )

    def __init__(self, time: int) -> None:
        self.first = self.last = time
        self.pkts0 = self.pkts1 = self.bytes0 = self.bytes1 = 0
        self.flags0 = self.flags1 = 0  # of TCP, all that were seen; bit 8 when the side sent anything at all
        self.opener = -1  # the side that sent the first SYN, or to which a SYN with ACK went
        self.mac0 = self.mac1 = self.tag = ""
        self.said = Said.NOTHING
        self.told = False  # once, in an hour before

    def add(self, side: int, first: int, last: int, packets: int, size: int, flags: int) -> None:
        """What a packet, or a record of one direction, adds. `flags` are TCP's of all its packets."""
        if not self.pkts0 and not self.pkts1:
            self.first, self.last = first, last
        self.first, self.last = min(self.first, first), max(self.last, last)
        run = RUN if packets > 1 else 0
        if side:
            self.pkts1 += packets
            self.bytes1 += size
            self.flags1 |= flags | SENT | _more(self.pkts1, self.bytes1) | run
        else:
            self.pkts0 += packets
            self.bytes0 += size
            self.flags0 |= flags | SENT | _more(self.pkts0, self.bytes0) | run
        if flags & SYN and (packets == 1 or not flags & ACK):  # flags of several packets run together
            self.opening(side, flags)

    def opening(self, side: int, flags: int) -> None:
        """A packet with SYN, of a side: without ACK that side opens, with ACK the other one did."""
        if self.opener < 0:
            self.opener = 1 - side if flags & ACK else side

    def answered(self, proto: int, *, silent: bool, acks: bool = True) -> bool | None:
        """Did the other end answer, so far as is known? `silent`: a service that never does. `acks`: the log tells of an ACK."""
        both = self.flags0 & SENT and self.flags1 & SENT
        if not self.flags0 & SENT:
            return True  # the answer to a ping, which came before the log began
        if proto != TCP:
            return True if both else None if silent else False
        if self.opener < 0:
            return True if both else None  # the middle of a session, perhaps seen from one side only
        mine, theirs = (self.flags0, self.flags1) if self.opener == 0 else (self.flags1, self.flags0)
        went_on = bool(mine & ACK or (mine & MORE and mine & RUN) if acks else mine & (ACK | FIN | MORE))
        if not both:  # whoever goes on has had an answer, and whoever accepts gives one: one side was seen only
            return None if went_on or theirs & SENT else False
        if theirs & RST and not theirs & SYN and not theirs & ~(RST | ACK | SENT | MORE | RUN):
            return False  # a refusal
        if mine & RST and not went_on:  # SYN, then RST at once: a scan that goes no further
            return False if acks or (self.pkts1 if self.opener else self.pkts0) <= 2 else None
        return True


# Anything at all; more than a SYN that was tried again and again; a record of several packets, whose flags some exporters take
# from the first one.
SENT, MORE, RUN = 0x100, 0x200, 0x400


def _more(packets: int, size: int) -> int:
    return MORE if packets > TRIES or size > BARE * packets else 0


def _is_over(talk: Talk, time: int) -> bool:
    """Has an hour of silence ended it? Not where its opening was seen: that says more than what is seen first later."""
    return time - talk.last >= HOUR and talk.opener < 0 and not talk.pkts0 and not talk.pkts1


class Talks(Generic[K]):
    """The conversations of one log. `parts` makes of a key: source, target, protocol and ports of side 0."""

    def __init__(
        self,
        known: Known,
        parts: Callable[[K], tuple[str, str, int, int, int]],
        patience: int,
        *,
        live: bool = False,
        acks: bool = True,
    ) -> None:
        self.acks = acks  # are packets with ACK told apart? Else flags show a SYN, and not whether more came behind it
        self.period = LIVE if live else HOUR
        self.known = known
        self.parts = parts
        self.patience = patience  # microseconds in which an answer may still come, at the end of an hour
        self.there: dict[K, Talk] = {}
        self.back: dict[K, Talk] = {}
        self.hour = 0  # in microseconds: when the next one begins, or the next period of a stream
        self.floor = 0  # before this the clock has jumped back

    def find(self, key: K, reverse: K, time: int) -> tuple[Talk, int]:
        """The conversation to which a packet belongs, and on which side its sender is."""
        talk = self.there.get(key)
        if talk is not None and not _is_over(talk, time):
            return talk, 0
        talk = self.back.get(key)
        if talk is not None and not _is_over(talk, time):
            return talk, 1
        talk = self.there[key] = self.back[reverse] = Talk(time)
        return talk, 0

    def turn(self, time: int) -> Iterator[Observed]:
        """To be called when `time` is past `hour` or before `floor`, or there are `MOST`: tells what the last hour held."""
        full = len(self.there) >= MOST
        if time >= self.hour or time < self.floor:
            self.hour = time // self.period * self.period + self.period
            self.floor = self.hour - 3 * HOUR
        kept: dict[K, Talk] = {}
        self._join()
        for key, talk in self.there.items():
            one_sided = not (talk.flags0 & SENT and talk.flags1 & SENT)
            if not talk.pkts0 and not talk.pkts1:
                if 0 <= time - talk.last < HOUR:
                    kept[key] = talk
                continue
            if full or not (one_sided and 0 <= time - talk.last < self.patience):
                yield self._observed(key, talk)
                talk.told = True
                talk.pkts0 = talk.pkts1 = talk.bytes0 = talk.bytes1 = 0
            kept[key] = talk
        live = {id(talk) for talk in kept.values()} if not full else set()
        self.there = {} if full else kept
        self.back = {} if full else {key: talk for key, talk in self.back.items() if id(talk) in live}

    def end(self) -> Iterator[Observed]:
        """The rest."""
        self._join()
        for key, talk in self.there.items():
            if talk.pkts0 or talk.pkts1:
                yield self._observed(key, talk)
        self.there, self.back = {}, {}

    def _join(self) -> None:
        """Answers of UDP that come from another port than was asked (TFTP, PROFINET's RPC) are part of the question."""
        asked: dict[tuple[str, str, int, Said], Talk] = {}
        alone: list[tuple[Talk, str, str, int, int]] = []
        for key, talk in self.there.items():
            if talk.pkts0 and not talk.flags1 & SENT:
                src, dst, proto, sport, dport = self.parts(key)
                if proto == UDP:
                    alone.append((talk, src, dst, sport, dport))
                    if (UDP, sport) not in self.known.ports and (UDP, dport) in self.known.ports:
                        asked.setdefault((src, dst, sport, talk.said), talk)
        for talk, src, dst, _, dport in alone:
            question = asked.get((dst, src, dport, talk.said))
            if question is not None and question.first <= talk.first:
                question.add(1, talk.first, talk.last, talk.pkts0, talk.bytes0, 0)
                talk.pkts0 = talk.bytes0 = 0

    def _observed(self, key: K, talk: Talk) -> Observed:
        src, dst, proto, sport, dport = self.parts(key)
        silent = never_answers(self.known, proto, dport)
        questions = proto in (1, 58) and sport == NO_PORT and dport >> 8 not in (8, 13, 15, 17, 128)
        answered = talk.answered(proto, silent=silent or questions or (proto not in (TCP, UDP, 1, 58)), acks=self.acks)
        if talk.said is Said.STOPPED:
            answered = False
        if proto in (1, 58):
            grade = Grade.FIRST if questions else Grade.HANDSHAKE
        else:
            grade = Grade.HANDSHAKE if talk.opener >= 0 else Grade.FIRST
            if talk.told and proto == UDP and sport == dport:
                grade = Grade.NONE  # it goes on: who sends first in an hour has not opened it
        if talk.opener == 1:
            return Observed(
                talk.first, talk.last, dst, src, proto, dport, sport, 1, talk.bytes1, talk.bytes0, talk.pkts1,
                talk.pkts0, answered, grade, "", talk.said, talk.tag, talk.mac1, talk.mac0,
            )  # fmt: skip
        return Observed(
            talk.first, talk.last, src, dst, proto, sport, dport, 1, talk.bytes0, talk.bytes1, talk.pkts0,
            talk.pkts1, answered, grade, "", talk.said, talk.tag, talk.mac0, talk.mac1,
        )  # fmt: skip
