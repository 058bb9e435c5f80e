"""`segc watch`: a log as it grows, and a line of JSON for all that the policy does not explain."""

from __future__ import annotations

import io
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

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
    from segc.diagnostics import Diagnostic
    from segc.model.plant import Plant

CANNOT_ANSWER = 2
FROM_HELP = "The format of the log; by default it is looked at."


@click.command("watch", short_help="alerts from a log as it grows")
@click.argument("log", metavar="LOG")
@click.option("--plant", "path", default=".", metavar="PATH", help="The plant. Default: the current folder.")
@click.option("--follow", is_flag=True, help="Go on at the log's end, and after rotations.")
@click.option("--from", "form", default="", metavar="FORMAT", help=FROM_HELP)
@options.sensor("Who saw it; told in every alert.")
@click.option("--zone", default="UTC", show_default=True, metavar="ZONE", help="Time zone of stamps without one.")
@options.at
@options.output("json", file=False)
def command(log: str, path: str, follow: bool, form: str, sensor: str, zone: str, at: datetime, out: Output) -> int:
    """Judge LOG (or `-`, a pipe) line by line against the plant, and tell what it does not explain, one JSON object a line.

    A key is told once an hour, with a count. With --follow, what may be missing of a log that was rotated is told, too.
    A reader of the alerts that is slow is not waited for; what it misses is counted. SIGTERM and Ctrl-C end it in order.
    Packed logs (gzip, zstd) are read as they are. Exit codes: 0 no alert, 1 alerts, 2 no answer is possible, as where
    nothing of LOG could be judged.
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
            cuts: list[str] = []
            stream = _stream(log, lines, stop, sensor or log, cuts, follow=follow)
            asked = _begun(form, log, stream, cuts, follow=follow)
            context, who = _context(plant, sensor, zone, at), sensor or log
            code = _watch(asked, context, lines, plant, at, who, out)
    finally:
        lines.close()
        if lines.dropped and not lines.fault:
            were = plural(lines.dropped, "was", "were")
            out.progress(f"{count(lines.dropped, 'alert')} {were} dropped: nobody read them in time")
    if lines.fault:
        raise SegcError([finding("output-not-written", f"the alerts cannot be written: {lines.fault}")], code=2)
    if cuts:
        out.to(sys.stderr).report([_cut_off(log, cuts[0])], summary=False)
        return code or CANNOT_ANSWER  # of what stood behind, nobody knows
    return code


class _Asked(NamedTuple):
    """A log, whose it is; `looks`: whose it looks like, where somebody has `named` the format."""

    source: Source
    stream: BinaryIO
    named: bool = False
    looks: Source | None = None


def _watch(
    asked: _Asked,
    context: Context,
    lines: Lines,
    plant: Plant,
    at: datetime,
    sensor: str,
    out: Output,
) -> int:
    """Judge all of a log; gives the exit code."""
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
    unread = none = told = missing = bad = 0
    quiet = False
    for one in asked.source.read(asked.stream, context):
        if isinstance(one, Unread):
            unread += one.why != FOREIGN and one.gap is None
            bad += one.why != FOREIGN and one.gap is None and not one.aside
            missing += one.gap is not None
            none += 1
            quiet |= one.aside  # a line of this format that tells of no traffic
            continue
        try:
            found = list(alerts.put(one))
        except ValueError:  # addresses of two families
            unread, bad, none = unread + 1, bad + 1, none + 1
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
    if alerts.seen or lines.gone:
        return int(told > 0)
    if missing:
        _lossy(missing, sensor, out)
    elif asked.named and none and not quiet:
        _warn(asked, none, sensor, out)
    elif bad * 2 > none:
        _broken(bad, sensor, out)
    else:  # a quiet log
        return 0
    return CANNOT_ANSWER


def _lossy(lines: int, log: str, out: Output) -> None:
    """Say that a log told of nothing but of what is missing from it: no alert is no good news then either."""
    says = plural(lines, "says", "say")
    message = f"no record is in `{log}`, and {count(lines, 'line')} {says} that records are missing: nothing was judged"
    out.to(sys.stderr).report([finding("sensor-lossy", message)], summary=False)


def _broken(lines: int, log: str, out: Output) -> None:
    """Say that most of a log was not understood, and no line of it told of a conversation."""
    message = f"no record of `{log}` could be read ({count(lines, 'line')} not understood): nothing was judged"
    out.to(sys.stderr).report([finding("lines-not-read", message)], summary=False)


def _cut_off(log: str, why: str) -> Diagnostic:
    """What stands behind the end of a packed log was not judged."""
    message = f"`{log}` is packed, and {why}: what stood behind was not judged"
    return finding("log-truncated", message, help="copy it again")


def _warn(asked: _Asked, lines: int, log: str, out: Output) -> None:
    """Say that a log which was said to be of a format had no record of it: no alert is no good news then."""
    from segc.baseline.sources import registry

    message = f"no line of `{log}` was a record of {asked.source.name} ({count(lines, 'line')}): nothing was judged"
    help_text = f"it looks like no format that is known: {', '.join(registry.NAMES)}"
    if asked.looks is not None:
        help_text = f"leave --from out: it looks like {asked.looks.title} ({asked.looks.name})"
    out.to(sys.stderr).report([finding("lines-not-read", message, help=help_text)], summary=False)


def _stream(log: str, lines: Lines, stop: Stop, sensor: str, cuts: list[str], *, follow: bool) -> io.BufferedReader:
    """The log's bytes. `cuts` gets why a packed one ended before its end."""
    from segc.baseline.watch import packed
    from segc.baseline.watch.document import gap, line
    from segc.baseline.watch.follow import Follow
    from segc.baseline.watch.piped import Piped
    from segc.baseline.watch.stop import Ending

    try:
        if log == "-":
            piped = sys.stdin.fileno() if sys.stdin is not None else 0
            return io.BufferedReader(Ending(Piped(piped, lines), stop))
        if not follow:
            return io.BufferedReader(Ending(packed.whole(Path(log), cuts.append), stop))

        def idle() -> bool:
            lines.flush()
            return not lines.is_left()

        def lost(message: str) -> None:
            lines.put(line(gap(log, sensor, message, datetime.now(UTC))))

        return io.BufferedReader(Ending(Follow(Path(log), idle, lost=lost), stop))
    except OSError as problem:
        reason = os.strerror(problem.errno or 0).lower()
        raise SegcError([finding("log-not-read", f"`{log}` cannot be read: {reason}")], code=2) from None


