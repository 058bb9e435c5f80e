"""Values as pfSense and pf read them: protocols, ports, types of ICMP, addresses. Numbers from IANA's registries."""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_interface
from typing import TYPE_CHECKING

from segc.packets.machine import Refused

if TYPE_CHECKING:
    from segc.packets.fields import Spans

PROTOCOLS = {"icmp": 1, "igmp": 2, "tcp": 6, "udp": 17, "ipv6": 41, "gre": 47, "esp": 50, "ah": 51, "ospf": 89}
PROTOCOLS |= {"pim": 103, "carp": 112, "sctp": 132, "pfsync": 240, "icmp6": 58, "ipv6-icmp": 58, "ipencap": 4}
TYPES4 = {"echorep": 0, "unreach": 3, "squench": 4, "redir": 5, "althost": 6, "echoreq": 8, "routeradv": 9}
TYPES4 |= {"routersol": 10, "timex": 11, "paramprob": 12, "timereq": 13, "timerep": 14, "inforeq": 15, "inforep": 16}
TYPES4 |= {"maskreq": 17, "maskrep": 18, "trace": 30, "dataconv": 31, "mobredir": 32, "ipv6-where": 33}
TYPES4 |= {"ipv6-here": 34, "mobregreq": 35, "mobregrep": 36, "photuris": 40}
TYPES6 = {"unreach": 1, "toobig": 2, "timex": 3, "paramprob": 4, "echoreq": 128, "echorep": 129, "groupqry": 130}
TYPES6 |= {"listqry": 130, "grouprep": 131, "listenrep": 131, "groupterm": 132, "listendone": 132, "routersol": 133}
TYPES6 |= {"routeradv": 134, "neighbrsol": 135, "neighbradv": 136, "redir": 137, "routrrenum": 138, "fqdnreq": 139}
TYPES6 |= {"niqry": 139, "wrureq": 139, "fqdnrep": 140, "nirep": 140, "wrurep": 140, "mtraceresp": 200, "mtrace": 201}
_NUMBER = re.compile(r"[0-9]{1,5}")
_RANGE = re.compile(r"([0-9]{1,5})([-:])([0-9]{1,5})")


def protocol(word: str, line: int) -> int:
    """The number of a protocol; pf takes names of /etc/protocols, and numbers other than 0."""
    if _NUMBER.fullmatch(word) and 0 < int(word) < 256:
        return int(word)
    found = PROTOCOLS.get(word.lower())
    if found is None:
        raise Refused(f"`{word}` is no protocol that this reader knows", line, text=word)
    return found


def icmp_types(text: str, family: int, line: int) -> Spans:
    """Types by name or number, as spans of type and code; a name of the other family stops pf's whole load."""
    names = TYPES4 if family == 4 else TYPES6
    found = []
    for word in text.split(","):
        number = names.get(word)
        if number is None and _NUMBER.fullmatch(word):
            number = int(word)
        if number is None or number > 254:  # pf counts types from one, in eight bits
            raise Refused(f"`{word}` is no type of ICMP for IPv{family}", line, text=text)
        found.append((number * 256, number * 256 + 255))
    return tuple(sorted(found))


def port(text: str, line: int) -> tuple[int, int] | None:
    """A port or range; None where the text is neither."""
    if _NUMBER.fullmatch(text):
        return _checked(int(text), int(text), text, line)
    found = _RANGE.fullmatch(text)
    if found is None:
        return None
    low, high = int(found[1]), int(found[3])
    if found[2] == "-" and (low, high) == (1, 65535):
        return 0, 65535  # pfSense leaves the ports out
    if found[2] == "-" and low == 0 and high > 0:
        raise Refused("pfSense makes a range of ports from -1 of this, which pf does not load", line, text=text)
    return _checked(low, high, text, line)


def _checked(low: int, high: int, text: str, line: int) -> tuple[int, int]:
    if low > high or high > 65535:
        raise Refused(f"`{text}` is no range of ports", line, text=text)
    return low, high


def network(text: str) -> tuple[int, int, int] | None:
    """Family, first and last address of an address or a prefix; None where the text is neither."""
    try:
        whole = ip_interface(text).network if "/" in text else None
        if whole is not None:
            return whole.version, int(whole.network_address), int(whole.broadcast_address)
        one = ip_address(text)
    except ValueError:
        return None
    if "%" in text:
        return None
    return one.version, int(one), int(one)
