"""Chains of sessions as entries of a document: who, to whom, by which line."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from segc.graph.search import ZONE
from segc.model.places import place

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from segc.graph.analysis import Analysis
    from segc.graph.search import Hop
    from segc.model.plant import Plant
    from segc.source import Span

OPENNESS = {
    "monitor": "the pair is in monitor: everything passes",
    "link": "a link joins the zones: nothing filters",
    "interface": "both are behind one interface, where they may meet without the firewall",
    "unknown": "the policy does not say how the zones are connected",
}


class Step(TypedDict):
    """A hop, from one machine to another. `why` says in words what opens it, `source` (file:line) where.

    `flow` and `within`, its conduit or grant, are empty for hops that no flow opens.
    """

    by: str
    start: str
    to: str
    why: str
    flow: str
    within: str
    source: str


def steps(analysis: Analysis, chain: Iterable[Hop]) -> list[Step]:
    """A chain, hop by hop."""
    return [_step(analysis, hop) for hop in chain]


def _step(analysis: Analysis, hop: Hop) -> Step:
    plant = analysis.plant
    step: Step = {
        "by": hop.by,
        "start": hop.source.path,
        "to": hop.target.path,
        "why": "",
        "flow": "",
        "within": "",
        "source": "",
    }
    if hop.way is not None:
        flow = hop.way.flow
        step |= {"why": flow.text, "flow": flow.text, "within": flow.within, "source": place(plant, flow.span)}
        if hop.way.against:
            step["why"] = f"{flow.text}, whose responder commands"
    elif hop.by == ZONE:
        step["why"] = f"both are in `{hop.target.zone.name}`"
        step["source"] = place(plant, hop.target.zone.span)
    else:
        ways = analysis.ways("today")
        pair = hop.source.zone.name, hop.target.zone.name
        step["why"] = OPENNESS[ways.openness.why(*pair)]
        step["source"] = place(plant, _closer(plant, *pair))
    return step


def _closer(plant: Plant, source: str, target: str) -> Span:
    """Where to close a pair that is open: its conduit, else the zone that lets everybody in."""
    conduits = (one for one in plant.conduits.values() if (source, target) in one.pairs())
    return next((one.span for one in conduits), plant.zones[target].span)


def chain_lines(chain: Sequence[Step], indent: str) -> list[str]:
    """A chain as text: where it begins, then one line a hop with what opens it."""
    lines = [f"{indent}{chain[0]['start']}"] if chain else []
    width = max((len(step["to"]) for step in chain), default=0)
    for step in chain:
        where = f"  ({step['source']})" if step["by"] != ZONE else ""
        lines.append(f"{indent}  -> {step['to']:<{width}}  {step['why']}{where}")
    return lines
