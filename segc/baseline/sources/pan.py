"""Palo Alto PAN-OS TRAFFIC logs: positional CSV of RFC 4180, in which commas stand within quotes.

Field order: PAN-OS Administrator's Guide, "Traffic Log Fields" (9.1 to 11.1; newer releases add fields at the end).
A session that is told at its start and at its end counts once: at the end, or as open where there is none. `drop` and
`deny` are sessions that never began.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from segc.baseline.conversations import never_answers
from segc.baseline.observed import NO_PORT, Grade, Observed, Said
from segc.baseline.sources.notread import NotRead
from segc.baseline.sources.stamps import MICRO, Clock
from segc.baseline.sources.text import FOREIGN, Lines
from segc.baseline.sources.words import PORTED, address, cells, count, port, protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from segc.baseline.sources.protocol import Context

_TRAFFIC = re.compile(r"\d*,\d{4}/\d\d/\d\d \d\d:\d\d:\d\d,[^,]*,TRAFFIC,")
SERIAL, SUBTYPE, GENERATED, SRC, DST, RULE, APP, SESSION = 2, 4, 6, 7, 8, 11, 14, 22
REPEAT, SPORT, DPORT, PROTO, ACTION, SENT, GOT, START = 23, 24, 25, 29, 30, 32, 33, 35
ELAPSED, PKTS_SENT, PKTS_GOT = 36, 44, 45
SUBTYPES = ("start", "end", "drop", "deny")
OPEN = 200_000  # sessions that are remembered until their end
UNKNOWN_APPS = frozenset({"incomplete", "insufficient-data", "not-applicable", "unknown-tcp", "unknown-udp", ""})


class Pan:
    """Reads the lines of one log."""

    def __init__(self, context: Context) -> None:
        self.clock = Clock(context)
        self.known = context.known
        self.live = context.live
        self.open: dict[tuple[str, ...], Observed] = {}

    def line(self, text: str) -> Iterable[Observed]:
        """A session that ended, or that was stopped."""
        begins = _TRAFFIC.search(text)
        if begins is None:
            raise NotRead(FOREIGN)
        body = text[begins.start() :]
        fields = cells(body)
        subtype = fields[SUBTYPE]
        if subtype not in SUBTYPES:
            raise NotRead(f"`{subtype[:20]}` is no subtype of a traffic log")
        one = self._one(
            fields, ended=subtype == "end", stopped=subtype in ("drop", "deny") or fields[ACTION] != "allow"
        )
        return self.record(subtype, (fields[SERIAL], fields[SESSION]), one)

    def record(self, subtype: str, number: tuple[str, str], one: Observed) -> Iterable[Observed]:
        """A session by its firewall's serial and its number: once, at its end where there is one."""
        session = (*number, one.src, one.dst, str(one.sport), str(one.dport))
        if subtype == "start" and one.said is Said.PASSED:
            oldest = self.open.pop(next(iter(self.open))) if len(self.open) >= OPEN else None
            self.open[session] = one
            if self.live:
                return (one,)
            return () if oldest is None else (oldest,)
        known = self.open.pop(session, None)
        return () if self.live and known is not None else (one,)

    def _one(self, fields: list[str], *, ended: bool, stopped: bool) -> Observed:
        proto = protocol(fields[PROTO])
        sport = dport = NO_PORT
        if proto in PORTED:
            sport, dport = port(fields[SPORT]), port(fields[DPORT])
        last = self.clock.iso(fields[GENERATED])
        first = min(last, self.clock.iso(fields[START])) if fields[START] else last
        if ended and not stopped:
            last = first + count(fields[ELAPSED]) * MICRO
        pkts = count(fields[PKTS_SENT]), count(fields[PKTS_GOT])
        answered = False if stopped else pkts[1] > 0 if ended else None
        if answered is False and not stopped and never_answers(self.known, proto, dport):
            answered = None
        app = fields[APP]
        return Observed(
            first, last, address(fields[SRC]), address(fields[DST]), proto, sport, dport, max(1, count(fields[REPEAT])),
            count(fields[SENT]), count(fields[GOT]), *pkts, answered, Grade.HANDSHAKE,
            "" if app in UNKNOWN_APPS else app, Said.STOPPED if stopped else Said.PASSED, fields[RULE],
        )  # fmt: skip

    def end(self) -> Iterable[Observed]:
        """Sessions that had not ended."""
        return () if self.live else list(self.open.values())


SOURCE = Lines("pan", "Palo Alto PAN-OS TRAFFIC", re.compile(rb",TRAFFIC,(?:start|end|drop|deny),"), Pan)
