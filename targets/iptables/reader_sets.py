"""ipsets, as `ipset save` prints them and `ipset restore` takes them: each line read to its end, or refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from segc.packets.fields import DCCP, ICMP, ICMP6, PORTED
from segc.packets.machine import Refused

from .reader_lines import parsed
from .reader_names import PROTOCOLS
from .reader_values import address_range, icmp, network, number, ports

if TYPE_CHECKING:
    from collections.abc import Sequence

Span = tuple[int, int]
Part = Span | str | tuple[int, Span]  # addresses; an interface or a set; a protocol with its ports
OPTIONS = {  # of `create`, with how many values they take
    "family": 1, "hashsize": 1, "maxelem": 1, "timeout": 1, "netmask": 1, "bitmask": 1, "range": 1, "size": 1,
    "bucketsize": 1, "initval": 1, "markmask": 1, "counters": 0, "comment": 0, "skbinfo": 0, "forceadd": 0,
    "-exist": 0, "-!": 0,
}  # fmt: skip
EXTRA = {  # of `add`
    "timeout": 1, "packets": 1, "bytes": 1, "comment": 1, "skbmark": 1, "skbprio": 1, "skbqueue": 1, "before": 1,
    "after": 1, "nomatch": 0, "wildcard": 0, "-exist": 0, "-!": 0,
}  # fmt: skip
_SHORT = {"-N": "create", "new": "create", "-A": "add", "-D": "del", "-X": "destroy", "-F": "flush", "-E": "rename",
          "-W": "swap"}  # fmt: skip
_EXIST = {"-exist", "-!"}
_KNOWN_PARTS = {"ip", "net", "port", "iface", "set"}


class Element(NamedTuple):
    """How an element counts: as an exception; for a while only; an interface by the beginning of its name."""

    nomatch: bool = False
    expires: bool = False
    wildcard: bool = False


_PLAIN, _EXPIRING = Element(), Element(expires=True)


@dataclass(slots=True)
class Set:
    """A set: its type's parts (net, ip, port, iface …), and its elements, part by part.

    `timeout` is None where elements stay for ever. Not `readable`: what this set's elements mean is not known.
    """

    name: str
    method: str
    parts: tuple[str, ...]
    family: int | None
    timeout: int | None
    readable: bool
    elements: dict[tuple[Part, ...], Element] = field(default_factory=dict)


def read(text: str, role: str) -> dict[str, Set]:
    """All sets of a file by name."""
    found: dict[str, Set] = {}
    at, lines = 0, text.split("\n")
    try:
        for at, line in enumerate(lines, 1):  # noqa: B007 (the handler needs it)
            words = _words(line)
            if words and not words[0].startswith("#"):
                _line(words, found)
    except Refused as why:
        raise Refused(why.why, at, role, lines[at - 1].strip()) from None
    return found


def _words(line: str) -> list[str]:
    found = words_quickly(line)
    return words_by_grammar(line) if found is None else found


def words_quickly(line: str) -> list[str] | None:
    """The same as the grammar, for plain lines; None for any other."""
    if not (line.isascii() and line.isprintable()):
        return None
    if '"' not in line:
        return line.split()
    parts = line.split('"')
    if len(parts) == 3 and parts[0].endswith(" ") and (not parts[2] or parts[2][0] == " "):
        return [*parts[0].split(), parts[1], *parts[2].split()]
    return None


def words_by_grammar(line: str) -> list[str]:
    """Words and quoted words."""
    bare = line.strip(" \t")
    if not bare or bare.startswith("#"):
        return []
    return [str(word)[1:-1] if word.startswith('"') else str(word) for word in parsed("ipset", line).children]


def _line(words: list[str], found: dict[str, Set]) -> None:
    command = _SHORT.get(words[0], words[0])
    if command == "add" and len(words) > 2:
        _add(_of(found, words[1]), words[2], words[3:])
        return
    rest = [word for word in words[1:] if word not in _EXIST]
    match command, len(rest):
        case "create", n if n >= 2:
            _create(rest, found)
        case "del", 2:
            _delete(_of(found, rest[0]), rest[1])
        case "flush", 1:
            _of(found, rest[0]).elements.clear()
        case "destroy", 1:
            del found[_of(found, rest[0]).name]
        case "rename", 2:
            _rename(found, *rest)
        case "swap", 2:
            _swap(_of(found, rest[0]), _of(found, rest[1]))
        case ("COMMIT" | "quit", 0):
            pass
        case _:
            raise Refused(f"`{words[0]}` is no line of a set that this reader knows")


def _of(found: dict[str, Set], name: str) -> Set:
    known = found.get(name)
    if known is None:
        raise Refused(f"no set is called `{name}`")
    return known


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


def _seconds(text: str) -> int:
    found = number(text, 2147483)  # the most that ipset takes
    if found is None:
        raise Refused(f"`{text}` is no timeout")
    return found


# ---- sets ------------------------------------------------------------------------------------------------------------


def _create(words: Sequence[str], found: dict[str, Set]) -> None:
    name, kind, *rest = words
    options = _options(rest, OPTIONS)
    method, _, listed = kind.partition(":")
    parts = tuple(listed.split(","))
    if method not in ("hash", "bitmap", "list") or not listed:
        raise Refused(f"`{kind}` is no type of a set that this reader knows")
    families = {"inet": 4, "inet6": 6, "ipv4": 4, "ipv6": 6}
    family: int | None = None
    if {"ip", "net"} & set(parts):
        family = families.get(options.get("family", "inet"))
        if family is None:
            raise Refused(f"`{options['family']}` is no family of a set")
    timeout = _seconds(options["timeout"]) if "timeout" in options else None
    readable = set(parts) <= _KNOWN_PARTS and not {"netmask", "bitmask"} & options.keys()
    one = Set(name, method, parts, family, timeout, readable)
    known = found.setdefault(name, one)
    if (known.method, known.parts, known.family, known.timeout, known.readable) != (
        one.method, one.parts, one.family, one.timeout, one.readable,
    ):  # fmt: skip
        raise Refused(f"set `{name}` is made twice, and differently")


def _rename(found: dict[str, Set], old: str, new: str) -> None:
    one = _of(found, old)
    if new in found:
        raise Refused(f"there is a set `{new}` already")
    del found[old]
    one.name = new
    found[new] = one


def _swap(one: Set, other: Set) -> None:
    """Contents change places, names stay."""
    if (one.method, one.parts, one.family) != (other.method, other.parts, other.family):
        raise Refused(f"sets `{one.name}` and `{other.name}` are of different types")
    one.elements, other.elements = other.elements, one.elements
    one.timeout, other.timeout = other.timeout, one.timeout
    one.readable, other.readable = other.readable, one.readable


# ---- elements --------------------------------------------------------------------------------------------------------


def _add(one: Set, text: str, words: list[str]) -> None:
    if not words or (len(words) == 1 and words[0] in _EXIST):
        kind = _EXPIRING if one.timeout else _PLAIN
    else:
        options = _options(words, EXTRA)
        stays = _seconds(options["timeout"]) if "timeout" in options else one.timeout
        kind = Element("nomatch" in options, bool(stays), "wildcard" in options)
    one.elements[_element(one, text)] = kind


def _delete(one: Set, text: str) -> None:
    if one.elements.pop(_element(one, text), None) is None:
        raise Refused(f"`{text}` is not in set `{one.name}` as it stands here")


def _element(one: Set, text: str) -> tuple[Part, ...]:
    if not one.readable:
        return (text,)
    if len(one.parts) == 1:
        return (_part(one.parts[0], text, one.family),)
    values = text.split(",")
    if len(values) != len(one.parts):
        raise Refused(f"`{text}` does not fit set `{one.name}`")
    return tuple([_part(part, value, one.family) for part, value in zip(one.parts, values, strict=True)])


@lru_cache(65536)
def _part(part: str, text: str, family: int | None) -> Part:
    if part == "port":
        return _port(text) if family is not None else (-1, ports(text, "-"))  # a bitmap's: no protocol of its own
    if family is None or part in ("iface", "set"):
        return text
    return address_range(text, family) if "-" in text else network(text, family)


def _port(text: str) -> tuple[int, Span]:
    """`tcp:502`, `udp:161-162`, `502` (tcp), `icmp:8/0`, `gre:0`: a protocol, and ports as a packet's axis has them."""
    name, colon, numbers = text.rpartition(":")
    plain = number(name, 255) if colon else 6
    proto = PROTOCOLS.get(name.lower(), -1) if plain is None else plain
    if proto in (ICMP, ICMP6):
        kind = _kind(numbers, proto)
        return proto, (kind, kind)
    if proto in PORTED and proto != DCCP:
        return proto, ports(numbers, "-")
    if proto >= 0 and numbers == "0":  # a protocol that has no ports, or whose ports ipset does not read
        return proto, (0, 65535)
    raise Refused(f"`{text}` is no port of a set that this reader knows")


def _kind(text: str, proto: int) -> int:
    """One type with its code, `8/0`; a name without one means code 0."""
    kind, slash, code = text.partition("/")
    if slash:
        high, low = number(kind, 255), number(code, 255)
        if high is not None and low is not None:
            return high * 256 + low
    elif not text.isdecimal():
        spans = icmp(text, 4 if proto == ICMP else 6)
        if spans is not None:
            return spans[0][0]
    raise Refused(f"`{text}` is no ICMP type of a set that this reader knows")
