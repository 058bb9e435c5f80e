"""A baseline against a plant: every key with its class, sorted by what must be explained first."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from segc.baseline.classify import Classifier
from segc.baseline.crowds import alike
from segc.baseline.expected import Expectations
from segc.baseline.judged import RECORDED, UNEXPLAINED, Class, unsure
from segc.baseline.observed import Noise, Said
from segc.baseline.recorded import stopped
from segc.baseline.related import is_error, related
from segc.baseline.scans import Returning, acquit, all_judged, first_judged, is_aside
from segc.baseline.watching import Days, Watching, watching
from segc.settings import Gate

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from segc.baseline.crowds import Crowd
    from segc.baseline.expected import Use
    from segc.baseline.judged import Judged
    from segc.baseline.ledger import Key
    from segc.baseline.sensors import Sensor
    from segc.baseline.store import Ledger, Seen
    from segc.model.plant import Asset, Plant


Zones = tuple[str | None, str | None]  # who opens, and who is asked

PLAIN = Gate()


class Entry(NamedTuple):
    """A key, what was seen of it and what the policy says. `expected`: somebody has said that it may be stopped."""

    seen: Seen
    judged: Judged
    expected: bool = False

    @property
    def is_stopped(self) -> bool:
        """Would enforcing stop it, unless the policy is changed? What a device stops already is not counted, but what
        ours stopped and the policy permits.
        """
        return self.judged.verdict in UNEXPLAINED and (
            self.seen.said != Said.STOPPED or self.judged.verdict in RECORDED
        )

    @property
    def is_unexplained(self) -> bool:
        """Would enforcing stop it, and has nobody said that it may?"""
        return self.is_stopped and not self.expected

    @property
    def is_lapsed(self) -> bool:
        """Was it permitted, and would be stopped by now, since the grant that permitted it is over?"""
        return self.judged.is_lapsed and self.seen.said != Said.STOPPED

    @property
    def is_unsure(self) -> bool:
        """Does nobody know whether it came while a grant was open, and has nobody said that it may be stopped?"""
        return self._is_edge and not self.expected

    @property
    def _is_edge(self) -> bool:
        return self.judged.is_doubtful and self.seen.said != Said.STOPPED

    @property
    def is_either_way(self) -> bool:
        """May either end have opened it, as far as anything tells, and is that not permitted, or not surely?"""
        return unsure(self.seen.proto, self.seen.grade) and (self.is_stopped or self._is_edge)

    def pairs(self) -> tuple[Zones, ...]:
        """The pairs of zones between which it counts: both, where it may be a session of either."""
        there, back = (self.judged.source, self.judged.target), (self.judged.target, self.judged.source)
        return (there, back) if self.is_either_way and there != back else (there,)


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that a baseline holds, judged for a plant. `attempts` are keys that nobody ever answered, `noise` what is kept
    and never learned. `expected` are the entries of `[[expected-deny]]`, with what each explains of all that was seen.

    `aside` are keys that are no evidence for a flow, and that enforcing would stop all the same: what answered a scanner,
    or may have (a log may not tell), which may be a machine that polls a line of which most is switched off; and UDP
    that keeps coming though nobody answers, which telemetry of a vendor's own does. `unanswered` are permitted attempts,
    `crowds` addresses that stand for many (`segc.baseline.crowds`). `lapsed` is what grants permitted that are over; of what
    nobody answers, only what keeps coming.
    """

    plant: Plant
    at: datetime
    classifier: Classifier
    digest: str
    days: tuple[int, ...]
    sensors: dict[str, Sensor]
    entries: tuple[Entry, ...]
    attempts: tuple[Entry, ...]
    noise: dict[Noise, tuple[Seen, ...]]
    aside: tuple[Entry, ...] = ()
    expected: tuple[Use, ...] = ()
    crowds: Mapping[str, Crowd] = field(default_factory=dict)
    watching: Watching = field(default_factory=Watching)
    unanswered: tuple[Entry, ...] = ()
    lapsed: tuple[Entry, ...] = ()

    def watched(self, names: Iterable[str], zones: Collection[str | None], apart: int) -> Days:
        """The days on which any of these sensors watched the zones (`segc.baseline.watching`) and lost nothing, since only
        such days show silence. Where all of them lose some on each of their days, all days, for what was seen.

        Days after the moment that is asked for do not count: a clock may be ahead, or a question about the past.
        """
        return self.watching.days((one.name for one in self._sound(names)), zones, self._today, apart)

    def lost(self, names: Collection[str], zones: Collection[str | None], apart: int) -> frozenset[int]:
        """The days that would have counted as well if no sensor had lost anything on them."""
        sound = [one.name for one in self._sound(names)]
        every = self.watching.days(names, zones, self._today, apart, lossy=True)
        return every.utc - self.watching.days(sound, zones, self._today, apart).utc

    def missed(self, names: Iterable[str], zones: Collection[str | None], apart: int) -> Days:
        """The days that would have counted as well if no other sensor had seen what these did not see."""
        if not self.watching.met:
            return Days()
        sound = [one.name for one in self._sound(names)]
        every = self.watching.days(sound, zones, self._today, apart, missing=True)
        counting = self.watching.days(sound, zones, self._today, apart)
        return Days(every.utc - counting.utc, every.dates - counting.dates)

    def overlooks(self, name: str, zones: Collection[str | None]) -> bool:
        """Has another sensor seen a session between these zones on a day on which this one saw none?"""
        return bool(self.watching.missed(name, zones))

    def there(self, names: Iterable[str]) -> set[int]:
        """The plant's days on which any of these sensors wrote anything at all, counted in the same way."""
        return {day for one in self._sound(names) for day in self._dates(one, one.counting)}

    def silent(self, names: Collection[str]) -> set[int]:
        """Those on which none did, and which lie within sessions that were written later."""
        wrote = {day for one in self._sound(names) for day in self._dates(one, set(one.days).difference(one.silent))}
        return {day for one in self._sound(names) for day in self._dates(one, one.silent)} - wrote

    def _dates(self, one: Sensor, days: Iterable[int]) -> Iterator[int]:
        return self.watching.dates(one.name, (day for day in days if day <= self._today))

    def _sound(self, names: Iterable[str]) -> list[Sensor]:
        found = [self.sensors[name] for name in names]
        return [one for one in found if not one.lossy] or found

    @property
    def _today(self) -> int:
        return int(self.at.timestamp()) // 86_400

    def unexplained(self) -> tuple[Entry, ...]:
        """What must be explained before anything is enforced."""
        return tuple(entry for entry in self.entries if entry.is_unexplained)

    def unsure(self) -> tuple[Entry, ...]:
        """What may have come while no grant was open: a ledger knows hours, and a grant was open in a part of one."""
        return tuple(entry for entry in self.entries if entry.is_unsure)

    def given_up(self) -> tuple[Entry, ...]:
        """What enforcing stops, and somebody has said that it may be."""
        return tuple(entry for entry in self.entries if entry.expected and entry.is_stopped)

    def asset(self, address: str) -> Asset | None:
        """The declared machine with an address."""
        return self.classifier.covering.end(address).asset

    def by_pair(self) -> dict[Zones, list[Entry]]:
        """What is unexplained, by pair of zones; the pair with the most conversations first. Each once, as it came."""
        found: dict[Zones, list[Entry]] = {}
        for entry in self.unexplained():
            found.setdefault((entry.judged.source, entry.judged.target), []).append(entry)
        return dict(sorted(found.items(), key=lambda item: (-sum(e.seen.n for e in item[1]), str(item[0]))))


