"""`segc build`: a folder with the configuration of every firewall."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from segc import api
from segc.cli import options
from segc.cli.check import look, verdict
from segc.cli.output import Output

if TYPE_CHECKING:
    from datetime import datetime

MODES = ("declared", "monitor", "enforce")


@click.command("build", short_help="write configurations")
@options.path
@click.option("-o", "--out", "folder", default="out", show_default=True, metavar="DIR", help="Write there.")
@click.option(
    "--mode",
    type=click.Choice(MODES),
    default="declared",
    show_default=True,
    help="Record only, stop what nothing allows, or for each pair of zones what the policy says.",
)
@click.option("--firewall", "firewalls", multiple=True, metavar="NAME", help="Only this one; may be repeated.")
@options.at
@options.output(file=False)
def command(
    path: str, folder: str, mode: str, firewalls: tuple[str, ...], at: datetime, out: Output
) -> int:
    """Write the configurations for the policy in PATH, all of them or, if anything is wrong, none."""
    plant, found = look(path, at, out)
    if verdict(found, "error"):
        Output(out.form, color=out.color, quiet=out.quiet, stream=sys.stderr).report(found, plant)
        out.progress(f"nothing was written to `{folder}`: a policy with errors is not built")
        return 1
    api.build(plant, folder, at=at, mode=mode, firewalls=firewalls)
    return 0
