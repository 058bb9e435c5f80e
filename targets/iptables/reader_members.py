"""`-m set --match-set`: which packets a set holds, seen from directions."""

from __future__ import annotations

import ipaddress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from segc.packets.fields import DPORT, ICMP, ICMP6, IIF, OIF, PROTO, SOURCE, SPORT, TARGET, TCP, UDP, Spans, normal
from segc.packets.machine import Among, In, Interface, Match, Refused, Remembered

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from .reader_sets import Part, Set, Span

ANY_PORT = (0, 65535)
NEVER: tuple[Match, ...] = (In(PROTO, ()),)


def negated(match: Match) -> Match:
    """The same, turned round."""
    return cast("Match", replace(cast("Any", match), negate=True))


def match(sets: dict[str, Set], name: str, sides: str, family: int, filled: Container[str]) -> tuple[Match, ...] | None:
    """Matches that hold together where the set has the packet; None where this reader cannot tell.

    `filled`: names of sets into which rules put elements, or out of which they take some, while they run.
    """
    one = sets.get(name)
    if one is None:
        raise Refused(f"no set is called `{name}`")
    directions = tuple(sides.split(","))
    if not set(directions) <= {"src", "dst"} or len(directions) > 6:
        raise Refused(f"`{sides}` are no directions")
    if one.family not in (None, family):
        raise Refused(f"set `{name}` is not of IPv{family}")
    if len(directions) < len(one.parts):
        return NEVER  # the kernel does not even look (ip_set_test)
    stay = any(not element.expires for element in one.elements.values())
    if one.timeout is not None and (name in filled or not stay):
        return (Remembered(name),)
    if name in filled or not one.readable or any(element.expires for element in one.elements.values()):
        return None
    if one.parts == ("set",):
        return _of_sets(sets, one, sides, family, filled)
    return _static(one, directions)


def _static(one: Set, sides: tuple[str, ...]) -> tuple[Match, ...] | None:
    if not one.elements:
        return NEVER
    if one.parts in (("net",), ("ip",)):
        return (In(SOURCE if sides[0] == "src" else TARGET, _addresses(one)),)
    if any(element.nomatch for element in one.elements.values()):
        return None
    if one.parts == ("port",):
        spans = normal([cast("tuple[int, Span]", element[0])[1] for element in one.elements])
        # of TCP and UDP alone (ip_set_get_ip_port)
        entries = tuple(((proto, proto), span) for proto in (TCP, UDP) for span in spans)
        return (Among((PROTO, SPORT if sides[0] == "src" else DPORT), entries),)
    if one.parts == ("net", "iface"):
        return _with_interface(one, sides)
    if set(one.parts) <= {"ip", "net", "port"}:
        return (_among(one, sides),)
    return None


# ---- addresses -------------------------------------------------------------------------------------------------------


def _addresses(one: Set) -> Spans:
    """Elements of one address: the longest prefix that holds an address decides, be it an exception or not."""
    spans = [cast("Span", element[0]) for element in one.elements]
    if not any(element.nomatch for element in one.elements.values()):
        return normal(spans)
    whole: dict[Span, bool] = {}
    for (part,), element in one.elements.items():
        for prefix in _prefixes(cast("Span", part), one.family):
            whole[prefix] = element.nomatch
    return _innermost(whole)


def _prefixes(span: Span, family: int | None) -> list[Span]:
    """A range as the kernel keeps it."""
    kind = ipaddress.IPv4Address if family == 4 else ipaddress.IPv6Address
    nets = ipaddress.summarize_address_range(cast("Any", kind(span[0])), cast("Any", kind(span[1])))
    return [(int(net.network_address), int(net.broadcast_address)) for net in nets]


def _innermost(prefixes: dict[Span, bool]) -> Spans:
    """Addresses whose narrowest prefix is no exception. Two prefixes lie in one another or apart."""
    found: list[Span] = []
    around: list[tuple[int, bool]] = []  # ends of the prefixes that hold the place, the narrowest last
    at = 0

    def fill(upto: int) -> None:
        nonlocal at
        if around and not around[-1][1] and at <= upto:
            found.append((at, upto))
        at = upto + 1

    for low, high in sorted(prefixes, key=lambda span: (span[0], -span[1])):
        while around and around[-1][0] < low:
            fill(around[-1][0])
            around.pop()
        fill(low - 1)
        around.append((high, prefixes[low, high]))
    while around:
        fill(around[-1][0])
        around.pop()
    return normal(found)


# ---- several parts ---------------------------------------------------------------------------------------------------


def _among(one: Set, sides: Sequence[str]) -> Among:
    fields: list[int] = []
    icmp_at_source = False
    for at, (part, side) in enumerate(zip(one.parts, sides, strict=False)):
        if part != "port":
            fields.append(SOURCE if side == "src" else TARGET)
        elif side == "dst":
            fields += [PROTO, DPORT]
        else:
            # type and code stand for both ports
            icmp_at_source = any(cast("tuple[int, Span]", e[at])[0] in (ICMP, ICMP6) for e in one.elements)
            fields += [PROTO, SPORT, DPORT] if icmp_at_source else [PROTO, SPORT]
    return Among(tuple(fields), tuple(_entry(element, both=icmp_at_source) for element in one.elements))


def _entry(element: Iterable[Part], *, both: bool) -> tuple[Span, ...]:
    found: list[Span] = []
    for part in element:
        if isinstance(part, tuple) and isinstance(part[1], tuple):
            proto, span = part[0], part[1]
            found.append((proto, proto))
            if both:
                found += [ANY_PORT, span] if proto in (ICMP, ICMP6) else [span, ANY_PORT]
            else:
                found.append(span)
        else:
            found.append(cast("Span", part))
    return tuple(found)


def _with_interface(one: Set, sides: Sequence[str]) -> tuple[Match, ...] | None:
    """Where all networks are at one interface; or all interfaces have every address."""
    names = {_name(cast("str", element[1]), wildcard=how.wildcard) for element, how in one.elements.items()}
    if any(name.startswith("physdev:") for name in names):
        return None
    interface = Interface(IIF if sides[1] == "src" else OIF, tuple(sorted(names)))
    spans = normal([cast("Span", element[0]) for element in one.elements])
    every = (0, (1 << (32 if one.family == 4 else 128)) - 1)
    if all(element[0] == every for element in one.elements):
        return (interface,)
    return (In(SOURCE if sides[0] == "src" else TARGET, spans), interface) if len(names) == 1 else None


def _name(text: str, *, wildcard: bool) -> str:
    if "*" in text:
        raise Refused(f"`{text}` is no interface that this reader knows")
    return f"{text}*" if wildcard else text


def _of_sets(
    sets: dict[str, Set], one: Set, sides: str, family: int, filled: Container[str]
) -> tuple[Match, ...] | None:
    """Members of one address each are one set together."""
    if any(element.nomatch for element in one.elements.values()):
        return None
    found: list[Match] = []
    for element in one.elements:
        name = cast("str", element[0])
        if name in sets and sets[name].family not in (None, family):
            continue  # of the other family: it has no such packet
        member = match(sets, name, sides, family, filled)
        if member is None or len(member) > 1:
            return None
        found += member if member != NEVER else ()
    if len(found) < 2:
        return tuple(found) or NEVER
    plain = [part for part in found if isinstance(part, In)]
    if len(plain) < len(found) or len({part.field for part in plain}) > 1:
        return None
    return (In(plain[0].field, normal([span for part in plain for span in part.spans])),)
