"""The detectors. Each says what it saw, and the numbers that it rests on.

In a plant the same machines ask one another the same things at the same pace for years. So what counts is a new
talker, one that is silent, and a pace that is another one; a regular pace alone means nothing but a poll.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import log1p
from statistics import median
from typing import TYPE_CHECKING

from segc.baseline.drift.measures import FAR, FEWEST_STAMPS, HOUR, far, gaps, regularity, spread, stamps
from segc.baseline.judged import UNEXPLAINED, Class

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from segc.baseline.drift.days import Day
    from segc.baseline.drift.seen import History
    from segc.baseline.judged import Judged
    from segc.baseline.ledger import Key

Number = int | float | str | None
SILENT = 3  # times its own median gap
LEAST_DAYS = 5  # on which a key must have been seen before its rhythm is known
LEAST_SPREAD = log1p(0.1)  # volumes closer than a tenth are the same
SHIFT = 0.2  # share by which a period must differ
BEACON = 0.8
RARE = ("rare", "emergency", "failover")
ORDER = ("new-talker", "new-pair", "new-service", "beacon", "vanished", "period", "volume")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is different. `rank` orders within a kind: the greater, the sooner somebody should look."""

    kind: str
    judged: Judged
    rank: int
    said: str
    numbers: dict[str, Number]
    sensors: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        """The key that it is about."""
        return self.judged.key


