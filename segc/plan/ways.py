"""Firewalls that no longer stand between two zones, although both are still there.

The verdict of packets is that of the policy, wherever they pass. Who takes a firewall off a way, by another interface, a
`link` or a narrower `route`, changes no verdict, and yet what is judged there is not enforced there any more.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from segc.plan.cells import cells
from segc.plan.firewalls import matched

if TYPE_CHECKING:
    from segc.graph.topology import Topology
    from segc.model.plant import Firewall
    from segc.plan.side import Side


class WayChange(NamedTuple):
    """Between these ordered pairs of zones (as of after) stood all of `before`, and stands `after` only."""

    pairs: tuple[tuple[str, str], ...]
    before: tuple[str, ...]
    after: tuple[str, ...]
    unfiltered: bool


def way_changes(before: Side, after: Side) -> list[WayChange]:
    """The unfiltered ones first. Firewalls are called as they are after the change."""
    names = {old.name: new.name for old, new in matched(before, after) if old is not None and new is not None}
    both = [
        (cell.before, cell.after)
        for cell in cells(before.plant.ownership, after.plant.ownership)
        if cell.before is not None and cell.after is not None
    ]
    found: dict[tuple[tuple[str, ...], tuple[str, ...], bool], dict[tuple[str, str], None]] = defaultdict(dict)
    for a, b in both:
        for c, d in both:
            if a == c or b == d:
                continue
            was = frozenset(names.get(name, name) for name in _between(before, a, c))
            now = _between(after, b, d)
            flat = after.policy.topology.unfiltered(b, d) and not before.policy.topology.unfiltered(a, c)
            if was - now or (flat and was):
                found[tuple(sorted(was)), tuple(sorted(now)), flat or not now][b, d] = None
    changes = [WayChange(tuple(pairs), *key) for key, pairs in found.items()]
    return sorted(changes, key=lambda one: not one.unfiltered)


def _between(side: Side, a: str, b: str) -> frozenset[str]:
    """The firewalls that two zones cross, but for those behind one interface of which both lie: these may see nothing."""
    topology, firewalls = side.policy.topology, side.plant.firewalls
    return frozenset(name for name in topology.crossed(a, b) if not _one_door(topology, firewalls[name], a, b))


def _one_door(topology: Topology, firewall: Firewall, a: str, b: str) -> bool:
    doors = topology.behind(firewall, a)
    return len(doors) == 1 and doors == topology.behind(firewall, b)
