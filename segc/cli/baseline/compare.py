"""`segc baseline compare`: what was seen, against the policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from segc import api
from segc.cli import options
from segc.cli.check import verdict

if TYPE_CHECKING:
    from datetime import datetime

    from segc.cli.output import Output


@click.command("compare", short_help="what was seen, against the policy")
@options.path
@options.baseline
@options.at
@options.answers("text", "json")
def command(path: str, folder: str, at: datetime, out: Output) -> int:
    """Compare what was seen in the plant in PATH with its policy: who is permitted, and what enforcing would stop, with
    the flow that comes closest.

    Exit codes: 0 all is explained, 1 something is not, 2 no answer.
    """
    plant, found = api.check(path, at)
    if verdict(found, "error"):
        out.report(found, plant, code=2)
        return 2
    from segc.baseline.compare import compare
    from segc.baseline.store import Ledger
    from segc.report.baseline.comparison import document, render

    with Ledger.open(folder) as ledger:
        told = document(compare(plant, ledger, at), at)
    out.answer_as(told, lambda _: render(told, whole=out.verbose))
    return 1 if told["unexplained"] else 0
