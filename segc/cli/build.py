"""`segc build`: a folder with the configuration of every firewall."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from segc import api
from segc.cli import options
from segc.cli.check import look, verdict
from segc.diagnostics import SegcError
from segc.report import FORMATS
from segc.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from segc.cli.output import Output
    from segc.targets.build import BuildResult

REPORTS = tuple(form for form in FORMATS if form != "text")
MODES = ("declared", "monitor", "enforce")
WORDS = {
    "declared": "each pair in its declared mode",
    "monitor": "all pairs in monitor",
    "enforce": "all pairs enforced",
}


@click.command("build", short_help="write configurations")
@options.path
@click.option("-o", "--out", "folder", default="out", show_default=True, metavar="DIR", help="Write there.")
@click.option(
    "--mode",
    type=click.Choice(MODES),
    default="declared",
    show_default=True,
    help="Record only (monitor), stop what nothing allows (enforce), or as the policy says pair by pair.",
)
@click.option("--firewall", "firewalls", multiple=True, metavar="NAME", help="Only this one; repeatable.")
@click.option(
    "--unproved", is_flag=True, help="Write also what cannot be proved equal to the policy; the manifest says so."
)
@options.at
@options.output("text", "json", file=False, reports=REPORTS)
def command(
    path: str, folder: str, mode: str, firewalls: tuple[str, ...], unproved: bool, at: datetime, out: Output
) -> int:
    """Write the configurations for the policy in PATH to a folder: all of them or, on any error, none.

    Every file is read back and proved equal to the policy, for all packets, before anything is written.
    """
    plant, found = look(path, at, out)
    if verdict(found, "error"):
        out.to(sys.stderr).report(found, plant, code=1)
        out.progress(f"nothing was written to `{folder}`: a policy with errors is not built")
        return 1
    try:
        result = api.build(plant, folder, at=at, mode=mode, firewalls=firewalls, unproved=unproved)
    except SegcError as problem:
        out.report([*found, *problem.diagnostics], plant, code=problem.code, main=False)
        raise
    out.report(found, plant, main=False)
    if out.form == "json":
        out.answer(result.files["manifest.json"].text)
    else:
        out.answer("".join(f"{line}\n" for line in _told(result, folder)))
    return 0


def _told(result: BuildResult, folder: str) -> Iterator[str]:
    """A line a firewall, and until when this may be used."""
    width = max(len(one.firewall) for one in result.built)
    for one in result.built:
        rules = count(len(one.entry["rules"]), "flow")
        yield f"{one.firewall:<{width}}  {one.target}, {rules}, {count(len(one.files), 'file')}"
    change = result.manifest["next-change"]
    if change:
        yield f"true until {change}: build again by then"
    for one in result.built:
        windows = one.entry.get("windows", {})
        if "because" in windows:
            yield f"{one.firewall}: its clock keeps no windows, {windows['because']}"
        if windows.get("sessions") == "go-on" and windows["next-end"]:
            yield f"{one.firewall}: sessions outlive their grant; run its kill file at each end, next {windows['next-end']}"
    unproved = [one.firewall for one in result.built if one.entry["proof"]["result"] != "equal"]
    if unproved:
        yield f"not proved equal to the policy: {', '.join(unproved)}"
    yield from _ends(result)
    documents = [path.split("/") for path in result.manifest.get("documents", ())]
    books = sorted({path[1] for path in documents if path[0] == "playbooks"})
    if books:
        yield f"{count(len(books), 'playbook')}, each with a runbook: {', '.join(books)}"
    done = "built" if unproved else "built and proved"
    yield f"{done} {count(len(result.built), 'firewall')} into `{folder}` ({WORDS[result.manifest['mode']]})"


def _ends(result: BuildResult) -> Iterator[str]:
    """The grants that can be ended at once, and those that cannot."""
    kills = result.manifest.get("kills", {})
    able = [name for name, one in kills.items() if one["folder"]]
    if able:
        yield f"{count(len(able), 'grant')} with files that end it at once, in `kills`: {', '.join(able)}"
    ends = [one["until"] for one in kills.values() if one["until"]]
    if ends:
        yield f"the first of these is true until {min(ends)}"
    for name, one in kills.items():
        if not one["folder"]:
            yield f"{name}: no files can end it, {one['because']}"
