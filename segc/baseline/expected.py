"""`[[expected-deny]]` of segc.toml against keys: what was seen, is not permitted, and shall be stopped."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from segc.baseline.judged import UNEXPLAINED, turned, unsure
from segc.baseline.words import service
from segc.checks.expected import ANY, named
from segc.lang.literals import BadLiteral, Range, addresses

if TYPE_CHECKING:
    from segc.baseline.covering import Covering, End
    from segc.baseline.judged import Judged
    from segc.baseline.ledger import Key
    from segc.baseline.store import Seen
    from segc.model.plant import Plant
    from segc.settings import Expected, Gate


class _Side:
    """A zone's name, an asset's (`zone.asset`, or its own), an address, a prefix or a range; nobody, where two have it."""

    def __init__(self, plant: Plant, name: str) -> None:
        self.name = name
        self.one = len(named(plant, name)) == 1
        self.span: Range | None = None
        with suppress(BadLiteral):
            self.span = addresses(name)

    def holds(self, end: End) -> bool:
        """Is an address meant?"""
        names = (end.asset.name, end.asset.path) if end.asset is not None else ()
        if self.one and (self.name == end.zone or self.name in names):
            return True
        span = self.span
        return span is not None and span.family == end.family and span.low <= end.value <= span.high


@dataclass
class Use:
    """An entry, how many keys that were seen it explains, and when the last of them was (microseconds since 1970)."""

    entry: Expected
    sides: tuple[_Side, _Side]
    keys: int = 0
    last: int | None = None

    def add(self, last: int) -> None:
        """One more key."""
        self.keys += 1
        self.last = max(last, self.last or 0)


class Expectations:
    """All entries; which of them speak of a key, and (`uses`) what each explained so far."""

    def __init__(self, gate: Gate, covering: Covering) -> None:
        plant = covering.plant
        self.uses = tuple(Use(one, (_Side(plant, one.source), _Side(plant, one.target))) for one in gate.expected)
        self._covering = covering

    def explain(self, seen: Seen, judged: Judged) -> bool:
        """May it be stopped? The entries that say so have explained a key, where the policy would stop it, or may."""
        found = self.of(seen.key)
        if judged.verdict in UNEXPLAINED and unsure(seen.proto, seen.grade) and not self.of(turned(seen.key)):
            return False  # it may be a session of the other end's, of which no entry speaks
        for use in found if judged.verdict in UNEXPLAINED or judged.shut.edge else ():
            use.add(seen.last)
        return bool(found)

    def of(self, key: Key) -> list[Use]:
        """The entries that say that a key may be stopped."""
        if not self.uses:
            return []
        a, b, told = self._covering.end(key.src), self._covering.end(key.dst), service(key)
        return [
            use
            for use in self.uses
            if use.entry.service in (ANY, told) and use.sides[0].holds(a) and use.sides[1].holds(b)
        ]