def compare(plant: Plant, ledger: Ledger, at: datetime, gate: Gate = PLAIN) -> Comparison:
    """Judge every key of a baseline, grants by the hours in which it was seen. `gate` says what may be stopped."""
    classifier = Classifier(plant, at)
    ledger.gather(alike([classifier.covering], gate.expected))
    acquit(ledger, classifier)
    expectations = Expectations(gate, classifier.covering)

    def entry(seen: Seen, judged: Judged) -> Entry:
        return Entry(seen, judged, expectations.explain(seen, judged))

    seen = ledger.keys()
    judged = _related(ledger, classifier, seen, list(all_judged(classifier, ledger, seen)))
    entries = [entry(a, b) for a, b in zip(seen, judged, strict=True)]
    kept = ledger.noise()
    noise: dict[Noise, list[Seen]] = {}
    for one in kept:
        noise.setdefault(Noise(one.noise), []).append(one)
    recurs = Returning((*seen, *kept))
    missed: list[Seen] = []
    for one in kept:
        if is_aside(one, recurs):
            missed.append(one)
        elif expectations.of(one.key):
            expectations.explain(one, first_judged(classifier, one))
    scans = [entry(a, b) for a, b in zip(missed, all_judged(classifier, ledger, missed, scans=True), strict=True)]
    sensors = ledger.sensors()
    open_to = {e.seen.key for e in entries if not e.seen.is_attempt}
    ours = [one for one in stopped(kept) if one.key not in open_to]
    halted = [
        entry(a, b) for a, b in zip(ours, all_judged(classifier, ledger, ours), strict=True) if b.verdict in RECORDED
    ]
    lapsed = [one for one in (*entries, *scans) if one.is_lapsed]
    return Comparison(
        plant,
        at,
        classifier,
        ledger.digest,
        ledger.days(),
        sensors,
        tuple(sorted((*halted, *(e for e in entries if not e.seen.is_attempt)), key=_weight)),
        tuple(e for e in entries if e.seen.is_attempt),
        {kind: tuple(noise[kind]) for kind in sorted(noise)},
        tuple(entry for entry in (*entries, *scans) if is_aside(entry.seen, recurs) and entry.is_unexplained),
        expectations.uses,
        crowds=ledger.crowds,
        watching=watching(ledger, classifier.covering, [e for e in entries if not e.seen.is_attempt], sensors),
        unanswered=tuple(e for e in (*entries, *scans) if e.seen.is_attempt and e.judged.verdict is Class.PERMITTED),
        lapsed=tuple(one for one in lapsed if not one.seen.is_attempt or is_aside(one.seen, recurs)),
    )


def _related(
    ledger: Ledger, classifier: Classifier, seen: Sequence[Seen], judged: Sequence[Judged]
) -> Iterator[Judged]:
    """The same, with ICMP errors about what is permitted as what firewalls let through."""
    both = list(zip(seen, judged, strict=True))
    errors = [one for one, told in both if told.verdict in UNEXPLAINED and is_error(one)]
    permitted = [one for one, told in both if errors and told.verdict is Class.PERMITTED]
    found = related(ledger, errors, permitted, classifier.covering)
    why = (
        "an ICMP error, and on each of its days a permitted session was seen that it may be about: it passes as related"
    )
    return (one._replace(verdict=Class.RELATED, nearest=why) if one.key in found else one for one in judged)


_ORDER = {verdict: rank for rank, verdict in enumerate(Class)}


def _weight(entry: Entry) -> tuple[bool, int, int, Key]:
    return (not entry.is_unexplained, -entry.seen.n, _ORDER[entry.judged.verdict], entry.judged.key)
