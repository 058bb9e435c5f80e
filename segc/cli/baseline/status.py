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


@click.command("status", short_help="which conduits are ready to be enforced")
@options.path
@options.baseline
@options.at
@options.answers("text", "json")
def command(path: str, folder: str, at: datetime, out: Output) -> int:
    """Tell of each conduit of the plant in PATH what the baseline shows: READY, NOT READY or INSUFFICIENT EVIDENCE, with
    the reasons, never a bare score.

    The gate is in segc.toml (docs/promotion.md). Exit codes: 0 an answer, 2 none.
    """
    plant, found = api.check(path, at)
    if verdict(found, "error"):
        out.report(found, plant, code=2)
        return 2
    from segc.baseline.compare import compare
    from segc.baseline.order import order
    from segc.baseline.readiness import readiness
    from segc.baseline.store import Ledger
    from segc.report.baseline.status import document, render

    gate = api.settings(plant, at).gate
    with Ledger.open(folder) as ledger:
        compared = compare(plant, ledger, at, gate)
        ready = readiness(compared, ledger, gate)
    limits: dict[str, float] = {"days": gate.days, "new_keys": gate.new_keys}
    told = document(compared, ready, order(plant, ready, at), limits, at)
    out.answer_as(told, lambda _: render(told, whole=out.verbose))
    return 0
