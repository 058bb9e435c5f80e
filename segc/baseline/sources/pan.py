"""Palo Alto PAN-OS TRAFFIC logs: positional CSV of RFC 4180, in which commas stand within quotes.

Field order: PAN-OS Administrator's Guide, "Traffic Log Fields" (9.1 to 11.1; newer releases add fields at the end).
A session is told at its start and at its end: only the end counts. `drop` and `deny` are sessions that never began.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from segc.baseline.observed import NO_PORT, Grade, Observed, Said
from segc.baseline.sources.stamps import MICRO, Clock, NotRead
from segc.baseline.sources.text import FOREIGN, Lines
from segc.baseline.sources.words import PORTED, address, cells, count, port, protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from segc.baseline.sources.protocol import Context

_TRAFFIC = re.compile(r"\d*,\d{4}/\d\d/\d\d \d\d:\d\d:\d\d,[^,]*,TRAFFIC,")
TYPE, SUBTYPE, GENERATED, SRC, DST, RULE, APP = 3, 4, 6, 7, 8, 11, 14
REPEAT, SPORT, DPORT, PROTO, ACTION, SENT, GOT, START = 23, 24, 25, 29, 30, 32, 33, 35
ELAPSED, PKTS_SENT, PKTS_GOT = 36, 44, 45
_UNKNOWN_APPS = frozenset({"incomplete", "insufficient-data", "not-applicable", "unknown-tcp", "unknown-udp", ""})


class Pan:
    """Reads the lines of one log."""

    def __init__(self, context: Context) -> None:
        self.clock = Clock(context)

    def line(self, text: str) -> Iterable[Observed]:
        """A session that ended, or that was stopped."""
        begins = _TRAFFIC.search(text)
        if begins is None:
            raise NotRead(FOREIGN)
        body = text[begins.start() :]
        fields = cells(body)
        subtype = fields[SUBTYPE]
        if subtype == "start":
            return ()
        if subtype not in ("end", "drop", "deny"):
            raise NotRead(f"`{subtype[:20]}` is no subtype of a traffic log")
        proto = protocol(fields[PROTO])
        sport = dport = NO_PORT
        if proto in PORTED:
            sport, dport = port(fields[SPORT]), port(fields[DPORT])
        stopped = subtype != "end" or fields[ACTION] != "allow"
        last = self.clock.iso(fields[GENERATED])
        first = self.clock.iso(fields[START]) if fields[START] else last
        pkts = count(fields[PKTS_SENT]), count(fields[PKTS_GOT])
        app = fields[APP]
        return (
            Observed(
                min(first, last), min(first, last) + count(fields[ELAPSED]) * MICRO if not stopped else last,
                address(fields[SRC]), address(fields[DST]), proto, sport, dport, max(1, count(fields[REPEAT])),
                count(fields[SENT]), count(fields[GOT]), *pkts, False if stopped else pkts[1] > 0, Grade.HANDSHAKE,
                "" if app in _UNKNOWN_APPS else app, Said.STOPPED if stopped else Said.PASSED, fields[RULE],
            ),
        )  # fmt: skip

    def end(self) -> Iterable[Observed]:
        """Nothing: each line stands alone."""
        return ()


SOURCE = Lines("pan", "Palo Alto PAN-OS TRAFFIC", re.compile(rb",TRAFFIC,(?:start|end|drop|deny),"), Pan)
