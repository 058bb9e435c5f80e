"""Network and service objects under the policy's names. Objects and groups of either kind share one name space."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.model.addresses import join, prefixes
from segc.model.flows import short_id
from segc.model.plant import ICMP, ICMP6, PORTED, SCTP, TCP, UDP
from segc.rules.words import Words

from .texts import host_text, network_text, prefix_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from segc.model.addresses import Addresses
    from segc.model.plant import Match, Service
    from segc.rules.table import End, Ends, Line

LONGEST = 64
WORDS = {TCP: "tcp", UDP: "udp", SCTP: "sctp", ICMP: "icmp", ICMP6: "icmp6"}
ERRORS = "segc_icmp-errors"  # no name of a policy has an underscore
ANY = "any"


class Objects:
    """Makes an object for each endpoint and service that lines name, once, and says how a line calls it."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._words = Words(LONGEST, odd=r"[^A-Za-z0-9._-]")
        self._made: dict[str, tuple[int, list[str]]] = {}
        # an asset whose addresses lie in two zones has other ones in each
        self._faces: dict[str, set[Addresses]] = {}
        for line in lines:
            for side in (line.source, line.target):
                for end in side.ends if side is not None else ():
                    self._faces.setdefault(end.name, set()).add(end.addresses)

    def text(self) -> list[str]:
        """All objects, those that others name first; then by name, so that one more is one more block."""
        ordered = sorted(self._made.items(), key=lambda item: (item[1][0], item[0]))
        return [line for _, (_, lines) in ordered for line in lines]

    # -- networks ---------------------------------------------------------

    def network(self, side: Ends | None) -> str:
        """What stands in a line for a side."""
        if side is None:
            return ANY
        if len(side.ends) == 1 and side.ends[0].addresses == side.addresses:
            return self._end(side.ends[0])
        text = "_".join(self._end(end).rpartition(" ")[2] for end in side.ends)
        name = self._words(text)
        if join(end.addresses for end in side.ends) != side.addresses:
            name = self._words(f"{text}_{_mark(side.addresses)}")
            members = _inline(side.addresses)
        else:
            members = [member for end in side.ends for member in self._member(end)]
        self._add(3, name, [f"object-group network {name}", *dict.fromkeys(members)])
        return f"object-group {name}"

    def _end(self, end: End) -> str:
        """The object of one endpoint: its host, network or range; a group where it has several."""
        marked = len(self._faces[end.name]) > 1
        name = self._words(f"{end.name}_{_mark(end.addresses)}" if marked else end.name)
        ranges = list(end.addresses.ranges())
        if len(ranges) > 1:
            self._add(1, name, [f"object-group network {name}", *_inline(end.addresses)])
            return f"object-group {name}"
        self._add(0, name, [f"object network {name}", f" {network_text(*ranges[0])}"])
        return f"object {name}"

    def _member(self, end: End) -> list[str]:
        """An endpoint within a group. Groups of IPv6 cannot be nested, so a group's members stand in it themselves."""
        called = self._end(end)
        if called.startswith("object "):
            return [f" network-object {called}"]
        return _inline(end.addresses)

    # -- services ---------------------------------------------------------

    def errors(self) -> str:
        """ICMP errors without which paths break (RFC 1191, RFC 4890)."""
        kinds = [
            *(f"icmp {kind}" for kind in ("unreachable", "time-exceeded", "parameter-problem")),
            *(f"icmp6 {kind}" for kind in ("unreachable", "packet-too-big", "time-exceeded", "parameter-problem")),
        ]
        self._add(4, ERRORS, [f"object-group service {ERRORS}", *(f" service-object {kind}" for kind in kinds)])
        return f"object-group {ERRORS}"

    def service(self, line: Line) -> str:
        """What stands in a line for its services."""
        if line.matches is None:
            return "ip"
        if len(line.services) == 1:
            return self._service(line.services[0])
        if not line.services:
            return self._matches(f"svc_{short_id(repr(line.matches), 8)}", line.matches)
        name = self._words("svc_" + "_".join(service.name for service in line.services))
        called = [self._service(service) for service in line.services if service.matches]
        members = [
            f" {'group-object ' + c[13:] if c.startswith('object-group ') else 'service-object ' + c}" for c in called
        ]
        self._add(6, name, [f"object-group service {name}", *dict.fromkeys(members)])
        return f"object-group {name}"

    def _service(self, service: Service) -> str:
        return self._matches(f"svc_{service.name}", service.matches)

    def _matches(self, text: str, matches: Iterable[Match]) -> str:
        name = self._words(text)
        entries = list(dict.fromkeys(entry for match in matches for entry in service_texts(match)))
        if len(entries) == 1:
            self._add(4, name, [f"object service {name}", f" service {entries[0]}"])
            return f"object {name}"
        self._add(5, name, [f"object-group service {name}", *(f" service-object {entry}" for entry in entries)])
        return f"object-group {name}"

    def _add(self, level: int, name: str, lines: list[str]) -> None:
        self._made.setdefault(name, (level, lines))


def service_texts(match: Match) -> Iterator[str]:
    """A match as the ASA writes services; several for several ICMP types."""
    word = WORDS.get(match.proto, str(match.proto))
    if match.proto in PORTED:
        ports = (("source", match.source_low, match.source_high), ("destination", match.low, match.high))
        yield " ".join(
            [word, *(f"{side} {_ports(low, high)}" for side, low, high in ports if (low, high) != (0, 65535))]
        )
    elif match.proto in (ICMP, ICMP6) and (match.low, min(match.high, 255)) != (0, 255):
        yield from (f"{word} {kind}" for kind in range(match.low, match.high + 1))
    else:
        yield word


def _ports(low: int, high: int) -> str:
    return f"eq {low}" if low == high else f"range {low} {high}"


def _inline(addresses: Addresses) -> list[str]:
    """Members of a group; ranges have no word there."""
    return [
        f" network-object {host_text(family, start) if length == bits else prefix_text(family, start, length)}"
        for family, low, high in addresses.ranges()
        for bits in ({4: 32, 6: 128}[family],)
        for start, length in prefixes(family, low, high)
    ]


def _mark(addresses: Addresses) -> str:
    return short_id(repr(addresses), 6)
