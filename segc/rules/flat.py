"""Lines as boxes need them whose rules take one network, or range, on either side and one range of ports or types."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.model.addresses import prefixes
from segc.model.plant import ICMP, ICMP6, PORTED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.model.plant import Match
    from segc.rules.table import Ends, Line

Span = tuple[int, int]
EVERY = (0, 65535)


class Row(NamedTuple):
    """One rule: first and last address of either side, and a service; None is any.

    The two ends of a side are equal for a host. `proto` is None for any protocol; `ports` are those of the target, or
    the types of ICMP; both ranges are None where the whole protocol is meant.
    """

    source: Span | None = None
    target: Span | None = None
    proto: int | None = None
    source_ports: Span | None = None
    ports: Span | None = None


def rows(line: Line, family: int, *, ranges: bool = False, single_types: bool = False) -> Iterator[Row]:
    """All rules of a line in one family; none where it has no packet of it.

    `ranges`: sides may be ranges, where they are no network; else they are cut into networks. `single_types`: a rule
    takes one type of ICMP.
    """
    if not line.speaks(family):
        return
    for proto, source_ports, ports in _services(line, family, single_types=single_types):
        for source in sides(line.source, family, ranges=ranges):
            for target in sides(line.target, family, ranges=ranges):
                yield Row(source, target, proto, source_ports, ports)


def sides(side: Ends | None, family: int, *, ranges: bool = False) -> Iterator[Span | None]:
    """One side's networks or ranges; None, once, for any."""
    if side is None:
        yield None
        return
    bits = {4: 32, 6: 128}[family]
    for low, high in side.addresses.of(family):
        if ranges:
            yield low, high
        else:
            yield from ((first, first + (1 << (bits - length)) - 1) for first, length in prefixes(family, low, high))


def _services(line: Line, family: int, *, single_types: bool) -> Iterator[tuple[int | None, Span | None, Span | None]]:
    if line.matches is None:
        yield None, None, None
        return
    for match in line.matches:
        if match.family in (0, family):
            yield from _service(match, single_types=single_types)


def _service(match: Match, *, single_types: bool) -> Iterator[tuple[int, Span | None, Span | None]]:
    if match.proto in PORTED:
        before, after = (match.source_low, match.source_high), (match.low, match.high)
        yield match.proto, before if before != EVERY else None, after if after != EVERY else None
    elif match.proto in (ICMP, ICMP6) and (match.low, min(match.high, 255)) != (0, 255):
        types = range(match.low, min(match.high, 255) + 1)
        spans = [(kind, kind) for kind in types] if single_types else [(types[0], types[-1])]
        yield from ((match.proto, None, span) for span in spans)
    else:
        yield match.proto, None, None
