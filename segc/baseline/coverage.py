"""How many of the machines that talk in a conduit's zones are declared: what nobody declared, nobody has thought of.

A zone that declares no machine at all is let in as a whole, and is not asked. Nor is a machine of which all sessions may be
stopped (`[[expected-deny]]`): somebody has spoken of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from segc.baseline.inventory import talkers

if TYPE_CHECKING:
    from segc.baseline.compare import Comparison
    from segc.baseline.store import Ledger
    from segc.model.plant import Conduit, Plant


class Share(NamedTuple):
    """So many of the machines that talk are declared, and these addresses are not."""

    known: int
    unknown: tuple[str, ...]

    @property
    def value(self) -> float:
        """0 to 1; 1 where nobody talks."""
        return self.known / self.total if self.total else 1.0

    @property
    def total(self) -> int:
        """How many talk."""
        return self.known + len(self.unknown)


@dataclass(frozen=True, slots=True)
class Coverage:
    """By zone, how many that talk are declared, and the addresses of those that are not."""

    plant: Plant
    known: dict[str, int]
    unknown: dict[str, list[str]]

    def of(self, conduit: Conduit) -> Share:
        """In the two zones of a conduit."""
        names = [zone.name for zone in (conduit.source, conduit.target) if zone.assets]
        lost = sorted(address for name in names for address in self.unknown.get(name, ()))
        return Share(sum(self.known.get(name, 0) for name in names), tuple(lost))


def coverage_of(compared: Comparison, ledger: Ledger) -> Coverage:
    """Ask a baseline."""
    plain = {end for e in compared.entries if not e.expected for end in (e.seen.src, e.seen.dst)}
    excused = {end for e in compared.entries if e.expected for end in (e.seen.src, e.seen.dst)} - plain
    known: dict[str, int] = {}
    unknown: dict[str, list[str]] = {}
    for address, end in talkers(compared.plant, compared.classifier.covering, ledger).items():
        if end.zone is None:
            continue
        if end.asset is not None:
            known[end.zone] = known.get(end.zone, 0) + 1
        elif address not in excused:
            unknown.setdefault(end.zone, []).append(address)
    return Coverage(compared.plant, known, unknown)
