"""`segc baseline inventory`: the declared machines, against those that talk."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from segc import api
from segc.cli import options
from segc.cli.check import verdict
from segc.diagnostics import SegcError, finding

if TYPE_CHECKING:
    from datetime import datetime

    from segc.cli.output import Output


AS_HELP = "Also write the missing machines there, as .zone text; over nothing but an older draft of theirs."


@click.command("inventory", short_help="the declared machines, against those that talk")
@options.path
@options.baseline
@click.option("--as", "drafted", metavar="FILE", help=AS_HELP)
@click.option("--oui", metavar="FILE", help="The IEEE's oui.csv, to compare makers with `vendor`.")
@options.at
@options.answers("text", "json")
def command(path: str, folder: str, drafted: str | None, oui: str | None, at: datetime, out: Output) -> int:
    """Tell which machines talk and no asset of the plant in PATH declares, which are declared and silent, and where
    hardware (MAC) addresses do not fit.

    Exit codes: 0 all that talk are declared and fit, 1 some are not or do not, 2 no answer.
    """
    _apart(drafted, out)
    plant, found = api.check(path, at)
    if verdict(found, "error"):
        out.report(found, plant, code=2)
        return 2
    from segc.baseline.inventory import inventory
    from segc.cli.baseline.drafts import free
    from segc.cli.baseline.evidence import evidence
    from segc.report.baseline.inventory import HEADING, assets, document, render
    from segc.words import count

    registered = _makers(oui)
    if drafted is not None:
        free(Path(drafted), HEADING)
    with evidence(folder) as ledger:
        told = inventory(plant, ledger, registered)
    shown = document(told, at)
    beside = {Path(drafted): assets(told)} if drafted is not None else {}
    out.answer_as(shown, lambda _: render(shown, whole=out.verbose), beside)
    if drafted is not None:
        heard = sum(one.zone is not None and one.heard for one in told.talkers)
        out.progress(f"{heard:,} of {count(len(told.talkers), 'machine')} written to {drafted}")
    return 1 if told.talkers or told.oddities else 0


def _apart(drafted: str | None, out: Output) -> None:
    """Raises click.UsageError where the machines and the answer would go to one file."""
    where = os.path.realpath(drafted) if drafted is not None else os.devnull
    if where != os.devnull and where in {os.path.realpath(sink.file) for sink in out.sinks if sink.file is not None}:
        raise click.UsageError(f"--as and --output: two texts would go to `{drafted}`")


def _makers(oui: str | None) -> dict[str, str]:
    from segc.baseline.hardware import makers
    from segc.lang.loader import read_text

    if oui is None:
        return {}
    try:
        return makers(read_text(Path(oui)).splitlines())
    except ValueError as problem:
        message = f"`{oui}` is not the IEEE's oui.csv: {problem}"
        help_text = "take it from https://standards-oui.ieee.org/oui/oui.csv, or from Debian's package ieee-data"
        raise SegcError([finding("bad-question", message, help=help_text)], code=2) from None
