"""`segc diff`: `segc plan` between two folders or files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from segc.cli import comparing, options
from segc.cli.plan import FORMS

if TYPE_CHECKING:
    from datetime import datetime

    from segc.cli.output import Output


@click.command("diff", short_help="what differs between two plants")
@click.argument("old")
@click.argument("new")
@comparing.gated
@options.at
@options.output(*FORMS, reports=FORMS)
def command(old: str, new: str, gates: tuple[str, ...], detailed: bool, at: datetime, out: Output) -> int:
    """Tell what changes from the plant in OLD to the one in NEW, folders or root files, as `segc plan` does."""
    before = comparing.side(old, old, at, out, which="before")
    after = comparing.side(new, new, at, out, which="after")
    return comparing.compare(before, after, gates, out, detailed=detailed)
