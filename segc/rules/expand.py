"""From grouped rules to what a rule list can say: prefixes, port lists, single entries. Shared by all targets."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from segc.model.addresses import meet, texts
from segc.model.plant import ICMP, ICMP6, PORTED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from segc.model.addresses import Addresses
    from segc.model.plant import Match
    from segc.rules.ir import Rule

ALL_PORTS = (0, 65535)


class Service(NamedTuple):
    """Matches of one protocol and one range of source ports: the ranges of ports or types."""

    proto: int
    sources: tuple[int, int]
    ranges: tuple[tuple[int, int], ...]

    @property
    def whole(self) -> bool:
        """Every packet of the protocol?"""
        top = 65535 if self.proto in PORTED else 255
        return self.sources == ALL_PORTS and any(low == 0 and high >= top for low, high in self.ranges)


@cache
def services(matches: tuple[Match, ...], family: int) -> tuple[Service, ...]:
    """Matches of one family, grouped for rule lists that take several ports at once."""
    groups: dict[tuple[int, tuple[int, int]], list[tuple[int, int]]] = defaultdict(list)
    for match in matches:
        if match.family in (0, family):
            groups[match.proto, (match.source_low, match.source_high)].append((match.low, match.high))
    return tuple(Service(proto, sources, tuple(ranges)) for (proto, sources), ranges in sorted(groups.items()))


class Entry(NamedTuple):
    """One source, one target, one protocol and port: what a hash set looks up at once."""

    source: str
    target: str
    proto: int
    port: int


MOST_ENTRIES = 256  # of one rule, in a set of single entries
WIDEST_RANGE = 16  # ranges of more ports stay ranges


def entries(rule: Rule, family: int) -> list[Entry]:
    """A rule that `is_plain` as single entries."""
    ports = _single_ports(rule.matches, family) or ()
    sources, targets = texts(rule.sources, family), texts(rule.targets, family)
    return [Entry(a, b, proto, port) for a in sources for b in targets for proto, port in ports]


def is_plain(rule: Rule, family: int) -> bool:
    """Is a rule made of hosts and few ports, and of nothing else?"""
    if rule.log or rule.when is not None or rule.whole_source or rule.whole_target:
        return False
    ports = _single_ports(rule.matches, family)
    if ports is None or not (_hosts(rule.sources, family) and _hosts(rule.targets, family)):
        return False
    # groups times groups times ports read better, and cost less, as one rule over two sets
    return len(rule.sources.of(family)) * len(rule.targets.of(family)) * len(ports) <= MOST_ENTRIES


@cache
def _single_ports(matches: tuple[Match, ...], family: int) -> tuple[tuple[int, int], ...] | None:
    """Protocols and single ports; None where they would be too many, or are none."""
    ports: list[tuple[int, int]] = []
    for match in matches:
        if match.family not in (0, family):
            continue
        few = match.high - match.low < WIDEST_RANGE
        if match.proto not in PORTED or not few or (match.source_low, match.source_high) != ALL_PORTS:
            return None
        ports += [(match.proto, port) for port in range(match.low, match.high + 1)]
    return tuple(ports)


def _hosts(addresses: Addresses, family: int) -> bool:
    """Few enough addresses to name each?"""
    return all(high == low for low, high in addresses.of(family))


def relevant(rule: Rule, family: int) -> bool:
    """Is there any packet of this family that the rule permits?"""
    if not rule.sources.of(family) or not rule.targets.of(family):
        return False
    return bool(services(rule.matches, family))


class Split(NamedTuple):
    """A pair's rules of one family: those that stay rules, and those that go into one set."""

    rules: list[Rule]
    listed: list[tuple[Entry, Rule]]


def split(rules: Iterable[Rule], family: int, few: int, lines: Callable[[Rule], int]) -> Split:
    """Put host-to-host rules into a set where they would make more than `few` lines; fewer read best as rules.

    `lines(rule)` is how many lines of the target's a rule makes.
    """
    found = [rule for rule in rules if relevant(rule, family)]
    plain = [] if sum(map(lines, found)) <= few else [rule for rule in found if is_plain(rule, family)]
    if sum(map(lines, plain)) <= few:
        return Split(found, [])
    listed: dict[Entry, Rule] = {}
    for rule in plain:
        for entry in entries(rule, family):
            listed.setdefault(entry, rule)
    stay = set(plain)
    return Split([rule for rule in found if rule not in stay], list(listed.items()))


def chunks(ranges: Iterable[tuple[int, int]], slots: int) -> Iterator[list[tuple[int, int]]]:
    """Ranges in lists of at most `slots`, where a range of more than one port takes two."""
    chunk: list[tuple[int, int]] = []
    used = 0
    for low, high in ranges:
        need = 1 if low == high else 2
        if used + need > slots:
            yield chunk
            chunk, used = [], 0
        chunk.append((low, high))
        used += need
    if chunk:
        yield chunk


def overlap(a: Rule, b: Rule) -> bool:
    """Could one session be covered by both, as conntrack sees it: ports kept apart, ICMP types not?"""
    if not meet(a.sources, b.sources) or not meet(a.targets, b.targets):
        return False
    return any(
        m.proto == n.proto and (m.proto not in PORTED or (m.low <= n.high and n.low <= m.high))
        for m in a.matches
        for n in b.matches
    )


def opening(rules: Iterable[Rule]) -> list[Rule]:
    """The rules that permit anything at any time: not those of grants that are over."""
    return [rule for rule in rules if rule.when != ()]


def tracked(rules: Iterable[Rule]) -> list[Rule]:
    """The rules, as far as conntrack tells their sessions from all others: it does not keep types of ICMP apart."""
    exact = (replace(rule, matches=tuple(match for match in rule.matches if _told_apart(match))) for rule in rules)
    return [rule for rule in exact if rule.matches]


def _told_apart(match: Match) -> bool:
    return match.proto not in (ICMP, ICMP6) or (match.low == 0 and match.high >= 255)


def timed(rules: Iterable[Rule], family: int) -> list[Rule]:
    """The rules of a family that hold at some times only."""
    return [rule for rule in rules if rule.when is not None and relevant(rule, family)]


def rivals(rules: Iterable[Rule], family: int) -> list[Rule]:
    """Standing rules that may cover sessions which a timed one opened: those go on after its end."""
    every = list(rules)
    ending = timed(every, family)
    return [
        rule
        for rule in every
        if rule.when is None and relevant(rule, family) and any(overlap(rule, other) for other in ending)
    ]
