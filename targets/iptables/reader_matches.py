"""What flags mean: groups of flags into matches, by the module that they belong to (iptables-extensions(8))."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from segc.packets.fields import DPORT, ICMP, ICMP6, IIF, OIF, PROTO, SOURCE, SPORT, STATES, TARGET, TIME, normal
from segc.packets.machine import In, Interface, Match, Refused, State, Unknown

from . import reader_sets, reader_time
from .reader_values import address_range, icmp, networks, ports, protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .reader_lines import Flag
    from .reader_sets import Set

AH = 51
SMALLEST = {4: (ICMP, 28), 6: (ICMP6, 48)}  # of a whole ICMP packet: the IP header and eight bytes


@dataclass(slots=True)
class Around:
    """What a group of flags is read with: the family, the sets, and the protocol that the rule has named."""

    family: int
    sets: dict[str, Set]
    filled: set[str]
    proto: int | None = None
    unknown: list[str] = field(default_factory=list)

    def not_known(self, text: str, *, negate: bool = False) -> Match:
        """A match that this reader cannot decide."""
        self.unknown.append(text)
        return Unknown(text, negate)


def general(flag: Flag, around: Around) -> list[Match]:
    """-s, -d, -i, -o, -p."""
    value = one(flag)
    match flag.name:
        case "-s" | "--source" | "--src":
            return [In(SOURCE, networks(value, around.family), flag.negate)]
        case "-d" | "--destination" | "--dst":
            return [In(TARGET, networks(value, around.family), flag.negate)]
        case "-i" | "--in-interface":
            return [_interface(IIF, value, negate=flag.negate)]
        case "-o" | "--out-interface":
            return [_interface(OIF, value, negate=flag.negate)]
    number = protocol(value)
    around.proto = None if flag.negate else number
    if number is None:
        if flag.negate:
            raise Refused("`! -p all` holds for no packet")
        return []
    return [In(PROTO, ((number, number),), flag.negate)]


def _interface(at: int, text: str, *, negate: bool) -> Interface:
    return Interface(at, (text[:-1] + "*" if text.endswith("+") else text,), negate)


def one(flag: Flag) -> str:
    """The one value that a flag takes."""
    if len(flag.values) != 1:
        raise Refused(f"`{flag.name}` takes one value")
    return flag.values[0]


def module(name: str, flags: Sequence[Flag], around: Around) -> list[Match]:
    """A module's matches: all of its flags must hold."""
    reader = MODULES.get(name)
    if reader is None:
        text = " ".join([f"-m {name}", *(flag.text() for flag in flags)])
        return [around.not_known(text)]
    return reader(flags, around)


def _ported(flags: Sequence[Flag], around: Around) -> list[Match]:
    found: list[Match] = []
    for flag in flags:
        if flag.name in ("--sport", "--source-port", "--dport", "--destination-port"):
            where = SPORT if flag.name in ("--sport", "--source-port") else DPORT
            found.append(In(where, (ports(one(flag)),), flag.negate))
        else:  # --syn, --tcp-flags, --tcp-option, --chunk-types
            found.append(around.not_known(flag._replace(negate=False).text(), negate=flag.negate))
    return found


def _icmp(flags: Sequence[Flag], around: Around) -> list[Match]:
    found: list[Match] = []
    for flag in flags:
        if flag.name not in ("--icmp-type", "--icmpv6-type"):
            raise Refused(f"`{flag.name}` is no flag of icmp's")
        spans = icmp(one(flag), around.family)
        if spans is not None or flag.negate:
            found.append(In(DPORT, spans if spans is not None else ((0, 65535),), flag.negate))
    return found


def _multiport(flags: Sequence[Flag], around: Around) -> list[Match]:
    found: list[Match] = []
    for flag in flags:
        spans = normal([ports(text) for text in one(flag).split(",")])
        if flag.name in ("--dports", "--destination-ports"):
            found.append(In(DPORT, spans, flag.negate))
        elif flag.name in ("--sports", "--source-ports"):
            found.append(In(SPORT, spans, flag.negate))
        else:  # --ports: either of them
            found.append(around.not_known(flag._replace(negate=False).text(), negate=flag.negate))
    return found


def _iprange(flags: Sequence[Flag], around: Around) -> list[Match]:
    fields = {"--src-range": SOURCE, "--dst-range": TARGET}
    return [In(_known(fields, flag), (address_range(one(flag), around.family),), flag.negate) for flag in flags]


def _known(fields: dict[str, int], flag: Flag) -> int:
    if flag.name not in fields:
        raise Refused(f"`{flag.name}` is no flag that this reader knows here")
    return fields[flag.name]


def _set(flags: Sequence[Flag], around: Around) -> list[Match]:
    found: list[Match] = []
    for flag in flags:
        if flag.name != "--match-set" or len(flag.values) != 2:
            found.append(around.not_known(f"-m set {flag._replace(negate=False).text()}", negate=flag.negate))
            continue
        name, sides = flag.values
        match = reader_sets.match(
            around.sets, name, sides, around.family, negate=flag.negate, filled=name in around.filled
        )
        if isinstance(match, Unknown):
            around.unknown.append(match.text)
        found.append(match)
    return found


