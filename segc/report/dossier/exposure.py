"""The worst ways in, what would cut them, and the machines that cannot defend themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from segc.graph.exposure import entries, exposed
from segc.graph.ways import COMMANDS, DECLARED, STATES
from segc.model.places import place
from segc.report.dossier.headline import widest
from segc.report.figures.chains import steps
from segc.report.figures.cutting import cutting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.graph.machines import Machine
    from segc.model.plant import Asset
    from segc.report.dossier.facts import Facts
    from segc.report.dossier.shape import Cutting, Jewels, Old

PATHS = 5  # of each state
MOST = 400  # machines: beyond, a minimum cut takes longer than anybody waits unasked


def paths(facts: Facts) -> list[Jewels]:
    """Of each state the shortest ways from an untrusted zone to what must be protected, the shortest first."""
    found: list[Jewels] = []
    for state in STATES:
        ways_in = [one for one in exposed(facts.analysis, facts.today, state) if one.chain]
        ways_in.sort(key=lambda one: (len(one.chain), -one.commanded_by, one.machine.number))
        for one in ways_in[:PATHS]:
            chain = [cast("dict[str, str]", dict(step)) for step in steps(facts.analysis, one.chain)]
            found.append({"state": state, "name": one.machine.path, "why": list(one.why), "chain": chain})
    return found


def cuts(facts: Facts) -> list[Cutting]:
    """What to remove against an intruder in an untrusted zone, and against one on the machine that reaches furthest."""
    ways = facts.analysis.ways()
    jewels = [one for one in ways.machines if one.jewel]
    if not jewels or len(ways.machines) > MOST:
        return []
    found: list[Cutting] = []
    for name, starts in _subjects(facts):
        search = facts.analysis.search(starts)
        reached = [one for one in jewels if search.hops(one)]
        if reached:
            cut = cutting(facts.analysis, ways, starts, jewels)
            found.append({"name": name, "reached": len(reached), "of": len(jewels), "cut": cut})
    return found


def _subjects(facts: Facts) -> Iterator[tuple[str, list[Machine]]]:
    ways = facts.analysis.ways()
    outside = entries(ways)
    if outside:
        yield "an intruder in an untrusted zone", outside
    _, name = widest(facts, DECLARED)
    yield from ((name, [one]) for one in ways.machines if one.path == name)


def old(facts: Facts) -> list[Old]:
    """Unpatchable machines and those whose maker helps no more, or will not for ever; the most exposed first."""
    found = []
    reach = {state: facts.analysis.closure(state, COMMANDS) for state in STATES}
    machines = facts.analysis.ways().machines
    for one in machines:
        asset = one.asset
        if asset is None or (asset.unpatchable is None and asset.end_of_support is None):
            continue
        numbers = {
            state: sum(closure.reaches(other, one) for other in machines if other.number != one.number)
            for state, closure in reach.items()
        }
        found.append(_old(facts, asset, numbers))
    return sorted(found, key=lambda entry: (-entry["commanded_by"], entry["supported"], entry["name"]))


def _old(facts: Facts, asset: Asset, numbers: dict[str, int]) -> Old:
    ends = asset.end_of_support
    zone = facts.plant.zones[asset.zone]
    return {
        "name": asset.path,
        "kind": asset.kind,
        "why": asset.unpatchable or "",
        "end_of_support": ends.isoformat() if ends else "",
        "supported": ends is None or ends >= facts.today,
        "controls": [*asset.controls, *zone.controls],
        "commanded_by": numbers["declared"],
        "commanded_by_today": numbers["today"],
        "source": place(facts.plant, asset.span),
    }
