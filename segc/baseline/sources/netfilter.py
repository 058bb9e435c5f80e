"""One recorded packet: of a Linux firewall, however it was written down (LOG, ulogd, NFLOG), or of a list of rules.

A Linux prefix says what was done: our own (`segc:`, docs/targets.md) by its letter. That something was stopped is believed
of others only where the whole prefix is one that is known (ufw, firewalld, Shorewall, OpenWrt, iptables' own examples, or the
verdict alone), since what was stopped holds nothing: `would-drop:` may be a rule that counts. That it passed, any word says.
What our own rules record is no answer to a session that they let through: connection tracking knows these. So who sent it has
opened, whatever it looks like.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from segc.baseline.observed import NO_PORT, Grade, Observed, Said, make
from segc.baseline.sources.words import ICMP, ICMP6, PORTED, TCP, icmp
from segc.rules.ir import PREFIX

SYN, ACK, RST, FIN = 0x02, 0x10, 0x04, 0x01
_OWN = re.compile(re.escape(PREFIX) + r"([AaBbL]):(\S+)")
_STOP = r"(?:block|blocked|drop|dropped|reject|rejected|deny|denied)"
_STOPPED = re.compile(
    rf"{_STOP}:?|\[{_STOP}\]"  # the verdict alone
    r"|\[UFW (?:LIMIT )?BLOCK\]"
    r"|(?:filter_)?(?:IN|FWD|FWDI|FWDO|FWD_IN|FWD_OUT|OUT)_[\w-]+_(?:DROP|REJECT):"  # firewalld: chain and zone
    r"|(?:FINAL_REJECT|(?:STATE_INVALID|rpfilter)_DROP):"  # firewalld, of no zone
    r"|Shorewall6?:[\w.-]+:(?:DROP|REJECT):(?:\w+:)?"
    r"|(?:DROP|REJECT) [\w.-]+ (?:in|out|forward):"  # OpenWrt
    rf"|iptables[- ]{_STOP}:?",
    re.IGNORECASE,
)
_STOPS = re.compile(rf"(?<![a-z]){_STOP}(?![a-z])", re.IGNORECASE)
_PASSED = re.compile(r"(?<![a-z])(?:allow|allowed|accept|accepted|pass|passed)(?![a-z])", re.IGNORECASE)
_DONE = {"A": Said.RECORDED, "a": Said.RECORDED, "B": Said.STOPPED, "b": Said.STOPPED, "L": Said.PASSED}

# ICMP answers, each with the question that it answers (RFC 792, RFC 950, RFC 4443).
ANSWERS = {(ICMP, 0): 8, (ICMP, 14): 13, (ICMP, 16): 15, (ICMP, 18): 17, (ICMP6, 129): 128}
QUESTIONS = {(proto, kind) for (proto, _), kind in ANSWERS.items()}
_ICMP = frozenset({ICMP, ICMP6})
# Members of an Enum are slow to come by, and are asked for with every line.
_FIRST, _HANDSHAKE, _WAS_STOPPED = Grade.FIRST, Grade.HANDSHAKE, Said.STOPPED


class Packet(NamedTuple):
    """What a record tells of a packet. `ports` are source and destination, or ICMP's type and code; None: not told."""

    time: int
    src: str
    dst: str
    proto: int
    ports: tuple[int, int] | None
    flags: int | None
    size: int
    said: Said = Said.NOTHING
    tag: str = ""
    src_mac: str = ""
    dst_mac: str = ""
    n: int = 1


@lru_cache(maxsize=4096)
def done(prefix: str) -> tuple[Said, str]:
    """What a prefix says was done with the packet, and the rule's id if it is one of ours."""
    own = _OWN.search(prefix)
    if own is not None:
        return _DONE[own[1]], own[0]
    if _STOPPED.fullmatch(prefix.strip()):
        return Said.STOPPED, ""
    passed = _PASSED.search(prefix) and not _STOPS.search(prefix)
    return Said.PASSED if passed else Said.NOTHING, ""


def observed(packet: Packet) -> Observed:
    """The packet as an observation, turned by what it shows itself: TCP flags, and ICMP questions and answers. One of our
    own rules is never turned.
    """
    time, src, dst, proto, ports, flags, size, said, tag, src_mac, dst_mac, n = packet
    ours = tag.startswith(PREFIX)
    turned, grade, sport, dport = False, _HANDSHAKE if ours else _FIRST, NO_PORT, NO_PORT
    if ports is not None and ours:
        sport, dport = (NO_PORT, icmp(*ports)) if proto in _ICMP else ports
    elif ports is not None and proto in _ICMP:
        turned, grade, dport = _ping(proto, *ports)
    elif ports is not None:
        sport, dport = ports
        if proto == TCP and flags is not None and flags & SYN:
            turned, grade = flags & ACK != 0, _HANDSHAKE
    if not turned:
        answered = False if said is _WAS_STOPPED else None
        return make(
            (time, time, src, dst, proto, sport, dport, n, size, 0, n, 0, answered, grade, "", said, tag, src_mac, dst_mac, False)
        )  # fmt: skip
    if proto == TCP:
        sport, dport = dport, sport
    answered = None if said is _WAS_STOPPED else True
    return make(
        (time, time, dst, src, proto, sport, dport, n, 0, size, 0, n, answered, grade, "", said, tag, dst_mac, src_mac, False)
    )  # fmt: skip


def _ping(proto: int, kind: int, code: int) -> tuple[bool, Grade, int]:
    """Is ICMP to be turned round, how sure is that, and what stands for the port?"""
    question = ANSWERS.get((proto, kind))
    if question is not None:
        return True, Grade.HANDSHAKE, icmp(question, 0)
    return False, Grade.HANDSHAKE if (proto, kind) in QUESTIONS else Grade.FIRST, icmp(kind, code)


def has_ports(proto: int) -> bool:
    """Do the packets of a protocol carry ports, or what stands for them?"""
    return proto in PORTED or proto in (ICMP, ICMP6)
