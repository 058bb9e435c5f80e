"""Expressions that this reader does not decide: where they end, so that what stands behind is read all the same.

Their shapes are nft's (nft(8), "Expressions" and "Statements"). What has none of these shapes is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.packets.machine import Refused

from .reader_keys import BITWISE, COMPARISONS, JOINED
from .reader_tokens import Group

if TYPE_CHECKING:
    from collections.abc import Callable

    from .reader_words import Words

# Headers and their fields (nft(8), "Payload expressions").
HEADERS = {
    name: set(fields.split())
    for name, fields in {
        "ip": "version hdrlength dscp ecn length id frag-off ttl protocol checksum saddr daddr",
        "ip6": "version dscp ecn flowlabel length nexthdr hoplimit saddr daddr",
        "tcp": "sport dport sequence ackseq doff reserved flags window checksum urgptr",
        "udp": "sport dport length checksum", "udplite": "sport dport checksum csumcov",
        "sctp": "sport dport vtag checksum", "dccp": "sport dport type", "th": "sport dport",
        "icmp": "type code checksum id sequence gateway mtu",
        "icmpv6": "type code checksum parameter-problem packet-too-big id sequence max-delay taddr daddr",
        "igmp": "type mrt checksum group", "ether": "saddr daddr type", "vlan": "id dei cfi pcp type",
        "arp": "htype ptype hlen plen operation saddr daddr", "ah": "nexthdr hdrlength reserved spi sequence",
        "esp": "spi sequence", "comp": "nexthdr flags cpi", "gre": "flags version protocol",
        "hbh": "nexthdr hdrlength", "dst": "nexthdr hdrlength", "mh": "nexthdr hdrlength type reserved checksum",
        "frag": "nexthdr frag-off reserved more-fragments id reserved2",
        "rt": "nexthdr hdrlength type seg-left classid nexthop mtu ipsec",
    }.items()
}  # fmt: skip
META = {
    "length", "nfproto", "l4proto", "protocol", "priority", "random", "secmark", "iifkind", "oifkind", "ibrname",
    "obrname", "ibrpvid", "ibrvproto", "sdif", "sdifname", "broute", "secpath",
}  # fmt: skip
CT = {
    "state", "direction", "status", "mark", "expiration", "helper", "label", "l3proto", "saddr", "daddr", "protocol",
    "proto-src", "proto-dst", "zone", "bytes", "packets", "avgpkt", "id", "timeout", "secmark", "event", "expectation",
}  # fmt: skip
BARE = {  # keys of `meta` that may stand without it
    "mark", "skuid", "skgid", "pkttype", "cpu", "iifgroup", "oifgroup", "iiftype", "oiftype", "rtclassid", "nftrace",
    "cgroup", "time", "hour", "day", "ibriport", "obriport", "iif", "oif", "iifname", "oifname",
}  # fmt: skip
THERE = ("exists", "missing")
# Statements and verdicts: no value is called so, and an expression that would take one in is none.
VERDICTS = {
    "accept", "drop", "return", "continue", "jump", "goto", "reject", "counter", "comment", "log", "notrack", "add",
    "update",
}  # fmt: skip
# What counts or throws dice, and what is named without what it asks for: the same words need not hold twice.
FICKLE = {"limit", "quota", "numgen", "count", "meter", "random", "xt"}


def begins(words: Words) -> bool:
    """Does an expression begin here whose shape is known?"""
    word = words.peek()
    return isinstance(word, str) and (word in _SHAPES or word in HEADERS or word in BARE or word.startswith("@"))


def field(words: Words) -> bool:
    """Go past what an expression reads. Does a value stand behind?"""
    word = words.text()
    if word in _SHAPES:
        return _SHAPES[word](words)
    if word.startswith("@"):  # @th,16,8: a header, a place, a length
        for _ in range(2):
            if not words.skip(","):
                raise Refused(f"`{word}` has no place")
            words.text()
    elif word in HEADERS:
        _one_of(words, HEADERS[word])
    elif word not in BARE:
        raise Refused(f"`{word}` is no word that this reader knows here")
    return True


def rest(words: Words) -> bool:
    """Go past what a field is compared with. False: a verdict map stands there, and is not gone past."""
    while words.peek() in BITWISE:
        words.next()
        value(words)
    if words.skip("vmap"):
        return False
    if words.peek() in COMPARISONS:
        words.next()
    value(words)
    while words.peek() in JOINED:
        words.next()
        value(words)
    return True


def value(words: Words) -> None:
    """Go past one value."""
    word = words.next()
    if word == "(":
        while not words.skip(")"):
            words.text()
    elif not isinstance(word, Group) and (not word or word in VERDICTS or word in COMPARISONS or word in JOINED):
        raise Refused(f"a value is missing before `{word}`" if word else "a value is missing at the end")


def operand(words: Words) -> None:
    """Go past what a field is set to: values and other fields, joined."""
    while True:
        if begins(words) and words.peek(1) not in JOINED | {""}:
            field(words)
        else:
            value(words)
        if words.peek() not in JOINED:
            return
        words.next()


# ---- shapes ----------------------------------------------------------------------------------------------------------


def _one_of(words: Words, known: set[str]) -> bool:
    word = words.text()
    if word not in known:
        raise Refused(f"`{word}` is no word that this reader knows here")
    return True


def _meta(words: Words) -> bool:
    return _one_of(words, META | BARE)


def _ct(words: Words) -> bool:
    if words.skip("count"):
        words.skip("over")
        words.text()
        return False
    if words.peek() in ("original", "reply"):
        words.next()
        if words.peek() in ("ip", "ip6"):
            words.next()
    return _one_of(words, CT)


def _limit(words: Words) -> bool:
    if words.skip("name"):
        operand(words)
        return False
    if not words.skip("rate"):
        raise Refused("`limit` has no rate")
    words.skip("over")
    if "/" not in words.text():  # 10 mbytes/second
        words.text()
    if words.skip("burst"):
        words.text()
        words.text()
    return False


def _quota(words: Words) -> bool:
    if words.skip("name"):
        operand(words)
        return False
    _ = words.skip("over") or words.skip("until")
    words.text()
    words.text()
    if words.skip("used"):
        words.text()
        words.text()
    return False


def _fib(words: Words) -> bool:
    words.text()
    while words.skip("."):
        words.text()
    words.text()
    return True


def _numgen(words: Words) -> bool:
    words.text()
    return _modulo(words)


def _hash(words: Words) -> bool:
    if words.peek() != "mod":
        words.text()
        while words.peek() != "mod":
            words.text()
    return _modulo(words)


def _modulo(words: Words) -> bool:
    for part in ("mod", "seed", "offset"):
        if words.skip(part):
            words.text()
    return True


def _option(words: Words) -> bool:
    """`tcp option NAME [FIELD]`, and other options of that kind; else a field of the header."""
    if words.skip("option") or words.skip("chunk"):
        return _exthdr(words)
    return _one_of(words, HEADERS[str(words.peek(-1))])


def _exthdr(words: Words) -> bool:
    words.text()
    after = words.peek()
    if isinstance(after, str) and after.replace("-", "").isalpha() and after not in (*THERE, *VERDICTS, "set"):
        words.next()
    return True


def _socket(words: Words) -> bool:
    if words.text() == "cgroupv2" and words.skip("level"):
        words.text()
    return True


def _osf(words: Words) -> bool:
    if words.skip("ttl"):
        words.text()
    words.text()
    return True


def _ipsec(words: Words) -> bool:
    if words.peek() in THERE:
        return True
    words.text()
    if words.skip("spnum"):
        words.text()
    if words.text() in ("ip", "ip6"):
        words.text()
    return True


def _rt(words: Words) -> bool:
    """A route's, or the routing header's."""
    if words.peek() in ("ip", "ip6"):
        words.next()
    return _one_of(words, HEADERS["rt"])


def _xt(words: Words) -> bool:
    if not words.skip("match"):
        raise Refused("`xt` has no match")
    words.text()
    return False


def _meter(words: Words) -> bool:
    while not isinstance(words.peek(), Group):
        words.text()
    words.next()
    return False


_SHAPES: dict[str, Callable[[Words], bool]] = {
    "meta": _meta, "ct": _ct, "limit": _limit, "quota": _quota, "fib": _fib, "numgen": _numgen, "jhash": _hash,
    "symhash": _hash, "tcp": _option, "ip": _option, "sctp": _option, "exthdr": _exthdr, "socket": _socket,
    "osf": _osf, "ipsec": _ipsec, "rt": _rt, "xt": _xt, "meter": _meter,
}  # fmt: skip
