"""What would help most: by how much each conduit's removal, or each zone's enforcement, would lower the flatness."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.graph.flatness import of_ways
from segc.graph.ways import DECLARED, TODAY, Ways

if TYPE_CHECKING:
    from segc.graph.analysis import Analysis


class Gain(NamedTuple):
    """A conduit, grant or zone, and by how much the index would fall."""

    name: str
    lowers: float


def conduits(analysis: Analysis) -> list[Gain]:
    """What each conduit, or grant that is open, adds to the flatness as declared; the largest first."""
    whole = analysis.flatness().value
    flows: dict[str, set[object]] = {}
    for way in analysis.ways().ways:
        flows.setdefault(way.flow.within, set()).add(way.flow)
    found = []
    for name, mine in flows.items():
        ways = Ways(analysis.plant, analysis.topology, analysis.at, DECLARED, without=frozenset(mine))  # type: ignore[arg-type]
        found.append(Gain(name, whole - of_ways(ways).value))
    return sorted(found, key=lambda one: -one.lowers)


def zones(analysis: Analysis) -> list[Gain]:
    """By how much today's flatness falls if all that leads into a zone is enforced; the largest first."""
    whole = analysis.flatness(TODAY).value
    found = []
    for name in analysis.plant.zones:
        ways = Ways(analysis.plant, analysis.topology, analysis.at, TODAY, shut=frozenset((name,)))
        found.append(Gain(name, whole - of_ways(ways).value))
    return sorted((one for one in found if one.lowers > 0), key=lambda one: -one.lowers)
