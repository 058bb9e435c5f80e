"""`segc isolate`: cut a zone off, compiled and proved ahead of time."""

from __future__ import annotations

import sys
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
    from segc.model.plant import Plant
    from segc.response.compile import Compiled
    from segc.response.isolation import Isolation


@click.command("isolate", short_help="cut a zone off, proved ahead of time")
@click.argument("name")
@options.path
@click.option("-o", "--out", "folder", metavar="DIR", help="Write files and runbook there. Default: out-NAME.")
@click.option(
    "--mode",
    type=click.Choice(("declared", "monitor", "enforce")),
    default="declared",
    show_default=True,
    help="In which mode the plant runs: all that does not cross the border stays in it.",
)
@click.option(
    "--keep",
    "keep",
    multiple=True,
    metavar="NAME",
    help="Keep this conduit, grant or workflow, too, or the flows of packets: 'mes.app -> cell.plc : modbus'; repeatable.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be, and write nothing.")
@options.at
@options.output("text", "json", file=False)
def command(
    name: str, path: str, folder: str | None, mode: str, keep: tuple[str, ...], dry_run: bool, at: datetime, out: Output
) -> int:
    """Compile the cutting off of NAME: a playbook, or a zone, of which only what is `essential` stays, and --keep.

    Writes the files of the firewalls that have to change, with a runbook for people. Nothing is applied. What must be
    true of an isolation is judged over all packets first; where it is not, nothing is written, and the exit code is 1.
    """
    plant, found = api.check(path, at)
    if verdict(found, "error"):
        out.report(found, plant, code=2)
        return 2
    from segc.response.compile import compiled, failures
    from segc.response.isolation import overridden
    from segc.response.playbooks import files
    from segc.targets.output import write

    done = compiled(_isolation(plant if mode == "declared" else overridden(plant, mode), name, keep), at)
    if not done.holds:
        out.to(sys.stderr).report(failures(done), plant, summary=False)
    elif not dry_run:
        write(Path(folder or f"out-{name}"), files(done, at))
    _say(done, at, out)
    return 0 if done.holds else 1


def _isolation(plant: Plant, name: str, keep: tuple[str, ...]) -> Isolation:
    from segc.lang.suggest import nearest
    from segc.response.keeping import keeping

    if name in plant.playbooks:
        book = plant.playbooks[name]
        return keeping(plant, book.name, book.isolate, book.keep, keep, book.span)
    if name in plant.zones:
        return keeping(plant, f"isolate-{name}", (name,), (), keep, plant.zones[name].span)
    close = nearest(name, [*plant.playbooks, *plant.zones])
    message = f"no playbook or zone is called `{name}`"
    raise SegcError([finding("bad-question", message, help=f"did you mean `{close}`?" if close else "")], code=2)


def _say(done: Compiled, at: datetime, out: Output) -> None:
    from segc.response.runbook import runbook
    from segc.response.runbook_words import sheet
    from segc.response.sheet_text import markdown

    book = runbook(done, at)
    out.answer_as(book, lambda _: markdown(sheet(book)))
