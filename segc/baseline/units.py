"""What the estimate counts: a key, and of what flows permit, all that the same flows permit as one.

Whom a flow lets in, it lets in: a client with a new address, or a new dynamic port, is nothing that would be stopped.
What only flows permit that a test may attest is left out: that somebody tried a fail-over on a day is no sign that the
next days bring more. So is what only a grant permits, a visit that somebody agreed to before it came, and what somebody
has said may be stopped (`[[expected-deny]]`), and what firewalls let through as related to a session.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from segc.baseline.declared import ATTESTABLE, fresh
from segc.baseline.judged import Class
from segc.baseline.ledger import MICROSECONDS_A_DAY

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from segc.baseline.compare import Entry
    from segc.baseline.heard import Came
    from segc.baseline.ledger import Key
    from segc.model.plant import Flow, Plant


def counts(
    plant: Plant,
    entries: Iterable[Entry],
    days: Mapping[Key, Came],
    until: date | None,
    lost: Collection[int],
) -> Iterator[int]:
    """On how many of the days that count each unit was seen: exactly where it was one or two, which the estimate asks for;
    else at least. They are those after `until` that are not `lost`. Where some are not, `days` has those of all keys that
    may have come on so few.
    """
    for unit in _units(entries):
        if until is None and not lost:
            # Of a key that came on one day or two, its first and last moment tell which these were.
            on = {moment // MICROSECONDS_A_DAY for entry in unit for moment in (entry.seen.first, entry.seen.last)}
            yield max(len(on), *(entry.seen.days for entry in unit))
            continue
        told = chain.from_iterable(days[e.judged.key].on for e in unit if e.judged.key in days)
        known = set(fresh(plant, told, until)).difference(lost)
        often = (entry.seen.days - len(lost) for entry in unit if entry.judged.key not in days)
        count = max(len(known), *often, 0)
        if count:
            yield count


def _units(entries: Iterable[Entry]) -> Iterator[Sequence[Entry]]:
    permitted: dict[tuple[Flow, ...], list[Entry]] = {}
    for entry in entries:
        if (
            entry.expected
            or entry.judged.verdict is Class.RELATED
            or (entry.judged.verdict is Class.PERMITTED and entry.judged.grant is not None)
        ):
            continue
        if entry.judged.verdict is Class.PERMITTED:
            permitted.setdefault(entry.judged.flows, []).append(entry)
        else:
            yield (entry,)
    for flows, unit in permitted.items():
        if any(flow.facts.expect not in ATTESTABLE for flow in flows):
            yield unit
