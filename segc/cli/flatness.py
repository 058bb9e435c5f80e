"""`segc flatness`: how flat a plant is, what is exposed, and what would help."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from segc import api
from segc.cli import options
from segc.cli.check import verdict

if TYPE_CHECKING:
    from datetime import datetime

    from segc.cli.output import Output


@click.command("flatness", short_help="how flat the plant is, and what is exposed")
@options.path
@options.at
@options.answers("text", "json")
def command(path: str, at: datetime, out: Output) -> int:
    """Tell how flat the plant in PATH is: 0 where all machines are apart, 1 for one flat network.

    As declared is what the policy would give if every pair of zones were enforced; today counts pairs in monitor,
    links and zones of which no place is known as open.
    """
    plant, found = api.check(path, at)
    if verdict(found, "error"):
        out.report(found, plant, code=2)
        return 2
    from segc.graph.analysis import Analysis
    from segc.report.figures import flat, flat_text

    document = flat.document(Analysis(plant, at))
    out.answer_as(document, lambda _: flat_text.render(document, whole=out.verbose))
    return 0
