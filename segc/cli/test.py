"""`segc test`: the policy's assertions, judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from segc import api
from segc.cli import options
from segc.cli.check import verdict
from segc.report import FORMATS

if TYPE_CHECKING:
    from datetime import datetime

    from segc.assertions.judge import Result
    from segc.cli.output import Output
    from segc.report.shape import Asserted

HOLDS = {True: "holds", False: "does not hold"}


@click.command("test", short_help="judge what the policy asserts of itself")
@options.path
@options.at
@options.output(reports=tuple(FORMATS))
def command(path: str, at: datetime, out: Output) -> int:
    """Judge the assertions of the policy in PATH: each as declared, as if every pair of zones were enforced, or, where
    it says `today`, as deployed, with all that is in monitor or that nothing filters.

    What fails is shown with the lines of the policy that lead there. Exit codes: 0 all hold, 1 one does not, 2 no
    answer.
    """
    plant, found = api.check(path, at)
    if verdict(found, "error"):
        out.report(found, plant, code=2)
        return 2
    from segc.assertions.judge import Assertions, breaking, findings

    if not plant.assertions:
        out.progress("there are no assertions: `segc explain assert` says what can be asserted")
    results = breaking(plant, at, Assertions(plant, at).results())
    failed = findings(results)
    code = 1 if failed else 0
    out.report(failed, plant, summary=False, code=code, asserted=[_told(one) for one in results])
    return code


def _told(one: Result) -> Asserted:
    span = one.assertion.span
    return {
        "assertion": " ".join(one.assertion.text.removeprefix("assert ").split()),
        "file": span.source.path,
        "line": span.line,
        "state": one.state,
        "holds": one.outcome.holds,
        "says": one.outcome.says,
        "other": _besides(one),
    }


def _besides(one: Result) -> str:
    """What the other state gives, where it gives something else; and grants that will break what holds."""
    parts = []
    figure = one.assertion.limit is not None
    if one.other.holds != one.outcome.holds or (figure and one.other.says != one.outcome.says):
        where = "as declared" if one.assertion.today else "today"
        parts.append(f"{where}: {one.other.says}" if figure else f"{where} it {HOLDS[one.other.holds]}")
    parts += [f"grant `{name}` breaks it when it opens" for name in one.grants]
    return "; ".join(parts)
