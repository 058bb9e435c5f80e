"""`segc baseline drift`: what has changed in what the plant's machines do."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from segc import api
from segc.cli import options
from segc.cli.check import verdict
from segc.diagnostics import SegcError, finding

if TYPE_CHECKING:
    from datetime import datetime

    from segc.cli.output import Output

SINCE_HELP = "Compare what was seen from this day on (UTC) with all before. Default: the last seven days."


@click.command("drift", short_help="what changed: new, silent, another pace")
@options.path
@options.baseline
@click.option("--since", metavar="DATE", help=SINCE_HELP)
@options.at
@options.answers("text", "json")
def command(path: str, folder: str, since: str | None, at: datetime, out: Output) -> int:
    """Tell what is different in a baseline since a day: new talkers, pairs and services, who fell silent, whose pace or
    volume changed, and what began to come regularly though no flow of the plant in PATH permits it. What did so before
    stands apart and is no change.

    Exit codes: 0 nothing changed, 1 something did, 2 no answer is possible.
    """
    from segc.baseline.classify import Classifier
    from segc.baseline.crowds import alike
    from segc.baseline.drift import document
    from segc.baseline.drift.answers import as_asked
    from segc.baseline.drift.changes import Drift, since_default
    from segc.baseline.drift.seen import history
    from segc.baseline.ledger import day_number
    from segc.baseline.scans import acquit
    from segc.baseline.weight import Weights, cached
    from segc.cli.baseline.evidence import evidence
    from segc.cli.library import services

    day = None if since is None else day_number(_day(since))
    plant, found = api.check(path, at)
    if verdict(found, "error"):
        out.report(found, plant, code=2)
        return 2
    weights = Weights(plant, [service for service, _ in services().values()])
    with evidence(folder) as ledger:
        day = since_default(ledger.days()) if day is None else day
        _has_both(day, ledger.days())
        classifier = Classifier(plant, at)
        ledger.gather(alike([classifier.covering]))
        acquit(ledger, classifier)
        seen = as_asked(ledger, history(ledger), classifier)
        judge = cached(lambda key: classifier.judge(key, seen.hours.get(key)))
        drift = Drift(seen, judge, weights.rank, day)
        told = document.document(drift, classifier.covering, weights, folder, ledger.digest, len(ledger.days()))
    out.answer_as(told, lambda _: document.render(told, most=None if out.verbose else 20))
    return 1 if told["changes"] else 0


def _has_both(since: int, days: tuple[int, ...]) -> None:
    """Refuse a day with nothing on one side of it: what was seen neither before nor since has not stayed the same."""
    from segc.baseline.store import day_text

    if since > days[-1]:
        message = f"the baseline ends on {day_text(days[-1])}: nothing was seen since {day_text(since)}"
        help_text = "read newer logs into it, or ask with an earlier --since"
    elif since <= days[0]:
        message = (
            f"the baseline begins on {day_text(days[0])}: there is nothing before {day_text(since)} to compare with"
        )
        help_text = "read older logs into it, or ask with a later --since"
    else:
        return
    raise SegcError([finding("bad-question", message, help=help_text)], code=2)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"--since `{text}` is no day; write e.g. 2027-03-01") from None
