"""ulogd's JSON output: one object a line. Its keys are ulogd 2.0.8's (output/ulogd_output_JSON.c and the inputs' own).

Packets (input NFLOG) have `oob.prefix`; conntrack's records (input NFCT) have `orig.*` and `reply.*` counters and an
event. Their end may lie some microseconds before their start. A stamp has an offset, or `oob.time.sec` counts from 1970.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from segc.baseline.conversations import never_answers
from segc.baseline.observed import NO_PORT, Grade, Observed
from segc.baseline.sources.netfilter import ACK, FIN, RST, SYN, Packet, done, has_ports, observed
from segc.baseline.sources.notread import NotRead
from segc.baseline.sources.stamps import MICRO, Clock
from segc.baseline.sources.text import FOREIGN, Lines
from segc.baseline.sources.words import ICMP, ICMP6, TCP, UDP, address, count, icmp, mac, port, protocol, small

if TYPE_CHECKING:
    from collections.abc import Iterable

    from segc.baseline.sources.protocol import Context

_FLAGS = {"tcp.syn": SYN, "tcp.ack": ACK, "tcp.rst": RST, "tcp.fin": FIN}
_MOST = 10**18  # as in `count`
_ENDED = 4  # NFCT_T_DESTROY; 1 is new, 2 an update: only the end has the counts, and comes once


class Ulogd:
    """Reads the lines of one log."""

    def __init__(self, context: Context) -> None:
        self.clock = Clock(context)
        self.known = context.known

    def line(self, text: str) -> Iterable[Observed]:
        """A recorded packet or an ended conversation."""
        record = json_object(text)
        if "src_ip" not in record or "dest_ip" not in record:
            raise NotRead(FOREIGN)
        if "orig.ip.protocol" in record:
            return self._flow(record)
        proto = protocol(str(record["ip.protocol"] if "ip.protocol" in record else record["ip6.nexthdr"]))
        said, tag = done(str(record.get("oob.prefix", ""))[:128])
        packet = Packet(
            self._time(record),
            address(str(record["src_ip"])),
            address(str(record["dest_ip"])),
            proto,
            _ports(record, proto),
            sum(bit for key, bit in _FLAGS.items() if number(record, key)) if proto == TCP else None,
            number(record, "raw.pktlen"),
            said,
            tag,
            _mac(record, "mac.saddr.str", "raw.mac_saddr"),
            _mac(record, "mac.daddr.str", "raw.mac_daddr"),
        )
        return (observed(packet),)

    def end(self) -> Iterable[Observed]:
        """Nothing: each line stands alone."""
        return ()

    def _time(self, record: dict[str, Any]) -> int:
        if "timestamp" in record:
            return self.clock.iso(str(record["timestamp"]))
        return small(str(record["oob.time.sec"]), 1 << 36) * MICRO + number(record, "oob.time.usec")

    def _flow(self, record: dict[str, Any]) -> Iterable[Observed]:
        if number(record, "ct.event") != _ENDED:
            return ()
        proto = protocol(str(record["orig.ip.protocol"]))
        sport = dport = NO_PORT
        if proto in (ICMP, ICMP6):
            dport = icmp(number(record, "icmp.type"), number(record, "icmp.code"))
        elif "orig.l4.sport" in record:
            sport, dport = port(str(record["orig.l4.sport"])), port(str(record["orig.l4.dport"]))
        last = number(record, "flow.end.sec") * MICRO + number(record, "flow.end.usec") or self._time(record)
        first = number(record, "flow.start.sec") * MICRO + number(record, "flow.start.usec") or last
        sent, got = number(record, "orig.raw.pktcount"), number(record, "reply.raw.pktcount")
        src, dst = address(str(record["src_ip"])), address(str(record["dest_ip"]))
        answered = got > 0 if sent else None
        if proto == TCP and sent == 1:
            answered = False  # a SYN that no ACK followed: what came back refused it
        elif answered is False and never_answers(self.known, proto, dport):
            answered = None
        one = Observed(
            min(first, last), last, src, dst, proto, sport, dport, 1, number(record, "orig.raw.pktlen"),
            number(record, "reply.raw.pktlen"), sent, got, answered,
        )  # fmt: skip
        return (one._replace(grade=Grade.FIRST if proto in (TCP, UDP) else Grade.HANDSHAKE),)


def json_object(text: str) -> dict[str, Any]:
    """One JSON object; what is none, or too deep to read, is not."""
    if not text.lstrip().startswith("{"):
        raise NotRead(FOREIGN)
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotRead("no JSON, or cut off") from error
    if not isinstance(found, dict):
        raise NotRead(FOREIGN)
    return found


def number(record: dict[str, Any], key: str) -> int:
    """A count in a record; 0 where there is none."""
    value = record.get(key)
    if type(value) is int and 0 <= value < _MOST:  # `True` is none
        return value
    return count(str(value)) if value is not None else 0


def _mac(record: dict[str, Any], *keys: str) -> str:
    return next((mac(str(record[key])) for key in keys if key in record), "")


def _ports(record: dict[str, Any], proto: int) -> tuple[int, int] | None:
    if not has_ports(proto) or number(record, "ip.fragoff") & 0x1FFF:
        return None
    if proto in (ICMP, ICMP6):
        word = "icmp" if proto == ICMP else "icmpv6"
        if f"{word}.type" not in record:
            return None
        return small(str(record[f"{word}.type"]), 255), small(str(record[f"{word}.code"]), 255)
    for source, target in (("src_port", "dest_port"), ("tcp.sport", "tcp.dport"), ("udp.sport", "udp.dport")):
        if source in record:
            return port(str(record[source])), port(str(record[target]))
    return None


_LOOKS = re.compile(rb'^\{[^\n]*"(?:oob\.(?:prefix|time\.sec|family)|orig\.ip\.protocol)"', re.MULTILINE)
SOURCE = Lines("ulogd-json", "ulogd JSON", _LOOKS, Ulogd)
