"""What a baseline saw that would stop: keys that pass before a change, and do not pass after it.

The verdict is that of segc/model/verdict.py at the moment of the plan, asked of all keys at once
(`segc.baseline.covering`). Where a flow limits source ports, or a log told no port, a key may pass in part.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from segc.baseline.covering import Covering
from segc.baseline.crowds import alike
from segc.baseline.judged import turned, unsure
from segc.baseline.related import is_error, related
from segc.baseline.scans import Returning, between_zones, is_aside
from segc.model.atoms import members
from segc.model.plant import MONITOR
from segc.model.verdict import ALERT, ALLOW, BLOCK, PASS, flows_at

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from segc.baseline.crowds import Crowd
    from segc.baseline.ledger import Key
    from segc.baseline.store import Ledger, Seen
    from segc.model.plant import Asset, Flow, Match
    from segc.plan.side import Side


class Passing(NamedTuple):
    """What becomes of a key: all of it, surely, or only a part. `flow` is what permits it, `part` says which part."""

    verdict: str
    surely: bool = True
    flow: Flow | None = None
    part: frozenset[Match] = frozenset()

    @property
    def passes(self) -> bool:
        """Is some of it let through?"""
        return self.verdict != BLOCK


class Stopped(NamedTuple):
    """A key that was seen and would be interrupted; `surely`: all of it. `either`: nothing tells which end opened it, so
    that it may be a session of a pair of zones in which nothing stops it. `astray`: what of it came in at another interface
    than its zone's, where no flow permits it.
    """

    seen: Seen
    was: Passing
    surely: bool
    source: Asset | None
    target: Asset | None
    either: bool = False
    astray: bool = False


class Observed(NamedTuple):
    """A baseline, asked for one change. The keys with most sessions come first. `crowds`: see `segc.baseline.crowds`.

    `aside` are those of which the same is true and that are no evidence for a flow: what answered a machine that also
    scanned, and UDP that keeps coming though nobody answers.
    """

    folder: str
    digest: str
    days: tuple[int, ...]
    stopped: tuple[Stopped, ...]
    crowds: Mapping[str, Crowd] = MappingProxyType({})
    aside: tuple[Stopped, ...] = ()


class Passages:
    """Asks one side about keys."""

    def __init__(self, side: Side) -> None:
        self._mode = side.plant.mode
        self.covering = Covering(side.plant, flows_at(side.plant, side.at))

    def of(self, key: Key, *, astray: bool = False) -> Passing:
        """What becomes of a key, or of those of its packets that are astray: no flow is asked of these."""
        a, b = self.covering.end(key.src), self.covering.end(key.dst)
        if a.zone is not None and a.zone == b.zone:
            return Passing(PASS)
        speaking = (0, 0) if astray else self.covering.speaking(a.family, key)
        surely, maybe = (a.sources & b.targets & bits for bits in speaking)
        if surely:
            return Passing(ALLOW, surely=True, flow=self._first(surely))
        rest = ALERT if self._mode(a.zone, b.zone) == MONITOR else BLOCK
        if maybe and rest == BLOCK:
            part = frozenset(m for n in members(maybe) for one in self.covering.flows[n].services for m in one.matches)
            return Passing(ALLOW, surely=False, flow=self._first(maybe), part=part)
        return Passing(rest)

    def _first(self, bits: int) -> Flow:
        return self.covering.flows[members(bits)[0]]


def observed(before: Side, after: Side, ledger: Ledger) -> Observed:
    """All that the baseline saw, that nobody stops today and that the change would stop."""
    old, new = Passages(before), Passages(after)
    ledger.gather(alike([old.covering, new.covering]))
    permitted = (one.key for one in ledger.scanned() if old.of(one.key).verdict == ALLOW)
    ledger.acquit([*permitted, *between_zones([old.covering, new.covering], ledger.noise())])
    keys = ledger.keys()
    astray = frozenset(key for key, one in ledger.recorded().items() if one.astray)
    keys = _unrelated(new, ledger, keys)
    found = _stopped(old, new, (one for one in keys if not one.is_attempt), astray)
    told = {one.seen.key for one in found}
    every = (*ledger.noise(), *keys)
    recurs = Returning(every)
    kept = {one.key: one for one in every if one.key not in told and is_aside(one, recurs)}
    aside = _stopped(old, new, kept.values(), astray)
    return Observed(str(ledger.folder), ledger.digest, ledger.days(), tuple(found), ledger.crowds, tuple(aside))


def _unrelated(new: Passages, ledger: Ledger, keys: Sequence[Seen]) -> list[Seen]:
    """All but ICMP errors about what is permitted after the change: these pass with it."""
    errors = [one for one in keys if is_error(one)]
    passed = related(ledger, errors, [one for one in keys if errors and new.of(one.key).verdict == ALLOW], new.covering)
    return [one for one in keys if one.key not in passed]


def stopped(before: Side, after: Side, seen: Iterable[Seen]) -> list[Stopped]:
    """The keys that would stop. Attempts that nobody answered are no sessions, so nothing of theirs can stop."""
    return _stopped(Passages(before), Passages(after), (one for one in seen if not one.is_attempt))


def _stopped(old: Passages, new: Passages, seen: Iterable[Seen], astray: Container[Key] = frozenset()) -> list[Stopped]:
    found = []
    for one in seen:
        if one.key in astray:
            was, now = old.of(one.key, astray=True), new.of(one.key, astray=True)
            if _is_interrupted(was, now):
                found.append(Stopped(one, was, not new.of(one.key).passes, *_assets(old, new, one.key), astray=True))
                continue
        ways = (one.key, turned(one.key)) if unsure(one.proto, one.grade) else (one.key,)
        fates = [(old.of(way), new.of(way)) for way in ways]
        stops = [fate for fate in fates if _is_interrupted(*fate)]
        rest = [now for was, now in fates if not _is_interrupted(was, now)]
        if not stops or any(now.verdict == ALLOW for now in rest):
            continue  # what is permitted one way explains the other, too
        surely = not rest and all(was.surely and not now.passes for was, now in stops)
        found.append(Stopped(one, stops[0][0], surely, *_assets(old, new, one.key), bool(rest)))
    return sorted(found, key=lambda one: (-one.seen.n, one.seen.key))


def _assets(old: Passages, new: Passages, key: Key) -> tuple[Asset | None, Asset | None]:
    source, target = (new.covering.end(end).asset or old.covering.end(end).asset for end in (key.src, key.dst))
    return source, target


def _is_interrupted(was: Passing, now: Passing) -> bool:
    """Does some of it pass before, and not after?"""
    return was.passes and (not now.passes or (not now.surely and was.part != now.part))
