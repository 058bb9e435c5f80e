"""`segc baseline compare`: what was seen, against the policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from segc import api
from segc.baseline.judged import UNEXPLAINED
from segc.cli import options
from segc.cli.check import verdict

if TYPE_CHECKING:
    from datetime import datetime

    from segc.cli.output import Output


@click.command("compare", short_help="what was seen, against the policy")
@options.path
@options.baseline
@click.option("--all", "whole", is_flag=True, help="Every pair and key, however many.")
@click.option(
    "--fail-on",
    "fail_on",
    multiple=True,
    type=click.Choice([*sorted(one.value for one in UNEXPLAINED), "none"]),
    help="End in 1 only where a key of this class is unexplained; repeatable. Default: of any.",
)
@options.at
@options.answers("text", "markdown", "json")
def command(path: str, folder: str, whole: bool, fail_on: tuple[str, ...], at: datetime, out: Output) -> int:
    """Compare what was seen in the plant in PATH with its policy: who is permitted, and what enforcing would stop, with
    the flow that comes closest.

    Exit codes: 0 all is explained, 1 something is not (of the classes of --fail-on), 2 no answer.
    """
    plant, found = api.check(path, at)
    if verdict(found, "error"):
        out.report(found, plant, code=2)
        return 2
    from segc.baseline.compare import compare
    from segc.cli.baseline.evidence import evidence
    from segc.report.baseline import markdown
    from segc.report.baseline.comparison import document, render

    with evidence(folder) as ledger:
        gate = api.settings(plant, at).gate
        told = document(compare(plant, ledger, at, gate), at, gate.age)
    forms = {"text": lambda: render(told, whole=whole or out.verbose), "markdown": lambda: markdown.render(told)}
    out.answer_as(told, lambda form: forms[form]())
    classes = {key["verdict"] for pair in told["unexplained"] for key in pair["keys"]}
    return 1 if classes & set(fail_on) or (classes and not fail_on) else 0
