"""How much it matters who talks to whom: by the border that is crossed, and by what could be done there."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from segc.baseline.draft.services import expanded
from segc.baseline.judged import Class
from segc.checks.levels import LINE, below, office, outside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from segc.baseline.judged import Judged
    from segc.baseline.ledger import Key
    from segc.model.plant import Plant, Service

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
        self.precious = [
            asset
            for zone in plant.zones.values()
            for asset in zone.assets
            if asset.criticality in ("high", "critical") or asset.safety
        ]

    def hints(self, judged: Judged) -> tuple[str, ...]:
        """The words of `HINTS` that hold of a key."""
        source = self.plant.zones.get(judged.source or "")
        target = self.plant.zones.get(judged.target or "")
        crossing = source is not target or source is None
        told = {
            "outside": any(zone is None or outside(zone) for zone in (source, target)),
            "office": source is not None
            and target is not None
            and any(office(a) and below(b, SITE) for a, b in ((source, target), (target, source))),
            "line": crossing and target is not None and below(target, LINE),
            "safety": crossing and target is not None and target.kind == "safety",
            "write": self.writes(judged.key),
            "critical": self._critical(judged.key),
        }
        return tuple(word for word, holds in told.items() if holds)

    def rank(self, judged: Judged) -> int:
        """The more hints, the higher; what the policy permits for sure or cannot see is lowest."""
        if judged.verdict is Class.INSIDE:
            return 0
        sure = judged.verdict is Class.PERMITTED and not judged.is_doubtful
        return len(self.hints(judged)) + (0 if sure else 3)

    def writes(self, key: Key) -> bool:
        """Could somebody write or program by this port?"""
        return (key.proto, key.port) in self.writing

    def _critical(self, key: Key) -> bool:
        from segc.baseline.draft.evidence import number

        address = number(key.dst)
        return any(asset.addresses.holds(*address) for asset in self.precious)


def cached(judge: Callable[[Key], Judged]) -> Callable[[Key], Judged]:
    """The same, each key judged once."""
    return cache(judge)
