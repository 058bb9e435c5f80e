"""`segc grants`: the register of temporary access."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from segc import api
from segc.cli import options
from segc.words import count

if TYPE_CHECKING:
    from datetime import datetime

    from segc.cli.output import Output
    from segc.diagnostics import Diagnostic
    from segc.model.plant import Plant


def _place(ctx: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    """Where files go. What was given is known before a default is asked for."""
    kill = ctx.params.get("kill")
    return value or (None if kill is None else f"kill-{kill}")


@click.command("grants", short_help="who has temporary access, and until when")
@options.path
@click.option("--expiring", metavar="DAYS", help="Only grants whose last day comes within so many days, such as 30d.")
@click.option("--build", "folder", metavar="DIR", help="Also hold the build in this folder against the register.")
@click.option("--baseline", "learned", metavar="DIR", help="Also tell when each was last used, as that baseline saw.")
@click.option("--kill", metavar="NAME", help="Make the files that shut out whoever has this grant, and nobody else.")
@click.option(
    "-o",
    "--out",
    "place",
    metavar="DIR",
    callback=_place,
    help="With --kill: write files and guide there. Default: kill-NAME.",
)
@click.option(
    "--mode",
    type=click.Choice(("declared", "monitor", "enforce")),
    default="declared",
    show_default=True,
    help="With --kill: in which mode the firewalls were built, for another one would change what all others may do.",
)
@options.at
@options.answers("text", "json")
def command(
    path: str,
    *,
    expiring: str | None,
    folder: str | None,
    learned: str | None,
    kill: str | None,
    place: str | None,
    mode: str,
    at: datetime,
    out: Output,
) -> int:
    """List the grants of the plant in PATH: which are open, which open next, and when each ends.

    Times are the site's. With --build the exit code is 1 where a firewall may let in what is shut by now.

    Errors of the policy from which no rule is made stop neither this nor --kill: they are told, and the exit code is not theirs.

    With --kill: files for the firewalls that carry the grant, which close it and end its sessions, and a guide for the
    technician. What must be true of them is judged over all packets first; where it is not, nothing is written, and the
    exit code is 1.
    """
    days = _days(expiring)
    from segc.response.despite import others, untrue

    plant, found = api.check(path, at)
    if untrue(found):
        out.report(found, plant, code=2)
        return 2
    _told_aside(others(found), plant, out)
    if kill is not None and place is not None:
        return _kill(plant, kill, Path(place), mode, at, out)
    from segc.graph.topology import Topology
    from segc.report.figures import grants
    from segc.response.register import register

    used = _used(plant, learned, at) if learned is not None else None
    listed = register(plant, Topology(plant), at, Path(folder) if folder is not None else None, used)
    document = grants.document(plant, listed, days)
    out.answer_as(document, lambda _: grants.render(plant, document, listed))
    return 1 if document["unknown"] or any(one["stale"] for one in document["grants"]) else 0


def _told_aside(found: list[Diagnostic], plant: Plant, out: Output) -> None:
    """Errors of which nothing here depends: an emergency does not wait for them, and they are not hidden either."""
    if found:
        out.to(sys.stderr).report(found, plant, summary=False)
        out.progress(f"{count(len(found), 'error')} elsewhere in the policy: this is true all the same, a build waits")


def _used(plant: Plant, learned: str, at: datetime) -> dict[str, datetime]:
    from segc.baseline.uses import last_uses
    from segc.cli.baseline.evidence import evidence

    with evidence(learned) as ledger:
        return last_uses(plant, ledger, at)


def _kill(plant: Plant, name: str, folder: Path, mode: str, at: datetime, out: Output) -> int:
    from segc.response.isolation import overridden
    from segc.response.kill import failures, killed
    from segc.response.kill_text import document, files, markdown
    from segc.targets.output import write

    done = killed(plant if mode == "declared" else overridden(plant, mode), name, at)
    if done.holds:
        write(folder, files(done, at))
    else:
        out.to(sys.stderr).report(failures(done), plant, summary=False)
    told = document(done, at)
    out.answer_as(told, lambda _: markdown(told))
    return 0 if done.holds else 1


def _days(text: str | None) -> int | None:
    if text is None:
        return None
    number = text.removesuffix("d")
    if not number.isdecimal():
        raise click.UsageError(f"`{text}` is not a number of days, such as 30d")
    return int(number)