_ORIGINAL = {"--ctorigsrc": SOURCE, "--ctorigdst": TARGET, "--ctorigsrcport": SPORT, "--ctorigdstport": DPORT}


def _conntrack(flags: Sequence[Flag], around: Around) -> list[Match]:
    found: list[Match] = []
    for flag in flags:
        if flag.name in ("--ctstate", "--state"):
            states = frozenset(one(flag).lower().split(","))
            if not states <= set(STATES):
                found.append(around.not_known(flag._replace(negate=False).text(), negate=flag.negate))
            else:
                found.append(State(states, flag.negate))
        elif flag.name in ("--ctorigsrc", "--ctorigdst"):
            found.append(In(_ORIGINAL[flag.name], networks(one(flag), around.family), flag.negate, original=True))
        elif flag.name in _ORIGINAL:
            found.append(In(_ORIGINAL[flag.name], (ports(one(flag)),), flag.negate, original=True))
        elif flag.name == "--ctproto":
            number = protocol(one(flag))
            found += [In(PROTO, ((number, number),), flag.negate)] if number is not None else []
        else:
            found.append(around.not_known(flag._replace(negate=False).text(), negate=flag.negate))
    return found


def _time(flags: Sequence[Flag], around: Around) -> list[Match]:
    spans = reader_time.spans(flags)
    if spans is None:
        return [around.not_known(" ".join(["-m time", *(flag.text() for flag in flags)]))]
    return [In(TIME, spans)]


_U32 = re.compile(r"([0-9&<>@]+)=([0-9,:]+)")
_NUMBER = re.compile(r"0[xX][0-9A-Fa-f]+|\d+")


def _u32(flags: Sequence[Flag], around: Around) -> list[Match]:
    """Places that are fields of a packet in disguise; any other place is not known."""
    found: list[Match] = []
    for flag in flags:
        tests = [_place(part, around) for part in one(flag).split("&&")] if flag.name == "--u32" else [None]
        known = [match for test in tests if test is not None for match in test]
        if None in tests or (flag.negate and len(known) > 1):
            found.append(around.not_known(f"-m u32 {flag._replace(negate=False).text()}", negate=flag.negate))
        elif flag.negate:  # nothing left to test: it holds for every packet, so its negation for none
            found += [replace(match, negate=True) for match in known] or [In(PROTO, ())]
        else:
            found += known
    return found


def _place(text: str, around: Around) -> list[In] | None:
    """One test as matches: none where every whole packet without IP options passes it; None where that is not known."""
    parts = _U32.fullmatch(_NUMBER.sub(lambda number: str(int(number[0], 0)), text))
    if parts is None:
        return None
    where, values = parts.groups()
    if (where, values) in WHOLE[around.family]:
        return []
    if (where, around.family) in (("6&255", 4), ("3&255", 6)):  # byte 9 of IPv4's header, byte 6 of IPv6's
        at, scale = PROTO, 1
    elif where == "0>>22&60@0>>24" and around.family == 4 and around.proto == ICMP:  # the first byte behind the header
        at, scale = DPORT, 256
    else:
        return None
    ends = [[int(end) for end in listed.split(":")] for listed in values.split(",")]
    return [In(at, normal([(v[0] * scale, v[-1] * scale + scale - 1) for v in ends if v[0] < 256]))]


# An IPv4 header without options, and that there are bytes 4 to 7 of the header behind, or 16 to 23 for the protocols
# whose number has bit 2 set: TCP and SCTP. A packet of which this is not true has no whole header.
_ANY = f"0:{(1 << 32) - 1}"
WHOLE = {
    4: {("0&251658240", str(0x05000000)), ("6&4<<2@20", _ANY), ("24", _ANY)},
    6: {("3&4<<2@40", _ANY), ("44", _ANY)},
}


def _length(flags: Sequence[Flag], around: Around) -> list[Match]:
    """Shorter than any whole packet of the protocol: such a packet is not well-formed, so it is none of ours."""
    text = " ".join(["-m length", *(flag.text() for flag in flags)])
    proto, smallest = SMALLEST[around.family]
    if len(flags) == 1 and flags[0].name == "--length" and not flags[0].negate and around.proto == proto:
        high = one(flags[0]).partition(":")[2] or one(flags[0])
        if high.isdecimal() and int(high) < smallest:
            return [In(PROTO, ())]
    return [around.not_known(text)]


def _ah(flags: Sequence[Flag], around: Around) -> list[Match]:
    rest = [around.not_known(flag._replace(negate=False).text(), negate=flag.negate) for flag in flags]
    return [In(PROTO, ((AH, AH),)), *rest]


def _nothing(flags: Sequence[Flag], around: Around) -> list[Match]:
    del flags, around
    return []


MODULES: dict[str, Callable[[Sequence[Flag], Around], list[Match]]] = {
    "tcp": _ported,
    "udp": _ported,
    "sctp": _ported,
    "dccp": _ported,
    "udplite": _ported,
    "icmp": _icmp,
    "icmp6": _icmp,
    "icmpv6": _icmp,
    "ipv6-icmp": _icmp,
    "multiport": _multiport,
    "iprange": _iprange,
    "set": _set,
    "conntrack": _conntrack,
    "state": _conntrack,
    "time": _time,
    "u32": _u32,
    "length": _length,
    "ah": _ah,
    "comment": _nothing,
}
