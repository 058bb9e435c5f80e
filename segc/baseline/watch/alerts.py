"""Observations to alerts: the classes of a comparison, one alert a key and hour, and no more memory than set."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from segc.baseline import noise
from segc.baseline.compare import PLAIN
from segc.baseline.expected import Expectations
from segc.baseline.judged import UNEXPLAINED, unsure
from segc.baseline.ledger import MICROSECONDS_A_DAY, Key
from segc.baseline.observed import Noise, Said
from segc.baseline.recorded import at_once, held
from segc.baseline.scans import passes
from segc.baseline.times import hours_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.baseline.classify import Classifier
    from segc.baseline.judged import Judged
    from segc.baseline.observed import Observed
    from segc.settings import Gate

HOUR = 3_600_000_000  # microseconds
MOST = 100_000  # keys that are remembered
QUIET = (Noise.MULTICAST, Noise.BROADCAST, Noise.LINK_LOCAL)


@dataclass(frozen=True, slots=True)
class Alert:
    """What the policy does not explain. `one` is the latest observation; `count` conversations since the last alert."""

    one: Observed
    judged: Judged
    first: int
    count: int
    noise: Noise


@dataclass(slots=True)
class _Told:
    """A key of which an alert was given at `since`, and what came after."""

    since: int
    judged: Judged
    last: Observed
    noise: Noise
    first: int = 0
    count: int = 0


class Alerts:
    """Judges observations as they come. Time is the log's own, so that an old log gives the same alerts as a live one."""

    def __init__(
        self, classifier: Classifier, nets: tuple[tuple[int, int], ...] = (), most: int = MOST, gate: Gate = PLAIN
    ) -> None:
        self.classifier = classifier
        self._expected = Expectations(gate, classifier.covering)
        self.nets = nets
        self.most = most
        self.seen = 0
        self._told: OrderedDict[Key, _Told] = OrderedDict()
        self._judge = lru_cache(maxsize=most)(classifier.judge)

    def put(self, one: Observed) -> Iterator[Alert]:
        """Alerts that an observation brings: about itself, and about others whose hour is over."""
        self.seen += one.n
        yield from self._over(one.last)
        key = Key(one.src, one.dst, one.proto, one.dport)
        kind = noise.of(one, self.nets)
        if kind in QUIET and not passes(self.classifier.covering, key, one.said):
            return
        self.classifier.forget(self.most)  # whoever makes addresses up must not fill our memory
        either = unsure(one.proto, one.grade)
        recorded = one.said == Said.RECORDED
        judged = self._judge(key, either=either, recorded=recorded)
        if judged.grant is not None:
            hours = self.classifier.judge(key, hours_of(one.first, one.last), either=either, recorded=recorded)
            judged = self.classifier.began(hours, one.first)
        told_so = at_once(one)
        if told_so is not None:
            judged = held(self.classifier, judged, told_so, one.last // MICROSECONDS_A_DAY)
        if judged.verdict not in UNEXPLAINED or self._expected.of(key):
            return
        told = self._told.get(key)
        if told is not None:
            told.first = told.first or one.first
            told.last, told.judged, told.noise = one, judged, kind
            told.count += one.n
            return
        self._told[key] = _Told(one.last, judged, one, kind)
        yield Alert(one, judged, one.first, one.n, kind)
        while len(self._told) > self.most:
            _, oldest = self._told.popitem(last=False)
            yield from _rest(oldest)

    def end(self) -> Iterator[Alert]:
        """What was counted and not yet told."""
        for told in self._told.values():
            yield from _rest(told)
        self._told.clear()

    def _over(self, now: int) -> Iterator[Alert]:
        """The keys whose hour is over, the oldest first. A clock that jumps back ends the hour, too."""
        while self._told:
            key, told = next(iter(self._told.items()))
            if 0 <= now - told.since < HOUR:
                return
            del self._told[key]
            if told.count:
                yield from _rest(told)
                self._told[key] = _Told(now, told.judged, told.last, told.noise)


def _rest(told: _Told) -> Iterator[Alert]:
    if told.count:
        yield Alert(told.last, told.judged, told.first, told.count, told.noise)
