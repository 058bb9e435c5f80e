"""One line of the table as access control entries: `permit tcp 10.1.0.0/16 host 10.3.0.11 eq 502`.

Switches and routers of several vendors take them almost alike. `Dialect` is what they write differently.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from segc.lang.literals import BITS, address_text
from segc.model.addresses import prefixes
from segc.model.plant import ICMP, ICMP6, SCTP, TCP, UDP
from segc.rules.table import REPLY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from segc.model.plant import Match
    from segc.rules.table import Ends, Line

ALL_PORTS = (0, 65535)
ANYTHING = {4: "ip", 6: "ipv6"}
NAMES = {TCP: "tcp", UDP: "udp"}


class Unsaid(Exception):
    """An access list has no words for it; the text goes on behind the target's name."""


@dataclass(frozen=True)
class Dialect:
    """How one vendor writes entries.

    `wildcards`: IPv4 networks as an address and a wildcard (`10.1.0.0 0.0.255.255`), not as a prefix. `host`: single
    addresses behind the word `host`, not as a prefix of full length. `icmp6`: the word for ICMPv6 in IPv6 lists, and
    `types6` those of its types that are written by name. `permitted` and `denied`: what the vendor's log says was done,
    behind the list's name. `seconds`: do times of day in time ranges have some?
    """

    wildcards: bool
    host: bool = True
    icmp6: str = "icmp"
    types6: Mapping[int, str] = field(default_factory=dict)
    permitted: str = "permitted"
    denied: str = "denied"
    seconds: bool = False
    longest_name: int = 64
    longest_remark: int = 100

    def aces(
        self, line: Line, family: int, *, established: bool = False, times: Sequence[str] = ("",)
    ) -> Iterator[str]:
        """The entries of a line in one family; `established` asks TCP for ACK or RST, as answers always must have.

        `times` are ends of entries of which each says another time.
        """
        verb = "permit" if line.permit else "deny"
        log = " log" if line.record is not None else ""
        sources, targets = self._side(line.source, family), self._side(line.target, family)
        for proto, before, after in self._services(line, family, established=established or line.kind == REPLY):
            for source in sources:
                for target in targets:
                    yield from (f"{verb} {proto} {source}{before} {target}{after}{log}{time}" for time in times)

    def prefix(self, family: int, start: int, length: int) -> str:
        """A source or target."""
        text = address_text(family, start)
        if length == 0:
            return "any"
        if self.host and length == BITS[family]:
            return f"host {text}"
        if family == 4 and self.wildcards:
            return f"{text} {address_text(4, (1 << (32 - length)) - 1)}"
        return f"{text}/{length}"

    def done(self, line: Line) -> str:
        """What the log says was done with a line's packets."""
        return self.permitted if line.permit else self.denied

    def _side(self, side: Ends | None, family: int) -> list[str]:
        if side is None:
            return ["any"]
        return [
            self.prefix(family, start, length)
            for low, high in side.addresses.of(family)
            for start, length in prefixes(family, low, high)
        ]

    def _services(self, line: Line, family: int, *, established: bool) -> Iterator[tuple[str, str, str]]:
        """Protocol, what stands behind the source, and what behind the target."""
        if line.matches is None:
            yield ANYTHING[family], "", ""
            return
        for match in line.matches:
            if match.family in (0, family):
                yield from self._service(match, family, established=established)

    def _service(self, match: Match, family: int, *, established: bool) -> Iterator[tuple[str, str, str]]:
        if match.proto in NAMES:
            flag = " established" if established and match.proto == TCP else ""
            ports = _ports(match.source_low, match.source_high), _ports(match.low, match.high)
            yield NAMES[match.proto], ports[0], f"{ports[1]}{flag}"
        elif match.proto == {4: ICMP, 6: ICMP6}[family]:
            yield from (("icmp" if family == 4 else self.icmp6, "", kind) for kind in self._kinds(match, family))
        else:
            yield _number(match), "", ""

    def _kinds(self, match: Match, family: int) -> list[str]:
        if match.low == 0 and match.high >= 255:
            return [""]
        names = self.types6 if family == 6 else {}
        return [f" {names.get(kind, kind)}" for kind in range(match.low, min(match.high, 255) + 1)]


def _number(match: Match) -> str:
    if match.proto == SCTP and ((match.low, match.high), (match.source_low, match.source_high)) != (ALL_PORTS,) * 2:
        raise Unsaid("has no words for ports of SCTP")
    if match.proto == 0:
        raise Unsaid("takes protocol 0 for any protocol")
    return str(match.proto)


def _ports(low: int, high: int) -> str:
    if (low, high) == ALL_PORTS:
        return ""
    return f" eq {low}" if low == high else f" range {low} {high}"
