"""filterlog of pfSense and OPNsense: comma-separated, with protocol's name and number swapped between IPv4 and IPv6.

Fields: Netgate docs "Raw Filter Log Format"; OPNsense ports `opnsense/filterlog/files/description.txt`. pf logs the
packet that makes a state, in or out of an interface; a rule's id is its tracker (pfSense) or label (OPNsense).
pfSense names ICMP in words of tcpdump's; OPNsense in pf.conf's, behind `datalength=`; older ones not at all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from segc.baseline.observed import Said
from segc.baseline.sources.netfilter import ACK, FIN, RST, SYN, Packet, observed
from segc.baseline.sources.notread import NotRead
from segc.baseline.sources.stamps import Clock
from segc.baseline.sources.text import FOREIGN, Lines
from segc.baseline.sources.words import ICMP, ICMP6, TCP, UDP, address, count, port, protocol, small

if TYPE_CHECKING:
    from collections.abc import Iterable

    from segc.baseline.observed import Observed
    from segc.baseline.sources.protocol import Context

_BEGINS = re.compile(r"filterlog(?:\[\d+\])?:? |filterlog \d+ \S+ (?:-|\[.*?\]) ")
_SAID = {"pass": Said.PASSED, "block": Said.STOPPED}
_BITS = {"S": SYN, "A": ACK, "R": RST, "F": FIN}

# Words for ICMP's type and code: tcpdump's as pfSense writes them, and pf.conf(5)'s as OPNsense does.
_KINDS = {
    "request": (8, 0), "reply": (0, 0), "echoreq": (8, 0), "echorep": (0, 0), "unreach": (3, 0), "unreachproto": (3, 2),
    "unreachport": (3, 3), "needfrag": (3, 4), "squench": (4, 0), "redirect": (5, 0), "redir": (5, 0),
    "routeradv": (9, 0), "routersol": (10, 0), "timeexceed": (11, 0), "timex": (11, 0), "paramprob": (12, 0),
    "tstamp": (13, 0), "timereq": (13, 0), "tstampreply": (14, 0), "timerep": (14, 0), "maskreq": (17, 0),
    "maskreply": (18, 0), "maskrep": (18, 0),
}  # fmt: skip
_KINDS6 = {
    "unreach": (1, 0), "toobig": (2, 0), "timex": (3, 0), "paramprob": (4, 0), "echoreq": (128, 0), "echorep": (129, 0),
    "routersol": (133, 0), "routeradv": (134, 0), "neighbrsol": (135, 0), "neighbradv": (136, 0), "redir": (137, 0),
}  # fmt: skip


class FilterLog:
    """Reads the lines of one log."""

    def __init__(self, context: Context) -> None:
        self.clock = Clock(context)

    def line(self, text: str) -> Iterable[Observed]:
        """A packet that made a state, or was stopped."""
        begins = _BEGINS.search(text)
        if begins is None:
            raise NotRead(FOREIGN)
        time, _ = self.clock.envelope(text)
        fields = text[begins.end() :].split(",")
        if fields[8] == "4":
            proto, at = protocol(fields[15]), 17
            fragment = count(fields[13]) > 0
        elif fields[8] == "6":
            proto, at = protocol(fields[13]), 14
            fragment = False
        else:
            raise NotRead(f"`{fields[8][:10]}` is no IP version")
        length, src, dst, *rest = fields[at:]
        ports, flags = None if fragment else _ports(proto, rest), None
        if proto == TCP and ports is not None and len(rest) > 3:
            flags = sum(_BITS.get(letter, 0) for letter in rest[3])
        said = _SAID.get(fields[6], Said.NOTHING)
        return (
            observed(Packet(time, address(src), address(dst), proto, ports, flags, count(length), said, fields[3])),
        )

    def end(self) -> Iterable[Observed]:
        """Nothing: each line stands alone."""
        return ()


def _ports(proto: int, rest: list[str]) -> tuple[int, int] | None:
    if proto in (TCP, UDP):
        return port(rest[0]), port(rest[1])
    if proto not in (ICMP, ICMP6) or not rest:
        return None
    words = rest[1:] if rest[0].startswith("datalength=") else rest
    kind = (_KINDS if proto == ICMP else _KINDS6).get(words[0]) if words else None
    if kind is None or words is rest or len(words) < 2 or not words[1].isdigit():
        return kind
    return kind[0], small(words[1], 255)  # OPNsense tells the code behind the type, by number or by word


SOURCE = Lines(
    "filterlog", "pfSense and OPNsense filterlog", re.compile(rb"filterlog(?:\[\d+\])?:? |filterlog \d+ "), FilterLog
)
