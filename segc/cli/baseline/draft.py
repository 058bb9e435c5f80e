"""`segc baseline draft`: `.zone` text for what was seen and no flow permits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from segc import api
from segc.cli import options
from segc.cli.check import verdict
from segc.diagnostics import SegcError, Severity, finding

if TYPE_CHECKING:
    from datetime import datetime

    from segc.baseline.store import Ledger
    from segc.cli.output import Output
    from segc.diagnostics import Diagnostic


@click.command("draft", short_help="write .zone text for what no flow permits")
@options.path
@options.baseline
@click.option("-o", "drafted_to", multiple=True, metavar="FILE", help="The same as --output.")
@options.at
@options.output("text", drafts=True)
def command(path: str, folder: str, at: datetime, out: Output, drafted_to: tuple[str, ...]) -> int:
    """Draft flows for what a baseline saw and the plant in PATH does not permit: a proposal, for a person to judge.

    Machines, not zones; exactly the ports that were seen; conduits in monitor, with a day of review; grants towards
    networks outside. The evidence stands beside every flow. Exit codes: 0, 1 where the draft does not pass `segc check`
    (no FILE is written then), 2 no draft.
    """
    from segc.baseline.compare import compare
    from segc.baseline.draft import learned
    from segc.baseline.draft.rules import rules
    from segc.baseline.draft.services import Shelf
    from segc.baseline.draft.text import HEADING, About, text
    from segc.cli.baseline.drafts import free
    from segc.cli.baseline.evidence import evidence
    from segc.cli.library import services
    from segc.model.clock import date_of
    from segc.words import count

    out = _into(out, drafted_to)
    plant, found = api.check(path, at)
    if verdict(found, "error"):
        out.report(found, plant, code=2)
        return 2
    written = [sink.file for sink in out.sinks if sink.file is not None]
    for file in written:
        free(file, HEADING)
    with evidence(folder) as ledger:
        _not_before(ledger, at)
        unexplained = learned.unexplained(compare(plant, ledger, at, api.settings(plant, at).gate), ledger)
        made = rules(plant, Shelf(plant, services()), unexplained)
        today = date_of(plant, at)
        drafted = text(plant, made, About(folder, ledger.digest, ledger.days(), today))
    wrong = checked(path, drafted, at)
    if wrong:
        import sys

        out.to(sys.stderr).report(wrong, summary=False, code=1)
        if written:
            out.progress(f"the draft has errors: `{written[0]}` stays as it was; without -o the draft is shown")
            return 1
    out.answer(drafted)
    flows, machines = count(sum(1 for _ in made), "flow"), count(len(made.ends.drafted), "machine")
    out.progress(f"drafted {flows} and {machines}; {len(made.left)} left out")
    return verdict(wrong, "error")


def _not_before(ledger: Ledger, at: datetime) -> None:
    """Refuse a day before the last one of the logs: what a draft opens might be over before it was seen."""
    from segc.baseline.store import day_text

    last = day_text(max(ledger.days(), default=0))
    if last > at.date().isoformat():
        message = f"the baseline has records up to {last} (UTC), and the draft is asked for {at.date()}"
        help_text = f"ask with --at {last} or later; if that is yet to come, look at the sensors' clocks"
        raise SegcError([finding("bad-question", message, help=help_text)], code=2)


def checked(path: str, drafted: str, at: datetime) -> list[Diagnostic]:
    """The errors that the plant has once the draft is a part of it."""
    from segc import checks
    from segc.lang.parser import parse
    from segc.model.resolve import resolve
    from segc.settings.read import read
    from segc.source import Source

    bundle = api.load(path)
    tree, found = parse(Source("draft", drafted))
    bundle.trees.append(tree)
    bundle.found += found
    plant, found = resolve(bundle)
    settings, _ = read(plant.root.parent, at.date())
    found = [*found, *checks.run(plant, at, settings.persona, settings.limits)]
    errors = (one for one in settings.apply(found) if one.severity is Severity.ERROR)
    return [one for one in errors if any(label.span.source is tree.source for label in one.labels)]


def _into(out: Output, outputs: tuple[str, ...]) -> Output:
    from segc.cli.output import Output as Into
    from segc.cli.sinks import sinks

    if not outputs:
        return out
    given = [str(sink.file) for sink in out.sinks if sink.file is not None]
    return Into(out.form, sinks(out.form, [*given, *outputs], ()), out.color, quiet=out.quiet, verbose=out.verbose)
