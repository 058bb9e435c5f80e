"""How many of the machines that talk in a conduit's zones are declared: what nobody declared, nobody has thought of.

A zone that declares no machine at all is let in as a whole, and is not asked. Nor is a machine of which all that it did may
be stopped (`[[expected-deny]]`), sessions, attempts and scans: somebody has spoken of it. An address that only tried, on one
day, and that nobody answered, need be no machine's (`_is_sure`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from segc.baseline.expected import Expectations
from segc.baseline.inventory import talkers
from segc.baseline.ledger import MICROSECONDS_A_DAY
from segc.baseline.observed import Noise
from segc.baseline.scans import is_of_a_net
from segc.words import count, plural

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from segc.baseline.compare import Comparison
    from segc.baseline.covering import Covering
    from segc.baseline.crowds import Crowd
    from segc.baseline.store import Ledger, Seen
    from segc.model.plant import Conduit, Plant
    from segc.settings import Gate

NO_SESSIONS = frozenset({Noise.MULTICAST, Noise.BROADCAST, Noise.LINK_LOCAL})


class Share(NamedTuple):
    """So many of the machines that talk are declared, and these addresses are not; nor are `more` of their crowds."""

    known: int
    unknown: tuple[str, ...]
    more: int = 0

    @property
    def value(self) -> float:
        """0 to 1; 1 where nobody talks."""
        return self.known / self.total if self.total else 1.0

    @property
    def total(self) -> int:
        """How many talk."""
        return self.known + len(self.unknown) + self.more

    @property
    def told(self) -> str:
        """The same in words."""
        are = plural(self.total, "that talks in its zones is", "that talk in its zones are")
        return f"{self.known:,} of {count(self.total, 'machine')} {are} declared"


@dataclass(frozen=True, slots=True)
class Coverage:
    """By zone, how many that talk are declared, and the addresses of those that are not. Some are crowds."""

    plant: Plant
    known: dict[str, int]
    unknown: dict[str, list[str]]
    crowds: Mapping[str, Crowd]

    def of(self, conduit: Conduit) -> Share:
        """In the two zones of a conduit."""
        names = [zone.name for zone in (conduit.source, conduit.target) if zone.assets]
        lost = sorted(address for name in names for address in self.unknown.get(name, ()))
        more = sum(self.crowds[address].sure - 1 for address in lost if address in self.crowds)
        return Share(sum(self.known.get(name, 0) for name in names), tuple(lost), more)


def coverage_of(compared: Comparison, ledger: Ledger, gate: Gate) -> Coverage:
    """Ask a baseline. `gate` says what may be stopped."""
    covering = compared.classifier.covering
    expectations = Expectations(gate, covering)
    known: dict[str, int] = {}
    unknown: dict[str, list[str]] = {}
    for address, (end, keys) in talkers(compared.plant, covering, ledger).items():
        crowd = compared.crowds.get(address)
        if end.zone is None or not (crowd.sure if crowd else _is_sure(address, keys)):
            continue
        if end.is_known:
            known[end.zone] = known.get(end.zone, 0) + 1
        elif not _is_excused(expectations, [one for one in keys if _may_be_stopped(covering, one)]):
            unknown.setdefault(end.zone, []).append(address)
    return Coverage(compared.plant, known, unknown, compared.crowds)


def _is_sure(address: str, keys: Sequence[Seen]) -> bool:
    """Is there certainly a machine? It answered, was answered or may have been, or came on two days.

    Packets show no more of who sent them than he wrote into them, and a storm of made-up sources comes once. `sql.ENDS`
    says the same of crowds.
    """
    if any(one.dst == address or one.unanswered < one.there for one in keys):
        return True
    first, last = min(one.first for one in keys), max(one.last for one in keys)
    return first // MICROSECONDS_A_DAY < last // MICROSECONDS_A_DAY


def _is_excused(expectations: Expectations, keys: Sequence[Seen]) -> bool:
    """May all be stopped that a machine did, whether anybody answered it or not?"""
    return bool(keys) and all(expectations.of(one.key) for one in keys)


def _may_be_stopped(covering: Covering, seen: Seen) -> bool:
    """Groups, broadcasts and what stays on a link pass no firewall; what another zone sends to a network's end may."""
    if seen.noise not in NO_SESSIONS:
        return True
    return is_of_a_net(seen) and covering.end(seen.src).zone != covering.end(seen.dst).zone
