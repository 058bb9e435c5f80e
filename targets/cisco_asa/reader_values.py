"""Addresses, ports, protocols and ICMP types as the ASA writes them. None is ever guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network
from typing import TYPE_CHECKING

from segc.packets.fields import ADDRESS_BITS, Spans, normal
from segc.packets.machine import Refused

from . import reader_words as known

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .reader_lines import Words

Span = tuple[int, int]
Entry = tuple[Span, Span, Span]  # of the fields PROTO, DPORT and SPORT
ALL_PORTS: Span = (0, 65535)
IP: Entry = ((0, 255), ALL_PORTS, ALL_PORTS)
WHOLE: dict[int, Span] = {family: (0, (1 << bits) - 1) for family, bits in ADDRESS_BITS.items()}
TCP, UDP, SCTP, ICMP, ICMP6 = 6, 17, 132, 1, 58
PORTED = (TCP, UDP, SCTP)
COMPARED = ("eq", "neq", "lt", "gt", "range")


@dataclass(frozen=True, slots=True)
class Nets:
    """A set of addresses of both families. `unknown` are parts that only the running box can tell."""

    v4: Spans = ()
    v6: Spans = ()
    unknown: tuple[str, ...] = ()

    def of(self, family: int) -> Spans:
        """The ranges of one family."""
        return self.v4 if family == 4 else self.v6


ANY = {
    "any": Nets((WHOLE[4],), (WHOLE[6],)),
    "any4": Nets((WHOLE[4],), ()),
    "any6": Nets((), (WHOLE[6],)),
}


def joined(parts: Iterable[Nets]) -> Nets:
    """All of them together."""
    every = list(parts)
    return Nets(
        normal([span for part in every for span in part.v4]),
        normal([span for part in every for span in part.v6]),
        tuple(text for part in every for text in part.unknown),
    )


def address(text: str, names: Mapping[str, str]) -> tuple[int, int]:
    """One address: its family and value. `names` are those of `name` commands."""
    text = names.get(text, text)
    try:
        return (6, int(IPv6Address(text))) if ":" in text else (4, int(IPv4Address(text)))
    except ValueError:
        raise Refused(f"`{text}` is no address") from None


def one(family: int, low: int, high: int) -> Nets:
    """A range of one family."""
    return Nets(((low, high),), ()) if family == 4 else Nets((), ((low, high),))


def host(text: str, names: Mapping[str, str]) -> Nets:
    """A single address."""
    family, value = address(text, names)
    return one(family, value, value)


def network(first: str, words: Words, names: Mapping[str, str]) -> Nets:
    """A network: IPv6 with its length in one word, IPv4 with a mask behind it."""
    if "/" in first:
        try:
            net = IPv6Network(first, strict=False)
        except ValueError:
            raise Refused(f"`{first}` is no network") from None
        return one(6, int(net.network_address), int(net.broadcast_address))
    family, value = address(first, names)
    if family == 6:
        raise Refused(f"`{first}` has no length")
    family, mask = address(words.take("a mask"), {})
    inverse = mask ^ 0xFFFFFFFF
    if family == 6 or (inverse & (inverse + 1)):
        return Nets(unknown=(f"mask with holes: {first} {IPv4Address(mask) if family == 4 else mask}",))
    return one(4, value & mask, value & mask | inverse)


# ---- services --------------------------------------------------------------------------------------------------------


def protocol(word: str) -> int | None:
    """The number of a protocol; None for all of IP, which 0 means too."""
    number = known.PROTOCOLS.get(word) if not word.isdecimal() else int(word)
    if word == "ip" or number == 0:
        return None
    if number is None or number > 255 or not word.isascii():
        raise Refused(f"`{word}` is no protocol that this reader knows")
    return number


def port(word: str) -> int:
    """A port by number or name."""
    number = int(word) if re.fullmatch(r"[0-9]{1,5}", word) else known.PORTS.get(word)
    if number is None or number > 65535:
        raise Refused(f"`{word}` is no port that this reader knows")
    return number


def ports(words: Words) -> tuple[Span, ...]:
    """`eq`, `neq`, `lt`, `gt` or `range` with what belongs to it."""
    operator = words.take()
    low = port(words.take("a port"))
    if operator == "range":
        high = port(words.take("a port"))
        if high < low:
            low, high = high, low
        return ((low, high),)
    found = {
        "eq": ((low, low),),
        "neq": ((0, low - 1), (low + 1, 65535)),
        "lt": ((0, low - 1),),
        "gt": ((low + 1, 65535),),
    }.get(operator)
    if found is None:
        raise Refused(f"`{operator}` compares no ports")
    return tuple(span for span in found if span[0] <= span[1])


def icmp_type(word: str, proto: int) -> int:
    """An ICMP type by number or name."""
    number = (
        int(word) if re.fullmatch(r"[0-9]{1,3}", word) else (known.ICMP6 if proto == ICMP6 else known.ICMP).get(word)
    )
    if number is None or number > 255:
        raise Refused(f"`{word}` is no ICMP type that this reader knows")
    return number


def icmp(words: Words, proto: int) -> Span:
    """A type and perhaps a code, on the axis of destination ports."""
    kind = icmp_type(words.take(), proto)
    if re.fullmatch(r"[0-9]{1,3}", words.peek()):
        code = int(words.take())
        if code > 255:
            raise Refused(f"`{code}` is no ICMP code")
        return (kind * 256 + code, kind * 256 + code)
    return (kind * 256, kind * 256 + 255)


def entries(
    proto: int | None, targets: Iterable[Span] = (ALL_PORTS,), sources: Iterable[Span] = (ALL_PORTS,)
) -> list[Entry]:
    """A protocol with ports, as entries."""
    if proto is None:
        return [IP]
    return [((proto, proto), target, source) for target in targets for source in sources]
