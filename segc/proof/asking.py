"""`SRC -> DST : SVC`, the question of `segc query`: names, addresses, services or ports."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from segc.diagnostics import SegcError, finding
from segc.lang.literals import BadLiteral, addresses, ports
from segc.lang.suggest import nearest
from segc.model.addresses import Addresses, join, meet, union
from segc.model.plant import ICMP, ICMP6, SCTP, TCP, UDP, Match, Zone
from segc.model.services import protocol

if TYPE_CHECKING:
    from segc.model.plant import Endpoint, Plant

SHAPE = re.compile(r"\s*(?P<source>[^>]+?)\s*->\s*(?P<target>[^>]+?)\s*(?::(?!:)\s*(?P<service>[^:>]+?))?\s*")
PORTED = {"tcp": TCP, "udp": UDP, "sctp": SCTP}
EXAMPLE = "ask like this: 'mes-app -> filling.filler-plc : modbus', or '10.30.0.10 -> 10.3.0.0/24 : tcp 502'"

LISTED = 12  # names that help may list

EVERY_PACKET = tuple(protocol(number) for number in range(256))


class Question(NamedTuple):
    """Sessions of which somebody wants to know what becomes of them."""

    text: str
    sources: Addresses
    targets: Addresses
    matches: tuple[Match, ...]


def question(plant: Plant, text: str) -> Question:
    """Understand a question. Raises `SegcError` (exit code 2) that says what is not understood."""
    found = re.fullmatch(r"\s*(\S.*?)\s+->\s+(\S.*?)(?:\s+:\s+(\S.*?))?\s*", text) or SHAPE.fullmatch(text)
    if found is None:
        raise _no(f"`{text}` is no question", EXAMPLE)
    source, target, service = found.groups()
    return Question(
        " ".join(text.split()), _ends(plant, source), _ends(plant, target), _services(plant, service or "any")
    )


def _no(message: str, help_text: str) -> SegcError:
    return SegcError([finding("bad-question", message, help=help_text)], code=2)


def _ends(plant: Plant, text: str) -> Addresses:
    return join(_end(plant, one.strip()) for one in text.split(","))


def _end(plant: Plant, text: str) -> Addresses:
    members = _named(plant, text)
    if members:
        return join(_own(plant, member) for member in members)
    try:
        return union([addresses(text)])
    except BadLiteral:
        assets = [asset for zone in plant.zones.values() for asset in zone.assets]
        known = [*plant.zones, *plant.groups, *(a.path for a in assets), *(a.name for a in assets)]
        close = nearest(text, known)
        help_text = f"did you mean `{close}`?" if close else f"the zones are {_some([*plant.zones])}"
        raise _no(f"no zone, asset or group is called `{text}`", help_text) from None


def _some(names: list[str]) -> str:
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return ", ".join(f"`{name}`" for name in names[:LISTED]) + more


def _named(plant: Plant, text: str) -> tuple[Endpoint, ...]:
    if text in plant.zones:
        return (plant.zones[text],)
    if text in plant.groups:
        return plant.groups[text].members
    assets = [a for zone in plant.zones.values() for a in zone.assets if text in (a.name, a.path)]
    if len(assets) > 1:
        raise _no(f"several assets are called `{text}`", f"name one of {', '.join(a.path for a in assets)}")
    return tuple(assets)


def _own(plant: Plant, end: Endpoint) -> Addresses:
    if isinstance(end, Zone):
        return plant.ownership.own(end.name)
    return meet(end.addresses, plant.ownership.own(end.zone))


def _services(plant: Plant, text: str) -> tuple[Match, ...]:
    """Services with commas between; a port without a protocol has that of the one before it."""
    found: list[Match] = []
    protocol_word = ""
    for part in text.split(","):
        bare = protocol_word and part.strip()[:1].isdecimal() and part.strip() not in plant.services
        one = f"{protocol_word} {part.strip()}" if bare else part.strip()
        word = one.replace("/", " ").partition(" ")[0]
        protocol_word = word if word in PORTED else ""
        found += _service(plant, one)
    return tuple(found)


def _service(plant: Plant, text: str) -> tuple[Match, ...]:
    """A service of the plant or its libraries, `tcp 502`, `udp/161-162`, `icmp`, `proto 47` or `any`."""
    if text == "any":
        return EVERY_PACKET
    if text in plant.services:
        return plant.services[text].matches
    word, _, rest = text.replace("/", " ").partition(" ")
    try:
        if word in PORTED:
            return (Match(PORTED[word], *(ports(rest.strip()) if rest.strip() not in ("", "any") else (0, 65535))),)
        if word in ("icmp", "icmp6") and not rest:
            return (Match(ICMP, 0, 255, family=4) if word == "icmp" else Match(ICMP6, 0, 255, family=6),)
        if word == "proto" and rest.isdecimal() and int(rest) < 256:
            return (protocol(int(rest)),)
    except BadLiteral as problem:
        raise _no(f"`{text}`: {problem}", EXAMPLE) from None
    close = nearest(text, plant.services)
    raise _no(f"no service is called `{text}`", f"did you mean `{close}`?" if close else EXAMPLE)
