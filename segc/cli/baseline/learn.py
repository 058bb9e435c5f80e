"""`segc baseline learn`: logs into the ledger."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from segc.cli import options
from segc.diagnostics import SegcError, Severity, finding
from segc.report import FORMATS
from segc.words import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from segc.baseline.direction import Known
    from segc.baseline.ingest.counting import Progress
    from segc.baseline.ingest.learn import Learner, Read
    from segc.baseline.manifest import Source
    from segc.cli.output import Output
    from segc.diagnostics import Diagnostic

MEMORY = re.compile(r"\d{1,9}(\.\d+)? ?([KMGT]i?B)", re.IGNORECASE)
FORMAT_HELP = "The format of the logs; by default each is looked at. See docs/logs.md."
LOSSY_HELP = "The sensor samples or drops: it can show that a flow exists, never that it does not."
COLUMN_HELP = "What a column of a table is called, as OURS=THEIRS; repeatable."
NONE = "; nothing can be told of it until logs with records are read into it"
ZONE_HELP = "Time zone of stamps without one, e.g. Europe/Berlin."
AGAIN_HELP = "Read anew what was read before, with the options of this run, in place of what was counted."
PLANT_HELP = "The plant, for its services' ports and its networks' broadcast addresses. Default: the library alone."


@click.command("learn", short_help="read logs into a baseline")
@click.argument("logs", nargs=-1, required=True, metavar="LOG...")
@click.option("-o", "--out", "folder", default="baseline", show_default=True, metavar="DIR", help="The baseline.")
@click.option("--from", "form", default="", metavar="FORMAT", help=FORMAT_HELP)
@options.sensor("Who saw it: one name a place where traffic is seen.")
@click.option("--lossy", is_flag=True, help=LOSSY_HELP)
@click.option("--zone", default="UTC", show_default=True, metavar="ZONE", help=ZONE_HELP)
@click.option("--column", "columns", multiple=True, metavar="OURS=THEIRS", help=COLUMN_HELP)
@click.option("--plant", metavar="PATH", help=PLANT_HELP)
@click.option("--again", is_flag=True, help=AGAIN_HELP)
@click.option(
    "--memory", default="1GB", show_default=True, metavar="SIZE", help="What the engine may use; more spills."
)
@options.output("text", "json", file=False, reports=tuple(FORMATS))
def command(
    *,
    logs: tuple[str, ...],
    folder: str,
    form: str,
    sensor: str,
    lossy: bool,
    zone: str,
    columns: tuple[str, ...],
    plant: str | None,
    again: bool,
    memory: str,
    out: Output,
) -> int:
    """Read LOGs of sensors and firewalls into a baseline: files, folders, or `-` for stdin.

    Packed logs (gzip, zstd) are read as they are. A log that was read before counts once, whatever it is called now,
    and one that has grown is read on. In a folder, what is no log is passed over, and told. Nothing leaves this machine.
    Exit codes: 0 all logs were read (or are empty), 1 the plant of --plant has errors and nothing was read, 2 some were not.
    """
    from segc.baseline.ingest import learn as ingest
    from segc.baseline.ingest.files import STDIN
    from segc.baseline.ingest.files import logs as meant
    from segc.baseline.ingest.folders import passed_over
    from segc.baseline.ingest.places import unnamed
    from segc.baseline.sources.protocol import Context
    from segc.baseline.sources.registry import by_name
    from segc.baseline.sources.registry import meant as meant_format
    from segc.cli.baseline.progress import progress

    if form and by_name(form) is None:
        raise click.UsageError(f"--from `{form}` is no format; {meant_format(form)}")
    if not MEMORY.fullmatch(memory):
        raise click.UsageError(f"--memory `{memory}` is no size; write e.g. 4GB")
    known, nets, faults = _evidence(plant)
    if plant is not None and faults:  # what is missing of it would be learned the wrong way round
        out.report(faults, code=1)
        return 1
    context = Context(sensor=sensor, zone=_zone(zone), known=known, nets=nets, columns=_columns(columns), lossy=lossy)
    names = [(name, meant([name])) for name in logs]
    bar = progress(quiet=out.quiet)
    reads: list[Read] = []
    with ingest.Learner(Path(folder), ingest.Options(form, context, memory, again), bar) as learner:
        found: list[Diagnostic] = [_unasked(faults)] if faults else []
        for name, files in names:
            some = [_read(learner, file, bar, out) for file in files]
            passed = passed_over(name, some) if name != STDIN and Path(name).is_dir() else []
            found += [one for read in some if not (passed and read.foreign) for one in read.found] + passed
            reads += some
        found += [*learner.judge(), *unnamed(learner.sources)]
        if len({source.sensor for source in learner.sources}) > 1:
            learner.save()
            found += _clocks(folder)
        failed = any(diagnostic.severity is Severity.ERROR for diagnostic in found)
        _answer(out, folder, reads, found, learner, 2 if failed else 0)
    return 2 if failed else 0


def _read(learner: Learner, file: str, bar: Progress, out: Output) -> Read:
    from segc.cli.baseline.progress import Bar

    read = learner.learn(file)
    if isinstance(bar, Bar):
        bar.clear()
    if out.form == "text":
        out.progress(_line(read))
    return read


def _answer(out: Output, folder: str, reads: list[Read], found: list[Diagnostic], learner: Learner, code: int) -> None:
    if found or out.form != "json":
        out.to(_stderr()).report(found, summary=False, code=code, main=out.form == "text")
    if out.form == "json":
        out.answer_json({"baseline": folder, "logs": [_row(read) for read in reads]})
        return
    days = {day for source in learner.sources for day in source.days}
    sensors = {source.sensor for source in learner.sources}
    span = f", {min(days)} to {max(days)}" if days else ""
    none = "" if not learner.sources or any(source.observed for source in learner.sources) else NONE
    out.answer(
        f"{folder}: {count(len(learner.sources), 'log')} of {count(len(sensors), 'sensor')}, "
        f"{count(sum(source.observed for source in learner.sources), 'conversation')}{_whose(learner.sources)} on "
        f"{count(len(days), 'day')}{span}{none}\n"
    )


def _whose(sources: Sequence[Source]) -> str:
    """Whose count it is, where some were counted by several: a comparison has them once."""
    if any(source.repeats for source in sources):
        return " (each log's own)"
    return " (each sensor's own)" if len({source.sensor for source in sources}) > 1 else ""


def _clocks(folder: str) -> list[Diagnostic]:
    """What sensors that saw the same conversations say of one another's clocks."""
    from segc.baseline import clocks
    from segc.baseline.store import Ledger

    with Ledger.open(folder) as ledger:
        return [clocks.told(skew) for skew in ledger.skews()]


