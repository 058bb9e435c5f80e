"""What each sensor contributed to a baseline, and on which of its days it may have missed some."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from segc.baseline.ledger import MICROSECONDS_A_DAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from segc.baseline.manifest import Source


class Sensor(NamedTuple):
    """What a sensor contributed. `days` are those on which it saw anything (since 1970, UTC), `lost` those of them on which it
    may have missed some. `lossy`: it has no other days.
    """

    name: str
    days: tuple[int, ...]
    first: int
    last: int
    n: int
    lossy: bool
    lost: tuple[int, ...] = ()

    @property
    def counting(self) -> frozenset[int]:
        """The days on which what it did not see was not there; of one that has none, all."""
        return frozenset(self.days) if self.lossy else frozenset(self.days).difference(self.lost)


def sensors(
    sources: Sequence[Source], told: Iterable[tuple[str, int, int, int, int]], on: Iterable[tuple[str, int, int]]
) -> dict[str, Sensor]:
    """Every sensor by its name, also one whose logs told nothing. `told` and `on` are the answers to `SENSORS` and
    `SENSOR_DAYS` (`segc.baseline.sql`).
    """
    days: dict[str, list[int]] = {}
    lost: defaultdict[str, set[int]] = defaultdict(set)
    for name, day, lossy in sorted(on):
        days.setdefault(name, []).append(day)
        if lossy:
            lost[name].add(day)
    for source in sources:
        lost[source.sensor].update(_lost(source))
    found = {s.sensor: Sensor(s.sensor, (), 0, 0, 0, s.lossy) for s in sources}
    for name, _, first, last, n in told:
        missed = tuple(day for day in days[name] if day in lost[name])
        found[name] = Sensor(name, tuple(days[name]), first, last, n, len(missed) == len(days[name]), missed)
    return {name: found[name] for name in sorted(found)}


def _lost(source: Source) -> range:
    """The days that a lossy log is about: also those of which it tells nothing, since all of them may be lost."""
    if not source.lossy or source.first is None or source.last is None:
        return range(0)
    return range(source.first // MICROSECONDS_A_DAY, source.last // MICROSECONDS_A_DAY + 1)
