"""Zeek's conn.log, TSV and JSON: line by line, in Python. Slow beside the engine's SQL, whose oracle it is.

Zeek documentation, "conn.log" (base/protocols/conn/main.zeek). Columns go by `#fields`, never by place. ICMP's type
and code stand in the ports; `proto` is `icmp` for both families, which `ip_proto`, where there is one, or the addresses
tell. S0, REJ, RSTOS0 and SH are attempts, if neither end went on as in a session (a mirror port may show one direction
only, or miss a packet), and so is what the opener reset as soon as it was accepted (RSTO, history `ShR`); a history that
begins with `^` was turned round by Zeek. Bytes that it missed make a record lossy.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from segc.baseline.conversations import never_answers
from segc.baseline.observed import NO_PORT, Grade, Observed
from segc.baseline.sources.notread import NotRead
from segc.baseline.sources.stamps import Clock, epoch
from segc.baseline.sources.text import FOREIGN, Lines
from segc.baseline.sources.ulogd import json_object
from segc.baseline.sources.words import ICMP, ICMP6, PORTED, TCP, UDP, address, count, icmp, mac, port, protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from segc.baseline.sources.protocol import Context

UNANSWERED = frozenset({"S0", "REJ", "RSTOS0", "SH"})
RESET = frozenset({"RSTO", "RSTR"})  # who opened may have reset what was accepted, and gone no further
SPOKE = "ADdf"  # in a history: the opener acknowledged or sent, or the other end sent or closed, as in a session only
GOES_ON = f"{SPOKE}FH"  # and what an opener sends with an ACK where the other end is known to have accepted
UNCLEAR = frozenset({"OTH", "RSTRH", "SHR", ""})
_NEEDED = ("ts", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto")


class Zeek:
    """Reads the lines of one log."""

    def __init__(self, context: Context) -> None:
        self.clock = Clock(context)
        self.known = context.known
        self.fields: list[str] = []
        self.unset, self.empty = "-", "(empty)"

    def line(self, text: str) -> Iterable[Observed]:
        """A conversation, or a line of the head."""
        if text.startswith("#"):
            self._head(text)
            return ()
        if text.startswith("{"):
            record = json_object(text)
            if any(key not in record for key in _NEEDED):
                raise NotRead(FOREIGN)
            return (self._one(lambda key: str(record[key]) if record.get(key) is not None else ""),)
        if not self.fields:
            raise NotRead("no record in JSON, and no `#fields` before it")
        values = text.split("\t")
        if len(values) != len(self.fields):
            few = "too few" if len(values) < len(self.fields) else "too many"
            raise NotRead(f"{few} fields: {len(values)}, where `#fields` names {len(self.fields)}")
        row = dict(zip(self.fields, values, strict=True))
        return (self._one(lambda key: self._value(row, key)),)

    def end(self) -> Iterable[Observed]:
        """Nothing: each line stands alone."""
        return ()

    def _head(self, text: str) -> None:
        word, *values = text.split("\t")
        if word == "#fields":
            missing = [name for name in _NEEDED if name not in values]
            if missing:
                self.fields = []
                raise NotRead(f"`#fields` has no {', '.join(missing)}: no conn.log")
            twice = repeated(values)
            if twice:
                self.fields = []
                raise NotRead(f"`#fields` names `{twice}` twice")
            self.fields = values
        elif word == "#unset_field" and values:
            self.unset = values[0]
        elif word == "#empty_field" and values:
            self.empty = values[0]

    def _value(self, row: dict[str, str], key: str) -> str:
        value = row.get(key, "")
        return "" if value in (self.unset, self.empty) else value

    def _one(self, get: Callable[[str], str]) -> Observed:
        src, dst = address(get("id.orig_h")), address(get("id.resp_h"))
        proto = protocol(get("ip_proto") or get("proto"))
        if proto == ICMP and not get("ip_proto") and ":" in src:
            proto = ICMP6
        stamp = get("ts")
        first = self.clock.iso(stamp) if "T" in stamp else epoch(stamp)
        sport = dport = NO_PORT
        if proto in PORTED:
            sport, dport = port(get("id.orig_p")), port(get("id.resp_p"))
        elif proto in (ICMP, ICMP6):
            dport = icmp(int(port(get("id.orig_p"))), int(port(get("id.resp_p"))))
        history, state, service = get("history"), get("conn_state"), get("service")
        answered = None if state in UNCLEAR else state not in UNANSWERED
        if state in RESET and proto == TCP and "R" in history and set(GOES_ON).isdisjoint(history):
            answered = False  # SYN, then RST at once: a scan that goes no further
        if not answered and proto == TCP and not set(SPOKE).isdisjoint(history):
            answered = None  # there was an answer, which the sensor did not see
        if not answered and never_answers(self.known, proto, dport):
            answered = None
        grade = Grade.FIRST
        if proto in (ICMP, ICMP6) or ("^" not in history and ("S" in history or "h" in history)):
            grade = Grade.HANDSHAKE
        elif service and not (proto == UDP and sport == dport):  # else it says what is spoken, and not who serves
            grade = Grade.LABEL
        length = get("duration")
        return Observed(
            first, first + (epoch(length) if length else 0), src, dst, proto, sport, dport, 1, count(get("orig_bytes")),
            count(get("resp_bytes")), count(get("orig_pkts")), count(get("resp_pkts")), answered, grade, service,
            src_mac=mac(get("orig_l2_addr")), dst_mac=mac(get("resp_l2_addr")), lossy=count(get("missed_bytes")) > 0,
        )  # fmt: skip


_LOOKS = re.compile(rb'^#path\tconn\s|^\{(?=[^\n]*"id\.orig_h")(?=[^\n]*"conn_state")', re.MULTILINE)
SOURCE = Lines("zeek", "Zeek conn.log", _LOOKS, Zeek)


def repeated(fields: Sequence[str]) -> str:
    """The first name that a header has twice, as a header that was edited or joined may; empty where there is none."""
    known = [name.lower() for name in fields]
    return next((name for at, name in enumerate(fields) if name.lower() in known[:at]), "")
