"""Cisco IOS and IOS XE access lists that log: SEC-6-IPACCESSLOGP, DP, NP, RP and RL, and IPV6_ACL-6-ACCESSLOG*.

Cisco IOS Security Configuration Guide, "IP Access List Logging"; shapes as devices wrote them in the tests. The first
packet of a flow is a line, and every five minutes there is one with the packets since. Lists judge packets, not
sessions: both ways are logged where both are matched. A line of the list that names no port logs ports as 0. RL tells
that lines were lost.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from segc.baseline.observed import Said
from segc.baseline.sources.netfilter import Packet, observed
from segc.baseline.sources.notread import NotRead
from segc.baseline.sources.stamps import Clock
from segc.baseline.sources.text import FOREIGN, Lines
from segc.baseline.sources.words import ICMP, ICMP6, address, count, port, protocol, small

if TYPE_CHECKING:
    from collections.abc import Iterable

    from segc.baseline.observed import Observed
    from segc.baseline.sources.protocol import Context

_ID = re.compile(r"%(?:\w+-)+?(?:SW\d+-|SIP\d+-)?\d-(?:IP)?(?:V6_)?ACCESSLOG([A-Z]{1,2}): ")
_RECORD = re.compile(
    r".*?list (\S+) (permitted|denied) (\S+) ([0-9A-Fa-f.:]+)(?:\((\d+)\))? ?(?:\([^)]*\) ?)?->\s+"
    r"([0-9A-Fa-f.:]+)(?: ?\((\d+)(?:/(\d+))?\))?, (\d+) packets?"
)


class Ios:
    """Reads the lines of one log."""

    def __init__(self, context: Context) -> None:
        self.clock = Clock(context)

    def line(self, text: str) -> Iterable[Observed]:
        """A flow's first packet, or its packets of five minutes."""
        mark = _ID.search(text)
        if mark is None:
            raise NotRead(FOREIGN)
        if mark[1] == "S":
            raise NotRead("a standard list tells no target")
        found = _RECORD.match(text, mark.end())
        if found is None:
            raise NotRead("a message of another shape than documented, or cut off")
        name, done, word, src, sport, dst, first, second, packets = found.groups()
        proto = protocol(word)
        if proto == 0:
            raise NotRead("a standard list tells no protocol")
        ports = None
        if proto in (ICMP, ICMP6):
            ports = None if second is None else (small(first, 255), small(second, 255))
        elif sport is not None and first is not None and (sport, first) != ("0", "0"):
            ports = port(sport), port(first)
        said = Said.STOPPED if done == "denied" else Said.PASSED
        time, _ = self.clock.envelope(text)
        n = max(1, count(packets))
        one = observed(Packet(time, address(src), address(dst), proto, ports, None, 0, said, name, n=n))
        return (one._replace(n=1),)  # a line is of one flow, however many packets it counts

    def end(self) -> Iterable[Observed]:
        """Nothing: each line stands alone."""
        return ()


SOURCE = Lines("ios-acl", "Cisco IOS access-list syslog", re.compile(rb"%[\w-]+-\d-(?:IP)?ACCESSLOG[A-Z]{1,2}:"), Ios)