def _begun(form: str, log: str, stream: io.BufferedReader, cuts: list[str], *, follow: bool) -> _Asked:
    """As `_source`; of a packed log that ends before it shows what it is, the end is what is wrong."""
    try:
        return _source(form, log, stream, follow=follow)
    except SegcError:
        if cuts:
            raise SegcError([_cut_off(log, cuts[0])], code=CANNOT_ANSWER) from None
        raise


def _source(form: str, log: str, stream: io.BufferedReader, *, follow: bool) -> _Asked:
    """By name, or by what the log begins with: as many lines as it takes, since a pipe may bring them one by one."""
    from segc.baseline.sources import registry
    from segc.baseline.sources.protocol import HEAD
    from segc.baseline.watch.follow import Again

    if form:
        named = registry.by_name(form)
        if named is None:
            raise click.UsageError(f"--from `{form}` is no format; {registry.meant(form)}")
        begins = stream.peek(HEAD)
        _not_packed(log, begins, follow=follow)
        if not begins and not follow:
            raise _empty(log)
        return _Asked(named, stream, named=True, looks=registry.detect(begins))
    head = b""
    while len(head) < HEAD and (more := stream.read1(HEAD - len(head))):
        head += more
        _not_packed(log, head, follow=follow)  # at once: what is followed may never bring as much as HEAD
        found = registry.detect(head)
        if found is not None:
            return _Asked(found, io.BufferedReader(Again(head, stream)))
    if not head:
        raise _empty(log)
    found = registry.of_gaps(head)  # only now: a record behind such a line would have told more
    if found is not None:
        return _Asked(found, io.BufferedReader(Again(head, stream)))
    message = f"what `{log}` begins with is no log that segc knows"
    help_text = f"say what it is with --from: {', '.join(registry.NAMES)}"
    raise SegcError([finding("log-not-read", message, help=help_text)], code=2)


def _empty(log: str) -> SegcError:
    return SegcError([finding("log-empty", f"`{log}` is empty: nothing was judged")], code=2)


def _not_packed(log: str, head: bytes, *, follow: bool) -> None:
    """Refuse what comes packed through a pipe, or is to be followed: only a whole file is unpacked here."""
    from segc.baseline.watch import packed

    how = packed.named(head)
    if not how:
        return
    tool = packed.UNPACK[how]
    way_out = f"unpack it on its way: {tool} | segc watch -"
    if follow:
        way_out = "leave --follow out: what is packed does not go on, and is read to its end without"
    raise SegcError([finding("log-not-read", f"`{log}` is packed ({how})", help=way_out)], code=2)


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
