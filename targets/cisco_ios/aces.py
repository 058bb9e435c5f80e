"""One line of the table as access control entries: `permit tcp 10.1.0.0 0.0.255.255 host 10.3.0.11 eq 502`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.lang.literals import BITS, address_text
from segc.model.addresses import prefixes
from segc.model.plant import ICMP, ICMP6, SCTP, TCP, UDP
from segc.rules.table import REPLY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.model.plant import Match
    from segc.rules.table import Ends, Line

ALL_PORTS = (0, 65535)
ANYTHING = {4: "ip", 6: "ipv6"}
NAMES = {TCP: "tcp", UDP: "udp"}


class Unsaid(Exception):
    """An access list has no words for it; the text goes on behind the target's name."""


def aces(line: Line, family: int, *, established: bool = False) -> Iterator[str]:
    """The entries of a line in one family; `established` asks TCP for ACK or RST, as answers always must have."""
    verb = "permit" if line.permit else "deny"
    log = " log" if line.record is not None else ""
    sources, targets = _side(line.source, family), _side(line.target, family)
    for proto, before, after in _services(line, family, established=established or line.kind == REPLY):
        for source in sources:
            for target in targets:
                yield f"{verb} {proto} {source}{before} {target}{after}{log}"


def _side(side: Ends | None, family: int) -> list[str]:
    if side is None:
        return ["any"]
    return [
        _prefix(family, start, length)
        for low, high in side.addresses.of(family)
        for start, length in prefixes(family, low, high)
    ]


def _prefix(family: int, start: int, length: int) -> str:
    text = address_text(family, start)
    if length == 0:
        return "any"
    if length == BITS[family]:
        return f"host {text}"
    if family == 6:
        return f"{text}/{length}"
    return f"{text} {address_text(4, (1 << (32 - length)) - 1)}"


def _services(line: Line, family: int, *, established: bool) -> Iterator[tuple[str, str, str]]:
    """Protocol, what stands behind the source, and what behind the target."""
    if line.matches is None:
        yield ANYTHING[family], "", ""
        return
    for match in line.matches:
        if match.family in (0, family):
            yield from _service(match, family, established=established)


def _service(match: Match, family: int, *, established: bool) -> Iterator[tuple[str, str, str]]:
    if match.proto in NAMES:
        flag = " established" if established and match.proto == TCP else ""
        ports = _ports(match.source_low, match.source_high), _ports(match.low, match.high)
        yield NAMES[match.proto], ports[0], f"{ports[1]}{flag}"
    elif match.proto == {4: ICMP, 6: ICMP6}[family]:
        if (match.low, min(match.high, 255)) == (0, 255):
            yield "icmp", "", ""
        for kind in () if match.low == 0 and match.high >= 255 else range(match.low, min(match.high, 255) + 1):
            yield "icmp", "", f" {kind}"
    elif match.proto == SCTP and ((match.low, match.high), (match.source_low, match.source_high)) != (ALL_PORTS,) * 2:
        raise Unsaid("has no words for ports of SCTP")
    elif match.proto == 0:
        raise Unsaid("takes protocol 0 for any protocol")
    else:
        yield str(match.proto), "", ""


def _ports(low: int, high: int) -> str:
    if (low, high) == ALL_PORTS:
        return ""
    return f" eq {low}" if low == high else f" range {low} {high}"
