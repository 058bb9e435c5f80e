"""`segc plan`: what a change of the policy does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from segc.cli import comparing, options

if TYPE_CHECKING:
    from datetime import datetime

    from segc.cli.output import Output

FORMS = ("text", "json", "markdown", "html")


@click.command("plan", short_help="what a change of the policy does")
@options.path
@click.option(
    "--against", required=True, metavar="REF|PATH", help="The plant before: a commit of git, or a folder or root file."
)
@comparing.gated
@options.at
@options.output(*FORMS, reports=FORMS)
def command(path: str, against: str, gates: tuple[str, ...], detailed: bool, at: datetime, out: Output) -> int:
    """Tell what changes from the plant of --against to the one in PATH, over all packets and for one moment: what it would
    interrupt, what it newly permits, and who has to agree.

    A commit is read without touching the work tree. Names and order mean nothing: plants are compared by addresses.
    """
    with comparing.earlier(against, Path(path)) as old:
        before = comparing.side(against, old, at, out, which="before")
        after = comparing.side(path, path, at, out, which="after")
        return comparing.compare(before, after, gates, out, detailed=detailed)
