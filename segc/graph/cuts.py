"""The fewest flows, or conduits, without which some machines no longer reach others.

Judged on the policy as if fully enforced: a pair that is in monitor is not cut by
removing a flow. What is `essential` is never proposed. Flows are a minimum cut of
a graph in which each flow is an edge of capacity 1 (networkx, preflow-push).
Conduits are not edges but bundles of them, and the fewest bundles are found by
trying those on a chain that is left, one by one, the shallowest solution first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.graph.search import Search

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import networkx as nx

    from segc.graph.machines import Machine
    from segc.graph.search import Hop
    from segc.graph.ways import Way, Ways
    from segc.model.plant import Flow

MOST_CONDUITS = 6  # beyond, trying would take long and nobody would do it


class Cut(NamedTuple):
    """What to remove. `stays` is a chain that nothing but an essential flow, or more than a few conduits, would cut."""

    flows: tuple[Flow, ...] = ()
    conduits: tuple[str, ...] = ()
    stays: tuple[Hop, ...] = ()


def fewest_flows(ways: Ways, starts: Iterable[Machine], goals: Iterable[Machine]) -> Cut:
    """The fewest flows to remove so that no start reaches a goal by any chain."""
    ends = _ends(starts, goals)
    stays = _chain(ways, *ends, closed=lambda flow: not essential(ways, flow))
    if stays:
        return Cut(stays=stays)
    cut = _minimum(ways, *ends)
    for flow in list(cut):  # a flow of two families is one edge, which may ask for one too many
        if not _chain(ways, *ends, closed=lambda one, flow=flow: one in cut and one is not flow):  # type: ignore[misc]
            cut.discard(flow)
    return Cut(tuple(sorted(cut, key=lambda flow: (flow.span.source.path, flow.span.start))))


def fewest_conduits(ways: Ways, starts: Iterable[Machine], goals: Iterable[Machine]) -> Cut:
    """The fewest conduits and grants to remove whole. Those that hold an essential flow stay."""
    ends = _ends(starts, goals)
    kept = frozenset(way.flow.within for way in ways.ways if essential(ways, way.flow))
    stays = _chain(ways, *ends, closed=lambda flow: flow.within not in kept)
    for most in range(MOST_CONDUITS + 1 if not stays else 0):
        tried: dict[frozenset[str], int] = {}
        found = _remove(ways, ends, kept, frozenset(), most, tried)
        if found is not None:
            return Cut(conduits=tuple(sorted(found)))
    return Cut(stays=stays or _chain(ways, *ends))


def essential(ways: Ways, flow: Flow) -> bool:
    """Must the flow survive whatever happens?"""
    conduit = ways.plant.conduits.get(flow.within)
    return flow.facts.essential or (conduit is not None and conduit.essential)


Ends = tuple[list["Machine"], list["Machine"]]


def _ends(starts: Iterable[Machine], goals: Iterable[Machine]) -> Ends:
    begin = list(starts)
    numbers = {one.number for one in begin}
    return begin, [one for one in goals if one.number not in numbers]


def _chain(
    ways: Ways, starts: list[Machine], goals: list[Machine], closed: Callable[[Flow], bool] | None = None
) -> tuple[Hop, ...]:
    """A shortest chain from any start to any goal; empty where there is none."""
    search = Search(ways, starts, closed=closed)
    near = [(hops, goal.number) for goal in goals if (hops := search.hops(goal))]
    return search.chain(ways.machines[min(near)[1]]) if near else ()


def _remove(
    ways: Ways, ends: Ends, kept: frozenset[str], gone: frozenset[str], most: int, tried: dict[frozenset[str], int]
) -> frozenset[str] | None:
    """At most so many conduits more, on top of those gone, that cut everything; None where there are none."""
    if tried.get(gone, -1) >= most:
        return None
    tried[gone] = most
    chain = _chain(ways, *ends, closed=lambda flow: flow.within in gone)
    if not chain:
        return gone
    if not most:
        return None
    for name in dict.fromkeys(hop.way.flow.within for hop in chain if hop.way is not None):
        if name not in kept:
            found = _remove(ways, ends, kept, gone | {name}, most - 1, tried)
            if found is not None:
                return found
    return None


def _minimum(ways: Ways, starts: list[Machine], goals: list[Machine]) -> set[Flow]:
    import networkx as nx

    graph: nx.DiGraph[object] = nx.DiGraph()
    graph.add_nodes_from(("in", "out"))
    graph.add_edges_from(("in", one.number) for one in starts)  # no capacity: networkx takes that for infinite
    graph.add_edges_from((one.number, "out") for one in goals)
    for zone, members in ways.by_zone.items():
        graph.add_edges_from((one.number, ("zone", zone)) for one in members)
        graph.add_edges_from((("zone", zone), one.number) for one in members)
    for way in ways.ways:
        _put(graph, way, infinite=essential(ways, way.flow))
    _, (near, _) = nx.minimum_cut(graph, "in", "out")
    return {way.flow for way in ways.ways if (id(way.flow), 0) in near and (id(way.flow), 1) not in near}


def _put(graph: nx.DiGraph[object], way: Way, *, infinite: bool) -> None:
    # The two families of a flow are removed together, and so are one edge. Where nothing is removed they stay apart,
    # or a chain that changes family on the way, which no packet does, could not be cut.
    key = id(way) if infinite else id(way.flow)
    before, after = (key, 0), (key, 1)
    graph.add_edge(before, after, **({} if infinite else {"capacity": 1}))
    graph.add_edges_from((one, before) for one in way.sources)
    graph.add_edges_from((after, one) for one in way.targets)
