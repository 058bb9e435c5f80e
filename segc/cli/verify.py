"""`segc verify`: do these files mean what the policy says?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from segc import api
from segc.cli import options
from segc.cli.check import look, verdict
from segc.diagnostics import SegcError, Severity, finding
from segc.report import FORMATS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from segc.cli.output import Output
    from segc.model.plant import Plant
    from segc.proof.verified import Verified
    from segc.report.shape import Compared


@click.command("verify", short_help="prove that files mean the policy")
@click.argument("files", nargs=-1, required=True, metavar="DIR|FILE...")
@click.option(
    "--plant", "path", default=".", show_default=True, metavar="PATH", help="The policy: a folder or root file."
)
@click.option(
    "--firewall", "firewalls", multiple=True, metavar="NAME", help="Only this one; with FILE, whose files they are."
)
@click.option(
    "--mode", type=click.Choice(("declared", "monitor", "enforce")), help="With FILE: the mode it was built in."
)
@options.at
@options.output(reports=tuple(FORMATS))
def command(
    files: tuple[str, ...], path: str, firewalls: tuple[str, ...], mode: str | None, at: datetime, out: Output
) -> int:
    """Read the files of a build (DIR), or what runs on a firewall (FILE: what iptables-save and ipset save, nft list
    ruleset, show running-config or the like have printed), and compare them with the policy over all packets.

    DIR is judged for the moment and the mode of its build. What a FILE holds that segc does not understand is taken to
    mean anything: where that may make a difference, the answer is not "equal". Exit codes: 0 equal, 1 different or
    perhaps different, 2 no answer.
    """
    plant, found = look(path, at, out)
    if verdict(found, "error"):
        out.report(found, plant, code=2)
        return 2
    return tell(api.verify(plant, files, at=at, mode=mode, firewalls=firewalls), plant, out)


def tell(verified: Sequence[Verified], plant: Plant, out: Output) -> int:
    """Say what has been found, and a line a firewall; the exit code."""
    problems = [one for each in verified for one in each.found]
    code = verdict(problems, "error")
    if not verified:
        raise SegcError([finding("nothing-to-verify", "there is no firewall whose files could be compared")], code=2)
    out.report(problems, plant, code=code, compared=[_compared(one) for one in verified])
    return code


def _compared(one: Verified) -> Compared:
    equal = not any(each.severity is Severity.ERROR for each in one.found)
    return {"firewall": one.firewall, "target": one.target, "says": one.words, "equal": equal}
