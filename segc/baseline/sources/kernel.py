"""The kernel's own log records (iptables LOG, `nft log`), and ulogd's text outputs LOGEMU and SYSLOG, which copy them.

Shapes: Linux net/netfilter/nf_log_syslog.c (v6.1) and ulogd 2.0.8 util/printpkt.c. The prefix stands right before
`IN=`. IPv6 addresses are uncompressed, SCTP is `PROTO=132` without ports in the kernel's text and `PROTO=SCTP` with them
in ulogd's. A later fragment has `FRAG:` and no ports. An ICMP error carries the packet that it is about in brackets,
which must not be read as the packet itself.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from segc.baseline.sources.netfilter import ACK, FIN, RST, SYN, Packet, done, has_ports, observed
from segc.baseline.sources.notread import NotRead
from segc.baseline.sources.stamps import Clock
from segc.baseline.sources.text import FOREIGN, Lines
from segc.baseline.sources.words import ICMP, ICMP6, SCTP, TCP, UDP, address, count, mac, port, protocol, small

if TYPE_CHECKING:
    from collections.abc import Iterable

    from segc.baseline.observed import Observed, Said
    from segc.baseline.sources.protocol import Context

HEAD = 300  # characters before a record: host, program and at most 127 of a prefix
# Host and program, as in RFC 3164 or, behind the stamp, in RFC 5424. A relay may have put headers of its own before.
_PROGRAM = r"\S+ (?:kernel|ulogd|systemd-journald)"
_HEADER = re.compile(rf"(?:^|(?<= )){_PROGRAM}(?:(?:\[\d+\])?: ?| \S+ \S+ (?:-|(?:\[[^\]]*\])+) ?)")
_NAME = re.compile(r"[\w.-]+")  # of a host, where no program follows
_UPTIME = re.compile(r"\[ *\d+\.\d+\] ?")
_FLAGS = {"SYN": SYN, "ACK": ACK, "RST": RST, "FIN": FIN}
# What nearly all records are, in one go: whole TCP and UDP packets, off a bridge. What stands before PROTO is named where
# it is as usual, since a pattern that goes from word to word takes twice as long.
_PLAIN = re.compile(
    r"IN=\S* OUT=\S* (?:MAC=(\S*) )?SRC=([0-9A-Fa-f.:]+) DST=([0-9A-Fa-f.:]+) LEN=(\d+) "
    r"(?:TOS=\w+ PREC=\w+ TTL=\d+ ID=\d+ (?:CE )?(?:DF )?(?:MF )?|TC=\d+ HOPLIMIT=\d+ FLOWLBL=\d+ "
    r"|(?:[A-OQ-Z]\w*(?:=\w*)? |PREC=\w+ )*)PROTO=(TCP|UDP) SPT=(\d+) DPT=(\d+) "
    r"(?:(?:SEQ|ACK|WINDOW|RES)=\w+ )*((?:(?:CWR|ECE|URG|ACK|PSH|RST|SYN|FIN) )*)(?:URGP|LEN)="
)


class Kernel:
    """Reads the lines of one log."""

    def __init__(self, context: Context) -> None:
        self.clock = Clock(context)

    def line(self, text: str) -> Iterable[Observed]:
        """A recorded packet."""
        at = text.rfind("IN=", 0, text.find(" OUT="))
        if at < 0:
            raise NotRead(FOREIGN)
        time, end = self.clock.envelope(text)
        said, tag = _prefix(text[max(end, at - HEAD) : at])
        found = _PLAIN.match(text, at)
        if found is None:
            return (observed(_any(time, text[at:], said, tag)),)
        whole, src, dst, size, word, sport, dport, flags = found.groups()
        proto, bits = (TCP, _bits(flags)) if word == "TCP" else (UDP, 0)
        ports = port(sport), port(dport)
        src, dst = address(src), address(dst)
        return (observed(Packet(time, src, dst, proto, ports, bits, count(size), said, tag, *_macs(whole))),)

    def end(self) -> Iterable[Observed]:
        """Nothing: each line stands alone."""
        return ()


def _prefix(head: str) -> tuple[Said, str]:
    """What the prefix says: what stands between the stamp and the record, without host and program."""
    found = _UPTIME.search(head)  # which is another on each line
    return _done(head if found is None else f"{head[: found.start()]}[0.0] {head[found.end() :]}")


@lru_cache(maxsize=4096)
def _done(head: str) -> tuple[Said, str]:
    """What stands in front of the program, and any host's name, says nothing of what was done."""
    found = _HEADER.search(head)
    if found is None and _NAME.fullmatch(head.strip()):
        return done("")
    return done(_UPTIME.sub("", head if found is None else head[found.end() :], count=1).strip())


@lru_cache(maxsize=1 << 16)
def _macs(whole: str | None) -> tuple[str, str]:
    """Source and target of `MAC=`, in which they stand as target, source and type in one."""
    return (mac(whole[18:35]), mac(whole[:17])) if whole is not None and len(whole) == 41 else ("", "")


@lru_cache(maxsize=256)
def _bits(words: str) -> int:
    return sum(_FLAGS.get(word, 0) for word in words.split())


def _any(time: int, record: str, said: Said, tag: str) -> Packet:
    """Any record. What stands in brackets is the packet that an ICMP error is about."""
    own = record.partition("[")[0].split()
    values: dict[str, str] = {}
    for word in own:
        key, equals, value = word.partition("=")
        if equals:
            values.setdefault(key, value)  # the first LEN is the packet's, a second one UDP's
    if "PROTO" not in values:
        raise NotRead("the record is cut off")
    macs = (mac(values["MACSRC"]), mac(values["MACDST"])) if "MACSRC" in values else _macs(values.get("MAC"))
    proto = protocol(values["PROTO"])
    later = any(word.startswith("FRAG:") and word != "FRAG:0" for word in own)
    ports = None if later else _ports(proto, values, own)
    bits = _bits(" ".join(own)) if proto == TCP and ports is not None else None
    size = count(values.get("LEN", ""))
    return Packet(time, address(values["SRC"]), address(values["DST"]), proto, ports, bits, size, said, tag, *macs)


def _ports(proto: int, values: dict[str, str], own: list[str]) -> tuple[int, int] | None:
    if not has_ports(proto) or (proto == SCTP and "SPT" not in values):
        return None
    first, second = ("TYPE", "CODE") if proto in (ICMP, ICMP6) else ("SPT", "DPT")
    if first in values and second in values:
        if proto in (ICMP, ICMP6):
            return small(values[first], 255), small(values[second], 255)
        return port(values[first]), port(values[second])
    if "INCOMPLETE" in own:
        return None
    raise NotRead("the record is cut off")


SOURCE = Lines(
    "kernel",
    "Linux firewall log (iptables LOG, nft log, ulogd text)",
    re.compile(rb"IN=\S{0,64} OUT=\S{0,64} .{0,300}SRC="),
    Kernel,
)
