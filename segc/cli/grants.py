"""`segc grants`: the register of temporary access."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from segc import api
from segc.cli import options
from segc.cli.check import verdict

if TYPE_CHECKING:
    from datetime import datetime

    from segc.cli.output import Output


@click.command("grants", short_help="who has temporary access, and until when")
@options.path
@click.option("--expiring", metavar="DAYS", help="Only grants whose last day comes within so many days, such as 30d.")
@click.option("--build", "folder", metavar="DIR", help="Also hold the build in this folder against the register.")
@options.at
@options.answers("text", "json")
def command(path: str, expiring: str | None, folder: str | None, at: datetime, out: Output) -> int:
    """List the grants of the plant in PATH: which are open, which open next, and when each ends.

    Times are the site's. With --build the exit code is 1 where a firewall may let in what is shut by now.
    """
    days = _days(expiring)
    plant, found = api.check(path, at)
    if verdict(found, "error"):
        out.report(found, plant, code=2)
        return 2
    from segc.graph.topology import Topology
    from segc.report.figures import grants
    from segc.response.register import register

    listed = register(plant, Topology(plant), at, Path(folder) if folder is not None else None)
    document = grants.document(plant, listed, days)
    out.answer_as(document, lambda _: grants.render(plant, document, listed))
    return 1 if document["unknown"] or any(one["stale"] for one in document["grants"]) else 0


def _days(text: str | None) -> int | None:
    if text is None:
        return None
    number = text.removesuffix("d")
    if not number.isdecimal():
        raise click.UsageError(f"`{text}` is not a number of days, such as 30d")
    return int(number)
