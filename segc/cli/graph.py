"""`segc graph`: the plant picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from segc import api
from segc.cli import options
from segc.cli.check import verdict

if TYPE_CHECKING:
    from datetime import datetime

    from segc.cli.output import Output
    from segc.report.picture.model import Picture


@click.command("graph", short_help="the plant picture: zones by level, conduits, grants")
@options.path
@options.at
@options.answers("text", "svg", "dot", "mermaid", "json")
def command(path: str, at: datetime, out: Output) -> int:
    """Draw the plant in PATH: zones in bands of levels, conduits by mode, grants dotted.

    The SVG stands alone: it asks for nothing from outside, and its lines and boxes tell more when hovered over.
    """
    plant, found = api.check(path, at)
    if verdict(found, "error"):
        out.report(found, plant, code=2)
        return 2
    from segc.graph.topology import Topology
    from segc.report.picture.model import document
    from segc.response.register import register

    picture = document(plant, register(plant, Topology(plant), at, None))
    out.answer_as(picture, lambda form: _drawn(picture, form))
    return 0


def _drawn(picture: Picture, form: str) -> str:
    from segc.report.picture import diagrams, svg, text

    draw = {"svg": svg.render, "dot": diagrams.dot, "mermaid": diagrams.mermaid, "text": text.render}
    return draw[form](picture)
