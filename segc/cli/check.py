"""`segc check`: all that is to be said of a policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from segc import api
from segc.catalogue import AUDIT
from segc.cli import options
from segc.diagnostics import SegcError, Severity
from segc.report import FORMATS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from segc.cli.fixes import Change
    from segc.cli.output import Output
    from segc.diagnostics import Diagnostic
    from segc.model.plant import Plant


@click.command("check", short_help="judge a policy")
@options.path
@click.option("--fix", is_flag=True, help="Put right in the files what can be put right safely.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: also fixes that need a second look.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, as a diff, and change nothing.")
@options.at
@options.persona
@options.fail_level
@options.output(reports=tuple(FORMATS))
def command(
    path: str,
    fix: bool,
    unsafe_fixes: bool,
    diff: bool,
    at: datetime,
    persona: str | None,
    fail_level: str,
    out: Output,
) -> int:
    """Judge the policy in PATH, a folder or a root file (default: this folder)."""
    if unsafe_fixes and not (fix or diff):
        raise click.UsageError("--unsafe-fixes goes with --fix or --diff")
    out.hints = fail_level == "hint"
    try:
        plant, found = look(path, at, out, persona)
        if diff:
            code = _show(found, unsafe_fixes, fail_level, out)
            out.report(found, plant, code=code, level=fail_level, main=False)
            return code
        if fix and _repair(found, unsafe_fixes, out):
            plant, found = look(path, at, out, persona)
    except SegcError as problem:
        out.report(options.with_way_out(problem).diagnostics, summary=False, code=problem.code, main=not diff)
        if diff:  # stdout, or a FILE, is for the diff
            raise
        return problem.code
    code = verdict(found, fail_level)
    out.report(found, plant, code=code, level=fail_level)
    return code


def look(path: str, at: datetime, out: Output, persona: str | None = None) -> tuple[Plant, list[Diagnostic]]:
    """`segc.api.judge`, whose accepted findings go to `out`, and with `-v` what was read."""
    judged = api.judge(path, at, persona)
    out.accepted = judged.accepted
    out.show_accepted |= judged.persona == AUDIT
    for source in judged.plant.sources:
        out.detail(f"read {source.path}")
    out.detail(f"judged for {at.isoformat().replace('+00:00', 'Z')}")
    return judged.plant, judged.found


def verdict(found: Sequence[Diagnostic], level: str) -> int:
    """1 if anything weighs as much as `level`, else 0."""
    least = Severity[level.upper()].value
    return int(any(one.severity.value >= least for one in found))


def _repair(found: Sequence[Diagnostic], unsafe: bool, out: Output) -> bool:
    """Apply fixes. True if a file has changed."""
    from segc.cli.files import rewrite

    changed = _changes(found, unsafe, out)
    for change in changed:
        rewrite(change.source, change.text)
        for line in change.done:
            out.progress(f"fixed {line}")
    return bool(changed)


def _show(found: Sequence[Diagnostic], unsafe: bool, level: str, out: Output) -> int:
    """Show what would be fixed. The exit code says no where something would be, or cannot be."""
    from segc.cli.files import difference
    from segc.words import count

    changed = _changes(found, unsafe, out)
    out.answer("".join(difference(change.source, change.text) for change in changed))
    number = sum(len(change.done) for change in changed)
    left = len(found) - number
    out.progress(f"would fix {count(number, 'finding')}, and leave {left}")
    return int(bool(changed)) or verdict(found, level)


def _changes(found: Sequence[Diagnostic], unsafe: bool, out: Output) -> Sequence[Change]:
    from segc.cli.fixes import WouldBreak, changes

    try:
        return changes(found, unsafe=unsafe)
    except WouldBreak as problem:
        out.progress(f"nothing was fixed: it would break `{problem}`. That is a fault in segc; please report it")
        return ()
