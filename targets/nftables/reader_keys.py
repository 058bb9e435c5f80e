"""The words of nft's expressions, and what each of them reads (nft(8), "Payload", "Meta" and "Conntrack" expressions)."""

from __future__ import annotations

from typing import NamedTuple

from segc.packets.fields import DPORT, PORTED, PROTO, SOURCE, SPORT, TARGET, TIME
from segc.packets.machine import Accept, Action, Continue, Drop, Family, In, Match, Return

from .reader_names import PROTOCOLS


class Key(NamedTuple):
    """What an expression reads: a field and its values' kind, and what must be true of a packet that has it."""

    field: int
    kind: str
    implied: tuple[Match, ...] = ()
    original: bool = False


IPV4, IPV6 = Family(4), Family(6)
PORTS = In(PROTO, tuple((p, p) for p in PORTED))


def _of(number: int) -> Match:
    return In(PROTO, ((number, number),))


FAMILY_OF = {"ip": IPV4, "ip6": IPV6}
KEYS: dict[tuple[str, ...], Key] = {
    **{(ip, "saddr"): Key(SOURCE, ip, (is_,)) for ip, is_ in FAMILY_OF.items()},
    **{(ip, "daddr"): Key(TARGET, ip, (is_,)) for ip, is_ in FAMILY_OF.items()},
    ("ip", "protocol"): Key(PROTO, "proto", (IPV4,)),
    ("ip6", "nexthdr"): Key(PROTO, "proto", (IPV6,)),
    ("meta", "l4proto"): Key(PROTO, "proto"),
    ("th", "sport"): Key(SPORT, "port", (PORTS,)),
    ("th", "dport"): Key(DPORT, "port", (PORTS,)),
    ("icmp", "type"): Key(DPORT, "icmp", (_of(1), IPV4)),
    ("icmpv6", "type"): Key(DPORT, "icmpv6", (_of(58), IPV6)),
    ("meta", "time"): Key(TIME, "time"),
    ("ct", "original", "proto-src"): Key(SPORT, "port", original=True),
    ("ct", "original", "proto-dst"): Key(DPORT, "port", original=True),
    ("ct", "original", "protocol"): Key(PROTO, "proto", original=True),
    **{("ct", "original", ip, "saddr"): Key(SOURCE, ip, (is_,), original=True) for ip, is_ in FAMILY_OF.items()},
    **{("ct", "original", ip, "daddr"): Key(TARGET, ip, (is_,), original=True) for ip, is_ in FAMILY_OF.items()},
    **{
        (name, port): Key(at, "port", (_of(PROTOCOLS[name]),))
        for name in ("tcp", "udp", "sctp", "dccp", "udplite")
        for port, at in (("sport", SPORT), ("dport", DPORT))
    },
}
# Those whose values are no numbers; in `_special`.
SPECIAL = {
    ("iifname",): "iif", ("meta", "iifname"): "iif", ("iif",): "iif", ("meta", "iif"): "iif",
    ("oifname",): "oif", ("meta", "oifname"): "oif", ("oif",): "oif", ("meta", "oif"): "oif",
    ("ct", "state"): "state", ("meta", "nfproto"): "family",
}  # fmt: skip
COMPARISONS = ("==", "!=", "<", ">", "<=", ">=")
# Expressions that this reader does not decide, with the words of their own; a value stands behind them.
UNDECIDED = {
    ("tcp", "flags"), ("tcp", "option"), ("ip", "ttl"), ("ip", "dscp"), ("ip", "length"), ("ip", "id"),
    ("ip", "frag-off"), ("ip", "version"), ("ip6", "hoplimit"), ("ip6", "dscp"), ("ip6", "flowlabel"),
    ("ip6", "length"), ("icmp", "code"), ("icmpv6", "code"), ("ct", "status"), ("ct", "mark"), ("ct", "direction"),
    ("ct", "zone"), ("ct", "helper"), ("ct", "expiration"), ("ct", "reply"), ("meta", "mark"), ("mark",),
    ("meta", "skuid"), ("meta", "skgid"), ("skuid",), ("skgid",), ("meta", "pkttype"), ("pkttype",),
    ("meta", "length"), ("meta", "hour"), ("meta", "day"), ("meta", "protocol"), ("meta", "cgroup"),
    ("ether", "saddr"), ("ether", "daddr"), ("ether", "type"), ("udp", "length"), ("meta", "iifgroup"),
    ("meta", "oifgroup"), ("meta", "iiftype"), ("meta", "priority"),
}  # fmt: skip

SIMPLE: dict[str, Action] = {
    "accept": Accept(), "drop": Drop(), "return": Return(), "continue": Continue(), "notrack": Continue(),
}  # fmt: skip
FOREIGN = {
    "dnat", "snat", "masquerade", "redirect", "tproxy", "queue", "dup", "fwd", "synproxy", "flow", "map",
}  # fmt: skip
# What begins the next statement or expression: an expression that is not known ends there.
STARTS = {
    *SIMPLE, *FOREIGN, "jump", "goto", "counter", "comment", "log", "reject", "add", "update", "limit", "quota",
    "meta", "ct", "ip", "ip6", "tcp", "udp", "sctp", "dccp", "udplite", "th", "icmp", "icmpv6", "iifname", "oifname",
    "iif", "oif", "fib",
}  # fmt: skip
FAMILIES = {"ipv4": 4, "ipv6": 6, "2": 4, "10": 6}
