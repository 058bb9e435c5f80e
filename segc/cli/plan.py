"""`segc plan` and `segc diff`: what a change would mean, over all packets."""

from __future__ import annotations

import re
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from segc import api
from segc.catalogue import AUDIT, asked
from segc.cli import options
from segc.cli.check import verdict
from segc.diagnostics import Label, SegcError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from segc.baseline.store import Ledger
    from segc.cli.output import Output
    from segc.diagnostics import Diagnostic
    from segc.plan.seen import Observed
    from segc.plan.shape import Plan
    from segc.plan.side import Side
    from segc.source import Source

CHANGES = 3
HERE = "baseline"
GATES = (
    "breaks (what must keep working), widened, interrupts, weakened (less is asserted, filtered, found or asked for than "
    "before), or blast>N: the reach of a machine grows by more than N machines"
)
WEAKENED = ("released", "ways", "assertions", "weaker", "asks_less", "ignored")


def gates(command: Callable[..., int]) -> Callable[..., int]:
    """--fail-on and --detailed-exitcode."""
    command = click.option(
        "--detailed-exitcode", "detailed", is_flag=True, help="End in 3 where there is a change, if not in 1."
    )(command)
    help_text = f"End in 1 where this is so; repeatable. {GATES}."
    return click.option("--fail-on", "fail_on", multiple=True, metavar="GATE", callback=_gates, help=help_text)(command)


def seen(command: Callable[..., int]) -> Callable[..., int]:
    """--baseline DIR, as the verb's `folder`: None where it is not given."""
    help_text = f"Tell what of it `segc baseline learn` saw. Default: {HERE}, where there is one."
    return click.option("--baseline", "folder", metavar="DIR", help=help_text)(command)


def _gates(ctx: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if not re.fullmatch(r"breaks|widened|interrupts|weakened|blast>\d+", value):
            raise click.UsageError(f"there is no gate `{value}`; gates are {GATES}", ctx)
    return values


@click.command("plan", short_help="what a change would open and stop")
@options.path
@click.option(
    "--against", default="HEAD", show_default=True, metavar="REF|DIR", help="What it was: of git, or a folder."
)
@seen
@gates
@options.at
@options.answers("text", "markdown", "html", "json")
def command(
    path: str, against: str, folder: str | None, fail_on: tuple[str, ...], detailed: bool, at: datetime, out: Output
) -> int:
    """Compare the policy in PATH with what it was, over all packets: what would stop, what would open, whose agreement
    it needs, how far machines reach, and which files change. A baseline tells first what of it was seen.

    Names do not count, and neither does order: a policy that means the same is an empty plan. Exit codes: 0, 1 where a
    gate of --fail-on is met, 2 no answer, 3 with --detailed-exitcode where there is a change.
    """
    from segc.plan.revision import at_revision, is_revision

    with ExitStack() as stack:
        old = Path(against)
        if old.exists() and len(old.parts) == 1 and not against.startswith(".") and is_revision(Path(path), against):
            raise click.UsageError(
                f"`{against}` is a folder and a revision: say `./{against}`, or `refs/heads/{against}`"
            )
        if not old.exists():
            old = stack.enter_context(at_revision(Path(path), against))
        baseline = _baseline(folder, out)
        return _compare((against, old), (path, Path(path)), fail_on, at, out, detailed=detailed, baseline=baseline)


@click.command("diff", short_help="what differs between two policies")
@click.argument("old")
@click.argument("new")
@seen
@gates
@options.at
@options.answers("text", "markdown", "html", "json")
def diff(
    old: str, new: str, folder: str | None, fail_on: tuple[str, ...], detailed: bool, at: datetime, out: Output
) -> int:
    """Compare two policies, folders or root files, as `segc plan` does."""
    baseline = _baseline(folder, out)
    return _compare((old, Path(old)), (new, Path(new)), fail_on, at, out, detailed=detailed, baseline=baseline)


def _baseline(folder: str | None, out: Output) -> Ledger | None:
    """The baseline that was named, or the one that is here. One that is only here stops no plan."""
    from segc.baseline.absent import may_be
    from segc.cli.baseline.evidence import evidence

    if folder is not None:
        return evidence(folder)
    if not may_be(Path(HERE)):
        return None
    try:
        return evidence(HERE)
    except SegcError as problem:
        out.progress(f"the baseline in `{HERE}` was not asked: {problem.diagnostics[0].message}")
        return None


def _compare(
    old: tuple[str, Path],
    new: tuple[str, Path],
    fail_on: tuple[str, ...],
    at: datetime,
    out: Output,
    *,
    detailed: bool,
    baseline: Ledger | None,
) -> int:
    before, after = (_side(*one, at, out) for one in (old, new))
    from segc.plan.document import plan
    from segc.report.plan import render

    told = plan(before, after, _observed(before, after, baseline) if baseline is not None else None)
    out.answer_as(told, lambda form: render(told, form, whole=out.verbose))
    met = [gate for gate in fail_on if _met(told, gate)]
    if met:
        out.progress(f"fails on {', '.join(met)}")
        return 1
    return CHANGES if detailed and not told["empty"] else 0


def _observed(before: Side, after: Side, baseline: Ledger) -> Observed:
    from segc.plan.seen import observed

    with baseline:
        return observed(before, after, baseline)


def _side(label: str, path: Path, at: datetime, out: Output) -> Side:
    from segc.plan.judged import Judged
    from segc.plan.side import Side

    judged = api.judge(path, at, AUDIT)  # so that a persona which looks for less hides nothing here
    found = [one for one in judged.found if asked(one.name, judged.settings.persona)]
    if verdict(found, "error"):
        out.left_alone()
        out.progress(f"`{label}` has errors, so nothing can be compared with it:")
        errors = [one for one in found if one.severity.word == "error"]
        raise SegcError([_named(one, label, path) for one in errors] if str(path) != label else errors, code=2)
    return Side(label, judged.plant, at, Judged(judged.settings, tuple(judged.weighed), tuple(judged.accepted)))


def _named(one: Diagnostic, label: str, path: Path) -> Diagnostic:
    """A finding in a file of a revision, which lies in a temporary folder: it is called as git calls it."""
    base = path if path.is_dir() else path.parent
    sources: dict[str, Source] = {}

    def renamed(source: Source) -> Source:
        if source.path not in sources:
            inside = Path(source.path).is_relative_to(base)
            name = f"{label}:{Path(source.path).relative_to(base).as_posix()}" if inside else source.path
            sources[source.path] = replace(source, path=name)
        return sources[source.path]

    labels = tuple(Label(each.span._replace(source=renamed(each.span.source)), each.text) for each in one.labels)
    return replace(one, labels=labels, fixes=())


def _met(told: Plan, gate: str) -> bool:
    summary = told["summary"]
    if gate in ("breaks", "interrupts"):
        return bool(summary[gate])  # type: ignore[literal-required]
    if gate == "weakened":
        lost = any(one["change"] == "ends" or one["holds_after"] is False for one in told["playbooks"])
        return lost or any(summary[key] for key in WEAKENED)  # type: ignore[literal-required]
    if gate == "widened":
        more = any(one["manage_opens"] for one in told["firewalls"]) or any(one["widens"] for one in told["grants"])
        return summary["opens"] + summary["permits"] > 0 or more
    return summary["blast_growth"] > int(gate.partition(">")[2])
