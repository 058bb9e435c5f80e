"""FortiGate traffic logs: `key=value`, in any order, quoted or not.

FortiOS Log Message Reference, traffic logs 13 and 20, and "Sample logs by log type" of the administration guide. A
long session is told every few minutes (20) with its counts so far, all under one sessionid: it is one conversation for
each hour. `sentdelta` and its kind are what came since the line before, so that what stands in another log, or before
this one, is known to have been told. `eventtime` counts seconds, or since FortiOS 6.2 nanoseconds.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from segc.baseline.conversations import never_answers
from segc.baseline.noise import HOUR
from segc.baseline.observed import NO_PORT, Grade, Observed, Said
from segc.baseline.sources.notread import NotRead
from segc.baseline.sources.pairs import Layouts
from segc.baseline.sources.stamps import MICRO, Clock
from segc.baseline.sources.text import FOREIGN, Lines
from segc.baseline.sources.words import ICMP, ICMP6, PORTED, address, count, icmp, mac, port, protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from segc.baseline.sources.protocol import Context

_STOPPED = frozenset({"deny", "blocked", "block", "dropped"})
_LASTING = frozenset({"accept", "start"})  # the session goes on
_ICMP_SERVICE = re.compile(r"icmp6?/(\d+)/(\d+)", re.IGNORECASE)
_TRAFFIC = re.compile(r'(?<!\w)type="?traffic\b')
_WANTED = frozenset({
    "type", "date", "time", "tz", "eventtime", "devid", "vd", "sessionid", "action", "policyid", "proto", "service",
    "srcip", "srcport", "srcmac", "dstip", "dstport", "dstmac", "duration", "sentbyte", "rcvdbyte", "sentpkt", "rcvdpkt",
    "sentdelta", "rcvddelta", "sentpktdelta", "rcvdpktdelta",
})  # fmt: skip
OPEN = 100_000  # sessions that wait for their end
TOLD = 2 * OPEN  # sessions of which it is known what was told before


class Told(NamedTuple):
    """What was told of a session until now. `hour`: the last one for which it counts as a conversation, 0 if another log told."""

    bytes_out: int
    bytes_in: int
    pkts_out: int
    pkts_in: int
    hour: int = 0
    answered: bool | None = None


class FortiGate:
    """Reads the lines of one log."""

    def __init__(self, context: Context) -> None:
        self.clock = Clock(context)
        self.known = context.known
        self.live = context.live
        self.layouts = Layouts(_WANTED)
        self.open: dict[tuple[str, ...], Observed] = {}
        self.told: dict[tuple[str, ...], Told] = {}  # oldest first

    def line(self, text: str) -> Iterable[Observed]:
        """A session's end, or how it stands."""
        if "srcip=" not in text:
            raise NotRead("the record is cut off" if _TRAFFIC.search(text) else FOREIGN)
        if "type=" not in text:
            raise NotRead(FOREIGN)
        return self.record(self.layouts.read(text))

    def record(self, fields: dict[str, str]) -> Iterable[Observed]:
        """The same, by its keys and values."""
        if fields.get("type") != "traffic":
            raise NotRead(FOREIGN)
        one = self._one(fields)
        session = fields.get("sessionid", "0")
        if session == "0" or one.said is Said.STOPPED:
            return (one,)
        key = (fields.get("devid", ""), fields.get("vd", ""), session, one.src, one.dst, str(one.sport), str(one.dport))
        lasting = fields.get("action", "") in _LASTING
        if key not in self.open and key not in self.told and (earlier := _earlier(fields, one)) is not None:
            self._remember(key, earlier)
        if not lasting and key not in self.open and key not in self.told:
            return (one,)  # as most: one line from its beginning to its end
        return self._session(key, one, lasting=lasting)

    def end(self) -> Iterable[Observed]:
        """Sessions that had not ended."""
        return [] if self.live else [self._since(key, one) for key, one in self.open.items()]

    def _session(self, key: tuple[str, ...], one: Observed, *, lasting: bool) -> Iterable[Observed]:
        out: list[Observed] = []
        before = self.open.pop(key, None)
        if before is not None and before.last // HOUR != one.last // HOUR:
            if not self.live:
                out.append(self._since(key, before))
            self._tell(key, before)
            before = None
        if before is not None:
            one = one._replace(
                first=min(one.first, before.first),
                bytes_out=max(one.bytes_out, before.bytes_out), bytes_in=max(one.bytes_in, before.bytes_in),
                pkts_out=max(one.pkts_out, before.pkts_out), pkts_in=max(one.pkts_in, before.pkts_in),
                answered=one.answered if one.answered is not None else before.answered,
            )  # fmt: skip
        told = self.told.get(key)
        if told is not None:
            one = one._replace(first=max(one.first, one.last // HOUR * HOUR))  # what it did before was told
        if self.live and before is None and (told is None or told.hour != one.last // HOUR):
            out.append(one)  # at once; what follows within the hour adds nothing to an alert
        if lasting:
            self.open[key] = one
            if len(self.open) > OPEN:
                oldest = next(iter(self.open))
                forgotten = self.open.pop(oldest)
                out += [] if self.live else [self._since(oldest, forgotten)]
                self._tell(oldest, forgotten)
        else:
            out += [] if self.live else [self._since(key, one)]
            self.told.pop(key, None)
        return out

    def _tell(self, key: tuple[str, ...], one: Observed) -> None:
        counts = one.bytes_out, one.bytes_in, one.pkts_out, one.pkts_in
        self._remember(key, Told(*counts, one.last // HOUR, one.answered))

    def _remember(self, key: tuple[str, ...], told: Told) -> None:
        self.told.pop(key, None)
        if len(self.told) >= TOLD:
            del self.told[next(iter(self.told))]
        self.told[key] = told

    def _since(self, key: tuple[str, ...], one: Observed) -> Observed:
        """The counts without those that were told before; no conversation more in an hour for which it counts already."""
        told = self.told.get(key)
        if told is None:
            return one
        # An answer that came since must not be lost: better one too many.
        counts = told.hour == one.last // HOUR and one.answered == told.answered
        return one._replace(
            n=0 if counts else one.n,
            bytes_out=max(0, one.bytes_out - told.bytes_out), bytes_in=max(0, one.bytes_in - told.bytes_in),
            pkts_out=max(0, one.pkts_out - told.pkts_out), pkts_in=max(0, one.pkts_in - told.pkts_in),
        )  # fmt: skip

    def _time(self, fields: dict[str, str]) -> int:
        if "date" in fields and "time" in fields:
            return self.clock.iso(f"{fields['date']} {fields['time']} {fields.get('tz', '').strip()}".rstrip())
        digits = fields["eventtime"]
        value = count(digits[:18] if len(digits) > 18 else digits)
        return value * MICRO // 10 ** (min(len(digits), 18) - 10) if len(digits) >= 10 else value * MICRO

    def _one(self, fields: dict[str, str]) -> Observed:
        get, last = fields.get, self._time(fields)
        proto = protocol(fields["proto"])
        action = get("action", "")
        sport = dport = NO_PORT
        if proto in PORTED and "srcport" in fields:
            sport, dport = port(fields["srcport"]), port(fields["dstport"])
        elif proto in (ICMP, ICMP6):
            kind = _ICMP_SERVICE.fullmatch(get("service", ""))
            word = get("service", "").upper()
            if kind is not None:
                dport = icmp(int(kind[1]), int(kind[2]))
            elif word in ("PING", "PING6"):
                dport = icmp(8 if proto == ICMP else 128, 0)
        said = Said.STOPPED if action in _STOPPED else Said.PASSED
        back = count(get("rcvdpkt", ""))
        answered: bool | None = None
        if said is Said.STOPPED or action == "ip-conn":
            answered = False
        elif "rcvdpkt" in fields and action != "start":
            answered = back > 0 or (None if never_answers(self.known, proto, dport) else False)
        return Observed(
            last - count(get("duration", "")) * MICRO, last, address(fields["srcip"]), address(fields["dstip"]),
            proto, sport, dport, 1, count(get("sentbyte", "")), count(get("rcvdbyte", "")),
            count(get("sentpkt", "")), back, answered, Grade.HANDSHAKE, get("service", "").lower(), said,
            get("policyid", ""), mac(get("srcmac", "")), mac(get("dstmac", "")),
        )  # fmt: skip


def _earlier(fields: dict[str, str], one: Observed) -> Told | None:
    """What lines before this one told of its session, as it says itself."""
    if "sentdelta" not in fields or "rcvddelta" not in fields:
        return None
    sent, got = one.bytes_out - count(fields["sentdelta"]), one.bytes_in - count(fields["rcvddelta"])
    if sent <= 0 and got <= 0:
        return None
    # Packets since then are told by FortiOS 7 only; else nobody knows how many of them are new.
    out, back = (count(fields.get(name, "0")) for name in ("sentpktdelta", "rcvdpktdelta"))
    return Told(max(0, sent), max(0, got), max(0, one.pkts_out - out), max(0, one.pkts_in - back))


_LOOKS = re.compile(rb'type="?traffic"?[ ,].{0,2000}srcip=|srcip=.{0,2000}type="?traffic"?')
SOURCE = Lines("fortigate", "FortiGate traffic log", _LOOKS, FortiGate)
