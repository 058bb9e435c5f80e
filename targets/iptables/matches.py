"""Rules to iptables matches: the text between the chain's name and the verdict."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from segc.lang.literals import address_text
from segc.model.addresses import prefix_text, prefixes, texts
from segc.model.plant import ICMP, ICMP6, PORTED
from segc.rules.expand import ALL_PORTS, Service, chunks, services

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.model.addresses import Addresses
    from segc.model.plant import Match
    from segc.rules.ir import Rule

    from .sets import Sets

PROTOCOLS = {6: "tcp", 17: "udp", 132: "sctp"}
AH = 51
MULTIPORT_SLOTS = 15
MOST_LINES = 12  # beyond that many lines, a rule's longer side becomes a set


def side(own: Addresses, family: int, sets: Sets, flag: str) -> list[str]:
    """Matches of a whole zone, or the empty one where it owns everything; worked out once, since every pair asks."""
    key = (own, family, flag)
    if key not in sets.sides:
        sets.sides[key] = _side(own, family, sets, flag)
    return sets.sides[key]


def _side(own: Addresses, family: int, sets: Sets, flag: str) -> list[str]:
    found = texts(own, family)
    if len(found) == 1:
        return [""] if found[0].endswith("/0") else [f"{flag} {found[0]}"]
    where = "src" if flag == "-s" else "dst"
    return [f"-m set --match-set {sets.networks(own, family)} {where}"]


def rule_matches(rule: Rule, family: int, sets: Sets) -> Iterator[str]:
    """Every line's match that a rule needs in one family."""
    kinds = service_lines(rule.matches, family)
    sources = [""] if rule.whole_source else _ends(rule.sources, family, "-s", "--src-range")
    targets = [""] if rule.whole_target else _ends(rule.targets, family, "-d", "--dst-range")
    if len(sources) * len(targets) * len(kinds) > MOST_LINES:
        if len(targets) > 1 and len(targets) >= len(sources):
            targets = [f"-m set --match-set {sets.networks(rule.targets, family)} dst"]
        if len(sources) > 1 and len(sources) * len(targets) * len(kinds) > MOST_LINES:
            sources = [f"-m set --match-set {sets.networks(rule.sources, family)} src"]
    for source in sources:
        for target in targets:
            ends = " ".join(filter(None, (source, target)))
            yield from (f"{ends} {kind}" for kind in kinds) if ends else kinds


def line_count(rule: Rule, family: int) -> int:
    """How many lines `rule_matches` makes, without making them."""
    kinds = len(services(rule.matches, family))
    every = len(rule.sources.of(family)) * len(rule.targets.of(family)) * kinds
    return every if every <= MOST_LINES else kinds


def _ends(own: Addresses, family: int, prefix_flag: str, range_flag: str) -> list[str]:
    """Addresses as prefixes; a range that is none as one `iprange`, not as its many parts."""
    found = []
    for low, high in own.of(family):
        if low == high:
            found.append(f"{prefix_flag} {address_text(family, low)}")
            continue
        cut = list(prefixes(family, low, high))
        if len(cut) == 1:
            found.append(f"{prefix_flag} {prefix_text(family, *cut[0])}")
        else:
            found.append(f"-m iprange {range_flag} {address_text(family, low)}-{address_text(family, high)}")
    return found


@cache
def service_lines(matches: tuple[Match, ...], family: int) -> tuple[str, ...]:
    """What `service_matches` makes of all services that the matches are."""
    return tuple(text for service in services(matches, family) for text in service_matches(service, family))


def service_matches(service: Service, family: int) -> list[str]:
    """Protocol and ports, in as few lines as multiport allows."""
    proto, sources, ranges = service
    if proto in (ICMP, ICMP6):
        return _icmp(service)
    if proto not in PORTED:
        return [_protocol(proto, family)]
    name = PROTOCOLS[proto]
    origin = "" if sources == ALL_PORTS else f" --sport {_range(sources)}"
    if ALL_PORTS in ranges:
        return [f"-p {name}{origin}"]
    found = []
    for chunk in chunks(ranges, MULTIPORT_SLOTS):
        if len(chunk) == 1:
            found.append(f"-p {name}{origin} --dport {_range(chunk[0])}")
        else:
            listed = ",".join(_range(one) for one in chunk)
            found.append(f"-p {name}{origin} -m multiport --dports {listed}")
    return found


def _protocol(number: int, family: int) -> str:
    """A protocol without ports."""
    if number == 0:  # `-p 0` would be every protocol: read it off the header
        return "-m u32 --u32 6&0xFF=0"
    # AH is an extension header in IPv6: the legacy back end does not find it by -p
    return "-m ah" if (number, family) == (AH, 6) else f"-p {number}"


def _range(ports: tuple[int, int]) -> str:
    low, high = ports
    return str(low) if low == high else f"{low}:{high}"


def _icmp(service: Service) -> list[str]:
    name, flag = ("icmp", "--icmp-type") if service.proto == ICMP else ("ipv6-icmp", "--icmpv6-type")
    if service.whole:
        return [f"-p {name}"]
    found = [f"-p {name} {flag} {kind}" for low, high in service.ranges for kind in range(low, high + 1)]
    # to iptables ICMP type 255 is every type: read it off the packet
    every, read = "-p icmp --icmp-type 255", "-p icmp -m u32 --u32 0>>22&0x3C@0>>24=255"
    return [read if text == every else text for text in found]


def original_services(matches: tuple[Match, ...], family: int) -> list[tuple[str, str]]:
    """Services of sessions, as conntrack saw them begin: protocol, and the flags of its ports, if it has any.

    The protocol stands first: conntrack compares ports without asking for it. Those without ports are matched without
    their type: conntrack has no match for it.
    """
    found: list[tuple[str, str]] = []
    for service in services(matches, family):
        if service.proto not in PORTED:
            found.append((_protocol(service.proto, family), ""))
            continue
        origin = "" if service.sources == ALL_PORTS else f" --ctorigsrcport {_range(service.sources)}"
        some = () if ALL_PORTS in service.ranges else service.ranges
        ports = [f"{origin} --ctorigdstport {_range(one)}" for one in some] or [origin]
        found += [(f"-p {PROTOCOLS[service.proto]}", flags) for flags in ports]
    return list(dict.fromkeys(found))
