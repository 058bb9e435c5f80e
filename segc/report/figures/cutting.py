"""The fewest flows and conduits that would keep somebody away from the crown jewels, and what their loss interrupts."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from segc.graph.cuts import chains, essential, fewest_conduits, fewest_flows
from segc.model.parts import shared
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


def cutting(
    analysis: Analysis,
    ways: Ways,
    starts: Iterable[Machine],
    goals: Iterable[Machine],
    first: frozenset[Flow] | None = None,
) -> CutEntry:
    """Cut off as many of the goals as can be without an essential flow; the rest stays, with the chain that is left.

    `first` are the flows of the first hop, for who may use a grant and nothing else.
    """
    begin = list(starts)
    whole, left = chains(ways, begin, first), chains(ways, begin, first, lambda flow: not essential(ways, flow))
    reached = [one for one in goals if whole.hops(one)]
    stays = [one for one in reached if left.hops(one)]
    off = [one for one in reached if not left.hops(one)]
    flows = fewest_flows(ways, begin, off, first).flows if off else ()
    conduits = fewest_conduits(ways, begin, off, first)
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
    plant = analysis.plant
    return {
        "flow": flow.text,
        "within": flow.within,
        "source": place(plant, flow.span),
        "because": flow.facts.because,
        "expect": flow.facts.expect or "",
        "workflows": [
            name
            for name, one in plant.workflows.items()
            if any(True for need in one.needs for _ in shared(flow, need, plant.ownership.own))
        ],
    }
