"""`segc drift`: is what runs on a firewall still what the policy says?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from segc import api
from segc.cli import options
from segc.cli.check import look, verdict
from segc.cli.verify import tell
from segc.report import FORMATS

if TYPE_CHECKING:
    from datetime import datetime

    from segc.cli.output import Output


@click.command("drift", short_help="compare what runs with the policy")
@options.path
@click.option(
    "--running",
    "files",
    multiple=True,
    required=True,
    metavar="FILE",
    help="What the firewall lists of itself; repeatable, where it takes several.",
)
@click.option("--firewall", metavar="NAME", help="The firewall that it is from; needed where the plant has several.")
@click.option("--mode", type=click.Choice(("declared", "monitor", "enforce")), help="The mode that it was built in.")
@options.at
@options.output(reports=tuple(FORMATS))
def command(
    path: str, files: tuple[str, ...], firewall: str | None, mode: str | None, at: datetime, out: Output
) -> int:
    """Compare the running configuration of a firewall with the policy in PATH, over all packets.

    FILE is what the firewall lists of itself: `iptables-save`, `ip6tables-save` and `ipset save`, `nft list ruleset`,
    `show running-config`, an exported config.xml and so on, as its target's page says; in one file or several. Prompts
    and banners around it are left out, and said to be. Where it differs, one packet shows it, with the line of the
    policy and the line that runs. Rules that segc did not write are named. What is not understood may mean
    anything. Exit codes: 0 equal, 1 different or perhaps different, 2 no answer.
    """
    plant, found = look(path, at, out)
    if verdict(found, "error"):
        out.report(found, plant, code=2)
        return 2
    out.hints = True  # rules of others, and lines that were left out
    names = (firewall,) if firewall else tuple(plant.firewalls) if len(plant.firewalls) == 1 else ()
    return tell(api.verify(plant, files, at=at, mode=mode, firewalls=names), plant, out)
