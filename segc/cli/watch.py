"""`segc watch`: a log as it grows, and a line of JSON for all that the policy does not explain."""

from __future__ import annotations

import io
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click
from click.core import ParameterSource

from segc import api
from segc.cli import options
from segc.cli.check import verdict
from segc.diagnostics import SegcError, finding
from segc.words import count, plural

if TYPE_CHECKING:
    from segc.baseline.sources.protocol import Context, Source
    from segc.baseline.watch.out import Lines
    from segc.baseline.watch.stop import Stop
    from segc.cli.output import Output
    from segc.model.plant import Plant

FROM_HELP = "The format of the log; by default it is looked at."


@click.command("watch", short_help="alerts from a log as it grows")
@click.argument("log", metavar="LOG")
@click.option("--plant", "path", default=".", metavar="PATH", help="The plant. Default: the current folder.")
@click.option("--follow", is_flag=True, help="Go on at the log's end, and after rotations.")
@click.option("--from", "form", default="", metavar="FORMAT", help=FROM_HELP)
@click.option("--sensor", default="", metavar="NAME", help="Who saw it; told in every alert.")
@click.option("--zone", default="UTC", show_default=True, metavar="ZONE", help="Time zone of stamps without one.")
@options.at
@options.output("json", file=False)
def command(log: str, path: str, follow: bool, form: str, sensor: str, zone: str, at: datetime, out: Output) -> int:
    """Judge LOG (or `-`, a pipe) line by line against the plant, and tell what it does not explain, one JSON object a line.

    A key is told once an hour, with a count. With --follow, what may be missing of a log that was rotated is told, too.
    A reader of the alerts that is slow is not waited for; what it misses is counted. SIGTERM and Ctrl-C end it in order.
    Exit codes: 0 no alert, 1 alerts, 2 no answer is possible.
    """
    if follow and (log == "-" or Path(log).is_fifo()):
        raise click.UsageError("--follow is for files; a pipe goes on by itself")
    plant, found = api.check(path, at)
    if verdict(found, "error"):
        out.to(sys.stderr).report(found, plant, code=2)
        return 2
    from segc.baseline.watch.out import Lines
    from segc.baseline.watch.stop import Stop

    if sys.stdout is None:  # closed by who started us
        raise SegcError([finding("output-not-written", "the alerts cannot be written: stdout is closed")], code=2)
    lines = Lines(sys.stdout.fileno())
    try:
        with Stop() as stop:
            stream = _stream(log, lines, stop, sensor or log, follow=follow)
            source, whole = _source(form, log, stream)
            context, who = _context(plant, sensor, zone, at), sensor or log
            told = _watch(source, whole, context, lines, plant, at, who, out, named=bool(form))
    finally:
        lines.close()
        if lines.dropped:
            out.progress(f"{lines.dropped:,} alerts were dropped: nobody read them in time")
    if lines.fault:
        raise SegcError([finding("output-not-written", f"the alerts cannot be written: {lines.fault}")], code=2)
    return 1 if told else 0


def _watch(
    source: Source,
    stream: BinaryIO,
    context: Context,
    lines: Lines,
    plant: Plant,
    at: datetime,
    sensor: str,
    out: Output,
    *,
    named: bool,
) -> int:
    from itertools import chain

    from segc.baseline.classify import Classifier
    from segc.baseline.observed import Unread
    from segc.baseline.sources.text import FOREIGN
    from segc.baseline.watch.alerts import Alerts
    from segc.baseline.watch.document import document, line
    from segc.baseline.weight import Weights
    from segc.cli.library import services

    classifier = Classifier(plant, at)
    weights = Weights(plant, [service for service, _ in services().values()])
    alerts = Alerts(classifier, context.nets, gate=api.settings(plant, at).gate)
    unread = none = told = missing = 0
    quiet = False
    for one in source.read(stream, context):
        if isinstance(one, Unread):
            unread += one.why != FOREIGN and one.gap is None
            missing += one.gap is not None
            none += 1
            quiet |= one.aside  # a line of this format that tells of no traffic
            continue
        try:
            found = list(alerts.put(one))
        except ValueError:  # addresses of two families
            unread += 1
            continue
        for alert in found:
            lines.put(line(document(alert, classifier, weights, sensor)))
            told += 1
        if lines.gone:
            break
    for alert in chain(() if lines.gone else alerts.end()):
        lines.put(line(document(alert, classifier, weights, sensor)))
    left = f", {count(unread, 'line')} not read" if unread else ""
    out.progress(f"{count(alerts.seen, 'conversation')}, {count(told, 'alert')}{left}")
    if missing and not alerts.seen:
        _lossy(missing, sensor, out)
    if named and none and not quiet and not alerts.seen:
        _warn(source, none, sensor, out)
    return told


