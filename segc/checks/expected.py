"""`[[expected-deny]]` of segc.toml against the plant: an entry that names nothing would excuse nothing, in silence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from segc.diagnostics import finding, replacement
from segc.lang import icmp
from segc.lang.literals import BadLiteral, addresses
from segc.lang.suggest import nearest
from segc.model.addresses import FAMILIES, texts
from segc.model.plant import ICMP, ICMP6, SCTP, TCP, UDP, Zone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.diagnostics import Diagnostic
    from segc.model.plant import Asset, Plant
    from segc.settings import Expected, Gate
    from segc.source import Span

ANY = "any"  # a service, where it is written
PORTED = {"tcp": TCP, "udp": UDP, "sctp": SCTP}
ICMPS = {"icmp": icmp.ICMP, "icmp6": icmp.ICMP6}
ENDS = "an end is a zone, an asset (`zone.asset`), an address, a prefix or a range of addresses"
SERVICES = "write it as `segc baseline compare` tells it, such as `tcp 445`, or `any`"
FEW = 4  # prefixes of a zone that are named one by one
MOST_PROTO = 255  # of the field in IPv4's header, and of IPv6's next header
# What people write for `tcp 445`: tcp/445, 445/tcp, TCP 445, tcp:445.
_WRITTEN = re.compile(r"([a-z]+6?)\s*[/: ]\s*([\w-]+)|(\d+)\s*[/: ]\s*([a-z]+6?)")


def wrong(plant: Plant, gate: Gate) -> list[Diagnostic]:
    """Every name, address and service of an entry that nothing of this plant, and no log, can have."""
    return [one for entry in gate.expected for one in _of(plant, entry)]


def _of(plant: Plant, entry: Expected) -> Iterator[Diagnostic]:
    for key, name in (("from", entry.source), ("to", entry.target)):
        yield from _end(plant, key, name, entry.spans.get(key))
    if canonical(entry.service) != entry.service:
        message = f"`service` of an expected-deny: no session is ever told as `{entry.service}`"
        meant = canonical(entry.service) or _single(plant, entry.service)
        yield _finding(message, entry.spans.get("service"), SERVICES, meant)


def named(plant: Plant, name: str) -> list[Asset | Zone]:
    """All that a name may stand for: an asset by `zone.asset`, assets by their bare name, a zone. Two things are none."""
    zones = [zone for zone in plant.zones.values() if zone.name == name]
    assets = [asset for zone in plant.zones.values() for asset in zone.assets if name in (asset.name, asset.path)]
    return [*assets, *zones]


def _end(plant: Plant, key: str, name: str, span: Span | None) -> Iterator[Diagnostic]:
    things = named(plant, name)
    if len(things) == 1:
        return
    if things:
        message = f"`{key}` of an expected-deny: `{name}` could be {len(things)} things"
        yield _finding(message, span, f"say which: {'; '.join(_written(plant, thing) for thing in things)}")
    elif name in plant.groups:
        yield _finding(f"`{key}` of an expected-deny: `{name}` is a group", span, f"an entry for each member; {ENDS}")
    else:
        try:
            addresses(name)
        except BadLiteral as problem:
            told = problem.args[0] if problem.instead else f"nothing is called `{name}`"
            yield _finding(
                f"`{key}` of an expected-deny: {told}", span, ENDS, problem.instead or nearest(name, _names(plant))
            )


def _written(plant: Plant, thing: Asset | Zone) -> str:
    """How to write one of several things of a name. A zone has no longer name, so that its addresses stand for it."""
    if isinstance(thing, Zone):
        own = plant.ownership.own(thing.name)
        spans = [text for family in FAMILIES for text in texts(own, family)]
        few = f" ({', '.join(spans)})" if 0 < len(spans) <= FEW else ""
        return f"the zone by its addresses{few}, or give the asset another name"
    return f"the asset as `{thing.path}`"


def _names(plant: Plant) -> Iterator[str]:
    for zone in plant.zones.values():
        yield zone.name
        for asset in zone.assets:
            yield from (asset.name, asset.path)


def canonical(text: str) -> str:
    """How a key is told (`segc.baseline.words`) that somebody wrote in a manner of their own; empty where none is meant."""
    if text == ANY or text in ICMPS or text in {f"{word} (port unknown)" for word in PORTED}:
        return text
    found = _WRITTEN.fullmatch(text.strip().lower())
    if found is None:
        return ""
    word, value = (found[1], found[2]) if found[1] else (found[4], found[3])
    number = int(value) if re.fullmatch(r"\d{1,5}", value) else -1
    if word in PORTED:
        return f"{word} {number}" if 0 <= number <= 65535 else ""
    if word in ICMPS:
        return _icmp(word, value, number)
    known = {*PORTED.values(), ICMP, ICMP6}
    return f"proto {number}" if word == "proto" and 0 <= number <= MOST_PROTO and number not in known else ""


def _icmp(word: str, value: str, number: int) -> str:
    names = {of: name for name, of in ICMPS[word].items()}
    if value in ICMPS[word]:
        return f"{word} {value}"
    return f"{word} {names.get(number, number)}" if 0 <= number <= MOST_PROTO else ""


def _single(plant: Plant, name: str) -> str | None:
    """A service of the plant by its name, where it is one port."""
    service = plant.services.get(name)
    words = {number: word for word, number in PORTED.items()}
    if service is None or len(service.matches) != 1 or service.matches[0].proto not in words:
        return None
    match = service.matches[0]
    return f"{words[match.proto]} {match.low}" if match.low == match.high else None


def _finding(message: str, span: Span | None, help_text: str, meant: str | None = None) -> Diagnostic:
    """The fix is not safe: what it makes lets something be stopped."""
    fixes = (replacement(span, f'"{meant}"', safe=False),) if meant and span is not None else ()
    return finding("bad-setting", message, span, "explains nothing", help=help_text, fixes=fixes)
