"""Fields of a packet in disguise: what `-m u32` and `-m length` say about bytes, where it means a field."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from segc.packets.fields import DPORT, ICMP, ICMP6, PROTO, normal
from segc.packets.machine import In

if TYPE_CHECKING:
    from collections.abc import Sequence

_TEST = re.compile(r"([0-9&<>@]+)=([0-9]+(?::[0-9]+)?(?:,[0-9]+(?::[0-9]+)?)*)")
_NUMBER = re.compile(r"0[xX][0-9A-Fa-f]+|[0-9]+")
SMALLEST = {4: (ICMP, 28), 6: (ICMP6, 48)}  # of a whole ICMP packet: the IP header and eight bytes

# An IPv4 header without options, and that there are bytes 4 to 7 of the header behind, or 16 to 23 for the protocols
# whose number has bit 2 set: TCP and SCTP. A packet of which this is not true has no whole header.
_ANY = f"0:{(1 << 32) - 1}"
WHOLE = {
    4: {("0&251658240", str(0x05000000)), ("6&4<<2@20", _ANY), ("24", _ANY)},
    6: {("3&4<<2@40", _ANY), ("44", _ANY)},
}


def u32(text: str, family: int, proto: int | None, *, negate: bool) -> Sequence[In] | None:
    """All tests of it as matches; None where one of them is about something else."""
    plain = _NUMBER.sub(_decimal, "".join(text.split()))
    tests = [_test(part, family, proto) for part in plain.split("&&")]
    if None in tests:
        return None
    known = [match for test in tests if test is not None for match in test]
    if not negate:
        return known
    if len(known) > 1:
        return None
    # nothing left to test: it holds for every packet, so its negation for none
    return [replace(match, negate=True) for match in known] or [In(PROTO, ())]


def _decimal(found: re.Match[str]) -> str:
    """As C reads it: a number that begins with 0 is octal."""
    text = found[0]
    if len(text) > 1 and text[0] == "0" and text[1] not in "xX":
        return str(int(text, 8)) if not set(text) & set("89") else text + "@"  # no number: no test will have it
    return str(int(text, 0))


def _test(text: str, family: int, proto: int | None) -> list[In] | None:
    """One test: nothing where every whole packet without IP options passes it; None where that is not known."""
    parts = _TEST.fullmatch(text)
    if parts is None:
        return None
    where, values = parts.groups()
    if (where, values) in WHOLE[family]:
        return []
    if (where, family) in (("6&255", 4), ("3&255", 6)):  # byte 9 of IPv4's header, byte 6 of IPv6's
        at, scale = PROTO, 1
    elif where == "0>>22&60@0>>24" and family == 4 and proto == ICMP:  # the first byte behind the header
        at, scale = DPORT, 256
    else:
        return None
    ends = [[int(end) for end in listed.split(":")] for listed in values.split(",")]
    kept = [(low, min(high, 255)) for low, high in ((end[0], end[-1]) for end in ends) if low <= min(high, 255)]
    return [In(at, normal([(low * scale, high * scale + scale - 1) for low, high in kept]))]


def length(text: str, family: int, proto: int | None) -> bool:
    """Are these lengths shorter than any whole packet of the protocol? Such a packet is none of ours."""
    own, smallest = SMALLEST[family]
    high = text.rpartition(":")[2]
    return proto == own and high.isdecimal() and int(high) < smallest
