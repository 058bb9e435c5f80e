"""The conformance plants, for any target: the same policy with another word behind `target`."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from segc.lang.literals import addresses
from segc.lang.loader import Bundle, load
from segc.lang.parser import parse
from segc.model.resolve import resolve
from segc.source import Source
from segc.targets import registry
from segc.targets.build import BuildResult, build

if TYPE_CHECKING:
    from segc.model.plant import Plant

PLANTS = Path(__file__).parent / "plants"
NAMES = tuple(sorted(path.stem for path in PLANTS.glob("*.zone")))
AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
MODES = ("declared", "monitor", "enforce")


@cache
def plant(name: str, target: str) -> Plant:
    """A conformance plant whose firewalls are all of one target; it has no errors."""
    path = PLANTS / f"{name}.zone"
    text = load(path).trees[-1].source.text
    assert "target       iptables" in text
    text = text.replace("target       iptables", f"target       {target}")
    text = fitted(text, target)
    source = Source(str(path), text)
    tree, found = parse(source)
    resolved, more = resolve(Bundle(path, [tree], found))
    errors = [d for d in more if d.severity.word == "error"]
    assert not errors, errors
    return resolved


def fitted(text: str, target: str) -> str:
    """A policy's text without what a target has no words for by its nature: families, protocols, silent interfaces."""
    can = registry.targets()[target].can
    if can.selects == "host":
        text = hosted(text, text)
    if can.protocols and 47 not in can.protocols:
        text = text.replace("proto 47", f"proto {max(can.protocols)}")
    if not can.icmp_types:
        text = text.replace("icmp echo-request", "icmp 0-255")
    if not can.ipv6:
        text = without_ipv6(text)
    text = renamed(text, target)
    return addressed(text) if can.own_traffic == "address" else text


def hosted(text: str, plant: str) -> str:
    """Puts each firewall on an asset of the plant, for targets that are a machine's own; those too many are left out.

    Routes lead past machines, and what is said of interfaces and of management has no meaning there.
    """
    zone, free = "", []
    for line in plant.splitlines():
        zone = found[1] if (found := re.match(r"zone (\S+)", line)) else zone
        for asset, own in re.findall(r"(?:^|[;{]) *asset +([\w-]+) +([^{;}]+)", line):
            spans = [addresses(text) for text in own.strip().split(", ")]
            if sum(span.high - span.low + 1 for span in spans) <= 32:  # no network
                free.append(f"{zone}.{asset}")
    kept = []
    for part in re.split(r"^(?=firewall )", re.sub(r"^route .*\n", "", text, flags=re.MULTILINE), flags=re.MULTILINE):
        if not part.startswith("firewall "):
            kept.append(part)
            continue
        body, end, rest = part.partition("\n}\n")
        body = re.sub(r"^ +(interface|manage|mode) .*$", "", body, flags=re.MULTILINE)
        if free:
            kept.append(f"{body.rstrip()}\n  on {free.pop(0)}{end}")
        kept.append(rest)
    return "".join(kept)


def renamed(text: str, target: str) -> str:
    """Interfaces by names that the target knows, where it knows numbers only: the same one for the same."""
    example = registry.targets()[target].interface_example
    if not example:
        return text
    names = sorted(set(re.findall(r"^ +interface (\S+)", text, re.MULTILINE)))
    known = [example.format(number) for number in range(1, 100)] if "{}" in example else example.split()
    calls = {name: known[number] if number < len(known) else name for number, name in enumerate(names)}
    return re.sub(r"^( +interface )(\S+)", lambda m: m[1] + calls[m[2]], text, flags=re.MULTILINE)


def without_ipv6(text: str) -> str:
    """Leaves out every IPv6 address and network, for targets that filter IPv4 only."""
    text = re.sub(r" \{ address [0-9a-f:]+ \}|^ +address +[0-9a-f]*:[0-9a-f:]+\n", "", text, flags=re.MULTILINE)
    return re.sub(r", [0-9a-f]+:[0-9a-f:]+(/\d+)?", "", text)


def addressed(text: str) -> str:
    """Gives every interface without an address one that no zone owns."""
    numbers = count(1)
    return re.sub(r"^  interface \S+ \S+$", lambda m: f"{m[0]} 198.18.{next(numbers)}.1/24", text, flags=re.MULTILINE)


@cache
def built(name: str, target: str, mode: str) -> BuildResult:
    """Its files, unwritten."""
    return build(plant(name, target), AT, mode)
