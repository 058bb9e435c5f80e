"""A log of which no record could be read: that is an error, and never a quiet log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.baseline.ingest import findings as said
from segc.baseline.ingest.columns import begins_like
from segc.baseline.ingest.left import SPREAD
from segc.baseline.observed import Unread
from segc.baseline.sources import registry
from segc.baseline.sources.table import Table
from segc.baseline.sources.text import Lines, lines
from segc.baseline.words import PCAP

if TYPE_CHECKING:
    from segc.baseline.ingest.left import Left
    from segc.baseline.ingest.log import Log
    from segc.baseline.sources.protocol import Context, Source
    from segc.diagnostics import Diagnostic


def wrong_format(name: str, asked: str, reader: Source, context: Context, log: Log, rest: Left) -> Diagnostic | None:
    """A log that was said to be of a format, and has no record of it; None where it has some or begins like one.

    A firewall's log of a quiet day holds other programs' lines only, and begins like its kind all the same.
    """
    if not asked or log.since or begins_like(reader, log.facts.head, context) or _has_records(reader, log, rest):
        return None
    return said.not_of(name, asked, log.facts.lines, registry.detect(log.facts.head))


def all_unread(
    name: str, form: str, reader: Source, log: Log, rest: Left, found: list[Diagnostic]
) -> Diagnostic | None:
    """A log most of which was not understood, with no record beside; None for any other. `found` has the examples.

    Where most lines are of other programs, or tell of no traffic, a bad one among them does not make the log a broken one.
    """
    if log.since or not rest.unread or _has_records(reader, log, rest):
        return None
    if form not in (PCAP, SPREAD) and rest.unread * 2 <= _full(log) - log.facts.comments:
        return None
    notes = tuple(note for one in found if one.name == "lines-not-read" for note in one.notes)
    return said.all_unread(name, form, rest.unread, notes)


def _has_records(reader: Source, log: Log, rest: Left) -> bool:
    """Is a line a record, though it may tell of no conversation? Blank lines are none, nor is the one that names columns.

    One that says that records are missing tells what a quiet log does not.
    """
    if rest.untimed or rest.lost or rest.lossy:
        return True
    if not rest.records or not isinstance(reader, Lines | Table):
        return bool(rest.records)
    return rest.records - (log.facts.lines - _full(log)) > isinstance(reader, Table)


def _full(log: Log) -> int:
    """How many lines are not blank."""
    with log.stream() as stream:
        return sum(isinstance(raw, Unread) or bool(raw.strip(b"\0 \t")) for _, raw in lines(stream))
