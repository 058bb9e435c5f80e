"""Services of the library that comes with segc, and their facts as a page."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from segc._data import data_root
from segc.lang.facts import Reader
from segc.lang.loader import read_text
from segc.lang.parser import parse
from segc.model.services import Services
from segc.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from segc.model.plant import Match, Service

PROTOCOLS = {1: "icmp", 6: "tcp", 17: "udp", 58: "icmp6", 132: "sctp"}
ANYTHING = (0, 65535)
COMMANDS = {
    "initiator": "the side that opens the session can command the other",
    "responder": "the side that is called can command the caller",
    "both": "either side can command the other",
    "none": "neither side can command the other",
}
FACTS = {
    "initiator": "opened by",
    "multicast": "multicast",
    "split": "inspection",
    "security": "security",
    "source": "source",
}


@cache
def services() -> dict[str, tuple[Service, str]]:
    """Every service of the library, and the file that declares it as `use` names it."""
    reader = Reader()
    known = Services(reader)
    for file in sorted((data_root("grammar") / "std").glob("*.zone")):
        tree, _ = parse(Source(f"std/{file.name}", read_text(file), builtin=True))
        for fact in reader.scope(tree.source, tree.statements, "file").get("service", []):
            known.declared.setdefault(fact.value, fact)
    files = {name: fact.source.path.removesuffix(".zone") for name, fact in known.declared.items()}
    return {name: (known.build(name), file) for name, file in files.items()}


def page(service: Service, library: str) -> str:
    """What the library knows of a service."""
    title = f": {service.title}" if service.title else ""
    lines = [f'`{service.name}`{title}, a service; use "{library}"', ""]
    if service.doc:
        lines += [f"  {service.doc}", ""]
    lines += [f"  {word:<12} {text}" for word, text in _facts(service) if text]
    return "\n".join(lines) + "\n"


def _facts(service: Service) -> Iterator[tuple[str, str]]:
    said = dict(service.facts)
    yield "ports", ports(service.matches) or "none of its own"
    if service.dynamic:
        where = f", in {ports(service.dynamic_ports)}" if service.dynamic_ports else ""
        yield "dynamic", f"negotiates further ports{where}; pin them, or no port filter can follow"
    if service.layer2:
        yield "layer 2", "cannot cross a router"
    for follow in service.follow_on:
        where = ports(follow.matches) or "negotiated ports"
        yield "follow-on", f"{follow.direction}: {where}" + (f", {follow.doc}" if follow.doc else "")
    yield "access", ", ".join(service.access)
    yield "commands", COMMANDS[service.commands]
    if service.filterable != "yes":
        yield "filterable", f"{service.filterable}: {service.why_filterable}".removesuffix(": ")
    for word, shown in FACTS.items():
        yield shown, said.get(word, "")
    yield "confidence", service.confidence


def ports(matches: Iterable[Match]) -> str:
    """`tcp 502, udp 161-162`."""
    return ", ".join(_match(match) for match in matches)


def _match(match: Match) -> str:
    name = PROTOCOLS.get(match.proto, f"protocol {match.proto}")
    types = match.proto in (1, 58)
    if (match.low, match.high) != ((0, 255) if types else ANYTHING):
        name += f" {'type ' if types else ''}{_span(match.low, match.high)}"
    if (match.source_low, match.source_high) != ANYTHING:
        name += f" from {_span(match.source_low, match.source_high)}"
    return name


def _span(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}-{high}"
