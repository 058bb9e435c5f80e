"""ipsets, as `ipset save` prints them and `ipset restore` takes them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from segc.packets.fields import DPORT, PORTED, PROTO, SOURCE, SPORT, TARGET, Spans, normal, without
from segc.packets.machine import Among, In, Interface, Match, Refused, Remembered, Unknown

from .reader_names import PROTOCOLS
from .reader_values import address_range, network, ports

if TYPE_CHECKING:
    from collections.abc import Sequence

Entry = tuple[tuple[int, int], ...]
OPTIONS = {  # of `create`, with how many values they take
    "family": 1, "hashsize": 1, "maxelem": 1, "timeout": 1, "netmask": 1, "bitmask": 1, "range": 1, "size": 1,
    "bucketsize": 1, "initval": 1, "markmask": 1, "counters": 0, "comment": 0, "skbinfo": 0, "forceadd": 0,
    "-exist": 0, "-!": 0,
}  # fmt: skip
EXTRA = {  # of `add`
    "timeout": 1, "packets": 1, "bytes": 1, "comment": 1, "skbmark": 1, "skbprio": 1, "skbqueue": 1,
    "nomatch": 0, "-exist": 0, "-!": 0,
}  # fmt: skip
_WORD = re.compile(r'"([^"]*)"|(\S+)')


@dataclass(slots=True)
class Set:
    """A set: its type's parts (net, ip, port, iface …), and its elements with whether they are exceptions."""

    name: str
    kind: str
    parts: tuple[str, ...]
    family: int
    dynamic: bool
    elements: dict[str, bool] = field(default_factory=dict)


def read(text: str, role: str) -> dict[str, Set]:
    """All sets of a file by name."""
    found: dict[str, Set] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            _line(line, found)
        except Refused as why:
            raise Refused(why.why, number, role, line.strip()) from None
    return found


def _line(line: str, found: dict[str, Set]) -> None:
    words = [quoted or word for quoted, word in _WORD.findall(line)]
    command, rest = words[0], words[1:]
    if command in ("add", "-A") and len(rest) >= 2:
        _of(found, rest[0]).elements[rest[1]] = "nomatch" in _options(rest[2:], EXTRA)
    elif command in ("create", "-N", "new") and len(rest) >= 2:
        one = _made(rest)
        known = found.get(one.name)
        if known is None or (known.kind, known.family) == (one.kind, one.family):
            found.setdefault(one.name, one)
            return
        raise Refused(f"set `{one.name}` is made twice, and differently")
    elif command in ("flush", "-F") and len(rest) == 1:
        _of(found, rest[0]).elements.clear()
    elif command in ("destroy", "-X") and len(rest) == 1:
        _of(found, rest[0])
        del found[rest[0]]
    elif command not in ("COMMIT", "quit") or rest:
        raise Refused(f"`{command}` is no line of a set that this reader knows")


def _of(found: dict[str, Set], name: str) -> Set:
    if name not in found:
        raise Refused(f"no set is called `{name}`")
    return found[name]


def _options(words: Sequence[str], known: dict[str, int]) -> dict[str, str]:
    found: dict[str, str] = {}
    at = 0
    while at < len(words):
        takes = known.get(words[at])
        if takes is None or at + takes >= len(words):
            raise Refused(f"`{words[at]}` is no option that this reader knows")
        found[words[at]] = words[at + 1] if takes else ""
        at += 1 + takes
    return found


def _made(words: Sequence[str]) -> Set:
    name, kind, *rest = words
    options = _options(rest, OPTIONS)
    method, _, parts = kind.partition(":")
    if method not in ("hash", "bitmap", "list") or not parts or {"netmask", "bitmask"} & options.keys():
        raise Refused(f"sets of `{kind}` with these options are none that this reader knows")
    family = 6 if options.get("family") == "inet6" else 4
    return Set(name, kind, tuple(parts.split(",")), family, "timeout" in options)


def match(sets: dict[str, Set], name: str, sides: str, family: int, *, negate: bool, filled: bool) -> Match:
    """`--match-set NAME src,dst`. `filled`: rules put elements in while they run."""
    one = _of(sets, name)
    directions = tuple(sides.split(","))
    if not set(directions) <= {"src", "dst"} or len(directions) > len(one.parts):
        raise Refused(f"`{sides}` does not fit set `{name}`")
    if one.dynamic and (filled or not one.elements):
        return Remembered(name, negate)
    text = f"-m set --match-set {name} {sides}"
    if filled or one.family != family or len(directions) < len(one.parts):
        return Unknown(text, negate)
    found = _static(one, directions, negate=negate)
    return found if found is not None else Unknown(text, negate)


def _static(one: Set, sides: tuple[str, ...], *, negate: bool) -> Match | None:
    if one.parts in (("net",), ("ip",)) and one.kind.startswith("hash"):
        return In(SOURCE if sides[0] == "src" else TARGET, _networks(one), negate)
    if one.parts == ("port",):
        spans = normal([ports(element, "-") for element in one.elements])
        # the kernel takes the ports of tcp, udp, sctp, dccp and udplite
        entries = tuple(((proto, proto), span) for proto in PORTED for span in spans)
        return Among((PROTO, SPORT if sides[0] == "src" else DPORT), entries, negate)
    if one.parts == ("iface",):
        return Interface(2 if sides[0] == "src" else 3, tuple(one.elements), negate)
    if any(one.elements.values()) or not set(one.parts) <= {"ip", "net", "port"}:
        return None
    return _among(one, sides, negate=negate)


def _networks(one: Set) -> Spans:
    """Elements of one address: the longest prefix that holds an address decides, be it an exception or not."""
    spans = {element: _addresses(element, one.family) for element in one.elements}
    if not any(one.elements.values()):
        return normal(list(spans.values()))
    left: Spans = ()
    seen: Spans = ()
    for element in sorted(spans, key=lambda e: spans[e][1] - spans[e][0]):
        if not one.elements[element]:
            left = normal([*left, *without((spans[element],), seen)])
        seen = normal([*seen, spans[element]])
    return left


def _addresses(text: str, family: int) -> tuple[int, int]:
    return address_range(text, family) if "-" in text else network(text, family)


@lru_cache(4096)
def _port(text: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """`tcp:502`, `udp:161-162`, `502` (tcp); ICMP types and protocols without ports are not known."""
    name, colon, numbers = text.rpartition(":")
    proto = PROTOCOLS.get(name, -1) if colon else 6
    if proto not in PORTED:
        raise Refused(f"`{text}` is no port of a set that this reader knows")
    return (proto, proto), ports(numbers, "-")


def _among(one: Set, sides: tuple[str, ...], *, negate: bool) -> Among:
    fields: list[int] = []
    for part, side in zip(one.parts, sides, strict=True):
        if part == "port":
            fields += [PROTO, SPORT if side == "src" else DPORT]
        else:
            fields.append(SOURCE if side == "src" else TARGET)
    entries = []
    for element in one.elements:
        values = element.split(",")
        if len(values) != len(one.parts):
            raise Refused(f"`{element}` does not fit set `{one.name}`")
        entry: list[tuple[int, int]] = []
        for part, value in zip(one.parts, values, strict=True):
            entry += _port(value) if part == "port" else [_addresses(value, one.family)]
        entries.append(tuple(entry))
    return Among(tuple(fields), tuple(entries), negate)
