"""Logs without a sensor's name that are not known to be of one place: days of one would count as the other's."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from segc.baseline.ingest.names import Name, named, times
from segc.diagnostics import finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from segc.baseline.manifest import Source
    from segc.diagnostics import Diagnostic

HOUR = 3600  # seconds that logs of one place may overlap: what began before a rotation is told after it


NAME_THEM = "read each place's logs with its own --sensor NAME: again with --again, or into a new baseline"


def unnamed(sources: Sequence[Source]) -> list[Diagnostic]:
    """What is to be said of a baseline's logs without a sensor's name."""
    pair = of_two_places(sources)
    if not pair:
        return []
    one, other = pair
    message = (
        f"`{one}` and `{other}` count as one sensor's, since none is named: days of the one count for the other's zones"
    )
    return [finding("sensor-unnamed", message, help=NAME_THEM)]


def of_two_places(sources: Sequence[Source]) -> tuple[str, ...]:
    """Two logs without a sensor's name that are not known to be of one place: of two formats; of names that differ in more
    than what a rotation adds; or in what may be a rotation's, and of the same time. Nothing where there are none.
    """
    told = [(named(source), source) for source in sources if not source.sensor and source.days]
    pair = next(_pairs(told), ())
    return tuple(sorted(source.name for source in pair))


def _pairs(told: Sequence[tuple[Name, Source]]) -> Iterator[tuple[Source, Source]]:
    kinds: dict[str, Source] = {}
    places: dict[tuple[str, ...], dict[str, Source]] = {}  # by what stays of their names, then by day
    numbered: dict[tuple[str, ...], list[tuple[Name, Source]]] = {}
    for name, source in told:
        kinds.setdefault(_kind(source.format), source)
        places.setdefault(name.stays, {}).update(dict.fromkeys(source.days, source))
        numbered.setdefault(name.stays, []).append((name, source))
    yield from combinations(kinds.values(), 2)
    for (one, days), (other, others) in combinations(places.items(), 2):
        day = min(days.keys() & others.keys(), default="")
        if day:
            yield days[day], others[day]
        elif not _is_end(one, other):
            yield days[min(days)], others[min(others)]
    for logs in numbered.values():
        yield from _beside(logs)


def _is_end(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Is one path the end of the other? A log is read from its own folder on one day, and from another one on the next."""
    short = min(len(one), len(other))
    return one[len(one) - short :] == other[len(other) - short :]


def _beside(logs: Sequence[tuple[Name, Source]]) -> Iterator[tuple[Source, Source]]:
    """Logs of other numbers that are of the same time, as those of one place that follow one another are not."""
    latest: dict[tuple[str, ...], Source] = {}  # the two that go on longest, of two numbers
    for name, source in sorted(logs, key=lambda log: times(log[1])):
        yield from ((one, source) for number, one in latest.items() if number != name.perhaps and _overlap(one, source))
        before = latest.get(name.perhaps, source)
        latest[name.perhaps] = max(before, source, key=lambda one: times(one)[1])
        if len(latest) > 2:
            del latest[min(latest, key=lambda number: times(latest[number])[1])]


def _overlap(one: Source, other: Source) -> bool:
    (first, last), (begin, end) = times(one), times(other)
    shorter, both = min(last - first, end - begin), min(last, end) - max(first, begin)
    return both == shorter or both > min(HOUR, shorter // 2)


def _kind(form: str) -> str:
    """Zeek writes one log as text or as JSON."""
    return form.partition("-")[0] if form.startswith("zeek") else form
