"""The plant picture for a terminal: bands of levels with their zones, and under each zone what leaves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.report.cells import visible
from segc.report.cells import width as cells
from segc.report.picture.diagrams import bands
from segc.report.picture.layout import edges
from segc.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.report.picture.layout import Edge
    from segc.report.picture.model import Picture, ZoneEntry

WIDTH = 120


def render(picture: Picture) -> str:
    """Lines of at most 120 cells."""
    return "".join(f"{_fit(line)}\n" for line in _lines(picture))


def _fit(line: str) -> str:
    if cells(line) <= WIDTH:
        return line
    while cells(line) > WIDTH - 3:
        line = line[:-1]
    return line + "..."


def _lines(picture: Picture) -> Iterator[str]:
    if not picture["zones"]:
        yield "no zones"
    leaving: dict[str, list[Edge]] = {}
    for edge in edges(picture):
        leaving.setdefault(edge.source, []).append(edge)
    flows = {("conduit", one["name"]): len(one["flows"]) for one in picture["conduits"]}
    flows |= {("grant", one["name"]): len(one["flows"]) for one in picture["grants"]}
    for name, zones in bands(picture):
        yield f"== {name}"
        for zone in zones:
            yield f"  {_zone(zone)}"
            wide = max((len(edge.target) for edge in leaving.get(zone["name"], ())), default=0)
            for edge in leaving.get(zone["name"], ()):
                yield f"    {_edge(edge, wide, flows)}"


def _zone(zone: ZoneEntry) -> str:
    facts = [visible(zone["title"]), count(len(zone["assets"]), "asset"), *zone["marks"]]
    facts.append(f"owner {zone['owner']}" if zone["owner"] else "no owner")
    return f"{zone['name']}  {', '.join(fact for fact in facts if fact)}"


def _edge(edge: Edge, wide: int, flows: dict[tuple[str, str], int]) -> str:
    if edge.kind == "link":
        return f"=== {edge.target:<{wide}}  link, nothing is filtered"
    arrow = "..>" if edge.kind == "grant" else "<->" if edge.both else "-->"
    kind = "grant " if edge.kind == "grant" else ""
    many = count(flows[edge.kind, edge.name], "flow")
    return f"{arrow} {edge.target:<{wide}}  {edge.mode}, {many}  {kind}{edge.name}"