def _row(read: Read) -> dict[str, Any]:
    from dataclasses import asdict

    told = [{"name": one.name, "severity": one.severity.word, "message": one.message} for one in read.found]
    source = asdict(read.source) if read.source is not None else None
    return {"name": read.name, "known": read.known or None, "source": source, "findings": told}


def _line(read: Read) -> str:
    if read.known:
        return f"{read.name}: {read.known}, and counts once"
    if read.source is None:
        if read.foreign:
            return f"{read.name}: no log that is known"
        failed = any(one.severity is Severity.ERROR for one in read.found)
        return f"{read.name}: {'not read' if failed else 'nothing to read'}"
    from segc.baseline.words import unit

    source = read.source
    more = f" (what was added since {count(source.since, 'byte')})" if source.since else ""
    left = f", {count(source.unread, unit(source.format))} not understood" if source.unread else ""
    days = count(len(source.days), "day")
    return f"{read.name}: {source.format}, {count(source.observed, 'conversation')} on {days}{left}{more}"


def _evidence(plant: str | None) -> tuple[Known, tuple[tuple[int, int], ...], list[Diagnostic]]:
    """The ports of services, the plant's IPv4 networks, and what segc does not understand of the plant.

    Where no plant is named, only the last is told of the one that is here, if there is one.
    """
    from segc.baseline.direction import Known
    from segc.cli.library import services

    every = [service for service, _ in services().values()]
    from segc import api
    from segc.baseline.noise import networks
    from segc.model.resolve import resolve

    try:
        resolved, found = resolve(api.load(plant or "."))
    except SegcError:
        if plant is None:
            return Known.of(every), (), []
        raise
    faults = [one for one in found if one.severity is Severity.ERROR]
    if plant is None:
        return Known.of(every), (), faults
    return Known.of([*every, *resolved.services.values()]), networks(resolved), faults


def _unasked(faults: list[Diagnostic]) -> Diagnostic:
    """A plant that is here, that nobody named, and that has errors: what it would have said is not known."""
    message = f"the plant in this folder has {count(len(faults), 'error')}: directions are told without its services"
    help_text = "mend it (segc check), and read the logs again with --plant . --again"
    return finding("plant-not-asked", message, notes=tuple(one.message for one in faults[:3]), help=help_text)


def _zone(name: str) -> Any:
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise click.UsageError(f"--zone `{name}` is no time zone; write e.g. Europe/Berlin") from None


def _columns(pairs: tuple[str, ...]) -> dict[str, str]:
    from segc.baseline.sources.table import NAMES

    found = {}
    for pair in pairs:
        ours, sign, theirs = pair.partition("=")
        if not sign or ours not in NAMES:
            raise click.UsageError(f"--column `{pair}` is not OURS=THEIRS with OURS one of {', '.join(NAMES)}")
        found[ours] = theirs
    return found


def _stderr() -> Any:
    import sys

    return sys.stderr
