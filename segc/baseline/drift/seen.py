"""What drift reads from a ledger: each key by the day, sensors merged, and its hours."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from segc.baseline.judged import unsure
from segc.baseline.ledger import Key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from segc.baseline.crowds import Crowd
    from segc.baseline.engine.protocol import Value
    from segc.baseline.store import Ledger

DAILY = """
SELECT p.src, p.dst, p.proto, p.port, p.day, MAX(p.n), MAX(p.bytes), MAX(p.answered),
  MAX(p.n) - MAX(p.n - p.unanswered), MIN(p.first), MAX(p.last), MIN(p.lossy),
  MAX(p.grade)
FROM per_sensor p
WHERE p.noise = 0
GROUP BY p.src, p.dst, p.proto, p.port, p.day
"""


class Day(NamedTuple):
    """A key on a day (days since 1970, UTC); times in microseconds since 1970."""

    day: int
    n: int
    bytes: int
    answered: int
    unanswered: int
    first: int
    last: int
    lossy: int

    @property
    def period(self) -> float | None:
        """Seconds from one conversation to the next, on average; None for less than four."""
        return (self.last - self.first) / 1e6 / (self.n - 1) if self.n >= 4 and self.last > self.first else None


@dataclass(frozen=True, slots=True)
class History:
    """All that is known of the keys, and until when each sensor saw anything (microseconds since 1970).

    `unsure`: nothing tells which end of these opened.
    """

    days: Mapping[Key, list[Day]]
    hours: Mapping[Key, Mapping[int, int]]
    sensors: Mapping[Key, frozenset[str]]
    until: Mapping[str, int]
    all_days: tuple[int, ...] = field(default=())
    crowds: Mapping[str, Crowd] = field(default_factory=dict)
    unsure: frozenset[Key] = frozenset()


def history(ledger: Ledger) -> History:
    """Read a ledger."""
    with ledger.engine() as engine:
        ledger.need("per_sensor")
        found, doubtful = by_key(engine.get(ledger.reading(DAILY)))
    until = {name: sensor.last for name, sensor in ledger.sensors().items()}
    return History(found, ledger.hours(found), ledger.who_saw(), until, ledger.days(), ledger.crowds, doubtful)


def by_key(rows: Iterable[tuple[Value, ...]]) -> tuple[dict[Key, list[Day]], frozenset[Key]]:
    """What `DAILY` answers, by key; and those of which no day tells who opened."""
    found: dict[Key, list[Day]] = {}
    doubtful: dict[Key, bool] = {}
    for *row, grade in sorted(rows):
        key = Key(*row[:4])  # type: ignore[arg-type]
        found.setdefault(key, []).append(Day(*row[4:]))  # type: ignore[arg-type]
        doubtful[key] = doubtful.get(key, True) and unsure(key.proto, int(grade or 0))
    return found, frozenset(key for key, is_so in doubtful.items() if is_so)
