"""`segc blast`: what somebody who holds a machine, a zone or a grant could reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from segc import api
from segc.cli import options
from segc.cli.check import verdict

if TYPE_CHECKING:
    from datetime import datetime

    from segc.cli.output import Output
    from segc.graph.analysis import Analysis
    from segc.model.plant import Asset, Plant, Zone
    from segc.report.figures.blast import Subject
    from segc.report.figures.cutting import CutEntry


@click.command("blast", short_help="what one who holds a machine could reach")
@click.argument("name")
@options.path
@click.option("--cut", is_flag=True, help="Also: the fewest flows or conduits to remove, and what that interrupts.")
@click.option(
    "--to", "goals", multiple=True, metavar="NAME", help="With --cut: keep away from these, not crown jewels."
)
@options.at
@options.answers("text", "json")
def command(name: str, path: str, cut: bool, goals: tuple[str, ...], at: datetime, out: Output) -> int:
    """Tell what one who holds NAME (an asset, a zone or a grant) could reach: as declared, as if every conduit were
    enforced, and today, with all that is in monitor or filtered by nothing.

    A hop is a session that some flow permits, or one inside a zone. Crown jewels are critical assets and those of
    safety functions.
    """
    if goals and not cut:
        raise click.UsageError("--to goes with --cut")
    plant, found = api.check(path, at)
    if verdict(found, "error"):
        out.report(found, plant, code=2)
        return 2
    from segc.cli.naming import named
    from segc.graph.analysis import Analysis
    from segc.report.figures import blast, blast_text

    thing = named(plant, name)
    analysis = Analysis(plant, at)
    asked = blast.subject(analysis, *thing)
    document = blast.document(analysis, asked, _cut(analysis, asked, goals) if cut else None)
    out.answer_as(document, lambda _: blast_text.render(document, whole=out.verbose))
    return 0


def _cut(analysis: Analysis, asked: Subject, goals: tuple[str, ...]) -> CutEntry:
    from segc.report.figures.cutting import cutting

    flows = asked.grant.flows if asked.grant else ()
    ways = analysis.ways(also=flows)
    things = [_goal(analysis.plant, goal) for goal in goals]
    ends = analysis.machines_of(things) if goals else [one for one in ways.machines if one.jewel]
    return cutting(analysis, ways, asked.starts, ends, frozenset(flows) if asked.grant else None)


def _goal(plant: Plant, name: str) -> Asset | Zone:
    from segc.cli.naming import named
    from segc.model.plant import Grant

    thing = named(plant, name).thing
    if isinstance(thing, Grant):
        raise click.UsageError(f"--to asks for an asset or a zone, and `{name}` is a grant")
    return thing