class Drift:
    """Compares what was seen from a day on (`since`, days since 1970) with all before."""

    def __init__(
        self, seen: History, judge: Callable[[Key], Judged], weight: Callable[[Judged], int], since: int
    ) -> None:
        self.seen = seen
        self.judge = judge
        self.weight = weight
        self.since = since

    def before(self, key: Key) -> list[Day]:
        """The days before, on which a key was seen."""
        return [day for day in self.seen.days[key] if day.day < self.since]

    def after(self, key: Key) -> list[Day]:
        """The days since, on which a key was seen."""
        days = self.seen.days[key]
        return [day for day in days if day.day >= self.since] if days[-1].day >= self.since else []

    def changes(self) -> list[Change]:
        """All changes: by kind, then by rank, then by key."""
        fresh = (beacon for beacon, came_before in self._beacons if not came_before)
        return _sorted([*self.new(), *self.vanished(), *self.periods(), *self.volumes(), *fresh])

    def standing(self) -> list[Change]:
        """Beacons that came at this pace before the day, too: unexplained, and no change."""
        return _sorted(beacon for beacon, came_before in self._beacons if came_before)

    @cached_property
    def _beacons(self) -> list[tuple[Change, bool]]:
        """All of them, each with whether it came at this pace before."""
        return [(beacon, self._came_before(beacon.key, usual)) for beacon, usual in self.beacons()]

    def _came_before(self, key: Key, usual: float) -> bool:
        """Two stamps tell a pace; a machine that came once, or at odd times, and is regular now has changed."""
        hours = self.seen.hours.get(key, {})
        before = gaps(stamps({day: mask for day, mask in hours.items() if day < self.since}))
        return bool(before) and abs(median(before) - usual) <= SHIFT * usual

    def new(self) -> Iterator[Change]:
        """Keys that were never seen before: of a machine that never spoke, of two that never met, or just these ports."""
        fresh = [key for key, days in self.seen.days.items() if days[0].day >= self.since]
        old = self.seen.days.keys() - fresh
        talkers = {end for key in old for end in (key.src, key.dst)}
        pairs = {(key.src, key.dst) for key in old}
        for key in fresh:
            days = list(self.seen.days[key])
            met = (key.src, key.dst) in pairs
            kind = "new-service" if met else "new-pair" if key.src in talkers else "new-talker"
            answered = sum(day.answered for day in days)
            unanswered = sum(day.unanswered for day in days)
            numbers: dict[str, Number] = {
                "conversations": sum(day.n for day in days),
                "answered": answered,
                "unanswered": unanswered,
                "days": len(days),
                "first": days[0].first,
                "last": days[-1].last,
            }
            said = {
                "new-talker": f"{key.src} had opened nothing before",
                "new-pair": f"{key.src} and {key.dst} had not met before",
                "new-service": f"{key.src} had asked {key.dst} for other services only",
            }[kind]
            yield self._change(kind, key, said, numbers)

    def vanished(self) -> Iterator[Change]:
        """Keys that have been silent for more than three times their median gap, though a sensor would have seen them."""
        for key, days in self.seen.days.items():
            if len(days) < LEAST_DAYS or all(day.lossy for day in days):
                continue  # nobody knows its rhythm, or the sensor may have missed it
            times = stamps(self.seen.hours.get(key, {}))
            if len(times) < FEWEST_STAMPS:
                continue
            until = (
                max((self.seen.until.get(name, 0) for name in self.seen.sensors.get(key, ())), default=0) // 1_000_000
            )
            usual, silence = median(gaps(times)), until - days[-1].last // 1_000_000
            longest = max(gaps(times))
            if silence <= SILENT * usual or silence <= longest:
                continue
            judged = self.judge(key)
            if judged.verdict is Class.PERMITTED and judged.flows and all(f.facts.expect in RARE for f in judged.flows):
                continue
            numbers: dict[str, Number] = {
                "silent_seconds": silence,
                "median_gap_seconds": usual,
                "longest_gap_seconds": longest,
                "days": len(days),
                "last": days[-1].last,
            }
            said = f"silent for {span(silence)}; it came every {span(usual)}, and never stayed away for {span(longest + 1)}"
            yield self._change("vanished", key, said, numbers)

    def periods(self) -> Iterator[Change]:
        """Keys that come at another pace than they did."""
        for key, old, new in self._both():
            was = [period for day in old if (period := day.period) is not None]
            now = [period for day in new if (period := day.period) is not None]
            if len(was) < LEAST_DAYS or not now:
                continue
            of, value = spread(was), median(now)
            z = far(value, of, of.median * 0.01)
            if abs(z) <= FAR or abs(value - of.median) <= SHIFT * of.median:
                continue
            numbers: dict[str, Number] = {
                "was_seconds": round(of.median, 3),
                "mad_seconds": round(of.mad, 3),
                "is_seconds": round(value, 3),
                "z": round(z, 1),
                "days": len(was),
            }
            yield self._change("period", key, f"every {span(value)}, and was every {span(of.median)}", numbers)

    def volumes(self) -> Iterator[Change]:
        """Keys that carried far more or less on a day than on the same days of the week, or on all days, before."""
        for key, old, new in self._both():
            worst: tuple[float, Day, float, int] | None = None
            for day in new:
                alike = [log1p(d.bytes) for d in old if d.bytes and d.day % 7 == day.day % 7]
                values = alike if len(alike) >= LEAST_DAYS - 2 else [log1p(d.bytes) for d in old if d.bytes]
                if len(values) < LEAST_DAYS - 2 or not day.bytes or len(old) < LEAST_DAYS:
                    continue
                of = spread(values)
                z = far(log1p(day.bytes), of, LEAST_SPREAD)
                if self._partial(day.day) and z < 0:
                    continue
                if abs(z) > FAR and (worst is None or abs(z) > abs(worst[0])):
                    worst = z, day, of.median, len(values)
            if worst is not None:
                z, day, middle, count = worst
                usual = round(2.718281828459045**middle - 1)
                numbers: dict[str, Number] = {
                    "bytes": day.bytes, "median_bytes": usual, "z": round(z, 1), "days": count, "day": day.day
                }  # fmt: skip
                yield self._change("volume", key, f"{day.bytes:,} bytes on a day, and usually {usual:,}", numbers)

    def beacons(self) -> Iterator[tuple[Change, float]]:
        """What no flow permits for sure and comes at a steady pace (seconds) with like sizes. Times are known by the hour."""
        for key, days in self.seen.days.items():
            hours = self.seen.hours.get(key, {})
            if days[-1].day < self.since or sum(mask.bit_count() for mask in hours.values()) < FEWEST_STAMPS:
                continue
            judged = self.judge(key)
            if judged.verdict not in UNEXPLAINED and not judged.is_doubtful:
                continue
            times = stamps(hours)
            steps = gaps(times)
            sizes = [day.bytes / day.n for day in days if day.bytes and day.n]
            pace = regularity(steps)
            alike = regularity(sizes) if len(sizes) >= FEWEST_STAMPS else None
            score = pace if alike is None else (pace + alike) / 2
            if score < BEACON:
                continue
            usual = median(steps)
            numbers: dict[str, Number] = {
                "score": round(score, 2),
                "pace": round(pace, 2),
                "sizes": None if alike is None else round(alike, 2),
                "stamps": len(times),
                "median_gap_seconds": usual,
            }
            said = f"comes every {span(usual)}, in {len(times)} hours"
            yield self._change("beacon", key, said, numbers), usual

    def _both(self) -> Iterator[tuple[Key, list[Day], list[Day]]]:
        for key, days in self.seen.days.items():
            if len(days) <= LEAST_DAYS:
                continue
            old, new = self.before(key), self.after(key)
            if new and len(old) >= LEAST_DAYS:
                yield key, old, new

    def _partial(self, day: int) -> bool:
        """The last day may not be over in the logs: less than usual means nothing then."""
        return bool(self.seen.all_days) and day == self.seen.all_days[-1]

    def _change(self, kind: str, key: Key, said: str, numbers: dict[str, Number]) -> Change:
        judged = self.judge(key)
        sensors = tuple(sorted(self.seen.sensors.get(key, ())))
        return Change(kind, judged, self.weight(judged), said, numbers, sensors)


def _sorted(found: Iterable[Change]) -> list[Change]:
    return sorted(found, key=lambda c: (ORDER.index(c.kind), -c.rank, c.key))


def since_default(days: Iterable[int]) -> int:
    """The last seven days of what was learned."""
    listed = sorted(days)
    return listed[-1] - 6 if listed else 0


def span(seconds: float) -> str:
    """A duration as people say it, to two figures."""
    for unit, size in (("days", 86_400), ("hours", HOUR), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} s" if seconds >= 1 else f"{seconds * 1000:.3g} ms"


def counts(changes: Iterable[Change]) -> Mapping[str, int]:
    """How many there are of each kind."""
    found = dict.fromkeys(ORDER, 0)
    for change in changes:
        found[change.kind] += 1
    return found
