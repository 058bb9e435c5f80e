"""`segc baseline status`: which conduits are ready to be enforced, and why others are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from segc import api
from segc.cli import options
from segc.cli.check import verdict

if TYPE_CHECKING:
    from datetime import datetime

    from segc.cli.output import Output

STATES = {"not-ready": "NOT READY", "insufficient": "INSUFFICIENT EVIDENCE"}


@click.command("status", short_help="which conduits are ready to be enforced")
@options.path
@options.baseline
@click.option(
    "--conduit", "names", multiple=True, metavar="CONDUIT", help="Tell of this conduit only; repeatable. Default: all."
)
@click.option(
    "--fail-on",
    "fail_on",
    multiple=True,
    type=click.Choice(list(STATES)),
    help="End in 1 where a conduit is in this state; repeatable. Both: all that is told of must be READY.",
)
@options.at
@options.answers("text", "json")
def command(path: str, folder: str, names: tuple[str, ...], fail_on: tuple[str, ...], at: datetime, out: Output) -> int:
    """Tell of each conduit of the plant in PATH what the baseline shows: READY, NOT READY or INSUFFICIENT EVIDENCE, with
    the reasons, never a bare score.

    The gate is in segc.toml (docs/promotion.md). Exit codes: 0 an answer, 1 a conduit is in a state of --fail-on, 2 no
    answer.
    """
    plant, found = api.check(path, at)
    if verdict(found, "error"):
        out.report(found, plant, code=2)
        return 2
    from segc.baseline.compare import compare
    from segc.baseline.order import order
    from segc.baseline.readiness import readiness
    from segc.baseline.together import Together, jointly
    from segc.cli.baseline.evidence import evidence
    from segc.cli.promote import conduit_of
    from segc.report.baseline.status import document, render

    only = {conduit_of(plant, name).name for name in names} or None
    together = Together(plant)
    gate = api.settings(plant, at).gate
    with evidence(folder) as ledger:
        compared = compare(plant, ledger, at, gate)
        asked = only and only.union(one.name for one in together.asked(only))
        every = jointly(together, readiness(compared, ledger, gate, asked))
    ready = [one for one in every if only is None or one.conduit.name in only]
    limits: dict[str, float] = {
        "days": gate.days,
        "age": gate.age,
        "new_keys": gate.new_keys,
        "inventory": gate.inventory,
    }
    told = document(compared, ready, order(plant, ready, at), limits, at)
    out.answer_as(told, lambda _: render(told, whole=out.verbose))
    wrong = {STATES[word] for word in fail_on}
    return 1 if any(one.state.value in wrong for one in ready) else 0