def _lossy(lines: int, log: str, out: Output) -> None:
    """Say that a log told of nothing but of what is missing from it: no alert is no good news then either."""
    says = plural(lines, "says", "say")
    message = f"no record is in `{log}`, and {count(lines, 'line')} {says} that records are missing: nothing was judged"
    out.to(sys.stderr).report([finding("sensor-lossy", message)], summary=False)


def _warn(source: Source, lines: int, log: str, out: Output) -> None:
    """Say that a log which was said to be of a format had no record of it: no alert is no good news then."""
    message = f"no line of `{log}` was a record of {source.name} ({count(lines, 'line')}): nothing was judged"
    told = finding("lines-not-read", message, help="leave --from out: then it is looked at what the log is")
    out.to(sys.stderr).report([told], summary=False)


def _stream(log: str, lines: Lines, stop: Stop, sensor: str, *, follow: bool) -> io.BufferedReader:
    from segc.baseline.watch.document import gap, line
    from segc.baseline.watch.follow import Follow
    from segc.baseline.watch.piped import Piped
    from segc.baseline.watch.stop import Ending

    try:
        if log == "-":
            piped = sys.stdin.fileno() if sys.stdin is not None else 0
            return io.BufferedReader(Ending(Piped(piped, lines), stop))
        if not follow:
            return io.BufferedReader(Ending(io.FileIO(log), stop))

        def idle() -> bool:
            lines.flush()
            return not lines.is_left()

        def lost(message: str) -> None:
            lines.put(line(gap(log, sensor, message, datetime.now(UTC))))

        return io.BufferedReader(Ending(Follow(Path(log), idle, lost=lost), stop))
    except OSError as problem:
        reason = os.strerror(problem.errno or 0).lower()
        raise SegcError([finding("log-not-read", f"`{log}` cannot be read: {reason}")], code=2) from None


def _source(form: str, log: str, stream: io.BufferedReader) -> tuple[Source, BinaryIO]:
    """By name, or by what the log begins with: as many lines as it takes, since a pipe may bring them one by one."""
    from segc.baseline.sources import registry
    from segc.baseline.sources.protocol import HEAD
    from segc.baseline.watch.follow import Again

    if form:
        named = registry.by_name(form)
        if named is None:
            raise click.UsageError(f"--from `{form}` is no format; {registry.meant(form)}")
        return named, stream
    head = b""
    while len(head) < HEAD and (more := stream.read1(HEAD - len(head))):
        head += more
        found = registry.detect(head)
        if found is not None:
            return found, io.BufferedReader(Again(head, stream))
    if not head:
        raise SegcError([finding("log-empty", f"`{log}` is empty")], code=2)
    found = registry.of_gaps(head)  # only now: a record behind such a line would have told more
    if found is not None:
        return found, io.BufferedReader(Again(head, stream))
    message = f"what `{log}` begins with is no log that segc knows"
    raise SegcError([finding("log-not-read", message, help="say what it is: --from FORMAT")], code=2)


def _context(plant: Plant, sensor: str, zone: str, at: datetime) -> Context:
    from segc.baseline.direction import Known
    from segc.baseline.noise import networks
    from segc.baseline.sources.protocol import Context
    from segc.baseline.sources.stamps import micros
    from segc.cli.baseline.learn import _zone
    from segc.cli.library import services

    known = Known.of([*(service for service, _ in services().values()), *plant.services.values()])
    now = None if _is_set() else clock
    nets = networks(plant)
    return Context(sensor=sensor, zone=_zone(zone), until=micros(at), known=known, nets=nets, live=True, now=now)


def clock() -> int:
    """The clock, in microseconds since 1970."""
    return time.time_ns() // 1000


def _is_set() -> bool:
    """Was the moment said (--at, SOURCE_DATE_EPOCH)? Then it is about the log's time, and the clock is not."""
    source = click.get_current_context().get_parameter_source("at")
    return source is not ParameterSource.DEFAULT or bool(os.environ.get("SOURCE_DATE_EPOCH"))
