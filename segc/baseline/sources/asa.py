"""Cisco ASA: 106100 (lists that log), 302013 to 302016 (connections), 302020 (pings), 106023 (what a list denied).

FTD writes these too, and events of connections (`segc.baseline.sources.ftd`).

Cisco Secure Firewall ASA Series Syslog Messages. `Built outbound` names the outside first although the inside opened
it. A teardown does not say which way it was built: its number tells. 106100's interval line counts the hits since
the flow's first line, which it includes; so hits are added, lines are not, and the first is not added twice.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from segc.baseline.direction import flipped
from segc.baseline.observed import NO_PORT, Grade, Observed, Said, make
from segc.baseline.sources.ftd import BEGIN, END, Ftd
from segc.baseline.sources.netfilter import Packet, observed
from segc.baseline.sources.notread import Aside, NotRead
from segc.baseline.sources.stamps import MICRO, Clock
from segc.baseline.sources.text import FOREIGN, Lines
from segc.baseline.sources.words import ICMP, ICMP6, PORTED, TCP, UDP, address, count, icmp, port, protocol, small

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from segc.baseline.sources.protocol import Context

_ID = re.compile(r"%(?:ASA|PIX|FTD|NGIPS)(?:-\w+)?-\d-(\d{6}): ?")
# Of what passes through it, by other messages: GRE, SCTP, connections that it lets by without a state, lists by user, and
# FTD's events of intrusions, files and malware, whose connections nothing else need tell of.
_UNKNOWN = frozenset(
    {
        "302017", "302018", "302035", "302036", "302303", "302304", "302305", "302306", "106102", "106103", "430001",
        "430004", "430005",
    }
)  # fmt: skip
_HITS = re.compile(
    r"access-list (\S+) (permitted|denied|est-allowed) (\S+) [^/\s]+/([^(\s]+)\((\d+)\)(?:\([^)]*\))?\s?-> ?"
    r"[^/\s]+/([^(\s]+)\((\d+)\)(?:\([^)]*\))? hit-cnt (\d+) \(?(?:first hit|(\d+)-second interval)"
)
_END = r"[^:\s]+:(\S+)/(\d+)(?: \([^)]*\))?(?:\([^)]*\))?"
_BUILT = re.compile(rf"Built (inbound|outbound) (TCP|UDP|SCTP) connection (\d+) for {_END} to {_END}")
_GONE = re.compile(
    rf"Teardown (TCP|UDP|SCTP) connection (\d+) for {_END} to {_END} duration (\d+):(\d\d):(\d\d) bytes (\d+)(.*)"
)
_PING = re.compile(
    r"Built (inbound|outbound) ICMP connection for faddr ([^/\s]+)/\d+\S* (?:\([^)]*\) ?)?gaddr \S+ (?:\([^)]*\) ?)?"
    r"laddr ([^/\s]+)/\d+\S*(?: \([^)]*\))?(?: type (\d+) code (\d+))?"
)
_DENIED = re.compile(
    r"Deny (?:protocol )?(\S+) src [^:\s]+:([^/\s]+)(?:/(\d+))?(?:\([^)]*\))? dst [^:\s]+:([^/\s]+)(?:/(\d+))?(?:\([^)]*\))?"
    r'(?: \(type (\d+), code (\d+)\))?.* by access-group "([^"]*)"'
)
OPEN = 200_000  # connections that are remembered until their teardown


class Asa:
    """Reads the lines of one log."""

    def __init__(self, context: Context) -> None:
        self.clock = Clock(context)
        self.known = context.known
        self.live = context.live
        self.ftd = Ftd(context)
        self.open: dict[str, Observed] = {}
        self.hit: set[tuple[str, str, str, str, str, str]] = set()
        self.read: dict[str, Callable[[int, str], Iterable[Observed]]] = {
            "106100": self._hits, "106023": self._denied, "302013": self._built, "302015": self._built,
            "302014": self._gone, "302016": self._gone, "302020": self._ping, "302021": self._nothing,
        }  # fmt: skip

    def line(self, text: str) -> Iterable[Observed]:
        """A hit, a connection's end, a ping or a denial."""
        found = _ID.search(text)
        if found is None:
            raise NotRead(FOREIGN)
        if found[1] in (BEGIN, END):
            return self.ftd.record(found[1], text, text[found.end() :])
        reader = self.read.get(found[1])
        if reader is None:
            raise (NotRead if found[1] in _UNKNOWN else Aside)(f"message {found[1]} tells no flow")
        return reader(self.clock.envelope(text)[0], text[found.end() :])

    def end(self) -> Iterable[Observed]:
        """Connections that were still open."""
        return () if self.live else [*self.open.values(), *self.ftd.end()]

    def grade(self, one: Observed) -> Grade:
        """It judges openings only; but what looks like an answer may be of a session that it forgot."""
        ports = self.known.ports
        answer = (one.proto, one.sport) in ports and (one.proto, one.dport) not in ports
        return Grade.FIRST if answer and one.grade < Grade.HANDSHAKE else Grade.HANDSHAKE

    def _hits(self, time: int, text: str) -> Iterable[Observed]:
        found = _matched(_HITS, text)
        name, done, word, src, sport, dst, dport = found.groups()[:7]
        proto, n = protocol(word) if word != "ip" else 0, count(found[8])
        flow = (name, word, src, sport, dst, dport)
        first = time
        if found[9] is None:
            if len(self.hit) >= OPEN:
                self.hit.clear()
            self.hit.add(flow)
        else:
            first -= count(found[9]) * MICRO
            n -= flow in self.hit
            self.hit.discard(flow)
            if n == 0:
                return ()  # the interval held no more than the first hit
        ports = None
        if proto in PORTED:
            ports = port(sport), port(dport)
        elif proto in (ICMP, ICMP6):  # the type stands at the source, in old releases at the target
            kind = (small(sport, 255), small(dport, 255))
            ports = kind if kind[0] or not kind[1] else (kind[1], 0)
        said = Said.STOPPED if done == "denied" else Said.PASSED
        one = observed(Packet(first, address(src), address(dst), proto, ports, None, 0, said, name, n=n))
        grade = one.grade if done == "est-allowed" else self.grade(one)
        # As `_replace` of last, pkts_out (hits are no packets) and grade, which takes five times as long.
        return (make((one.first, time, *one[2:10], 0, *one[11:13], grade, *one[14:])),)

    def _built(self, time: int, text: str) -> Iterable[Observed]:
        found = _matched(_BUILT, text)
        way, word, number, near, near_port, far, far_port = found.groups()
        one = Observed(
            time, time, address(near), address(far), protocol(word), port(near_port), port(far_port),
            grade=Grade.HANDSHAKE, said=Said.PASSED,
        )  # fmt: skip
        one = flipped(one) if way == "outbound" else one
        if one.proto == UDP:
            one = one.graded(self.grade(one.graded(Grade.FIRST)))
        gone = []
        if number in self.open or len(self.open) >= OPEN:  # numbers come round again
            gone.append(self.open.pop(number if number in self.open else next(iter(self.open))))
        self.open[number] = one
        return (one,) if self.live else gone

    def _gone(self, time: int, text: str) -> Iterable[Observed]:
        found = _matched(_GONE, text)
        word, number, near, near_port, far, far_port, hours, minutes, seconds, size, why = found.groups()
        length = ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * MICRO
        built = self.open.pop(number, None)
        if built is not None and self.live:
            return ()
        if built is None or {built.src, built.dst} != {address(near), address(far)}:
            built = Observed(
                time - length, time, address(near), address(far), protocol(word), port(near_port), port(far_port),
                grade=Grade.NONE, said=Said.PASSED,
            )  # fmt: skip
        total = count(size)
        # The size is of both ways together: TCP carries nothing before it is answered, and whoever asks by UDP does.
        answered = True if total and built.proto == TCP else None
        if "SYN Timeout" in why or (built.proto == TCP and not total and "Reset" in why):
            answered = False
        first = min(built.first, time)
        return (make((first, time, *built[2:8], total, *built[9:12], answered, *built[13:])),)

    def _nothing(self, _time: int, _text: str) -> Iterable[Observed]:
        return ()

    def _ping(self, time: int, text: str) -> Iterable[Observed]:
        way, foreign, local, kind, code = _matched(_PING, text).groups()
        src, dst = (foreign, local) if way == "inbound" else (local, foreign)
        if kind is None:  # older releases
            raise NotRead("an ICMP connection without its type: nothing tells what was asked")
        proto = ICMP6 if ":" in foreign else ICMP
        value = icmp(int(kind), int(code))
        one = Observed(time, time, address(src), address(dst), proto, NO_PORT, value, grade=Grade.HANDSHAKE)
        return (one._replace(said=Said.PASSED),)

    def _denied(self, time: int, text: str) -> Iterable[Observed]:
        word, src, sport, dst, dport, kind, code, name = _matched(_DENIED, text).groups()
        proto = protocol(word)
        ports = None
        if kind is not None:
            ports = small(kind, 255), small(code, 255)
        elif sport is not None and dport is not None:
            ports = port(sport), port(dport)
        return (observed(Packet(time, address(src), address(dst), proto, ports, None, 0, Said.STOPPED, name)),)


def _matched(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    found = pattern.match(text)
    if found is None:
        raise NotRead("a message of another shape than documented, or cut off")
    return found


SOURCE = Lines("asa", "Cisco ASA syslog", re.compile(rb"%(?:ASA|PIX|FTD|NGIPS)(?:-\w+)?-\d-\d{6}:"), Asa)
