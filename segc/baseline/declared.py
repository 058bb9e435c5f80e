"""A conduit's declared flows against what was seen: one a source, target and service.

A flow that was drafted from logs (`learned-until`) was seen on their days by construction. So only later days, on the
plant's calendar, say that it is needed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from segc.baseline.atoms import members
from segc.baseline.calendar import cycles, local
from segc.baseline.covering import Covering

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from segc.baseline.compare import Comparison, Entry
    from segc.baseline.ledger import Key
    from segc.model.plant import Conduit, Flow, Plant

PERIODIC = "periodic"
CYCLES = 2  # periods in which something must have come: one shows that it comes, two that it comes again
ATTESTABLE = frozenset({"rare", "emergency", "failover"})  # may be attested by a test: no baseline can count on them


class Declared(NamedTuple):
    """A conduit's flows: seen, never seen, attested by a test though never seen, seen only on the days that they were
    learned from, and (of those that were seen) the ones that were seen in one period only.
    """

    seen: tuple[Flow, ...]
    silent: tuple[Flow, ...]
    attested: tuple[Flow, ...]
    learned: tuple[Flow, ...]
    once: tuple[Flow, ...]


def learned_until(conduit: Conduit) -> date | None:
    """The last day of the logs that any of a conduit's flows was drafted from."""
    return max((flow.facts.learned_until for flow in conduit.flows if flow.facts.learned_until), default=None)


def asks_days(conduit: Conduit) -> bool:
    """Does it matter on which days the conduit's flows were seen, and not only that they were?"""
    return any(flow.facts.learned_until or period(flow) for flow in conduit.flows)


def period(flow: Flow) -> str | None:
    """In which periods a flow comes. A periodic one that does not say comes on more days than one: no more is known."""
    return flow.facts.period or ("day" if flow.facts.expect == PERIODIC else None)


def fresh(plant: Plant, days: Iterable[int], until: date | None) -> tuple[int, ...]:
    """Of days (since 1970, UTC) those after a day of the plant's calendar, sorted; all where there is none."""
    return tuple(sorted(day for day in set(days) if until is None or local(plant, day) > until))


def declared(
    compared: Comparison, conduit: Conduit, entries: Sequence[Entry], days: Mapping[Key, Sequence[int]]
) -> Declared:
    """What was seen of a conduit's flows. `days` of keys must be there if `asks_days`."""
    parts = [part for flow in conduit.flows for part in _parts(flow)]
    found: dict[str, list[Flow]] = {word: [] for word in Declared._fields}
    for part, (ever, on) in zip(parts, _seen(compared, parts, entries, days), strict=True):
        later = fresh(compared.plant, on, part.facts.learned_until)
        found[_word(part, ever=ever, later=bool(later))].append(part)
        each = period(part)
        if each and later and cycles((local(compared.plant, day) for day in later), each) < CYCLES:
            found["once"].append(part)
    return Declared(**{word: tuple(listed) for word, listed in found.items()})


def _word(part: Flow, *, ever: bool, later: bool) -> str:
    if later or (ever and part.facts.learned_until is None):
        return "seen"
    if part.facts.expect in ATTESTABLE and part.facts.tested is not None:
        return "attested"
    return "learned" if ever else "silent"


def _seen(
    compared: Comparison, parts: Sequence[Flow], entries: Sequence[Entry], days: Mapping[Key, Sequence[int]]
) -> Iterator[tuple[bool, set[int]]]:
    """Of each part, was it ever seen, and on which days, as far as they were asked for?"""
    # A plant's machines are many, and the same for every conduit.
    covering = Covering(compared.plant, parts, compared.classifier.covering)
    seen, on = [False] * len(parts), [set[int]() for _ in parts]
    for entry in entries:
        key = entry.seen.key
        a, b = covering.end(key.src), covering.end(key.dst)
        surely, maybe = covering.speaking(a.family, key)
        for index in members(a.sources & b.targets & (surely | maybe)):
            seen[index] = True
            on[index].update(days.get(key, ()))
    return zip(seen, on, strict=True)


def _parts(flow: Flow) -> list[Flow]:
    cut = [(a, b, s) for a in flow.sources for b in flow.targets for s in flow.services]
    if len(cut) == 1:
        return [flow]
    return [
        replace(flow, sources=(a,), targets=(b,), services=(s,), text=f"{a.path} -> {b.path} : {s.name}")
        for a, b, s in cut
    ]
