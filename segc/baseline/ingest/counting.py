"""A log's records counted: by DuckDB where it reads the format itself, else by a reader of lines or packets."""

from __future__ import annotations

import io
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO, cast

from segc.baseline.ingest import broken, zeek
from segc.baseline.ingest import findings as said
from segc.baseline.ingest.content import blank_lines
from segc.baseline.ingest.left import Left, left_of, with_loss
from segc.baseline.ingest.log import ZEEK_JSON, ZEEK_TABS, Log, ends, pieces
from segc.baseline.ingest.relay import Counted, relay
from segc.baseline.ingest.tally import DAY, Tallied, tally

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from segc.baseline.engine.duckdb import DuckDB
    from segc.baseline.ingest.learn import Read
    from segc.baseline.sources.protocol import Context
    from segc.baseline.sources.protocol import Source as Reader

EARLIEST = 631_152_000_000_000  # 1990: before that no log was kept, and clocks that lost their battery say 1970


class Progress:
    """Whom to tell how far a log is read: nobody. The command line has one that shows it."""

    def stage(self, text: str, total: int) -> None:
        """Something begins that goes through `total` bytes (0: unknown)."""

    def at(self, done: int) -> None:
        """So many bytes are done."""

    @contextmanager
    def watching(self, share: Callable[[], float]) -> Iterator[None]:
        """While a query runs, `share` tells the part of it that is done (0 to 1; negative: not known yet)."""
        del share
        yield


@dataclass(frozen=True)
class Counting:
    """Counts logs into the tables of an engine. `place` is a folder for what is between."""

    engine: DuckDB
    context: Context
    progress: Progress
    place: Path

    def log(self, log: Log, reader: Reader, form: str, read: Read) -> tuple[Tallied | None, Left]:
        """Count a log; gives how much of it was not read as well."""
        context = self.context
        latest = (int(time.time()) * 1_000_000) + DAY
        plausible = f"first BETWEEN {EARLIEST} AND {latest} AND last BETWEEN first AND first + {366 * DAY}"
        if form in (ZEEK_TABS, ZEEK_JSON):
            tallied = self._zeek(log, form, read, plausible)
            if tallied is not None and log.has_grown():
                # DuckDB read to its end what the digest covers in part, and the next run would read that again.
                tallied = self._zeek(replace(log, copy=True), form, read, plausible)
            if tallied is None:
                return None, Left()
            rest = self._broken(log, form, tallied, read, plausible)
            return tallied, rest._replace(cut=ends(log.began) if log.facts.cut else None)
        self.progress.stage(f"reading {read.name}", log.facts.size)
        if not context.until:
            context = replace(context, until=int(log.path.stat().st_mtime * 1e6) + DAY)
        with log.stream() as stream:
            counted = io.BufferedReader(Counted(stream, self.progress.at), 1 << 18)
            file, halved = self.place / "relayed.csv", bool(log.facts.half)
            relayed = relay(reader, cast("BinaryIO", counted), context, self.engine, file, halved=halved)
        if relayed.cut and not log.facts.cut:
            read.found.append(said.cut_off(read.name))
        cut = ends(log.began) if relayed.cut or log.facts.cut else None
        lossy = context.lossy or cut is not None
        with self.progress.watching(self.engine.share):
            tallied = tally(self.engine, context.sensor, context.nets, lossy=lossy, only=plausible)
        if relayed.others or relayed.ours:
            read.found.append(said.other_device(read.name, form, relayed.others, relayed.ours))
        if unread := relayed.unread - relayed.missing:  # what is missing is told as loss
            read.found.append(said.unread(read.name, form, unread, log.lines, relayed.examples))
        untimed = 0
        if relayed.n > tallied.n + tallied.unplaced:
            odd = said.odd(self.engine, plausible)
            read.found += said.impossible(read.name, odd)
            untimed = odd.records
        left = left_of(relayed, tallied, form, log.lines, untimed)
        return tallied, with_loss(left, relayed, tallied, range(EARLIEST // DAY, latest // DAY + 1))._replace(cut=cut)

    def _broken(self, log: Log, form: str, tallied: Tallied, read: Read, plausible: str) -> Left:
        """How many lines of a log of Zeek's are no records. Those of impossible times are, and are told apart."""
        rejected = bool(log.since) and form == ZEEK_TABS
        lines = log.rest() if log.since and not rejected else log.lines
        unread = zeek.rejected(self.engine) if rejected else max(0, lines - tallied.n - tallied.unplaced)
        if unread and not log.since:
            with log.stream() as stream:
                unread -= blank_lines(stream)
        if not unread and not rejected:
            return Left(tallied.unplaced, 0, tallied.n)
        shown = broken.examples(self.engine, log, form, self.context) if unread else []
        odd = said.odd(self.engine, plausible)
        read.found += said.impossible(read.name, odd)
        unread = unread if rejected else max(0, unread - odd.records)
        if unread:
            more = broken.behind(len(shown), unread, lines)
            read.found.append(said.unread(read.name, form, unread, lines, shown, more))
        return Left(unread + tallied.unplaced, odd.records, tallied.n)

    def _zeek(self, log: Log, form: str, read: Read, plausible: str) -> Tallied | None:
        context = self.context
        read.foreign = form == ZEEK_TABS and zeek.is_other(zeek.layout(log.facts.head))
        parts = pieces(log, form)
        if isinstance(parts, str):
            read.found.append(said.not_read(read.name, parts))
            return None
        zeek.view(self.engine, parts, context.known, iso=form == ZEEK_JSON)
        self.progress.stage(f"reading {read.name}", 0)
        shown = any("orig_l2_addr" in piece.fields for piece in parts)
        with self.progress.watching(self.engine.share):
            return tally(
                self.engine,
                context.sensor,
                context.nets,
                lossy=context.lossy or bool(log.facts.cut),
                only=plausible,
                tags=False,
                macs=shown,
                devices=False,
            )
