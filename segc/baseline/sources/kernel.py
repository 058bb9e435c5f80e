"""The kernel's own log records (iptables LOG, `nft log`), and ulogd's text outputs LOGEMU and SYSLOG, which copy them.

Shapes: Linux net/netfilter/nf_log_syslog.c (v6.1) and ulogd 2.0.8 util/printpkt.c; those in the tests were written by
a kernel. The prefix stands right before `IN=`. IPv6 addresses are uncompressed, SCTP is `PROTO=132` without ports in
the kernel's text and `PROTO=SCTP` with them in ulogd's. A later fragment has `FRAG:` and no ports. An ICMP error
carries the packet that it is about in brackets, which must not be read as the packet itself.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from segc.baseline.sources.netfilter import ACK, FIN, RST, SYN, Packet, done, has_ports, observed
from segc.baseline.sources.stamps import Clock, NotRead
from segc.baseline.sources.text import FOREIGN, Lines
from segc.baseline.sources.words import ICMP, ICMP6, TCP, address, count, mac, port, protocol, small

if TYPE_CHECKING:
    from collections.abc import Iterable

    from segc.baseline.observed import Observed, Said
    from segc.baseline.sources.protocol import Context

_RECORD = re.compile(
    r"IN=\S*(?: OUT=\S*)?(?: PHYSIN=\S*)?(?: PHYSOUT=\S*)?(?: MACSRC=(\S*) MACDST=(\S*) MACPROTO=\S*| MAC=(\S*))?"
    r".*?\bSRC=(\S+) DST=(\S+) .*?\bPROTO=(\S+)(.*)"
)
_LENGTH = re.compile(r" LEN=(\d+)")
_PORTS = re.compile(r" ?SPT=(\d+) DPT=(\d+)")
_TYPE = re.compile(r" ?TYPE=(\d+) CODE=(\d+)")
_FLAGS = re.compile(r"(?: RES=\S+)?((?: (?:CWR|ECE|URG|ACK|PSH|RST|SYN|FIN))*) URGP=")
_HEADER = re.compile(r"\S+ (?:kernel(?:\[\d+\])?|ulogd(?:\[\d+\])?|systemd-journald(?:\[\d+\])?): ?")
_UPTIME = re.compile(r"\[ *\d+\.\d+\] ?")
_FRAGMENT = re.compile(r" FRAG:(?!0\b)\d+")


class Kernel:
    """Reads the lines of one log."""

    def __init__(self, context: Context) -> None:
        self.clock = Clock(context)

    def line(self, text: str) -> Iterable[Observed]:
        """A recorded packet."""
        found = _RECORD.search(text)
        if found is None:
            raise NotRead(FOREIGN if "SRC=" not in text else "the record is cut off")
        time, end = self.clock.envelope(text)
        src_mac, dst_mac = _macs(found)
        proto = protocol(found[6])
        rest = found[7].partition("[")[0]
        middle = text[found.end(5) : found.start(6)]
        length = _LENGTH.match(middle)
        ports, flags = _ports(proto, rest, fragment=_FRAGMENT.search(middle) is not None)
        packet = Packet(
            time, address(found[4]), address(found[5]), proto, ports, flags,
            count(length[1]) if length else 0, *_done(text[end : found.start()]), src_mac, dst_mac,
        )  # fmt: skip
        return (observed(packet),)

    def end(self) -> Iterable[Observed]:
        """Nothing: each line stands alone."""
        return ()


@lru_cache(maxsize=4096)
def _done(head: str) -> tuple[Said, str]:
    """What the prefix says: what stands between the stamp and the record, without host and program."""
    return done(_UPTIME.sub("", _HEADER.sub("", head.strip(), count=1), count=1))


def _macs(found: re.Match[str]) -> tuple[str, str]:
    """Source and target of `MAC=` (target, source, type in one) or of what nft writes on bridges."""
    if found[1] is not None:
        return mac(found[1]), mac(found[2])
    whole = found[3] or ""
    return (mac(whole[18:35]), mac(whole[:17])) if len(whole) == 41 else ("", "")


def _ports(proto: int, rest: str, *, fragment: bool) -> tuple[tuple[int, int] | None, int | None]:
    if not has_ports(proto):
        return None, None
    if proto in (ICMP, ICMP6):
        kind = _TYPE.match(rest)
        if kind is not None:
            return (small(kind[1], 255), small(kind[2], 255)), None
    else:
        ports = _PORTS.match(rest)
        if ports is not None:
            flags = _FLAGS.search(rest) if proto == TCP else None
            return (port(ports[1]), port(ports[2])), None if flags is None else _bits(flags[1])
    if fragment or not rest.strip() or "INCOMPLETE" in rest or "FRAG" in rest or proto == 132:
        return None, None
    raise NotRead("a record without its ports")


@lru_cache(maxsize=256)
def _bits(words: str) -> int:
    return sum(bit for word, bit in ((" SYN", SYN), (" ACK", ACK), (" RST", RST), (" FIN", FIN)) if word in words)


SOURCE = Lines(
    "kernel", "Linux firewall log (iptables LOG, nft log, ulogd text)", re.compile(rb"IN=\S* OUT=\S* .*SRC="), Kernel
)
