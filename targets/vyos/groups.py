"""Groups: addresses or networks of the endpoints that rules name, and ports of the services.

VyOS keeps hosts and ranges (address-group) apart from prefixes (network-group), and IPv6 apart from IPv4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.lang.literals import BITS, address_text
from segc.model.addresses import prefixes
from segc.model.flows import short_id
from segc.rules.words import Words, sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from segc.model.addresses import Addresses, Spans
    from segc.rules.expand import Service
    from segc.rules.table import Ends, Line

PREFIX = "segc-"
LONGEST = 60
REMARK = 200
NAMES = {6: "tcp", 17: "udp"}
QUOTES = r"[^ -~]|['\"\\]"  # a description is ASCII, and stands in single quotes


class Groups:
    """Names the sides and the services of lines, and remembers which groups are used."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._words = Words(LONGEST - len(PREFIX), r"[^A-Za-z0-9._-]")
        self._ports = Words(LONGEST - len(PREFIX), r"[^A-Za-z0-9._-]")
        self._used: dict[tuple[str, str], tuple[str, str, list[str]]] = {}
        # the same endpoint may be cut to what several zones own of it: then a name alone would not tell which
        self._owned: dict[str, set[Addresses]] = {}
        for line in lines:
            for side in (line.source, line.target):
                if side is not None:
                    self._owned.setdefault(_called(side), set()).add(side.addresses)

    def addresses(self, side: Ends, family: int) -> tuple[str, str]:
        """The kind and the name of the group of a side."""
        text = _called(side)
        if len(self._owned.get(text, ())) > 1:
            text = f"{text}.{short_id(str(side.addresses), 4)}"
        spans = side.addresses.of(family)
        kind = "address-group" if all(_plain(family, *span) for span in spans) else "network-group"
        members = list(_hosts(spans, family) if kind == "address-group" else _networks(spans, family))
        name = PREFIX + self._words(text)
        whole = kind if family == 4 else f"ipv6-{kind}"
        self._used[whole, name] = kind.removesuffix("-group"), _called(side).replace("+", ", "), members
        return kind, name

    def ports(self, line: Line, service: Service) -> str:
        """The name of the group of a service's ports."""
        names = "+".join(sorted(one.name for one in line.services)) or "ports"
        ports = [str(low) if low == high else f"{low}-{high}" for low, high in service.ranges]
        text = f"{names}-{NAMES[service.proto]}"
        name = PREFIX + self._ports(text)
        known = self._used.get(("port-group", name))
        if known is not None and known[2] != ports:  # of these services, ports that another source port goes with
            name = PREFIX + self._ports(f"{text}.{short_id(','.join(ports), 4)}")
        self._used["port-group", name] = "port", names.replace("+", ", "), ports
        return name

    def commands(self) -> Iterator[str]:
        """All groups that rules name."""
        for (kind, name), (word, text, members) in sorted(self._used.items()):
            path = f"set firewall group {kind} {name}"
            yield f"{path} description '{sentence(text, REMARK, QUOTES)}'"
            yield from (f"{path} {word} '{member}'" for member in members)


def _called(side: Ends) -> str:
    return "+".join(end.name for end in side.ends)


def _plain(family: int, low: int, high: int) -> bool:
    """A host, or a range that is no prefix?"""
    return low == high or len(list(prefixes(family, low, high))) > 1


def _hosts(spans: Spans, family: int) -> Iterator[str]:
    for low, high in spans:
        first = address_text(family, low)
        yield first if low == high else f"{first}-{address_text(family, high)}"


def _networks(spans: Spans, family: int) -> Iterator[str]:
    """Prefixes with their length, even for hosts; the whole space in halves."""
    for low, high in spans:
        for start, length in prefixes(family, low, high):
            if length == 0:
                half = 1 << (BITS[family] - 1)
                yield from (f"{address_text(family, at)}/1" for at in (0, half))
            else:
                yield f"{address_text(family, start)}/{length}"
