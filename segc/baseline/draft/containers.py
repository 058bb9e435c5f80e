"""The conduits and grants of a draft, with what was seen beside every flow, and an end to everything."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from segc.baseline.calendar import local
from segc.baseline.declared import NO_REASON
from segc.baseline.draft.evidence import summary
from segc.baseline.draft.pairs import FROM_OUTSIDE, is_enforced
from segc.baseline.draft.warnings import warnings
from segc.baseline.draft.windows import given
from segc.baseline.observed import Grade
from segc.baseline.store import moment_text
from segc.baseline.words import percent, sensors
from segc.lang.shapes import LONGEST_NAME
from segc.model.clock import window_text, zone_of
from segc.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from segc.baseline.draft.pairs import Pair
    from segc.baseline.draft.rules import Rule
    from segc.baseline.draft.text import About
    from segc.model.plant import Plant, Window

LASTS = timedelta(days=29)  # and the last day itself: 30 in all, which is what checks allow a grant
LEAST = timedelta(days=6)  # so long from today on a grant is open at least, that whoever judges it has the time
GRADES = {
    Grade.NONE: "direction unknown",
    Grade.FIRST: "direction by the first packet only: find out who opens",
    Grade.PEERS: "direction by the port that many meet",
    Grade.CATALOGUE: "direction by the service's port",
    Grade.LABEL: "direction by what the sensor recognised",
    Grade.HANDSHAKE: "opening seen",
}


def containers(plant: Plant, rules: Mapping[Pair, tuple[Rule, ...]], about: About) -> Iterator[str]:
    """Lines of `.zone` text: a conduit or a grant for each pair."""
    names = _Names(plant)
    for pair, of in rules.items():
        yield ""
        if is_enforced(plant, pair):
            yield f"# {pair.source} -> {pair.target} is enforced: what is taken in here is permitted at once."
        yield from (_grant if pair.grant else _conduit)(plant, names, pair, of, about)


def _grant(plant: Plant, names: _Names, pair: Pair, rules: tuple[Rule, ...], about: About) -> Iterator[str]:
    like = plant.grants.get(pair.like)
    first, last = None, about.today + LASTS
    windows: tuple[Window, ...] = ()
    if like is not None:
        first = min(_first(plant, rules), about.today)
        last = min(last, max(first + LASTS, about.today + LEAST))
        windows, why = given(plant, pair, like, first, last)
        yield f"# grant `{like.name}` (until {like.last}) permits this at its times: {why}"
    yield f'grant {names.of("access", pair)} "Draft: {pair.source} to {pair.target}" {{'
    yield from _owner(plant, pair)
    for rule in rules:
        yield from _flow(plant, rule, f"{{ {_said(plant, about)} }}")
    yield from (f"window {window_text(one)}" for one in windows)
    if first is not None:
        yield f"from {first}"
    yield f"until {last}"
    yield "}"


def _first(plant: Plant, rules: tuple[Rule, ...]) -> date:
    """The first local day on which any of it was seen, by the hour: a grant without it is open since ever."""
    first = min(one.seen.first for rule in rules for one in rule.seen) // 3_600_000_000
    return datetime.fromtimestamp(first * 3600, zone_of(plant)).date()


def _conduit(plant: Plant, names: _Names, pair: Pair, rules: tuple[Rule, ...], about: About) -> Iterator[str]:
    for merged in _existing(plant, pair):
        yield f"# belongs into conduit `{merged}`: move the flows there, and delete this one"
    yield f'conduit {names.of("flows", pair)} "Draft: {pair.source} to {pair.target}" {pair.source} -> {pair.target} {{'
    yield f"mode {'enforce' if is_enforced(plant, pair) else 'monitor'}"
    yield from _owner(plant, pair)
    for rule in rules:
        yield from _flow(plant, rule, f"{{ {_said(plant, about)}; review-by {about.today + LASTS} }}")
    yield "}"


def _owner(plant: Plant, pair: Pair) -> Iterator[str]:
    source, target = plant.zones[pair.source], plant.zones[pair.target]
    owner = target.owner if target.kind not in FROM_OUTSIDE else source.owner
    owner = owner or source.owner or target.owner
    if owner:
        yield f"owner {owner}"


def _said(plant: Plant, about: About) -> str:
    """Without it, the days from which a flow was made would speak for it: `segc baseline status` counts later ones."""
    return f'because "{NO_REASON}"; learned-until {local(plant, about.days[-1])}'


def _existing(plant: Plant, pair: Pair) -> list[str]:
    wanted = (pair.source, pair.target)
    return sorted(name for name, conduit in plant.conduits.items() if wanted in conduit.pairs())[:1]


def _flow(plant: Plant, rule: Rule, facts: str) -> Iterator[str]:
    seen = summary(rule.seen)
    answered = f"answered {percent(seen.answered / seen.told)}" if seen.told else "answers not told"
    by = f", by {sensors(seen.sensors)}" if seen.sensors else ""
    first, last = moment_text(seen.first), moment_text(seen.last)
    yield ""
    yield f"# seen {seen.n:,} times on {count(seen.days, 'day')}, {first} to {last}{by}"
    yield f"# {GRADES[seen.grade]}; {answered}" + ("; a sensor may have missed some" if seen.lossy else "")
    yield f"# overpermission {rule.ratio:.2f}: {times(rule.permitted, rule.observed)}"
    for note in (rule.sources.note, rule.targets.note, *(() if rule.service.declare else rule.service.notes)):
        if note:
            yield f"# {note}"
    for nearest in sorted({one.judged.nearest for one in rule.seen if one.judged.nearest})[:2]:
        yield f"# nearest: {nearest}"
    for warning in warnings(plant, rule):
        yield f"# warning: {warning}"
    ends = f"{', '.join(rule.sources.names)} -> {', '.join(rule.targets.names)}"
    yield f"allow {ends} : {rule.service.name} {facts}"


def times(permitted: int, observed: int) -> str:
    """What is permitted beside what was seen."""
    return f"{permitted:,} permitted, {observed:,} seen"


class _Names:
    """Names for containers that nothing has."""

    def __init__(self, plant: Plant) -> None:
        self.taken = {*plant.conduits, *plant.grants, *plant.workflows}

    def of(self, what: str, pair: Pair) -> str:
        """A name that says between which zones."""
        base = f"draft-{pair.source}-to-{pair.target}-{what}"
        if len(base) > LONGEST_NAME - 4:
            digest = hashlib.sha256(base.encode()).hexdigest()[:8]
            base = f"draft-{digest}-{what}"
        name, count = base, 1
        while name in self.taken:
            count += 1
            name = f"{base}-{count}"
        self.taken.add(name)
        return name
