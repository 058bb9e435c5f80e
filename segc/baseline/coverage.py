"""How many of the machines that talk in a conduit's zones are declared: what nobody declared, nobody has thought of.

A zone that declares no machine at all is let in as a whole, and is not asked. Nor is a machine of which all sessions may be
stopped (`[[expected-deny]]`): somebody has spoken of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from segc.baseline.inventory import talkers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from segc.baseline.compare import Comparison
    from segc.baseline.crowds import Crowd
    from segc.baseline.store import Ledger
    from segc.model.plant import Conduit, Plant


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
        more = sum(self.crowds[address].talking - 1 for address in lost if address in self.crowds)
        return Share(sum(self.known.get(name, 0) for name in names), tuple(lost), more)


def coverage_of(compared: Comparison, ledger: Ledger) -> Coverage:
    """Ask a baseline."""
    plain = {end for e in compared.entries if not e.expected for end in (e.seen.src, e.seen.dst)}
    excused = {end for e in compared.entries if e.expected for end in (e.seen.src, e.seen.dst)} - plain
    known: dict[str, int] = {}
    unknown: dict[str, list[str]] = {}
    for address, end in talkers(compared.plant, compared.classifier.covering, ledger).items():
        if end.zone is None:
            continue
        if end.is_known:
            known[end.zone] = known.get(end.zone, 0) + 1
        elif address not in excused:
            unknown.setdefault(end.zone, []).append(address)
    return Coverage(compared.plant, known, unknown, compared.crowds)
