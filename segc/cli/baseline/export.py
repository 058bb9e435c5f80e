"""`segc baseline export`: the policy as detection rules of Zeek or Suricata."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from segc import api
from segc.cli import options
from segc.cli.check import verdict

if TYPE_CHECKING:
    from datetime import datetime

    from segc.cli.output import Output


@click.command("export", short_help="the policy as rules of Zeek or Suricata")
@click.argument("sensor", type=click.Choice(("zeek", "suricata")))
@options.path
@options.at
@options.output("text")
def command(sensor: str, path: str, at: datetime, out: Output) -> int:
    """Write the policy of the plant in PATH as a Zeek script or as Suricata rules: an alert for what no flow permits, for
    each pair of zones, with the conduit and its owner. Nothing is dropped by them.
    """
    plant, found = api.check(path, at)
    if verdict(found, "error"):
        out.report(found, plant, code=2)
        return 2
    if sensor == "zeek":
        from segc.baseline.export import zeek

        out.answer(zeek.script(plant, at))
    else:
        from segc.baseline.export import suricata

        out.answer(suricata.rules(plant, at))
    return 0
