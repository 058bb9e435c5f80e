"""The rules of one firewall, before any vendor's words: grouped, placed, each with its source line."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from segc.model.addresses import Addresses, join

if TYPE_CHECKING:
    from segc.model.clock import Interval
    from segc.model.plant import Endpoint, Firewall, Match, Service
    from segc.source import Span

# The classes of what is recorded, as log prefixes carry them; the small letters
# are packets that came in where their source does not lie.
ALERTED, BLOCKED, LOGGED = "A", "B", "L"
ALERTED_ASTRAY, BLOCKED_ASTRAY = "a", "b"
PREFIX = "segc:"
LONGEST_PREFIX = 29  # iptables LOG cuts the rest off without a word


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """Sessions that a flow permits between one ordered pair of zones, sources times targets times matches.

    `whole_source` and `whole_target` say that the side is its zone's every
    address, which the dispatch has tested already. `when` is None for standing
    flows; else the rule holds in those intervals only (in none, once a grant is over).
    `source_ends`, `target_ends` (empty for a firewall's own addresses) and `services`
    are what the flow names, for targets whose users expect to find these names again. `shut`: of a grant that was
    killed, in a pair that is in monitor: what no other rule permits of it is stopped there.
    """

    id: str
    within: str
    text: str
    span: Span
    sources: Addresses
    targets: Addresses
    matches: tuple[Match, ...]
    log: bool = False
    when: tuple[Interval, ...] | None = None
    whole_source: bool = False
    whole_target: bool = False
    source_ends: tuple[Endpoint, ...] = ()
    target_ends: tuple[Endpoint, ...] = ()
    services: tuple[Service, ...] = ()
    granted: bool = False
    shut: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """An ordered pair of zones on one firewall. `target` is None for addresses that no zone owns.

    `plain`: nothing on the way may look into its packets (`inspect forbid`, or a `latency` that leaves no time for it).
    """

    id: str
    source: str
    target: str | None
    mode: str
    rules: tuple[Rule, ...]
    plain: bool = False

    @property
    def shut(self) -> tuple[Rule, ...]:
        """What is stopped before the pair's monitor lets it pass: it stands behind all that is permitted."""
        return tuple(rule for rule in self.rules if rule.shut)


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """A zone as one firewall sees it: what it owns, and the interfaces behind which it lies."""

    zone: str
    own: Addresses
    ingress: tuple[str, ...]
    passes: bool  # traffic inside the zone may cross this firewall


@dataclass(frozen=True, slots=True, eq=False)
class Other:
    """What happens to packets towards a zone of which no pair speaks."""

    id: str
    zone: str | None
    own: Addresses
    mode: str


@dataclass(frozen=True, slots=True, eq=False)
class Local:
    """Traffic to the firewall itself: who may manage it, and what happens to the rest."""

    id: str
    mode: str
    rules: tuple[tuple[Rule, tuple[str, ...]], ...]


@dataclass(frozen=True, eq=False)
class RuleSet:
    """Everything that one firewall must do. The verdict of a packet that opens a session:

    1. source in a side's zone, arrived where it lies: the pair's rules, or pass inside the zone;
    2. else the pair's mode, where there is a pair; in monitor what it has shut is stopped;
    3. else the mode of the first `others` entry that owns the target, else `rest`.
    """

    firewall: Firewall
    sides: tuple[Side, ...]
    pairs: tuple[Pair, ...]
    others: tuple[Other, ...]
    rest: Other
    local: Local | None
    targets: dict[str, Addresses]  # what the target zones of pairs own
    ingress: dict[str, tuple[str, ...]]  # behind which interfaces these zones lie

    def side(self, zone: str) -> Side | None:
        """A zone as this firewall sees it."""
        return self._sides.get(zone)

    def pairs_from(self, side: Side, *families: int) -> list[Pair]:
        """The pairs that packets of these families from a side's zone may belong to."""
        pairs = self._pairs.get(side.zone, ())
        return [pair for pair in pairs if any(self.possible(pair, family) for family in families)]

    def towards(self, pair: Pair) -> Addresses:
        """Where a pair's packets go: what its zone owns, or the rules' targets where nobody owns them."""
        if pair.target is not None:
            return self.targets[pair.target]
        return join(rule.targets for rule in pair.rules)

    def possible(self, pair: Pair, family: int) -> bool:
        """Can a packet of this family belong to the pair?"""
        side = self.side(pair.source)
        return bool(side and side.own.of(family) and self.towards(pair).of(family))

    @property
    def monitors_only(self) -> bool:
        """Is there nothing that this firewall would ever stop?"""
        if any(pair.shut for pair in self.pairs):
            return False
        return self._modes | ({self.local.mode} if self.local is not None else set()) == {"monitor"}

    @property
    def enforces_only(self) -> bool:
        """Is there nothing that this firewall would only record?"""
        return self._modes == {"enforce"}

    @cached_property
    def _sides(self) -> dict[str, Side]:
        return {side.zone: side for side in self.sides}

    @cached_property
    def _pairs(self) -> dict[str, list[Pair]]:
        """Pairs by their source."""
        found: dict[str, list[Pair]] = {}
        for pair in self.pairs:
            found.setdefault(pair.source, []).append(pair)
        return found

    @cached_property
    def _modes(self) -> frozenset[str]:
        return frozenset([*(pair.mode for pair in self.pairs), *(other.mode for other in self.others), self.rest.mode])
