"""The plant picture as SVG 1.1: no script, no outside request; light and dark, in print, and in shades of grey.

Modes differ by dash pattern as well as by colour (Okabe and Ito's, which colour-blind readers tell apart).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.report.cells import visible
from segc.report.picture.layout import HEIGHT, LINE, PAD, arrange

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.report.picture.layout import Box, Line
    from segc.report.picture.model import FlowEntry, Picture

STYLE = """
svg{--ink:#1a1a1a;--paper:#fff;--band:#eef1f4;--box:#fff;--enforce:#0072b2;--monitor:#b84a00;--grant:#8a3d73;--link:#777}
@media (prefers-color-scheme:dark){svg{--ink:#eee;--paper:#16181b;--band:#22262b;--box:#2e333a;--enforce:#56b4e9;\
--monitor:#e69f00;--grant:#d98cc0;--link:#aaa}}
@media print{svg{--ink:#000;--paper:#fff;--band:#f2f2f2;--box:#fff;--enforce:#0072b2;--monitor:#b84a00;--grant:#8a3d73;\
--link:#777}}
text{font:12px ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;fill:var(--ink)}
.paper{fill:var(--paper)}.band{fill:var(--band)}.name{font-weight:bold}.zone rect{fill:var(--box);stroke:var(--ink)}
.zone.safety rect{stroke-width:3}.zone.outside rect{stroke-dasharray:2 2}
.line{fill:none;stroke-width:1.6;stroke:var(--enforce)}.line.monitor{stroke:var(--monitor);stroke-dasharray:7 3}
.line.mixed{stroke:var(--monitor);stroke-dasharray:9 2 2 2}.line.grant{stroke:var(--grant);stroke-dasharray:1.5 3}
.line.link{stroke:var(--link);stroke-width:4}.edge:hover .line{stroke-width:4}.tip{fill:var(--ink)}
"""
LEGEND = (
    ("enforce", "enforce"),
    ("monitor", "monitor"),
    ("mixed", "one of each"),
    ("grant", "grant"),
    ("link", "link"),
)


def escape(text: str) -> str:
    """Text for an element or an attribute. What XML cannot hold, or would turn the writing, is shown as a picture."""
    shown = visible(text)
    for raw, safe in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;")):
        shown = shown.replace(raw, safe)
    return shown


def render(picture: Picture, *, embedded: bool = False) -> str:
    """The picture, whole; `embedded` in a page that styles it, and in which its things can be chosen."""
    return "".join(f"{line}\n" for line in _svg(picture, embedded=embedded))


def _svg(picture: Picture, *, embedded: bool) -> Iterator[str]:
    made = arrange(picture)
    width, height = max(made.width, 640), made.height
    space = "" if embedded else ' xmlns="http://www.w3.org/2000/svg"'
    role = "group" if embedded else "img"
    yield (
        f'<svg{space} width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        f' role="{role}" aria-labelledby="segc-title segc-desc">'
    )
    name = picture["title"] or picture["site"] or "plant"
    yield f'<title id="segc-title">Zones and conduits of {escape(name)}</title>'
    told = ", ".join(f"{len(picture[key])} {key}" for key in ("zones", "conduits", "grants", "links"))
    yield f'<desc id="segc-desc">{told}. Levels from the highest down.</desc>'
    style = "" if embedded else f"<style>{STYLE}</style>"
    yield f'{style}<rect class="paper" width="100%" height="100%"/>'
    for band in made.bands:
        yield f'<rect class="band" x="0" y="{band.y}" width="{width}" height="{band.height}"/>'
        yield f'<text x="8" y="{band.y + LINE + PAD}">{escape(band.name)}</text>'
    details = _details(picture)
    for line in made.lines:
        yield from _edge(line, details[line.edge.kind, line.edge.name], embedded=embedded)
    for box in made.boxes:
        yield from _box(box, embedded=embedded)
    yield from _legend()
    yield "</svg>"


def _details(picture: Picture) -> dict[tuple[str, str], str]:
    """What hovering over a line tells."""
    told = {}
    for one in picture["conduits"]:
        modes = ", ".join(f"{each['source']} -> {each['target']} {each['mode']}" for each in one["directions"])
        told["conduit", one["name"]] = _tip([f"conduit {one['name']}", one["title"], modes, *_flows(one["flows"])])
    for grant in picture["grants"]:
        head = f"grant {grant['name']}, {grant['state']}, until {grant['until']}"
        told["grant", grant["name"]] = _tip([head, grant["title"], *_flows(grant["flows"])])
    for link in picture["links"]:
        told["link", f"{link['a']} -- {link['b']}"] = _tip([f"link {link['a']} -- {link['b']}: nothing is filtered"])
    return told


def _flows(flows: list[FlowEntry]) -> Iterator[str]:
    for flow in flows:
        yield f"{flow['text']}  ({flow['source']})"


def _tip(lines: list[str]) -> str:
    return "&#10;".join(escape(line) for line in lines if line)


def _chosen(kind: str, name: str, texts: tuple[str, ...] = ()) -> str:
    """What makes a thing one to choose, by keyboard too where it is a zone: lines are reached from their zones."""
    keyboard = f' tabindex="0" role="button" aria-label="{escape(" ".join(texts))}"' if texts else ""
    return f' data-key="{escape(f"{kind}/{name}")}"{keyboard}'


def _edge(line: Line, told: str, *, embedded: bool) -> Iterator[str]:
    edge = line.edge
    look = edge.kind if edge.kind != "conduit" else edge.mode
    attributes = " ".join(
        f'data-{key}="{escape(value)}"'
        for key, value in (
            (edge.kind, edge.name),
            ("source", edge.source),
            ("target", edge.target),
            ("mode", edge.mode),
        )
    )
    chosen = _chosen(edge.kind, edge.name) if embedded else ""
    points = " ".join(f"{x},{y}" for x, y in line.points)
    yield f'<g class="edge" {attributes}{chosen}><title>{told}</title>'
    if embedded:
        yield f'<polyline class="hit" points="{points}"/>'
    yield f'<polyline class="line {look}" points="{points}"/>'
    if edge.kind != "link":
        yield _tip_of(line.points[-2], line.points[-1])
        if edge.both:
            yield _tip_of(line.points[1], line.points[0])
    yield "</g>"


def _tip_of(before: tuple[int, int], end: tuple[int, int]) -> str:
    """An arrow's head; lines always end upright."""
    x, y = end
    back = y - 6 if y > before[1] else y + 6
    return f'<path class="tip" d="M{x} {y}L{x - 3} {back}L{x + 3} {back}Z"/>'


def _box(box: Box, *, embedded: bool) -> Iterator[str]:
    zone = box.zone
    classes = " ".join(["zone", *zone["marks"], *(["outside"] if zone["outside"] else [])])
    keys = ("level", "owner", "mode", "kind")
    data = " ".join(f'data-{key}="{escape(str(zone[key]))}"' for key in keys)  # type: ignore[literal-required]
    chosen = _chosen("zone", zone["name"], box.texts) if embedded else ""
    yield f'<g class="{classes}" data-zone="{escape(zone["name"])}" {data}{chosen}>'
    machines = [f"{a['name']} ({', '.join([a['kind'], *a['marks']])})" for a in zone["assets"]]
    head = [f"zone {zone['name']}", zone["title"], f"owner {zone['owner'] or 'nobody'}", zone["source"]]
    yield f"<title>{_tip([*head, *machines])}</title>"
    yield f'<rect x="{box.x}" y="{box.y}" width="{box.width}" height="{HEIGHT}" rx="3"/>'
    for number, text in enumerate(box.texts):
        look = ' class="name"' if not number else ""
        yield f'<text{look} x="{box.x + PAD}" y="{box.y + PAD + 12 + LINE * number}">{escape(text)}</text>'
    yield "</g>"


def _legend() -> Iterator[str]:
    for number, (look, text) in enumerate(LEGEND):
        x = 8 + 132 * number
        yield f'<path class="line {look}" d="M{x} 20H{x + 28}"/><text x="{x + 34}" y="24">{text}</text>'
