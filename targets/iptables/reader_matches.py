"""What flags mean: groups of flags into matches, by the module that they belong to (iptables-extensions(8))."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from segc.packets.fields import DPORT, IIF, OIF, PORTED, PROTO, SOURCE, SPORT, STATES, TARGET, TIME, normal
from segc.packets.machine import Among, In, Interface, Match, Refused, State, Unknown

from . import reader_members, reader_time
from .reader_disguise import length, u32
from .reader_flags import GENERAL, NEEDS, OF_FAMILY, STEADY
from .reader_values import address_range, icmp, network, networks, ports, protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .reader_lines import Flag
    from .reader_sets import Set

AH = 51
ANY_PORT = (0, 65535)
MOST_PORTS = 15  # of multiport, a range counting as two
LONGEST_NAME = 15  # of an interface


@dataclass(slots=True)
class Around:
    """What a rule is read with: family, sets, whether conntrack has seen its packets, the protocol that it names."""

    family: int
    sets: dict[str, Set]
    filled: set[str]
    tracked: bool = True
    line: int = 0
    proto: int | None = None
    unknown: list[str] = field(default_factory=list)
    lasting: bool = True  # the same text means the same on any other line

    def not_known(self, text: str, *, negate: bool = False, steady: bool = True) -> Match:
        """A match that this reader cannot decide; where it is not steady, it is another one on every line."""
        if not steady:
            text = f"{text} (line {self.line})"
            self.lasting = False
        self.unknown.append(text)
        return Unknown(text, negate)

    def flag_not_known(self, name: str, flag: Flag) -> Match:
        """A module's flag that this reader cannot decide."""
        return self.not_known(f"-m {name} {flag._replace(negate=False).text()}", negate=flag.negate)


def one(flag: Flag) -> str:
    """The one value that a flag takes."""
    if len(flag.values) != 1:
        raise Refused(f"`{flag.name}` takes one value")
    return flag.values[0]


def general(flag: Flag, around: Around) -> list[Match]:
    """-s, -d, -i, -o, -p, -f."""
    name = GENERAL[flag.name]
    if name == "-f":
        if flag.values or around.family == 6:
            raise Refused("`-f` takes no value, and IPv6 does not have it")
        return [around.not_known("-f", negate=flag.negate)]
    value = one(flag)
    if name in ("-s", "-d"):
        if flag.negate and "," in value:
            raise Refused(f"`! {name}` takes one address")
        return [In(SOURCE if name == "-s" else TARGET, networks(value, around.family), flag.negate)]
    if name in ("-i", "-o"):
        return [_interface(IIF if name == "-i" else OIF, value, negate=flag.negate)]
    return _protocol(flag, value, around)


def _protocol(flag: Flag, value: str, around: Around) -> list[Match]:
    number = protocol(value)
    around.proto = None if flag.negate else number
    if number is None:
        if flag.negate:
            raise Refused("`! -p all` holds for no packet")
        return []
    if (number, around.family) == (AH, 6):  # a header on the way to the protocol: only one back end finds it so
        return [around.not_known("-p ah", negate=flag.negate)]
    return [In(PROTO, ((number, number),), flag.negate)]


def _interface(at: int, text: str, *, negate: bool) -> Interface:
    if not text or len(text) > LONGEST_NAME or "*" in text:
        raise Refused(f"`{text}` is no interface that this reader knows")
    return Interface(at, (text[:-1] + "*" if text.endswith("+") else text,), negate)


# ---- modules ---------------------------------------------------------------------------------------------------------


def module(name: str, flags: Sequence[Flag], around: Around) -> list[Match]:
    """A module's matches: all of its flags must hold."""
    if OF_FAMILY.get(name, around.family) != around.family:
        raise Refused(f"IPv{around.family} has no module `{name}`")
    if name in NEEDS and around.proto != NEEDS[name]:
        raise Refused(f"module `{name}` needs its own protocol named by `-p`")
    reader = MODULES.get(name)
    if reader is None:
        text = " ".join([f"-m {name}", *(flag.text() for flag in flags)])
        return [around.not_known(text, steady=name in STEADY)]
    return reader(name, flags, around)


def _ported(name: str, flags: Sequence[Flag], around: Around) -> list[Match]:
    found: list[Match] = []
    for flag in flags:
        if flag.name in ("--sport", "--dport"):
            found.append(In(SPORT if flag.name == "--sport" else DPORT, (ports(one(flag)),), flag.negate))
        else:  # --syn, --tcp-flags, --tcp-option, --chunk-types
            found.append(around.flag_not_known(name, flag))
    return found


def _icmp(name: str, flags: Sequence[Flag], around: Around) -> list[Match]:
    del name
    found: list[Match] = []
    for flag in flags:
        spans = icmp(one(flag), around.family)
        if spans is not None or flag.negate:
            found.append(In(DPORT, spans if spans is not None else (ANY_PORT,), flag.negate))
    return found


def _multiport(name: str, flags: Sequence[Flag], around: Around) -> list[Match]:
    if around.proto not in PORTED or len(flags) != 1:
        raise Refused(f"module `{name}` needs a `-p` with ports, and one list of them")
    flag = flags[0]
    texts = one(flag).split(",")
    if len(texts) + sum(":" in text for text in texts) > MOST_PORTS:
        raise Refused(f"module `{name}` takes {MOST_PORTS} ports at most, and a range is two")
    spans = normal([ports(text) for text in texts])
    if flag.name == "--ports":  # either of them
        entries = [(span, ANY_PORT) for span in spans] + [(ANY_PORT, span) for span in spans]
        return [Among((DPORT, SPORT), tuple(entries), flag.negate)]
    return [In(DPORT if flag.name == "--dports" else SPORT, spans, flag.negate)]


