"""A conduit's declared flows against what was seen: one a source, target and service.

A flow that was drafted from logs (`learned-until`) was seen on their days by construction. So only later days, on the
plant's calendar, say that it is needed. The same goes for grants, and for flows of another conduit of the same zones: what
they explain there no longer counts for this one, though it does not wait for them to come again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import chain, product
from typing import TYPE_CHECKING, NamedTuple

from segc.baseline.calendar import cycles, local
from segc.baseline.covering import Covering
from segc.model.atoms import members
from segc.model.clock import date_of, tried
from segc.model.flows import zone_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from segc.baseline.compare import Comparison, Entry
    from segc.baseline.heard import Came
    from segc.baseline.ledger import Key
    from segc.model.plant import Conduit, Flow, Plant

PERIODIC = "periodic"
CYCLES = 2  # periods in which something must have come: one shows that it comes, two that it comes again
NO_REASON = "draft: seen, reason not known"  # what a draft says of each flow, until somebody knows better
ATTESTABLE = frozenset({"rare", "emergency", "failover"})  # may be attested by a test: no baseline can count on them


class Told(NamedTuple):
    """Was a flow seen, on which days (since 1970, UTC), and on which of them did sessions end, as far as it was asked for?"""

    ever: bool
    on: frozenset[int]
    ended: frozenset[int]


class Declared(NamedTuple):
    """A conduit's flows: seen, never seen, attested by a test though never seen, seen only on the days that they were
    learned from, and (of those that were seen) the ones that were seen in one period only.
    """

    seen: tuple[Flow, ...]
    silent: tuple[Flow, ...]
    attested: tuple[Flow, ...]
    learned: tuple[Flow, ...]
    once: tuple[Flow, ...]


Learned = Mapping[
    tuple[str, str], "date"
]  # by pair of zones, the last day of the logs that flows there were drafted from


def learned_from(plant: Plant) -> Learned:
    """Of all conduits that open a pair, and of all grants: these explain what came in their time, also once they are over."""
    found: dict[tuple[str, str], date] = {}
    conduits, grants = plant.conduits.values(), plant.grants.values()
    for flow in chain.from_iterable(one.flows for listed in (conduits, grants) for one in listed):
        until = flow.facts.learned_until
        if until is not None:
            sources, targets = ({zone_name(end) for end in side} for side in (flow.sources, flow.targets))
            found |= {pair: max(until, found.get(pair, until)) for pair in product(sources, targets)}
    return found


def learned_until(conduit: Conduit, learned: Learned) -> date | None:
    """The last day of the logs from which any flow between a conduit's zones was drafted, whoever's it is."""
    return max((learned[pair] for pair in conduit.pairs() if pair in learned), default=None)


def asks_days(conduit: Conduit, learned: Learned) -> bool:
    """Does it matter on which days the conduit's flows were seen, and not only that they were?"""
    return learned_until(conduit, learned) is not None or any(map(period, conduit.flows))


def period(flow: Flow) -> str | None:
    """In which periods a flow comes. A periodic one that does not say comes on more days than one: no more is known."""
    return flow.facts.period or ("day" if flow.facts.expect == PERIODIC else None)


def fresh(plant: Plant, days: Iterable[int], until: date | None) -> tuple[int, ...]:
    """Of days (since 1970, UTC) those after a day of the plant's calendar, sorted; all where there is none."""
    return tuple(sorted(day for day in set(days) if until is None or local(plant, day) > until))


def whole_flows(compared: Comparison, days: Mapping[Key, Came]) -> dict[Flow, Told]:
    """What was seen of every flow of the plant as a whole: asked once, for most flows are one machine to another."""
    covering = compared.classifier.covering
    return dict(zip(covering.flows, _seen(covering, compared.entries, days), strict=True))


def declared(
    compared: Comparison,
    conduit: Conduit,
    entries: Sequence[Entry],
    known: Mapping[Flow, Told],
    days: Mapping[Key, Came],
) -> Declared:
    """What was seen of a conduit's flows. `days` of keys must be there if `asks_days`; `known` tells of whole flows."""
    parts = [part for flow in conduit.flows for part in _parts(flow)]
    told = [known[part] for part in parts if part in known]
    if len(told) < len(parts):
        # A plant's machines are many, and the same for every conduit.
        told = _seen(Covering(compared.plant, parts, compared.classifier.covering), entries, days)
    found: dict[str, list[Flow]] = {word: [] for word in Declared._fields}
    today = date_of(compared.plant, compared.at)
    for part, (ever, on, ended) in zip(parts, told, strict=True):
        later, runs = (fresh(compared.plant, of, part.facts.learned_until) for of in (on, ended))
        found[_word(part, today, ever=ever, later=bool(later))].append(part)
        each = period(part)
        # A session that goes on over midnight is one, and no second run.
        if each and later and cycles((local(compared.plant, day) for day in runs), each) < CYCLES:
            found["once"].append(part)
    return Declared(**{word: tuple(listed) for word, listed in found.items()})


def tried_in_vain(compared: Comparison, flows: Sequence[Flow]) -> list[Flow]:
    """Those of some flows that were tried, without an answer."""
    if not flows or not compared.unanswered:
        return []
    told = _seen(Covering(compared.plant, flows, compared.classifier.covering), compared.unanswered, {})
    return [flow for flow, one in zip(flows, told, strict=True) if one.ever]


def _word(part: Flow, today: date, *, ever: bool, later: bool) -> str:
    if later or (ever and part.facts.learned_until is None):
        return "seen"
    if part.facts.expect in ATTESTABLE and tried(part.facts.tested, today):
        return "attested"
    return "learned" if ever else "silent"


def _seen(covering: Covering, entries: Iterable[Entry], days: Mapping[Key, Came]) -> list[Told]:
    """Of each flow that is covered, whether it was seen or may have been, and on which days."""
    seen = [False] * len(covering.flows)
    on, ended = ([set[int]() for _ in covering.flows] for _ in range(2))
    for entry in entries:
        key, asked = entry.judged.key, entry.judged.asked
        a, b = covering.end(asked.src), covering.end(asked.dst)
        surely, maybe = covering.speaking(a.family, asked)
        came = days.get(key)
        for index in members(a.sources & b.targets & (surely | maybe)):
            seen[index] = True
            if came:
                on[index].update(came.on)
                ended[index].update(came.ended)
    return [Told(*one) for one in zip(seen, map(frozenset, on), map(frozenset, ended), strict=True)]


def _parts(flow: Flow) -> list[Flow]:
    cut = [(a, b, s) for a in flow.sources for b in flow.targets for s in flow.services]
    if len(cut) == 1:
        return [flow]
    return [
        replace(flow, sources=(a,), targets=(b,), services=(s,), text=f"{a.path} -> {b.path} : {s.name}")
        for a, b, s in cut
    ]
