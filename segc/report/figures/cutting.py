"""The fewest flows and conduits that would keep somebody away from the crown jewels, and what their loss interrupts."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from segc.graph.cuts import essential, fewest_conduits, fewest_flows
from segc.graph.search import Search
from segc.model.places import place
from segc.report.figures.chains import Step, steps

if TYPE_CHECKING:
    from collections.abc import Iterable

    from segc.graph.analysis import Analysis
    from segc.graph.machines import Machine
    from segc.graph.ways import Ways
    from segc.model.plant import Flow


class FlowEntry(TypedDict):
    """A flow to remove, and what it is there for: its reason, and the workflows whose needs it covers."""

    flow: str
    within: str
    source: str
    because: str
    expect: str
    workflows: list[str]


class ConduitEntry(TypedDict):
    """A conduit or grant to remove whole, with all the flows that would go with it."""

    name: str
    source: str
    flows: list[FlowEntry]


class Uncut(TypedDict):
    """A goal that cannot be cut off, and the chain that would be left."""

    name: str
    chain: list[Step]


class CutEntry(TypedDict):
    """`flows` or, as another way, `conduits` cut off all of `from_goals`; `stays` are goals that stay reachable.

    `conduits` is null where more than a few would be needed.
    """

    from_goals: list[str]
    flows: list[FlowEntry]
    conduits: list[ConduitEntry] | None
    stays: list[Uncut]


def cutting(analysis: Analysis, ways: Ways, starts: Iterable[Machine], goals: Iterable[Machine]) -> CutEntry:
    """Cut off as many of the goals as can be without an essential flow; the rest stays, with the chain that is left."""
    begin = list(starts)
    left = Search(ways, begin, closed=lambda flow: not essential(ways, flow))
    reached = [one for one in goals if Search(ways, begin).hops(one)]
    stays = [one for one in reached if left.hops(one)]
    off = [one for one in reached if not left.hops(one)]
    flows = fewest_flows(ways, begin, off).flows if off else ()
    conduits = fewest_conduits(ways, begin, off)
    return {
        "from_goals": [one.path for one in off],
        "flows": [_flow(analysis, flow) for flow in flows],
        "conduits": None if conduits.stays else [_conduit(analysis, name) for name in conduits.conduits],
        "stays": [{"name": one.path, "chain": steps(analysis, left.chain(one))} for one in stays],
    }


def _conduit(analysis: Analysis, name: str) -> ConduitEntry:
    plant = analysis.plant
    holder = plant.conduits.get(name) or plant.grants[name]
    return {
        "name": name,
        "source": place(plant, holder.span),
        "flows": [_flow(analysis, flow) for flow in holder.flows],
    }


def _flow(analysis: Analysis, flow: Flow) -> FlowEntry:
    return {
        "flow": flow.text,
        "within": flow.within,
        "source": place(analysis.plant, flow.span),
        "because": flow.facts.because,
        "expect": flow.facts.expect or "",
        "workflows": [name for name, one in analysis.plant.workflows.items() if _serves(analysis, flow, one.needs)],
    }


def _serves(analysis: Analysis, flow: Flow, needs: Iterable[Flow]) -> bool:
    """Does a flow share machines on both sides, and packets, with one of the needs?"""
    members = analysis.ways().members
    mine = [{one for end in ends for one in members(end)} for ends in (flow.sources, flow.targets)]
    return any(
        all(
            side & {one for end in ends for one in members(end)}
            for side, ends in zip(mine, (need.sources, need.targets), strict=True)
        )
        and any(
            m.proto == n.proto and m.low <= n.high and n.low <= m.high
            for s in flow.services
            for m in s.matches
            for t in need.services
            for n in t.matches
        )
        for need in needs
    )