def _iprange(name: str, flags: Sequence[Flag], around: Around) -> list[Match]:
    if not flags:
        raise Refused(f"module `{name}` needs a range")
    fields = {"--src-range": SOURCE, "--dst-range": TARGET}
    return [In(fields[flag.name], (address_range(one(flag), around.family),), flag.negate) for flag in flags]


_NO_CONDITION = {"--update-counters", "--update-subcounters"}


def _set(name: str, flags: Sequence[Flag], around: Around) -> list[Match]:
    asked = [flag for flag in flags if flag.name == "--match-set"]
    if len(asked) != 1 or len(asked[0].values) != 2:
        raise Refused(f"module `{name}` needs one `--match-set` with a set and its directions")
    title, sides = asked[0].values
    found = reader_members.match(around.sets, title, sides, around.family, around.filled)
    if found is not None and len(found) > 1 and asked[0].negate:
        found = None
    if found is not None and all(flag.name in _NO_CONDITION for flag in flags if flag not in asked):
        return [reader_members.negated(match) for match in found] if asked[0].negate else list(found)
    text = " ".join([f"-m {name}", *(flag.text() for flag in flags)])
    return [around.not_known(text, steady=not around.filled)]


_ORIGINAL = {"--ctorigsrc": SOURCE, "--ctorigdst": TARGET, "--ctorigsrcport": SPORT, "--ctorigdstport": DPORT}


def _conntrack(name: str, flags: Sequence[Flag], around: Around) -> list[Match]:
    if not flags:
        raise Refused(f"module `{name}` needs a flag")
    return [_of_session(name, flag, around) for flag in flags]


def _of_session(name: str, flag: Flag, around: Around) -> Match:
    if not around.tracked:  # before conntrack has seen the packet, as in the table raw
        return around.flag_not_known(name, flag)
    if flag.name in ("--ctstate", "--state"):
        states = [_state(word) for word in one(flag).lower().split(",")]
        known = frozenset(states)
        return State(known, flag.negate) if known <= set(STATES) else around.flag_not_known(name, flag)
    if flag.name in ("--ctorigsrc", "--ctorigdst"):
        return In(_ORIGINAL[flag.name], (network(one(flag), around.family),), flag.negate, original=True)
    number = protocol(one(flag)) if flag.name == "--ctproto" else None
    if number is not None:  # of the session: an ICMP error about it has another
        return In(PROTO, ((number, number),), flag.negate, original=True)
    # where sessions have no ports, conntrack has other numbers in their place
    if flag.name in _ORIGINAL and around.proto in PORTED:
        return In(_ORIGINAL[flag.name], (ports(one(flag)),), flag.negate, original=True)
    return around.flag_not_known(name, flag)


def _state(word: str) -> str:
    """A state by its name or the beginning of it."""
    for state in ("invalid", "new", "established", "related", "untracked", "snat", "dnat"):
        if word and state.startswith(word):
            return state
    raise Refused(f"`{word}` is no state of a session")


def _time(name: str, flags: Sequence[Flag], around: Around) -> list[Match]:
    spans = reader_time.spans(flags)
    if spans is None:
        return [around.not_known(" ".join([f"-m {name}", *(flag.text() for flag in flags)]))]
    return [In(TIME, spans)]


def _u32(name: str, flags: Sequence[Flag], around: Around) -> list[Match]:
    if len(flags) != 1:
        raise Refused(f"module `{name}` needs one `--u32`")
    found = u32(one(flags[0]), around.family, around.proto, negate=flags[0].negate)
    return [around.flag_not_known(name, flags[0])] if found is None else list(found)


def _length(name: str, flags: Sequence[Flag], around: Around) -> list[Match]:
    if len(flags) != 1:
        raise Refused(f"module `{name}` needs one `--length`")
    if not flags[0].negate and length(one(flags[0]), around.family, around.proto):
        return [In(PROTO, ())]
    return [around.flag_not_known(name, flags[0])]


def _ah(name: str, flags: Sequence[Flag], around: Around) -> list[Match]:
    if around.family == 4 and around.proto != AH:
        raise Refused(f"in IPv4, module `{name}` needs `-p ah`")
    return [In(PROTO, ((AH, AH),)), *(around.flag_not_known(name, flag) for flag in flags)]


def _comment(name: str, flags: Sequence[Flag], around: Around) -> list[Match]:
    del around
    if len(flags) != 1 or flags[0].negate:
        raise Refused(f"module `{name}` needs one `--comment`")
    one(flags[0])
    return []


MODULES: dict[str, Callable[[str, Sequence[Flag], Around], list[Match]]] = {
    "tcp": _ported,
    "udp": _ported,
    "sctp": _ported,
    "dccp": _ported,
    "icmp": _icmp,
    "icmp6": _icmp,
    "multiport": _multiport,
    "iprange": _iprange,
    "set": _set,
    "conntrack": _conntrack,
    "state": _conntrack,
    "time": _time,
    "u32": _u32,
    "length": _length,
    "ah": _ah,
    "comment": _comment,
}
