"""How much it matters who talks to whom: by the border that is crossed, and by what could be done there."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from segc.baseline.covering import parsed
from segc.baseline.draft.services import expanded
from segc.baseline.judged import Class
from segc.checks.levels import LINE, below, office, outside
from segc.model.addresses import FAMILIES, join
from segc.model.atoms import Axis

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from segc.baseline.judged import Judged
    from segc.baseline.ledger import Key
    from segc.model.plant import Plant, Service, Zone

SITE = 3
HINTS = {
    "outside": "one end is outside the plant",
    "office": "between the office side and the plant",
    "line": "into a zone of level 2 or below",
    "safety": "into a safety zone",
    "write": "the service can write or program",
    "critical": "to a machine of high criticality",
}


class Weights:
    """What is worth a look, for a plant and the services that are known."""

    def __init__(self, plant: Plant, services: Iterable[Service]) -> None:
        self.plant = plant
        self.writing = frozenset(
            atom
            for service in (*services, *plant.services.values())
            if {"write", "program"} & set(service.access)
            for atom in expanded(service.matches)
        )
        precious = join(
            asset.addresses
            for zone in plant.zones.values()
            for asset in zone.assets
            if asset.criticality in ("high", "critical") or asset.safety
        )
        self._precious = {family: Axis((0, *span) for span in precious.of(family)) for family in FAMILIES}
        self._borders: dict[tuple[str | None, str | None], tuple[str, ...]] = {}

    def hints(self, judged: Judged) -> tuple[str, ...]:
        """The words of `HINTS` that hold of a key."""
        words = self._between(judged.source, judged.target)
        if self.writes(judged.key):
            words += ("write",)
        return (*words, "critical") if self._critical(judged.key) else words

    def _between(self, source: str | None, target: str | None) -> tuple[str, ...]:
        """Those that hold of whatever goes from one zone to another. There are few pairs, and keys are many."""
        known = self._borders.get((source, target))
        if known is None:
            zones = self.plant.zones
            known = self._borders[source, target] = _border(zones.get(source or ""), zones.get(target or ""))
        return known

    def rank(self, judged: Judged) -> int:
        """The more hints, the higher; what the policy permits for sure or cannot see is lowest."""
        if judged.verdict in (Class.INSIDE, Class.RELATED):
            return 0
        sure = judged.verdict is Class.PERMITTED and not judged.is_doubtful
        return len(self.hints(judged)) + (0 if sure else 3)

    def writes(self, key: Key) -> bool:
        """Could somebody write or program by this port?"""
        return (key.proto, key.port) in self.writing

    def _critical(self, key: Key) -> bool:
        family, value = parsed(key.dst)
        return bool(self._precious[family].at(value))


def _border(source: Zone | None, target: Zone | None) -> tuple[str, ...]:
    crossing = source is not target or source is None
    told = {
        "outside": any(zone is None or outside(zone) for zone in (source, target)),
        "office": source is not None
        and target is not None
        and any(office(a) and below(b, SITE) for a, b in ((source, target), (target, source))),
        "line": crossing and target is not None and below(target, LINE),
        "safety": crossing and target is not None and target.kind == "safety",
    }
    return tuple(word for word, holds in told.items() if holds)


def cached(judge: Callable[[Key], Judged]) -> Callable[[Key], Judged]:
    """The same, each key judged once."""
    return cache(judge)
