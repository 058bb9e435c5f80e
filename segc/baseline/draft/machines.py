"""Too many machines that no asset declares: a draft that names thousands is read by nobody, so it names none of them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from segc.baseline.draft.evidence import number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.baseline.draft.ends import Ends
    from segc.baseline.draft.evidence import Unexplained
    from segc.baseline.draft.rules import Rules

MANY_MACHINES = 1_000  # of one zone that a draft declares


def unnamed(made: Rules) -> Iterator[tuple[Unexplained, str]]:
    """Keys of machines that rules declare in zones of which they declare too many, each with the reason."""
    declared = Counter(zone for zone, _ in made.ends.drafted.values())
    many = {zone: _why(made.ends, zone, count) for zone, count in declared.items() if count > MANY_MACHINES}
    own = {".".join(path): address for address, path in made.ends.drafted.items() if path[0] in many}
    for rule in made if many else ():
        named = ((rule.pair.source, rule.sources), (rule.pair.target, rule.targets))
        sides = [(zone, {own[name] for name in side.names if name in own}) for zone, side in named]
        for one in rule.seen:
            ends = {number(one.key.src), number(one.key.dst)}
            for zone in [zone for zone, drafted in sides if not drafted.isdisjoint(ends)][:1]:
                yield one, many[zone]


def _why(ends: Ends, zone: str, machines: int) -> str:
    many = f"{machines:,} machines of `{zone}` would each need an asset"
    if ends.plant.zones[zone].outside:
        return f"{many}: give the networks that may ask a zone, and write the flow from it by hand"
    return f"{many}: declare them (segc baseline inventory --as FILE) or write a flow of the zone, then draft again"
