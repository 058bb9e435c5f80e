"""A service of a draft, and those that it has to declare itself."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from segc.model.plant import ICMP, ICMP6, SCTP, TCP, UDP

if TYPE_CHECKING:
    from collections.abc import Iterable

    from segc.baseline.draft.evidence import Atom

Spans = tuple[tuple[int, int, int], ...]  # (protocol, first, last)
WORDS = {TCP: "tcp", UDP: "udp", SCTP: "sctp", ICMP: "icmp", ICMP6: "icmp6"}
A_LINE = 12  # ports


class Chosen(NamedTuple):
    """A service for some atoms that were seen.

    `body` is what its declaration says after its name, empty where it exists; `spans` is all that it names.
    """

    name: str
    atoms: frozenset[Atom]
    spans: Spans
    body: str = ""
    notes: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    family: str = ""
    unnamed: bool = False  # no service names these ports

    @property
    def declare(self) -> str:
        """Its declaration, empty where it exists."""
        return f"service {self.name} {self.body}" if self.body else ""

    @property
    def size(self) -> int:
        """How many ports, types or protocols it names."""
        return sum(high - low + 1 for _, low, high in self.spans)


def listed(atoms: set[Atom], notes: tuple[str, ...], access: tuple[str, ...]) -> Chosen:
    """One service for many ports, each named, since a range would open what nobody has seen."""
    spans = _joined(atoms)
    texts = [(proto, str(low) if low == high else f"{low}-{high}") for proto, low, high in spans]
    lines = []
    for proto in sorted({proto for proto, _ in texts}):
        of = [text for each, text in texts if each == proto]
        lines += [f"{WORDS[proto]} {', '.join(of[n : n + A_LINE])}" for n in range(0, len(of), A_LINE)]
    body = "; ".join(lines)
    name = f"draft-ports-{hashlib.sha256(body.encode()).hexdigest()[:12]}"
    note = f"{len(atoms)} ports that systems hand out as they come: find out which program listens, and pin its ports"
    told = f'"{len(atoms)} ports without a name" {{ {body} }}'
    return Chosen(name, frozenset(atoms), spans, told, (note, *notes), access, unnamed=True)


def _joined(atoms: set[Atom]) -> Spans:
    """The fewest spans that hold these ports and no others."""
    found: list[tuple[int, int, int]] = []
    for proto, port in sorted(atoms):
        if found and found[-1][0] == proto and found[-1][2] == port - 1:
            found[-1] = (proto, found[-1][1], port)
        else:
            found.append((proto, port, port))
    return tuple(found)


def each_span(atoms: Iterable[Atom]) -> Spans:
    """A span for each."""
    return tuple((proto, port, port) for proto, port in sorted(atoms))


def atom_text(each: Atom) -> str:
    """`102/tcp`, `icmp type 8`, `protocol 47`."""
    proto, port = each
    if proto in (ICMP, ICMP6):
        return f"{WORDS[proto]} type {port}"
    return f"{port}/{WORDS[proto]}" if proto in WORDS else f"protocol {proto}"
