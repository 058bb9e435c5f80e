"""Addresses, services and times in nft's words."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from segc.lang.literals import address_text
from segc.model.addresses import prefix_text, prefixes
from segc.model.plant import ICMP, ICMP6, PORTED
from segc.rules.expand import ALL_PORTS, Service, services

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from segc.model.addresses import Addresses
    from segc.model.clock import Interval
    from segc.rules.ir import Rule

IP = {4: "ip", 6: "ip6"}
NFPROTO = {4: "ipv4", 6: "ipv6"}
PROTOCOLS = {6: "tcp", 17: "udp", 132: "sctp"}


@lru_cache(4096)
def ranges(own: Addresses, family: int) -> tuple[str, ...]:
    """Addresses of one family as prefixes where they are, else as ranges. Every pair of a zone asks for the zone's."""
    found = []
    for low, high in own.of(family):
        if low == high:
            found.append(address_text(family, low))
            continue
        cut = list(prefixes(family, low, high))
        if len(cut) == 1:
            found.append(prefix_text(family, *cut[0]))
        else:
            found.append(f"{address_text(family, low)}-{address_text(family, high)}")
    return tuple(found)


def among(members: Sequence[str]) -> str:
    """One value, or a set of several."""
    return members[0] if len(members) == 1 else "{ " + ", ".join(members) + " }"


def _ports(parts: Iterable[tuple[int, int]]) -> str:
    return among([str(low) if low == high else f"{low}-{high}" for low, high in parts])


@cache
def service(one: Service) -> str:
    """Protocol and ports of a service."""
    proto, sources, parts = one
    if proto in (ICMP, ICMP6):
        name = "icmp" if proto == ICMP else "icmpv6"
        return f"meta l4proto {proto}" if one.whole else f"{name} type {_ports(parts)}"
    if proto not in PORTED or one.whole:
        return f"meta l4proto {PROTOCOLS.get(proto, proto)}"
    name = PROTOCOLS[proto]
    origin = "" if sources == ALL_PORTS else f"{name} sport {_ports([sources])}"
    target = "" if ALL_PORTS in parts else f"{name} dport {_ports(parts)}"
    return " ".join(filter(None, (origin, target)))


def rule_lines(rule: Rule, family: int) -> list[tuple[str, int]]:
    """The matches of a rule in one family, each with its protocol."""
    ends = []
    if not rule.whole_source:
        ends.append(f"{IP[family]} saddr {among(ranges(rule.sources, family))}")
    if not rule.whole_target:
        ends.append(f"{IP[family]} daddr {among(ranges(rule.targets, family))}")
    if not ends:
        ends.append(f"meta nfproto {NFPROTO[family]}")
    return [(" ".join([*ends, service(one)]), one.proto) for one in services(rule.matches, family)]


def original_lines(rule: Rule, family: int) -> list[str]:
    """The same sessions by the addresses with which conntrack saw them begin, in either direction.

    Protocols without ports are matched without their type, which conntrack does not keep apart.
    """
    found = []
    for one in services(rule.matches, family):
        line = f"ct original {IP[family]} saddr {among(ranges(rule.sources, family))}"
        line += f" ct original {IP[family]} daddr {among(ranges(rule.targets, family))}"
        line += f" meta l4proto {PROTOCOLS.get(one.proto, one.proto)}"
        if one.proto in PORTED and one.sources != ALL_PORTS:
            line += f" ct original proto-src {_ports([one.sources])}"
        if one.proto not in PORTED or ALL_PORTS in one.ranges:
            found.append(line)
            continue
        # one line a range: nft 1.0.6 lists a set of these ports as what it cannot read back
        found += [f"{line} ct original proto-dst {_ports([ports])}" for ports in one.ranges]
    return found


def times(when: Sequence[Interval], name: str) -> str:
    """A match of the intervals, in seconds since 1970: nft would read dates in the loader's time zone.

    Several intervals are a set of that name, which `time_elements` fills.
    """
    if len(when) == 1:
        start, end = when[0]
        return f"meta time < {end}" if start is None else f"meta time >= {start} meta time < {end}"
    return f"meta time @{name}"


def time_elements(when: Sequence[Interval]) -> list[str]:
    """Elements of a set of intervals, each with the time that people read behind it."""
    found = []
    for index, (start, end) in enumerate(when):
        comma = "," if index < len(when) - 1 else ""
        first, last = (datetime.fromtimestamp(s, UTC).strftime("%Y-%m-%d %H:%M") for s in (start or 0, end))
        found.append(f"{start or 0}-{end}{comma}  # {first} to {last} UTC")
    return found
