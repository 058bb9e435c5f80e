"""The words of nft's expressions, and what each of them reads (nft(8), "Payload", "Meta" and "Conntrack" expressions)."""

from __future__ import annotations

from typing import NamedTuple

from segc.packets.fields import DPORT, IIF, OIF, PORTED, PROTO, SOURCE, SPORT, TARGET, TIME
from segc.packets.machine import Family, In, Match

from .reader_names import PROTOCOLS


class Key(NamedTuple):
    """What an expression reads: a field and its values' kind, and what must be true of a packet that has it.

    Kinds without a field (-1) are `state`, `family` and `ethertype`. `any_header` is set where nft reads whatever stands at a
    port's place, in any protocol.
    """

    field: int
    kind: str
    implied: tuple[Match, ...] = ()
    original: bool = False
    any_header: bool = False

    @property
    def numeric(self) -> bool:
        """Is its value a number of this packet?"""
        return self.field not in (-1, IIF, OIF) and not self.original


IPV4, IPV6 = Family(4), Family(6)
FAMILY_OF: dict[str, Match] = {"ip": IPV4, "ip6": IPV6}
WITH_PORTS = In(PROTO, tuple((p, p) for p in PORTED))
WITHOUT_PORTS = In(PROTO, WITH_PORTS.spans, negate=True)


def of(protocol: str) -> Match:
    """The packet is of a protocol."""
    return In(PROTO, ((PROTOCOLS[protocol], PROTOCOLS[protocol]),))


ICMPS = (of("icmp"), IPV4)
ICMP6S = (of("icmpv6"), IPV6)
_BARE = {
    "iifname": Key(IIF, "name"), "oifname": Key(OIF, "name"), "iif": Key(IIF, "index"), "oif": Key(OIF, "index"),
    "time": Key(TIME, "time"),
}  # fmt: skip
# Addresses behind `ct original` without a family: that of the table.
SHORT = ("saddr", "daddr")
KEYS: dict[tuple[str, ...], Key] = {
    **{(ip, "saddr"): Key(SOURCE, ip, (is_,)) for ip, is_ in FAMILY_OF.items()},
    **{(ip, "daddr"): Key(TARGET, ip, (is_,)) for ip, is_ in FAMILY_OF.items()},
    **{("ct", "original", ip, "saddr"): Key(SOURCE, ip, (is_,), original=True) for ip, is_ in FAMILY_OF.items()},
    **{("ct", "original", ip, "daddr"): Key(TARGET, ip, (is_,), original=True) for ip, is_ in FAMILY_OF.items()},
    **{
        (name, port): Key(at, "port", (of(name),))
        for name in ("tcp", "udp", "sctp", "dccp", "udplite")
        for port, at in (("sport", SPORT), ("dport", DPORT))
    },
    **{(name,): key for name, key in _BARE.items()},
    **{("meta", name): key for name, key in _BARE.items()},
    ("ip", "protocol"): Key(PROTO, "proto", (IPV4,)),
    ("ip6", "nexthdr"): Key(PROTO, "proto", (IPV6,)),  # no packet here has a header between that and its protocol
    ("meta", "l4proto"): Key(PROTO, "proto"),
    ("th", "sport"): Key(SPORT, "port", any_header=True),
    ("th", "dport"): Key(DPORT, "port", any_header=True),
    ("icmp", "type"): Key(DPORT, "icmp", ICMPS),
    ("icmp", "code"): Key(DPORT, "code", ICMPS),
    ("icmpv6", "type"): Key(DPORT, "icmpv6", ICMP6S),
    ("icmpv6", "code"): Key(DPORT, "code6", ICMP6S),
    ("ct", "original", "proto-src"): Key(SPORT, "port", original=True),
    ("ct", "original", "proto-dst"): Key(DPORT, "port", original=True),
    ("ct", "original", "protocol"): Key(PROTO, "proto", original=True),
    ("ct", "state"): Key(-1, "state"),
    ("meta", "nfproto"): Key(-1, "family"),
    ("meta", "protocol"): Key(-1, "ethertype"),
}
LONGEST: dict[str, int] = {}  # words of the longest key that begins so
for _words in KEYS:
    LONGEST[_words[0]] = max(LONGEST.get(_words[0], 0), len(_words))

COMPARISONS = ("==", "!=", "<", ">", "<=", ">=", "!")
# Behind a value or a field: the expression goes on.
JOINED = {",", "-", ".", "|", "&", "^", "/", "and", "or", "xor", "<<", ">>", "lshift", "rshift", "map"}
BITWISE = JOINED - {",", "-", "."}
FAMILIES = {
    "family": {"ipv4": 4, "ipv6": 6, "2": 4, "10": 6, "0x02": 4, "0x0a": 6},
    "ethertype": {"ip": 4, "ip6": 6, "0x0800": 4, "0x86dd": 6, "2048": 4, "34525": 6},
}
