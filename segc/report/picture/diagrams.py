"""The plant picture for other programs: Graphviz's DOT language, and Mermaid flowcharts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from segc.report.cells import visible
from segc.report.picture.layout import band_of, edges, texts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.report.picture.layout import Edge
    from segc.report.picture.model import Picture, ZoneEntry

DASHES = {"enforce": "solid", "monitor": "dashed", "mixed": "dashed"}


def dot(picture: Picture) -> str:
    """A DOT graph (https://graphviz.org/doc/info/lang.html), a cluster a level."""
    return "".join(f"{line}\n" for line in _dot(picture))


def _dot(picture: Picture) -> Iterator[str]:
    yield f"digraph {_quoted(picture['site'] or 'plant')} {{"
    yield '  node [shape=box fontname="monospace"]'
    for number, (name, zones) in enumerate(bands(picture)):
        yield f"  subgraph cluster_{number} {{ label={_quoted(name)}"
        for zone in zones:
            yield f"    {_quoted(zone['name'])} [label={_quoted(chr(10).join(map(visible, texts_of(zone))))}]"
        yield "  }"
    for edge in edges(picture):
        look = {"grant": "dotted", "link": "bold"}.get(edge.kind) or DASHES[edge.mode]
        ends = "none" if edge.kind == "link" else "both" if edge.both else "forward"
        label = _quoted(visible(edge.name))
        yield f"  {_quoted(edge.source)} -> {_quoted(edge.target)} [label={label} style={look} dir={ends}]"
    yield "}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def mermaid(picture: Picture) -> str:
    """A Mermaid flowchart (https://mermaid.js.org/syntax/flowchart.html), a subgraph a level."""
    return "".join(f"{line}\n" for line in _mermaid(picture))


def _mermaid(picture: Picture) -> Iterator[str]:
    yield "flowchart TB"
    ids = {zone["name"]: f"z{number}" for number, zone in enumerate(picture["zones"])}
    for number, (name, zones) in enumerate(bands(picture)):
        yield f'  subgraph b{number}["{_entities(name)}"]'
        for zone in zones:
            yield f'    {ids[zone["name"]]}["{"<br>".join(map(_entities, texts_of(zone)))}"]'
        yield "  end"
    for edge in edges(picture):
        yield f'  {ids[edge.source]} {_arrow(edge)}|"{_entities(edge.name)}"| {ids[edge.target]}'


def _arrow(edge: Edge) -> str:
    """Grants are dotted, links have no heads, and what is enforced is thick."""
    if edge.kind == "grant":
        return "-.->"
    if edge.kind == "link":
        return "---"
    return ("<" if edge.both else "") + ("==>" if edge.mode == "enforce" else "-->")


def _entities(text: str) -> str:
    """Mermaid's own escapes, `#CODE;`: anything but plain letters, digits and spaces may mean something to it."""
    return "".join(c if c.isalnum() or c in " -_.,()" else f"#{ord(c)};" for c in visible(text))


def bands(picture: Picture) -> list[tuple[str, list[ZoneEntry]]]:
    """The zones of each level, from the highest down."""
    made: dict[tuple[float, str], list[ZoneEntry]] = {}
    for zone in picture["zones"]:
        made.setdefault(band_of(zone), []).append(zone)
    return [(name, zones) for (_, name), zones in sorted(made.items(), key=lambda one: one[0])]
