"""What can be reached that should not be: crown jewels and machines that cannot defend themselves, and on which ways.

Also which machines stand on every way from outside (choke points: what is done
there helps everywhere behind), and which join many Purdue levels by themselves
(bridges: whoever holds one is everywhere at once).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.graph.search import Search
from segc.graph.ways import COMMANDS, DECLARED

if TYPE_CHECKING:
    from datetime import date

    import networkx as nx

    from segc.graph.analysis import Analysis
    from segc.graph.closure import Closure
    from segc.graph.machines import Machine
    from segc.graph.search import Hop
    from segc.graph.ways import Ways

UNTRUSTED = ("business", "external", "temporary", "wireless")  # kinds of zone in which an intruder is expected first
MANY_LEVELS = 3  # a machine with sessions to or from so many levels besides its own is a bridge


class Exposed(NamedTuple):
    """A machine worth protecting, and who gets there by any number of hops.

    `chain` is a shortest one from an untrusted zone, empty where there is none; `choke` are the machines on all of
    those (state `declared` only).
    """

    machine: Machine
    why: tuple[str, ...]
    reached_by: int
    commanded_by: int
    chain: tuple[Hop, ...]
    choke: tuple[Machine, ...]


class Bridge(NamedTuple):
    """A machine that flows join to several levels besides its own."""

    machine: Machine
    levels: tuple[float, ...]
    flows: int


def reasons(machine: Machine, today: date) -> tuple[str, ...]:
    """Why a machine is worth protecting: critical, safety, unpatchable, unsupported."""
    asset = machine.asset
    if asset is None:
        return ()
    marks = {
        "critical": asset.criticality == "critical",
        "safety": machine.safety,
        "unpatchable": asset.unpatchable is not None,
        "unsupported": asset.end_of_support is not None and asset.end_of_support < today,
    }
    return tuple(word for word, holds in marks.items() if holds)


def entries(ways: Ways) -> list[Machine]:
    """The machines in zones from which an intruder is expected."""
    return [one for one in ways.machines if one.zone.kind in UNTRUSTED]


def exposed(analysis: Analysis, today: date, state: str = DECLARED) -> list[Exposed]:
    """All machines worth protecting, those that most others can command first."""
    ways = analysis.ways(state)
    worth = [(one, why) for one in ways.machines if (why := reasons(one, today))]
    sessions = _counts(analysis.closure(state), [one for one, _ in worth])
    commands = _counts(analysis.closure(state, COMMANDS), [one for one, _ in worth])
    search = Search(ways, entries(ways))
    # Where zones are open to one another, hardly anything is on every way; and the graph would have all pairs as edges.
    goals = [one for one, _ in worth if search.hops(one)] if state == DECLARED else []
    chokes = _chokes(ways, goals) if goals else {}
    found = [
        Exposed(one, why, sessions[one.number], commands[one.number], search.chain(one), chokes.get(one.number, ()))
        for one, why in worth
    ]
    return sorted(found, key=lambda each: (-each.commanded_by, -each.reached_by, each.machine.number))


def _counts(closure: Closure, goals: list[Machine]) -> dict[int, int]:
    """How many other machines reach each of some machines."""
    class_of, within = closure.quotient.class_of, closure.within
    found = {}
    for goal in goals:
        mine = class_of[goal.number]
        found[goal.number] = sum(
            len(one.members) - (one.number == mine)
            for one in closure.quotient.classes
            if within[one.number] >> mine & 1
        )
    return found


def _chokes(ways: Ways, goals: list[Machine]) -> dict[int, tuple[Machine, ...]]:
    """For each goal the machines that all chains from untrusted zones run over, from the outside in."""
    import networkx as nx

    graph = _graph(ways)
    above = nx.immediate_dominators(graph, "in")
    entry = {one.number for one in entries(ways)}
    found: dict[int, tuple[Machine, ...]] = {}
    for goal in goals:
        at, over = above.get(goal.number, "in"), []
        while at is not None and at != "in":
            if isinstance(at, int) and at not in entry:
                over.append(ways.machines[at])
            at = above[at]
        found[goal.number] = tuple(reversed(over))
    return found


def _graph(ways: Ways) -> nx.DiGraph[object]:
    """Machines, with a node for each zone and each way, from one root before all machines of untrusted zones."""
    import networkx as nx

    graph: nx.DiGraph[object] = nx.DiGraph()
    graph.add_edges_from(("in", one.number) for one in entries(ways))
    for zone, members in ways.by_zone.items():
        graph.add_edges_from((one.number, ("zone", zone)) for one in members)
        graph.add_edges_from((("zone", zone), one.number) for one in members)
    for number, way in enumerate(ways.ways):
        graph.add_edges_from((one, ("way", number)) for one in way.sources)
        graph.add_edges_from((("way", number), one) for one in way.targets)
    return graph


def bridges(analysis: Analysis) -> list[Bridge]:
    """Machines that flows join to many levels besides their own, the widest first."""
    ways = analysis.ways()
    levels: dict[int, dict[float, None]] = {}
    flows: dict[int, int] = {}
    for way in ways.ways:
        for mine, theirs in ((way.sources, way.targets), (way.targets, way.sources)):
            met = dict.fromkeys(level for one in theirs if (level := ways.machines[one].zone.level) is not None)
            for one in mine:
                levels.setdefault(one, {}).update(met)
                flows[one] = flows.get(one, 0) + 1
    found = []
    for number, joined in levels.items():
        machine = ways.machines[number]
        others = tuple(sorted((level for level in joined if level != machine.zone.level), reverse=True))
        if len(others) >= MANY_LEVELS:
            found.append(Bridge(machine, others, flows[number]))
    return sorted(found, key=lambda one: (-len(one.levels), -one.flows, one.machine.number))
